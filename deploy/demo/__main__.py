"""`./deploy/start`: runs both schools until Ctrl-C or SIGTERM."""

import asyncio
import signal
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

import click

from demo import story
from demo.place import DemoFailure, Place
from demo.school import ROOT, School, open_schools
from demo.seeding import Seeding
from demo.telling import Teller

_LOOK_SECONDS = 0.5
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _ports(_: click.Context, __: click.Parameter, value: str | None) -> tuple[int, ...] | None:
    if value is None:
        return None
    texts = value.split(",")
    ports = tuple(int(text) for text in texts if text.isascii() and text.isdigit())
    right = len(ports) == len(texts) == len(set(ports)) == len(story.SCHOOLS)
    if not right or not all(0 < port < 65536 for port in ports):
        raise click.BadParameter("must be two different ports, such as 8001,8002")
    return ports


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--ports",
    metavar="PORT,PORT",
    callback=_ports,
    envvar="DEMO_PORTS",
    help="Ports of the two schools at their first start; they are kept with the data.  "
    "[env: DEMO_PORTS; default: 8001,8002 or the next free ones]",
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="DEMO_DATA",
    default=ROOT / "demo-data",
    help="Folder for the data of both.  [env: DEMO_DATA; default: demo-data in the checkout]",
)
def main(ports: tuple[int, ...] | None, data: Path) -> None:
    """Run a demo: two schools on this machine, with teachers who know each other.

    The first start fills them with people and posts; later ones go on from their data. Ctrl-C
    stops both.
    """
    teller = Teller()
    try:
        asyncio.run(_demo(teller, data.resolve(), ports))
    except DemoFailure as failure:
        teller.failure(str(failure))
        raise SystemExit(1) from None


async def _demo(teller: Teller, folder: Path, ports: Sequence[int] | None) -> None:
    stop = asyncio.Event()
    for signal_ in _SIGNALS:
        asyncio.get_running_loop().add_signal_handler(signal_, stop.set)
    place = Place(folder, ports)
    for note in place.notes:
        teller.line(note)
    schools = open_schools(place)
    try:
        await _first_of(stop.wait(), _run(teller, place, schools))
    finally:
        teller.line("Stopping both schools.")
        await asyncio.gather(*(school.stop() for school in schools.values()))


async def _run(teller: Teller, place: Place, schools: dict[str, School]) -> None:
    teller.line("Starting two schools …")
    await asyncio.gather(*(school.start() for school in schools.values()))
    watches = (school.watch() for school in schools.values())
    await _first_of(_show(teller, place, schools), *watches)


async def _show(teller: Teller, place: Place, schools: dict[str, School]) -> None:
    if place.is_new:
        await Seeding(place, schools, teller.step).run()
    else:
        teller.step("going on with the people and posts of the last time")
    teller.all_about(place, schools)
    teller.line("Ready. Ctrl-C stops both schools.", "bold green")
    await _tell_troubles(teller, schools)


async def _first_of(*work: Coroutine[Any, Any, Any]) -> None:
    """Does all side by side until one ends; the others are called off. Raises what it raises."""
    tasks = [asyncio.create_task(each) for each in work]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        ended = [task for task in tasks if task.done()]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in ended:
        task.result()


async def _tell_troubles(teller: Teller, schools: dict[str, School]) -> None:
    while True:
        for school in schools.values():
            for told in school.news():
                teller.trouble(school.plan.title, told)
        await asyncio.sleep(_LOOK_SECONDS)


if __name__ == "__main__":
    main(prog_name="./deploy/start")
