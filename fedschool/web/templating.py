"""One page, rendered and sent with the headers that keep it safe."""

from pathlib import Path
from typing import Any

import jinja2
from quart import Response

import fedschool
from fedschool.http.context import site
from fedschool.web import session, words

_PACKAGE = Path(fedschool.__file__).parent
SELF = "'self'"


def _folder() -> Path:
    """Beside the package in a wheel, one folder up in a checkout."""
    beside = _PACKAGE / "templates"
    return beside if beside.is_dir() else _PACKAGE.parent / "templates"


_environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_folder()),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters.update(
    moment=words.moment,
    machine_time=words.machine_time,
    number=words.number,
    web_address=words.web_address,
)
_environment.globals["version"] = fedschool.__version__


async def page(
    template: str,
    status: int = 200,
    *,
    form: bool = False,
    form_action: str = SELF,
    **values: Any,
) -> Response:
    """`form`: the page asks something, so a stranger needs a cookie that proves its answer.

    `form_action`: where its forms may lead, redirects included, in CSP's words.
    """
    visitor = await session.visitor()
    settings = site().settings
    text = _environment.get_template(template).render(
        site_title=settings.title,
        host=settings.host,
        links=site().links,
        me=visitor.session,
        csrf=visitor.form_token,
        **values,
    )
    response = Response(text, status, content_type="text/html; charset=utf-8")
    response.headers.update(_headers(form_action))
    if form and visitor.session is None:
        session.remember_visit(response, visitor)
    return response


def framed(template: str, **values: Any) -> Response:
    """A page that anybody may show inside of theirs: it knows no visitor and asks nothing."""
    settings = site().settings
    text = _environment.get_template(template).render(
        site_title=settings.title, host=settings.host, links=site().links, **values
    )
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
        "form-action 'none'; base-uri 'self'; frame-ancestors *"
    )
    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "public, max-age=300",
    }
    return Response(text, 200, headers, content_type="text/html; charset=utf-8")


def _headers(form_action: str) -> dict[str, str]:
    # No Cross-Origin-Opener-Policy: web clients open sign-in and consent in a popup and wait.
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
        f"form-action {form_action}; base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "private, no-store",
        "Vary": "Accept, Cookie",
    }
