"""Discovery: WebFinger (RFC 7033), host-meta (RFC 6415), NodeInfo 2.0 and 2.1."""

from typing import Any
from xml.sax.saxutils import quoteattr

import msgspec
from quart import Blueprint, Response, request

from fedschool import __version__
from fedschool.activitypub.vocab import ACTIVITY_JSON, LD_JSON
from fedschool.errors import Malformed, NotFound
from fedschool.http.context import site
from fedschool.services import discovery, texts

bp = Blueprint("discovery", __name__)

MAX_RESOURCE = 2_048
_NODEINFO = "http://nodeinfo.diaspora.software/ns/schema/"
_APPLICATION = "https://www.w3.org/ns/activitystreams#Application"
_SUBSCRIBE = "http://ostatus.org/schema/1.0/subscribe"
_PROFILE_PAGE = "http://webfinger.net/rel/profile-page"
_encode = msgspec.json.Encoder().encode


@bp.get("/.well-known/webfinger")
async def webfinger() -> Response:
    resource = request.args.get("resource", "")
    if not resource or len(resource) > MAX_RESOURCE:
        raise Malformed("The resource parameter is missing or too long")
    found = await discovery.resource(site(), resource)
    if found is None:
        raise NotFound
    document = {
        "subject": found.subject,
        "aliases": list(dict.fromkeys((found.profile, found.actor))),
        "links": [
            {"rel": _PROFILE_PAGE, "type": "text/html", "href": found.profile},
            {"rel": "self", "type": ACTIVITY_JSON, "href": found.actor},
            {"rel": "self", "type": LD_JSON, "href": found.actor},
            {
                "rel": _SUBSCRIBE,
                "template": f"{site().uris.base}/authorize_interaction?uri={{uri}}",
            },
        ],
    }
    return _answer(document, "application/jrd+json; charset=utf-8", seconds=3_600)


@bp.get("/.well-known/host-meta")
async def host_meta() -> Response:
    template = f"{site().uris.base}/.well-known/webfinger?resource={{uri}}"
    document = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">'
        f'<Link rel="lrdd" template={quoteattr(template)}/>'
        "</XRD>\n"
    )
    return Response(document, 200, content_type="application/xrd+xml; charset=utf-8")


@bp.get("/.well-known/nodeinfo")
async def nodeinfo_links() -> Response:
    links = [
        {"rel": f"{_NODEINFO}{version}", "href": f"{site().uris.base}/nodeinfo/{version}"}
        for version in ("2.1", "2.0")
    ]
    # The server's own actor (FEP-2677).
    links.append({"rel": _APPLICATION, "href": site().uris.instance_actor})
    return _answer({"links": links}, "application/json; charset=utf-8", seconds=3_600)


@bp.get("/nodeinfo/<version>")
async def nodeinfo(version: str) -> Response:
    if version not in ("2.0", "2.1"):
        raise NotFound
    usage = await discovery.usage(site())
    software: dict[str, Any] = {"name": "fedschool", "version": __version__}
    settings = site().settings
    document = {
        "version": version,
        "software": software,
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": discovery.open_registrations(site()),
        "usage": {
            "users": {
                "total": usage.people,
                "activeMonth": usage.month,
                "activeHalfyear": usage.half_year,
            },
            "localPosts": usage.posts,
        },
        "metadata": {"nodeName": settings.title, "nodeDescription": await texts.sentence(site())},
    }
    kind = f'application/json; profile="{_NODEINFO}{version}#"; charset=utf-8'
    return _answer(document, kind, seconds=1_800)


def _answer(document: dict[str, Any], kind: str, *, seconds: int) -> Response:
    headers = {"Cache-Control": f"public, max-age={seconds}"}
    return Response(_encode(document), 200, headers, content_type=kind)
