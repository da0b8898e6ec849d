"""Errors become answers here, once: JSON in the API's shape, a plain page for people."""

from html import escape
from typing import Any

from quart import Quart, Response, request
from werkzeug.exceptions import HTTPException

from fedschool import log
from fedschool.errors import FedschoolError, Unprocessable
from fedschool.http.context import answer

_log = log.get(__name__)
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<main><h1>{title}</h1><p>{text}</p><p><a href="/">Back to the start page</a></p></main></html>"""
_TITLES = {
    401: "Please sign in",
    403: "Not allowed",
    404: "Not found",
    410: "No longer here",
    429: "Too many requests",
}
_JSON_PREFIXES = ("/api/", "/oauth/token", "/oauth/revoke", "/.well-known/", "/nodeinfo", "/inbox")


def install(app: Quart) -> None:
    app.register_error_handler(FedschoolError, _known)
    app.register_error_handler(HTTPException, _routing)
    app.register_error_handler(Exception, _unforeseen)


async def _known(error: FedschoolError) -> Response:
    body: dict[str, Any] = {"error": error.public}
    if isinstance(error, Unprocessable) and error.details:
        body["details"] = {
            name: [{"error": item.code, "description": item.description} for item in items]
            for name, items in error.details.items()
        }
    if error.__cause__ is not None:
        _log.info("refused", path=request.path, cause=type(error.__cause__).__name__)
    return _shaped(body, error.status)


async def _routing(error: HTTPException) -> Response:
    code = error.code or 500
    text = "Record not found" if code == 404 else error.name
    response = _shaped({"error": text}, code)
    if code == 405 and (allow := error.get_headers()):
        response.headers.extend({k: v for k, v in allow if k == "Allow"})
    return response


async def _unforeseen(_error: Exception) -> Response:
    _log.exception("unforeseen", method=request.method, path=request.path)
    return _shaped({"error": FedschoolError.public}, 500)


def _shaped(body: dict[str, Any], status: int) -> Response:
    if _wants_json():
        return answer(body, status)
    page = _PAGE.format(title=_TITLES.get(status, "That did not work"), text=escape(body["error"]))
    return Response(page, status, content_type="text/html; charset=utf-8")


def _wants_json() -> bool:
    if request.path.startswith(_JSON_PREFIXES):
        return True
    accept = request.headers.get("Accept", "")
    return "json" in accept or "html" not in accept
