"""The front door: an open Site becomes one ASGI application with every face."""

from quart import Quart

from fedschool import api, federation, web
from fedschool.http import context, edge, forms, gate, health, problems
from fedschool.settings import Settings
from fedschool.site import Site
from fedschool.store.migrate import migrate

MAX_UPLOAD = 40 << 20


async def prepare(settings: Settings) -> None:
    """What must be done before a site can be opened. Raises StartupFailure."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    await migrate(settings.database)


def create_app(site: Site) -> Quart:
    """The ASGI application of an open site."""
    app = Quart("fedschool", static_folder=None)
    app.request_class = forms.Request
    app.config["MAX_CONTENT_LENGTH"] = MAX_UPLOAD
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    context.attach(app, site)
    edge.install(app)
    gate.install(app)
    problems.install(app)
    for blueprint in (health.bp, *api.blueprints(), *federation.blueprints(), *web.blueprints()):
        app.register_blueprint(blueprint)
    return app
