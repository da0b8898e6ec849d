"""Uploads: images become safe files of ours, described, posted or thrown away."""

import io
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image
from quart.datastructures import FileStorage

from fedschool.services import media
from tests import movies
from tests.api import contract
from tests.conftest import SchoolMaker
from tests.people import Answer, Caller, School

SECRET = "Rosa-Luxemburg-Schule 52.5170"


def picture(name: str = "JPEG", size: tuple[int, int] = (120, 80)) -> bytes:
    image = Image.new("RGB", size, (200, 40, 40))
    exif = Image.Exif()
    exif[0x010E] = SECRET
    exif.get_ifd(0x8825)[29] = SECRET
    out = io.BytesIO()
    image.save(out, name, **({"exif": exif} if name != "GIF" else {}))
    return out.getvalue()


async def upload(
    caller: Caller,
    data: bytes | None = None,
    *,
    version: int = 2,
    content_type: str = "image/jpeg",
    **fields: str,
) -> Answer:
    file = FileStorage(
        io.BytesIO(picture() if data is None else data), "holiday.jpg", content_type=content_type
    )
    return await caller.post(f"/api/v{version}/media", files={"file": file}, form=fields)


async def uploaded(caller: Caller, data: bytes | None = None, **fields: Any) -> dict[str, Any]:
    answer = await upload(caller, data, **fields)
    assert answer.status == 200, answer.text
    body: dict[str, Any] = answer.json
    return body


def path_of(school: School, url: str) -> str:
    base = school.site.settings.url
    assert url.startswith(f"{base}/media/")
    return url.removeprefix(base)


@pytest.mark.parametrize("version", [1, 2])
async def test_an_image_is_ready_at_once_and_can_be_seen_by_anybody(
    school: School, version: int
) -> None:
    ada = await school.teacher("ada")

    answer = await upload(ada, version=version, description="A red wall", focus="-0.5,0.25")

    contract.check("POST", f"/api/v{version}/media", answer)
    item = answer.json
    assert item["type"] == "image"
    assert item["description"] == "A red wall"
    assert item["meta"]["original"] == {
        "width": 120,
        "height": 80,
        "size": "120x80",
        "aspect": 1.5,
    }
    assert item["meta"]["focus"] == {"x": -0.5, "y": 0.25}
    assert item["blurhash"]
    for url in (item["url"], item["preview_url"]):
        seen = await school.stranger.get(path_of(school, url))
        assert seen.status == 200
        assert Image.open(io.BytesIO(seen.body)).size == (120, 80)


async def test_nothing_but_the_pixels_of_a_photo_is_published(school: School) -> None:
    ada = await school.teacher("ada")
    photo = picture() + SECRET.encode()

    item = await uploaded(ada, photo)

    for url in (item["url"], item["preview_url"]):
        seen = await school.stranger.get(path_of(school, url))
        assert SECRET.encode() not in seen.body
        assert not Image.open(io.BytesIO(seen.body)).getexif()


async def test_a_status_carries_what_was_uploaded(school: School) -> None:
    ada = await school.teacher("ada")
    first = await uploaded(ada, description="one")
    second = await uploaded(ada, description="two")

    status = await ada.says("Our trip", media_ids=[second["id"], first["id"]])

    shown = status["media_attachments"]
    assert [item["description"] for item in shown] == ["two", "one"]
    assert shown[1]["url"] == first["url"]


async def test_an_upload_can_be_described_until_it_is_posted(school: School) -> None:
    ada = await school.teacher("ada")
    item = await uploaded(ada)
    path = f"/api/v1/media/{item['id']}"

    changed = await ada.put(path, json={"description": " A wall\x00 ", "focus": "1,-1"})

    assert changed.status == 200
    assert changed.json["description"] == "A wall"
    assert changed.json["meta"]["focus"] == {"x": 1, "y": -1}
    assert (await ada.reads(path)) == changed.json

    kept = await ada.put(path, form={"focus": "0,0"})
    assert kept.json["description"] == "A wall"

    await ada.says("Look", media_ids=[item["id"]])
    assert (await ada.get(path)).status == 404
    assert (await ada.put(path, json={"description": "later"})).status == 404


async def test_uploads_of_others_are_not_found(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    item = await uploaded(ada)
    path = f"/api/v1/media/{item['id']}"

    assert (await ben.get(path)).status == 404
    assert (await ben.put(path, json={"description": "mine"})).status == 404
    assert (await ben.delete(path)).status == 404
    taken = await ben.post("/api/v1/statuses", json={"status": "Hm", "media_ids": [item["id"]]})
    assert taken.status == 422
    assert (await ada.get(path)).status == 200


@pytest.mark.parametrize("item_id", ["0", "9" * 19, "nonsense", "1%00"])
async def test_ids_of_nothing_are_not_found(school: School, item_id: str) -> None:
    ada = await school.teacher("ada")

    assert (await ada.get(f"/api/v1/media/{item_id}")).status == 404
    assert (await ada.delete(f"/api/v1/media/{item_id}")).status == 404


async def test_a_deleted_upload_leaves_no_file(school: School) -> None:
    ada = await school.teacher("ada")
    item = await uploaded(ada)

    gone = await ada.delete(f"/api/v1/media/{item['id']}")

    assert gone.status == 200
    assert gone.json == {}
    for url in (item["url"], item["preview_url"]):
        assert (await school.stranger.get(path_of(school, url))).status == 404
    assert (await ada.get(f"/api/v1/media/{item['id']}")).status == 404


@pytest.mark.parametrize("too", [False, True])
async def test_the_files_of_a_deleted_status_stay_for_redrafting_unless_told(
    school: School, too: bool
) -> None:
    ada = await school.teacher("ada")
    item = await uploaded(ada)
    status = await ada.says("Look", media_ids=[item["id"]])

    path = f"/api/v1/statuses/{status['id']}"
    gone = await ada.delete(path, query_string={"delete_media": "true" if too else "false"})

    assert gone.status == 200
    expected = 404 if too else 200
    assert (await ada.get(f"/api/v1/media/{item['id']}")).status == expected
    assert (await school.stranger.get(path_of(school, item["url"]))).status == expected


async def test_an_upload_in_a_status_is_not_deleted(school: School) -> None:
    ada = await school.teacher("ada")
    item = await uploaded(ada)
    await ada.says("Look", media_ids=[item["id"]])

    refused = await ada.delete(f"/api/v1/media/{item['id']}")

    assert refused.status == 422
    assert refused.json["error"] == "Media attachment is currently used by a status"
    assert (await school.stranger.get(path_of(school, item["url"]))).status == 200


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml"),
        (b"<html><script>alert(1)</script>", "image/jpeg"),
        (b"%PDF-1.7", "application/pdf"),
        (b"<html>ftypisom</html>", "video/mp4"),
        (b"#EXTM3U\nfile:///etc/passwd", "audio/mpegurl"),
    ],
)
async def test_what_is_not_an_image_is_refused(
    school: School, data: bytes, content_type: str
) -> None:
    ada = await school.teacher("ada")

    refused = await upload(ada, data, content_type=content_type)

    assert refused.status == 422
    assert refused.json["error"] == "Validation failed: File content type is invalid"
    assert refused.json["details"]["file"][0]["error"] == "ERR_INVALID"


async def test_pictures_of_phones_become_ones_that_everybody_sees(school: School) -> None:
    ada = await school.teacher("ada")
    data = movies.heic()
    assert movies.DEVICE.encode() in data

    item = await uploaded(ada, data, content_type="image/heic")

    seen = await school.stranger.get(path_of(school, item["url"]))
    assert item["type"] == "image"
    assert (item["meta"]["original"]["width"], item["meta"]["original"]["height"]) == (120, 80)
    assert seen.headers["Content-Type"] == "image/jpeg"
    assert movies.DEVICE.encode() not in seen.body
    assert not Image.open(io.BytesIO(seen.body)).getexif()


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x00\x00\x18ftypheic" + bytes(40),
        b"\x00\x00\x00\x18ftypheic<html><script>alert(1)</script>",
        movies.heic()[:400],
    ],
)
async def test_a_damaged_picture_of_a_phone_is_refused(school: School, data: bytes) -> None:
    ada = await school.teacher("ada")

    refused = await upload(ada, data, content_type="image/heic")

    assert refused.status == 422
    assert refused.json["details"]["file"][0]["error"] == "ERR_INVALID"


async def test_a_picture_as_large_as_a_field_is_refused_before_it_is_unpacked(
    school: School,
) -> None:
    ada = await school.teacher("ada")
    bomb = Image.new("1", (50_000, 50_000))
    out = io.BytesIO()
    bomb.save(out, "PNG")

    refused = await upload(ada, out.getvalue(), content_type="image/png")

    assert refused.status == 422
    assert "too many pixels" in refused.json["error"]


async def test_a_damaged_image_is_refused(school: School) -> None:
    ada = await school.teacher("ada")

    refused = await upload(ada, picture()[:200])

    assert refused.status == 422
    assert refused.json["details"]["file"]


async def test_too_large_a_file_is_refused(school: School) -> None:
    ada = await school.teacher("ada")

    refused = await upload(ada, picture() + bytes(17 << 20))

    assert refused.status == 422
    assert "16 MB" in refused.json["error"]


@pytest.mark.parametrize("body", [{}, {"json": {"file": "text"}}, {"form": {"file": "text"}}])
async def test_an_upload_without_a_file_is_refused(school: School, body: dict[str, Any]) -> None:
    ada = await school.teacher("ada")

    assert (await ada.post("/api/v2/media", **body)).status == 422


@pytest.mark.parametrize("focus", ["1", "1,2,3", "a,b", "2,0", "nan,0", "0,inf", "1,-1.01"])
async def test_a_focus_outside_the_picture_is_refused(school: School, focus: str) -> None:
    ada = await school.teacher("ada")

    refused = await upload(ada, focus=focus)

    assert refused.status == 422
    assert "focus" in refused.json["details"]


async def test_a_description_has_an_end(school: School) -> None:
    ada = await school.teacher("ada")

    item = await uploaded(ada, description="x" * 1_500)
    refused = await upload(ada, description="x" * 1_501)

    assert len(item["description"]) == 1_500
    assert refused.status == 422
    assert refused.json["details"]["description"][0]["error"] == "ERR_TOO_LONG"


async def test_uploading_needs_a_persons_token_with_the_right_scope(school: School) -> None:
    reader = await school.teacher("ada", scopes="read")

    assert (await upload(school.stranger)).status == 401
    assert (await upload(reader)).status == 403


async def test_clients_that_try_the_second_version_of_put_may_fall_back(school: School) -> None:
    ada = await school.teacher("ada")
    item = await uploaded(ada)

    assert (await ada.put(f"/api/v2/media/{item['id']}", json={})).status == 404


async def test_thirty_uploads_in_half_an_hour_are_enough(schools: SchoolMaker) -> None:
    school = await schools(rate_limits=True)
    ada = await school.teacher("ada")

    answers = [await upload(ada, b"no image") for _ in range(31)]

    assert [answer.status for answer in answers] == [422] * 30 + [429]
    assert answers[-1].headers["X-RateLimit-Limit"] == "30"


async def test_uploads_that_nobody_posts_go_after_a_day(school: School) -> None:
    ada = await school.teacher("ada")
    posted = await uploaded(ada)
    await ada.says("Look", media_ids=[posted["id"]])
    left = await uploaded(ada)

    assert await media.sweep(school.site) == 0

    later = replace(school.site, clock=lambda: school.site.now() + media.ABANDONED_AFTER + 1)
    assert await media.sweep(later) == 1
    assert (await school.stranger.get(path_of(school, left["url"]))).status == 404
    assert (await school.stranger.get(path_of(school, posted["url"]))).status == 200


async def test_files_are_served_so_that_they_can_do_no_harm(school: School) -> None:
    ada = await school.teacher("ada")
    item = await uploaded(ada, picture("PNG"), content_type="image/png")
    path = path_of(school, item["url"])

    seen = await school.stranger.get(path)

    assert seen.headers["Content-Type"] == "image/png"
    assert seen.headers["X-Content-Type-Options"] == "nosniff"
    assert seen.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "immutable" in seen.headers["Cache-Control"]
    assert seen.headers["Access-Control-Allow-Origin"] == "*"

    head = await school.stranger.call("HEAD", path)
    assert head.status == 200
    assert head.headers["Content-Length"] == str(len(seen.body))


async def test_a_part_of_a_file_can_be_asked_for(school: School) -> None:
    ada = await school.teacher("ada")
    item = await uploaded(ada, picture(size=(400, 300)))
    path = path_of(school, item["url"])
    whole = (await school.stranger.get(path)).body

    part = await school.stranger.get(path, headers={"Range": "bytes=10-19"})
    beyond = await school.stranger.get(path, headers={"Range": f"bytes={len(whole)}-"})

    assert part.status == 206
    assert part.body == whole[10:20]
    assert beyond.status == 416


async def test_nothing_but_stored_images_is_served(school: School) -> None:
    store = school.site.media
    await store.put("local/aa/page.html", b"<script>alert(1)</script>")
    await store.put("local/aa/drawing.svg", b"<svg/>")
    await store.put("local/aa/plain", b"text")
    await store.put("cache/aa/other.png", picture("PNG"))

    for key in (
        "local/aa/page.html",
        "local/aa/drawing.svg",
        "local/aa/plain",
        "cache/aa/other.png",
        "local/aa",
        "local/aa/none.png",
        "../fedschool.db",
        "..%2Ffedschool.db",
        "%2Fetc/passwd",
        "local/%00.png",
    ):
        answer = await school.stranger.get(f"/media/{key}")
        assert answer.status == 404, key
