"""Pictures from other servers come through ours: bare, marked, kept, and never for strangers."""

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from aiohttp import web
from PIL import Image

from fedschool.errors import NotFound
from fedschool.model.account import Account, Picture
from fedschool.model.status import Attachment, Status, Visibility
from fedschool.ports.database.statement import Statement
from fedschool.services import media_proxy
from fedschool.services.media_proxy import FAILURE_COUNTS, KEPT_FOR, Kind
from fedschool.store import accounts, media, statuses
from fedschool.store.tables_accounts import accounts as accounts_table
from fedschool.store.tables_federation import domain_policies
from tests import movies
from tests.api.test_media import SECRET, path_of, picture
from tests.conftest import SchoolMaker
from tests.people import Answer, School

AUTHOR, STATUS, IMAGE = 11, 21, 31


class Gallery:
    """Another server on the loopback; it counts what is asked of it."""

    def __init__(self) -> None:
        self.port = 0
        self.asked: list[str] = []
        self.answers: dict[str, web.Response] = {}
        self.pause = 0.0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def has(self, path: str, body: bytes, content_type: str = "image/jpeg") -> str:
        self.answers[path] = web.Response(body=body, content_type=content_type)
        return self.url(path)

    def sends_to(self, path: str, location: str) -> str:
        self.answers[path] = web.Response(status=302, headers={"Location": location})
        return self.url(path)

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        await asyncio.sleep(self.pause)
        found = self.answers.get(request.path)
        if found is None:
            return web.Response(status=404)
        return web.Response(body=found.body, status=found.status, headers=found.headers)


@pytest.fixture
async def gallery() -> AsyncIterator[Gallery]:
    it = Gallery()
    app = web.Application()
    app.router.add_get("/{path:.*}", it.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    place = web.TCPSite(runner, "127.0.0.1", 0)
    await place.start()
    it.port = runner.addresses[0][1]
    yield it
    await runner.cleanup()


@pytest.fixture
async def school(schools: SchoolMaker) -> School:
    """A school whose lab lets it ask the loopback."""
    return await schools(allow_private="127.0.0.0/8")


async def hang_up(
    school: School,
    url: str,
    *,
    visibility: Visibility = Visibility.PUBLIC,
    kind: str = "image",
    avatar: str | None = None,
    header: str | None = None,
) -> None:
    """A remote person, a status of theirs, and a picture in it."""
    site = school.site
    person = Account(
        id=AUTHOR,
        username="cy",
        domain="elm.test",
        uri="https://elm.test/users/cy",
        url="https://elm.test/@cy",
        avatar=Picture(None, avatar),
        header=Picture(None, header),
        created_at=site.now(),
    )
    status = Status(
        id=STATUS,
        uri="https://elm.test/1",
        url="https://elm.test/1",
        account_id=AUTHOR,
        local=False,
        visibility=visibility,
        conversation_id=STATUS,
        created_at=site.now(),
    )
    image = Attachment(
        id=IMAGE,
        account_id=AUTHOR,
        status_id=STATUS,
        kind=kind,
        remote_url=url,
        created_at=site.now(),
    )
    async with site.writing() as tx:
        await accounts.insert_new(tx, person)
        await statuses.insert_new(tx, status)
        await media.insert(tx, [image])


async def shown_image(school: School) -> dict[str, Any]:
    answer = await school.stranger.get(f"/api/v1/statuses/{STATUS}")
    assert answer.status == 200, answer.text
    image: dict[str, Any] = answer.json["media_attachments"][0]
    return image


async def see(school: School, url: str) -> Answer:
    return await school.stranger.get(path_of(school, url))


async def change_person(school: School, **changes: Any) -> None:
    async with school.site.writing() as tx:
        person = await accounts.by_id(tx, AUTHOR)
        assert person is not None
        await accounts.update(tx, msgspec.structs.replace(person, **changes))


async def suspend(school: School, at: int | None) -> None:
    table = accounts_table
    clause = sa.update(table).where(table.c.id == AUTHOR).values(suspended_at=at)
    async with school.site.writing() as tx:
        await tx.run(Statement(clause))


async def judge(school: School, domain: str, severity: str, reject_media: int) -> None:
    values = {
        "domain": domain,
        "severity": severity,
        "reject_media": reject_media,
        "created_at": 0,
    }
    async with school.site.writing() as tx:
        await tx.run(Statement(sa.insert(domain_policies).values(values)))


async def test_a_remote_picture_is_fetched_once_and_shown_from_here(
    school: School, gallery: Gallery
) -> None:
    await hang_up(school, gallery.has("/a.jpg", picture() + SECRET.encode()))

    image = await shown_image(school)
    first = await see(school, image["url"])
    again = await see(school, image["url"])
    small = await see(school, image["preview_url"])

    assert image["remote_url"] == gallery.url("/a.jpg")
    assert first.status == again.status == small.status == 200
    assert first.headers["Content-Type"] == "image/jpeg"
    assert first.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert "immutable" in first.headers["Cache-Control"]
    assert Image.open(io.BytesIO(first.body)).size == (120, 80)
    assert SECRET.encode() not in first.body
    assert again.body == first.body
    assert gallery.asked == ["/a.jpg"]


async def test_copies_go_after_a_week_and_come_again(school: School, gallery: Gallery) -> None:
    await hang_up(school, gallery.has("/a.jpg", picture()))
    image = await shown_image(school)
    assert (await see(school, image["url"])).status == 200

    later = replace(school.site, clock=lambda: school.site.now() + KEPT_FOR + 60_000)
    assert await media_proxy.sweep(school.site) == 0
    assert await media_proxy.sweep(later) == 2

    assert (await see(school, image["url"])).status == 200
    assert gallery.asked == ["/a.jpg"] * 2


async def test_many_who_look_at_once_cause_one_request(school: School, gallery: Gallery) -> None:
    gallery.pause = 0.1
    await hang_up(school, gallery.has("/a.jpg", picture()))
    image = await shown_image(school)

    answers = await asyncio.gather(
        *(see(school, image[name]) for name in ("url", "preview_url") for _ in range(10))
    )

    assert {answer.status for answer in answers} == {200}
    assert gallery.asked == ["/a.jpg"]


async def test_faces_and_headers_of_remote_people_come_cut_to_size(
    school: School, gallery: Gallery
) -> None:
    await hang_up(
        school,
        gallery.url("/none"),
        avatar=gallery.has("/face.png", picture("PNG")),
        header=gallery.has("/wide.png", picture("PNG")),
    )

    person = (await school.stranger.get(f"/api/v1/statuses/{STATUS}")).json["account"]
    face = await see(school, person["avatar"])
    wide = await see(school, person["header"])

    assert Image.open(io.BytesIO(face.body)).size == (400, 400)
    assert Image.open(io.BytesIO(wide.body)).size == (1500, 500)


async def test_only_our_own_addresses_make_us_fetch(school: School, gallery: Gallery) -> None:
    await hang_up(
        school, gallery.has("/a.jpg", picture()), avatar=gallery.has("/face.jpg", picture())
    )
    url = path_of(school, (await shown_image(school))["url"])
    mark = url.rpartition("/")[2]

    for path in (
        f"/media/proxy/original/{IMAGE}/{'0' * 32}",
        f"/media/proxy/original/{IMAGE}/{mark[:-1]}",
        f"/media/proxy/original/{IMAGE}/%C3%A9",
        f"/media/proxy/original/{IMAGE}",
        f"/media/proxy/original/{IMAGE + 1}/{mark}",
        f"/media/proxy/small/{IMAGE}/{mark}",
        f"/media/proxy/avatar/{AUTHOR}/{mark}",
        f"/media/proxy/other/{IMAGE}/{mark}",
        f"/media/proxy/original/nothing/{mark}",
    ):
        assert (await school.stranger.get(path)).status == 404, path
    assert gallery.asked == []


async def test_an_address_ends_with_the_picture_that_it_stands_for(
    school: School, gallery: Gallery
) -> None:
    old, new = gallery.has("/old.jpg", picture()), gallery.has("/new.jpg", picture())
    await hang_up(school, gallery.url("/none"), avatar=old)
    before = (await school.stranger.get(f"/api/v1/statuses/{STATUS}")).json["account"]["avatar"]

    await change_person(school, avatar=Picture(None, new))
    after = (await school.stranger.get(f"/api/v1/statuses/{STATUS}")).json["account"]["avatar"]

    assert (await see(school, before)).status == 404
    assert (await see(school, after)).status == 200
    assert gallery.asked == ["/new.jpg"]


@pytest.mark.parametrize(
    ("body", "claimed"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml"),
        (b"<html><script>alert(1)</script></html>", "image/jpeg"),
        (b'{"type": "Note"}', "application/activity+json"),
        (b"", "image/png"),
        (picture()[:150], "image/jpeg"),
    ],
)
async def test_what_is_not_a_picture_does_not_pass(
    school: School, gallery: Gallery, body: bytes, claimed: str
) -> None:
    await hang_up(school, gallery.has("/a", body, claimed))
    image = await shown_image(school)

    first = await see(school, image["url"])
    again = await see(school, image["url"])

    assert first.status == again.status == 404
    assert gallery.asked == ["/a"]


async def test_a_failure_is_forgotten_after_some_minutes(school: School, gallery: Gallery) -> None:
    await hang_up(school, gallery.url("/late.jpg"))
    url = path_of(school, (await shown_image(school))["url"])
    mark = url.rpartition("/")[2]

    assert (await school.stranger.get(url)).status == 404
    gallery.has("/late.jpg", picture())
    assert (await school.stranger.get(url)).status == 404

    later = replace(school.site, clock=lambda: school.site.now() + FAILURE_COUNTS + 1)
    assert await media_proxy.picture(later, Kind.ORIGINAL, IMAGE, mark)
    assert (await school.stranger.get(url)).status == 200
    assert gallery.asked == ["/late.jpg"] * 2


async def test_a_server_in_trouble_is_a_bad_gateway(school: School, gallery: Gallery) -> None:
    gallery.answers["/a.jpg"] = web.Response(status=500)
    await hang_up(school, gallery.url("/a.jpg"))

    answer = await see(school, (await shown_image(school))["url"])

    assert answer.status == 502
    assert answer.headers["Cache-Control"] == "no-store"


async def test_too_large_a_file_is_not_fetched_to_its_end(school: School, gallery: Gallery) -> None:
    await hang_up(school, gallery.has("/a.jpg", picture() + bytes(media_proxy.MAX_BYTES)))

    answer = await see(school, (await shown_image(school))["url"])

    assert answer.status == 502


async def test_redirects_are_followed_a_few_times(school: School, gallery: Gallery) -> None:
    gallery.has("/c.jpg", picture())
    gallery.sends_to("/b", "c.jpg")
    await hang_up(school, gallery.sends_to("/a", gallery.url("/b")), avatar=gallery.url("/loop"))
    gallery.sends_to("/loop", "/loop")

    image = await shown_image(school)
    person = (await school.stranger.get(f"/api/v1/statuses/{STATUS}")).json["account"]

    assert (await see(school, image["url"])).status == 200
    assert (await see(school, person["avatar"])).status == 404
    assert gallery.asked == ["/a", "/b", "/c.jpg", *["/loop"] * media_proxy.MAX_HOPS]


async def test_we_never_fetch_from_ourselves(school: School, gallery: Gallery) -> None:
    own = f"{school.site.settings.url}/media/proxy/avatar/{AUTHOR}/0"
    await hang_up(school, gallery.sends_to("/a", own), avatar=own)

    image = await shown_image(school)
    person = (await school.stranger.get(f"/api/v1/statuses/{STATUS}")).json["account"]

    assert (await see(school, image["url"])).status == 404
    assert (await see(school, person["avatar"])).status == 404
    circle = await school.stranger.get(
        path_of(school, image["url"]), headers={"User-Agent": f"fedschool (+{own})"}
    )
    assert circle.status == 404


async def test_private_addresses_are_not_asked(schools: SchoolMaker, gallery: Gallery) -> None:
    school = await schools()
    await hang_up(school, gallery.has("/a.jpg", picture()))

    answer = await see(school, (await shown_image(school))["url"])

    assert answer.status == 404
    assert gallery.asked == []


@pytest.mark.parametrize(
    ("domain", "severity", "reject_media"),
    [("elm.test", "suspend", 0), ("elm.test", "silence", 1), ("127.0.0.1", "silence", 1)],
)
async def test_pictures_of_refused_servers_are_not_shown_even_when_they_are_here(
    school: School, gallery: Gallery, domain: str, severity: str, reject_media: int
) -> None:
    await hang_up(school, gallery.has("/a.jpg", picture()))
    image = await shown_image(school)
    assert (await see(school, image["url"])).status == 200

    await judge(school, domain, severity, reject_media)

    assert (await see(school, image["url"])).status == 404
    assert (await see(school, image["preview_url"])).status == 404


async def test_pictures_of_silenced_servers_are_shown(school: School, gallery: Gallery) -> None:
    await hang_up(school, gallery.has("/a.jpg", picture()))
    await judge(school, "elm.test", "silence", 0)

    assert (await see(school, (await shown_image(school))["url"])).status == 200


async def test_pictures_go_with_their_status_and_their_person(
    school: School, gallery: Gallery
) -> None:
    await hang_up(
        school, gallery.has("/a.jpg", picture()), avatar=gallery.has("/face.jpg", picture())
    )
    image = await shown_image(school)
    person = (await school.stranger.get(f"/api/v1/statuses/{STATUS}")).json["account"]
    assert (await see(school, image["url"])).status == 200
    assert (await see(school, person["avatar"])).status == 200

    await suspend(school, 1)
    assert (await see(school, image["url"])).status == 404
    assert (await see(school, person["avatar"])).status == 404

    await suspend(school, None)
    async with school.site.writing() as tx:
        status = await statuses.by_id(tx, STATUS)
        assert status is not None
        await statuses.delete(tx, status, school.site.now())
    assert (await see(school, image["url"])).status == 404
    assert (await see(school, person["avatar"])).status == 200


async def test_pictures_of_private_posts_need_the_address_that_readers_get(
    school: School, gallery: Gallery
) -> None:
    await hang_up(school, gallery.has("/a.jpg", picture()), visibility=Visibility.PRIVATE)
    assert (await school.stranger.get(f"/api/v1/statuses/{STATUS}")).status == 404
    item = Attachment(id=IMAGE, account_id=AUTHOR, remote_url=gallery.url("/a.jpg"))

    address = school.site.links.attachment(item)

    assert address is not None
    assert (await see(school, address)).status == 200
    with pytest.raises(NotFound):
        await media_proxy.picture(school.site, Kind.ORIGINAL, IMAGE, "")


async def test_a_film_of_another_server_passes_as_it_is_and_in_parts(
    school: School, gallery: Gallery, tmp_path: Path
) -> None:
    data = movies.film(tmp_path)
    await hang_up(school, gallery.has("/film.mp4", data, "text/html"), kind="video")

    film = await shown_image(school)
    path = path_of(school, film["url"])
    whole = await school.stranger.get(path)
    part = await school.stranger.get(path, headers={"Range": "bytes=10-19"})
    beyond = await school.stranger.get(path, headers={"Range": f"bytes={len(data)}-"})

    assert film["remote_url"] == gallery.url("/film.mp4")
    assert film["preview_url"] is None
    assert whole.body == data
    assert whole.headers["Content-Type"] == "video/mp4"
    assert whole.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert (part.status, part.body) == (206, data[10:20])
    assert beyond.status == 416
    assert gallery.asked == ["/film.mp4"]


@pytest.mark.parametrize("body", [b"<html><script>alert(1)</script>", b"", picture("PNG")])
async def test_what_is_no_film_does_not_pass_as_one(
    school: School, gallery: Gallery, body: bytes
) -> None:
    await hang_up(school, gallery.has("/film.mp4", body, "video/mp4"), kind="video")

    film = await shown_image(school)

    assert (await see(school, film["url"])).status == 404
    assert (await see(school, film["url"])).status == 404
    assert gallery.asked == ["/film.mp4"]


async def test_too_large_a_film_is_not_fetched_to_its_end(
    school: School, gallery: Gallery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media_proxy, "MAX_FILM_BYTES", 1_000)
    await hang_up(school, gallery.has("/film.mp4", movies.film(tmp_path)), kind="video")

    assert (await see(school, (await shown_image(school))["url"])).status == 502
