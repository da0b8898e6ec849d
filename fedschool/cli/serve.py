"""`fedschool serve`: web and workers in one process."""

import asyncio
import signal

import click
import uvloop

from fedschool import log, settings
from fedschool.app import create_app, prepare
from fedschool.cli import connections
from fedschool.cli.instance import explained
from fedschool.errors import StartupFailure
from fedschool.http import gate
from fedschool.settings import Settings
from fedschool.site import STOPPING, open_site
from fedschool.worker.loop import Worker


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Port to listen on.",
)
@explained
def serve(host: str, port: int) -> None:
    """Run the instance: bring the database up to date, serve the web, carry out jobs.

    SIGTERM or Ctrl-C finishes requests under way, ends streams, stops the workers between jobs,
    and exits.
    """
    chosen = settings.load()
    log.configure(chosen.log_level)
    uvloop.run(_serve(chosen, host, port))


async def _serve(chosen: Settings, host: str, port: int) -> None:
    await prepare(chosen)
    async with open_site(chosen) as site:
        server = connections.Server(connections.config(create_app(site), host, port))
        worker = Worker(site)

        def stop() -> None:
            server.should_exit = True
            site.bus.publish(STOPPING)
            worker.stop()

        loop = asyncio.get_running_loop()
        for signal_ in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signal_, stop)
        click.echo(f"fedschool: {chosen.url} is served at http://{host}:{port}")
        working = asyncio.create_task(worker.run())
        watching = asyncio.create_task(gate.watch(site))
        try:
            await server.serve()
        except SystemExit as error:
            raise StartupFailure(
                f"Port {port} of {host} cannot be used. Is another server running there? "
                "Choose another with --port."
            ) from error
        finally:
            watching.cancel()
            worker.stop()
            await working
