"""Films and sounds: bare, playable everywhere, made apart from the server, posted when ready."""

import asyncio
import io
import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import msgspec
import psutil
import pytest
from PIL import Image
from quart.datastructures import FileStorage

from fedschool.app import create_app
from fedschool.ports.movies import LIMITS, MovieWorkshop
from fedschool.services import media
from fedschool.services import movies as movie_cases
from fedschool.site import STOPPING
from tests import movies
from tests.api import contract
from tests.api.test_media import path_of, picture, upload
from tests.conftest import SchoolMaker
from tests.people import Answer, Caller, School, Teacher


async def send(caller: Caller, data: bytes, content_type: str = "video/mp4", **more: Any) -> Answer:
    return await upload(caller, data, content_type=content_type, **more)


async def ready(school: School, teacher: Teacher, data: bytes, **more: Any) -> dict[str, Any]:
    """An upload after the work on it."""
    waiting = await send(teacher, data, **more)
    assert waiting.status == 202, waiting.text
    await school.work()
    answer = await teacher.get(f"/api/v1/media/{waiting.json['id']}")
    assert answer.status == 200, answer.text
    item: dict[str, Any] = answer.json
    return item


async def file_of(school: School, url: str) -> Answer:
    answer = await school.stranger.get(path_of(school, url))
    assert answer.status == 200
    return answer


def tells_nothing(data: bytes) -> bool:
    with av.open(io.BytesIO(data)) as opened:
        told = dict(opened.metadata)
        for stream in opened.streams:
            told |= stream.metadata
    secrets = (movies.PLACE, "52.5170", movies.DEVICE, "2026-11-01")
    return not any(word.encode() in data or word in str(told) for word in secrets)


async def test_a_film_is_worked_on_and_then_plays(school: School, tmp_path: Path) -> None:
    ada = await school.teacher("ada")
    data = movies.film(tmp_path)
    assert not tells_nothing(data)

    waiting = await send(ada, data, description="A yellow bar")

    assert waiting.status == 202
    assert waiting.json["url"] is None
    assert waiting.json["type"] == "video"
    path = f"/api/v1/media/{waiting.json['id']}"
    assert (await ada.get(path)).status == 206
    await school.work()
    done = await ada.get(path)
    contract.check("GET", "/api/v1/media/{id}", done)
    item = done.json
    assert item["description"] == "A yellow bar"
    assert item["meta"]["original"] == {
        "width": 160,
        "height": 90,
        "frame_rate": "10/1",
        "duration": 2.0,
        "bitrate": item["meta"]["original"]["bitrate"],
    }
    assert item["meta"]["length"] == "0:00:02.00"
    assert item["meta"]["fps"] == 10
    assert item["meta"]["audio_encode"] == "aac"
    assert item["meta"]["audio_channels"] == "stereo"
    assert item["meta"]["small"]["size"] == "160x90"
    assert item["meta"]["colors"]["background"].startswith("#")
    assert item["blurhash"]
    film = await file_of(school, item["url"])
    assert film.headers["Content-Type"] == "video/mp4"
    assert tells_nothing(film.body)
    preview = await file_of(school, item["preview_url"])
    assert Image.open(io.BytesIO(preview.body)).size == (160, 90)


async def test_the_first_version_of_the_upload_waits(school: School, tmp_path: Path) -> None:
    ada = await school.teacher("ada")

    answer = await send(ada, movies.film(tmp_path), version=1)

    contract.check("POST", "/api/v1/media", answer)
    assert (await file_of(school, answer.json["url"])).headers["Content-Type"] == "video/mp4"
    refused = await send(ada, movies.film(tmp_path)[:3_000], version=1)
    assert refused.status == 422


@pytest.mark.parametrize(
    ("format_", "codec", "sound"),
    [
        ("mov", "libx264", "aac"),
        ("webm", "libvpx-vp9", "libopus"),
        ("webm", "libvpx", "libvorbis"),
        ("mp4", "mpeg4", None),
    ],
)
async def test_every_film_ends_as_one_that_all_browsers_play(
    school: School, tmp_path: Path, format_: str, codec: str, sound: str | None
) -> None:
    if sound == "libvorbis" and sound not in av.codecs_available:
        sound = None
    ada = await school.teacher("ada")

    item = await ready(school, ada, movies.film(tmp_path, format_, codec, sound=sound))

    film = await file_of(school, item["url"])
    assert film.headers["Content-Type"] == "video/mp4"
    assert tells_nothing(film.body)
    with av.open(io.BytesIO(film.body), "r") as opened:
        assert opened.streams.video[0].codec_context.name == "h264"
        assert opened.streams.video[0].codec_context.pix_fmt == "yuv420p"
        heard = [stream.codec_context.name for stream in opened.streams.audio]
        assert heard == ([] if sound is None else ["aac"])
        assert len(list(opened.decode(video=0))) == 20


@pytest.mark.parametrize("codec", ["libx264", "mpeg4"])
async def test_a_film_from_a_phone_held_upright_stands_upright(
    school: School, tmp_path: Path, codec: str
) -> None:
    ada = await school.teacher("ada")

    item = await ready(school, ada, movies.turned(movies.film(tmp_path, codec=codec)))

    original = item["meta"]["original"]
    assert (original["width"], original["height"]) == (90, 160)
    preview = await file_of(school, item["preview_url"])
    shown = Image.open(io.BytesIO(preview.body)).convert("RGB")
    assert shown.size == (90, 160)
    red, _, blue = shown.getpixel((70, 5))  # type: ignore[misc]
    assert red > blue


@pytest.mark.parametrize(
    ("format_", "codec", "mime_type"),
    [
        ("mp3", "libmp3lame", "audio/mpeg"),
        ("ogg", "libopus", "audio/mpeg"),
        ("flac", "flac", "audio/mpeg"),
        ("wav", "pcm_s16le", "audio/mpeg"),
        ("ipod", "aac", "audio/mp4"),
    ],
)
async def test_every_sound_ends_as_one_that_all_browsers_play(
    school: School, tmp_path: Path, format_: str, codec: str, mime_type: str
) -> None:
    ada = await school.teacher("ada")
    data = movies.song(tmp_path, format_, codec)

    item = await ready(school, ada, data, content_type="application/octet-stream")

    assert item["type"] == "audio"
    assert item["preview_url"] is None
    assert item["meta"]["original"]["duration"] == pytest.approx(1.0, abs=0.1)
    assert item["meta"]["audio_bitrate"] == "48000 Hz"
    song = await file_of(school, item["url"])
    assert song.headers["Content-Type"] == mime_type
    assert tells_nothing(song.body)


async def test_the_cover_of_a_song_is_its_preview(school: School, tmp_path: Path) -> None:
    ada = await school.teacher("ada")
    data = movies.with_cover(movies.song(tmp_path), picture("PNG"))

    item = await ready(school, ada, data, content_type="audio/mpeg")

    cover = await file_of(school, item["preview_url"])
    assert Image.open(io.BytesIO(cover.body)).size == (120, 80)
    assert item["blurhash"]


async def test_a_large_animation_becomes_a_silent_film_and_a_small_one_stays(
    school: School,
) -> None:
    ada = await school.teacher("ada")
    large = movies.gif((400, 300), 20)
    assert len(large) > media.SMALL_GIF

    item = await ready(school, ada, large, content_type="image/gif")
    small = await send(ada, movies.gif(), content_type="image/gif")

    assert item["type"] == "gifv"
    film = await file_of(school, item["url"])
    with av.open(io.BytesIO(film.body), "r") as opened:
        assert not opened.streams.audio
        assert len(list(opened.decode(video=0))) == 20
    assert small.status == 200
    assert small.json["url"].endswith(".gif")


async def test_an_upload_is_described_while_it_is_worked_on(school: School, tmp_path: Path) -> None:
    ada = await school.teacher("ada")
    path = f"/api/v1/media/{(await send(ada, movies.film(tmp_path))).json['id']}"

    changed = await ada.put(path, json={"description": "A bar", "focus": "0.5,0.5"})

    assert changed.status == 206
    assert changed.json["description"] == "A bar"
    await school.work()
    done = (await ada.get(path)).json
    assert done["description"] == "A bar"
    assert done["meta"]["focus"] == {"x": 0.5, "y": 0.5}


@pytest.mark.parametrize("when", ["with the film", "meanwhile", "afterwards"])
async def test_a_picture_of_the_authors_own_can_stand_before_a_film(
    school: School, tmp_path: Path, when: str
) -> None:
    ada = await school.teacher("ada")
    own = FileStorage(io.BytesIO(picture("PNG", (64, 64))), "own.png", content_type="image/png")
    film = FileStorage(io.BytesIO(movies.film(tmp_path)), "film.mp4", content_type="video/mp4")
    files = {"file": film, **({"thumbnail": own} if when == "with the film" else {})}
    path = f"/api/v1/media/{(await ada.post('/api/v2/media', files=files)).json['id']}"

    if when == "afterwards":
        await school.work()
        before = (await ada.get(path)).json["preview_url"]
    if when != "with the film":
        assert (await ada.put(path, files={"thumbnail": own})).status in (200, 206)
    await school.work()

    item = (await ada.get(path)).json
    assert item["meta"]["small"]["size"] == "64x64"
    shown = await file_of(school, item["preview_url"])
    assert Image.open(io.BytesIO(shown.body)).size == (64, 64)
    if when == "afterwards":
        assert (await school.stranger.get(path_of(school, before))).status == 404


async def test_a_film_is_posted_once_it_is_ready_and_alone(school: School, tmp_path: Path) -> None:
    ada = await school.teacher("ada")
    film = (await send(ada, movies.film(tmp_path))).json["id"]
    image = (await upload(ada)).json["id"]

    early = await ada.post("/api/v1/statuses", json={"status": "Look", "media_ids": [film]})
    await school.work()
    both = await ada.post("/api/v1/statuses", json={"status": "Look", "media_ids": [film, image]})
    alone = await ada.post("/api/v1/statuses", json={"status": "Look", "media_ids": [film]})

    assert early.status == 422
    assert "not finished processing" in early.json["error"]
    assert both.status == 422
    contract.check("POST", "/api/v1/statuses", alone)
    assert alone.json["media_attachments"][0]["type"] == "video"
    assert alone.json["media_attachments"][0]["url"]


async def test_an_unfinished_film_is_not_scheduled(school: School, tmp_path: Path) -> None:
    ada = await school.teacher("ada")
    film = (await send(ada, movies.film(tmp_path))).json["id"]

    refused = await ada.post(
        "/api/v1/statuses",
        json={"status": "x", "media_ids": [film], "scheduled_at": "2031-01-01T00:00:00Z"},
    )

    assert refused.status == 422


@pytest.mark.parametrize("kind", ["html", "cut", "empty", "zeros", "wav of nothing", "webm"])
async def test_what_is_no_film_fails_and_is_gone(school: School, tmp_path: Path, kind: str) -> None:
    ada = await school.teacher("ada")
    whole = movies.film(tmp_path)
    data = {
        "html": b"\0\0\0\x18ftypisom<html><script>alert(1)</script></html>",
        "cut": whole[:2_000],
        "empty": b"\0\0\0\x18ftypmp42",
        "zeros": b"\0\0\0\x18ftypisom" + bytes(100_000),
        "wav of nothing": b"RIFF\xff\xff\xff\xffWAVEfmt ",
        "webm": b"\x1aE\xdf\xa3" + bytes(range(256)) * 40,
    }[kind]
    waiting = await send(ada, data)
    assert waiting.status == 202

    await school.work()

    path = f"/api/v1/media/{waiting.json['id']}"
    assert (await ada.get(path)).status == 422
    assert (await ada.put(path, json={"description": "x"})).status == 422
    posted = await ada.post(
        "/api/v1/statuses", json={"status": "x", "media_ids": [waiting.json["id"]]}
    )
    assert posted.status == 422
    assert not list(school.site.settings.data_dir.rglob("incoming/*/*"))
    assert (await ada.delete(path)).status == 200


async def limited(school: School, **limits: Any) -> School:
    """The same school with narrower limits for films."""
    workshop = MovieWorkshop(limits=msgspec.structs.replace(LIMITS, **limits))
    site = replace(school.site, movies=workshop)
    return School(site, create_app(site))


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        ({"max_pixels": 100 * 90}, "160x90 videos are not supported"),
        ({"max_frame_rate": 5}, "10fps videos are not supported"),
        ({"max_seconds": 1}, "too long"),
        ({"seconds_of_work": 0}, ""),
        ({"memory": 64 << 20}, ""),
    ],
)
async def test_films_have_limits(
    school: School, tmp_path: Path, limits: dict[str, Any], why: str
) -> None:
    ada = await school.teacher("ada")
    waiting = await send(ada, movies.film(tmp_path))
    narrow = await limited(school, **limits)

    await narrow.work()

    failed = await ada.get(f"/api/v1/media/{waiting.json['id']}")
    assert failed.status == 422
    assert why in failed.json["error"]


async def test_too_large_a_film_is_refused_at_once(school: School, tmp_path: Path) -> None:
    narrow = await limited(school, max_bytes=1 << 20)
    ada = await narrow.teacher("ada")

    refused = await send(ada, movies.film(tmp_path) + bytes(2 << 20))

    assert refused.status == 422
    assert "1 MB" in refused.json["error"]


async def test_the_limits_are_announced(school: School) -> None:
    v2 = (await school.stranger.get("/api/v2/instance")).json["configuration"]
    v1 = (await school.stranger.get("/api/v1/instance")).json["configuration"]

    said = v2["media_attachments"]
    assert said["video_size_limit"] == LIMITS.max_bytes
    assert said["video_matrix_limit"] == LIMITS.max_pixels
    assert said["video_frame_rate_limit"] == LIMITS.max_frame_rate
    assert said["description_limit"] == media.MAX_DESCRIPTION
    assert {"video/mp4", "video/webm", "audio/mpeg", "image/heic"} <= set(
        said["supported_mime_types"]
    )
    assert v1["media_attachments"]["video_size_limit"] == LIMITS.max_bytes


async def test_a_hanging_decoder_is_killed_and_nothing_stays(
    school: School, tmp_path: Path
) -> None:
    ada = await school.teacher("ada")
    waiting = (await send(ada, movies.film(tmp_path, size=(1280, 720), frames=200))).json
    work = asyncio.create_task(movie_cases.process(school.site, int(waiting["id"])))
    child = await decoder()
    os.kill(child.pid, signal.SIGSTOP)

    work.cancel()
    await asyncio.gather(work, return_exceptions=True)

    assert not child.is_running()
    assert (await ada.get(f"/api/v1/media/{waiting['id']}")).status == 206


async def test_a_decoder_that_crashes_takes_nothing_with_it(school: School, tmp_path: Path) -> None:
    ada = await school.teacher("ada")
    waiting = (await send(ada, movies.film(tmp_path, size=(1280, 720), frames=200))).json
    work = asyncio.create_task(movie_cases.process(school.site, int(waiting["id"])))

    os.kill((await decoder()).pid, signal.SIGSEGV)
    await work

    assert (await ada.get(f"/api/v1/media/{waiting['id']}")).status == 422
    assert (await upload(ada)).status == 200


async def test_a_server_that_stops_goes_on_with_a_film_later(
    school: School, tmp_path: Path
) -> None:
    ada = await school.teacher("ada")
    waiting = (await send(ada, movies.film(tmp_path, size=(1280, 720), frames=100))).json
    working = asyncio.create_task(school.work())
    await decoder()

    school.site.bus.publish(STOPPING)
    await working

    item = await ada.get(f"/api/v1/media/{waiting['id']}")
    assert item.status == 200


async def test_a_film_that_takes_the_server_down_each_time_is_given_up(
    school: School, tmp_path: Path
) -> None:
    ada = await school.teacher("ada")
    waiting = (await send(ada, movies.film(tmp_path))).json
    from fedschool.model.job import Job, JobKind, Media

    payload = msgspec.json.encode(Media(int(waiting["id"])))
    job = Job(id=1, kind=JobKind.MEDIA, lane="media", payload=payload, attempts=4, created_at=0)

    await movie_cases.run(school.site, job)

    assert (await ada.get(f"/api/v1/media/{waiting['id']}")).status == 422


async def decoder() -> psutil.Process:
    """The process that has just begun to work on a file."""
    for _ in range(2_000):
        for child in psutil.Process().children():
            if "fedschool.ports.movies.work" in child.cmdline():
                return child
        await asyncio.sleep(0.005)
    raise AssertionError("nothing works on the file")


async def test_a_film_that_is_deleted_meanwhile_leaves_nothing(
    school: School, tmp_path: Path
) -> None:
    ada = await school.teacher("ada")
    waiting = (await send(ada, movies.film(tmp_path))).json

    gone = await ada.delete(f"/api/v1/media/{waiting['id']}")
    await school.work()

    assert gone.status == 200
    folder = school.site.settings.data_dir / "media"
    assert not [path for path in folder.rglob("*") if path.is_file()]


async def test_players_may_jump_about_in_a_film(school: School, tmp_path: Path) -> None:
    ada = await school.teacher("ada")
    item = await ready(school, ada, movies.film(tmp_path))
    path = path_of(school, item["url"])
    whole = await school.stranger.get(path)

    part = await school.stranger.get(path, headers={"Range": "bytes=100-199"})
    end = await school.stranger.get(path, headers={"Range": "bytes=-50"})
    beyond = await school.stranger.get(path, headers={"Range": f"bytes={len(whole.body)}-"})
    same = await school.stranger.get(
        path, headers={"Range": "bytes=0-9", "If-Range": whole.headers["ETag"]}
    )
    other = await school.stranger.get(
        path, headers={"Range": "bytes=0-9", "If-Range": '"something else"'}
    )

    assert whole.headers["Accept-Ranges"] == "bytes"
    assert (part.status, part.body) == (206, whole.body[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole.body)}"
    assert (end.status, end.body) == (206, whole.body[-50:])
    assert beyond.status == 416
    assert (same.status, same.body) == (206, whole.body[:10])
    assert (other.status, other.body) == (200, whole.body)


async def test_what_was_uploaded_is_never_served_as_it_came(school: School, tmp_path: Path) -> None:
    ada = await school.teacher("ada")
    await send(ada, movies.film(tmp_path))
    [raw] = school.site.settings.data_dir.rglob("incoming/*/*")

    key = raw.relative_to(school.site.settings.data_dir / "media")

    assert (await school.stranger.get(f"/media/{key}")).status == 404


async def test_a_film_goes_out_with_its_length_and_its_picture(
    schools: SchoolMaker, tmp_path: Path
) -> None:
    school = await schools("elm.test")
    ada = await school.teacher("ada")
    item = await ready(school, ada, movies.film(tmp_path), description="A bar")
    status = await ada.says("Look", media_ids=[item["id"]])

    note = await school.stranger.get(
        status["uri"].removeprefix("https://elm.test"),
        headers={"Accept": "application/activity+json"},
    )

    [document] = note.json["attachment"]
    assert document["type"] == "Video"
    assert document["mediaType"] == "video/mp4"
    assert document["url"] == item["url"]
    assert document["duration"] == "PT2S"
    assert (document["width"], document["height"]) == (160, 90)
    assert document["name"] == "A bar"
    assert document["blurhash"] == item["blurhash"]
    assert document["icon"]["url"] == item["preview_url"]
