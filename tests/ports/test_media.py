"""What any media store must do, tried on each that there is; then what only files do."""

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedschool.errors import Malformed, NotFound, StartupFailure
from fedschool.ports.media import FileStore, MediaStore, open_media

OPENERS: dict[str, Callable[[Path], MediaStore]] = {
    "file": lambda folder: open_media("file:", folder),
}

ODD_KEYS = [
    "",
    "/",
    "/etc/passwd",
    "..",
    "../secret",
    "a/../../b",
    "a/..b",
    "a//b",
    "a/",
    ".hidden",
    "a/.hidden",
    "A.png",
    "a b",
    "a\\b",
    "a\0b",
    "a\n",
    "é.png",
    "%2e%2e/a",
    "a" * 256,
]


@pytest.fixture(params=OPENERS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> MediaStore:
    return OPENERS[str(request.param)](tmp_path)


async def test_what_was_put_can_be_got_and_deleted(store: MediaStore) -> None:
    await store.put("media/12/ab-c_d.original.png", b"\x89PNG\0")

    assert await store.get("media/12/ab-c_d.original.png") == b"\x89PNG\0"

    await store.delete("media/12/ab-c_d.original.png")
    with pytest.raises(NotFound):
        await store.get("media/12/ab-c_d.original.png")


async def test_a_second_put_replaces_the_first(store: MediaStore) -> None:
    await store.put("avatar", b"old and longer")
    await store.put("avatar", b"new")

    assert await store.get("avatar") == b"new"


async def test_deleting_what_is_not_there_is_no_error(store: MediaStore) -> None:
    await store.delete("never/there")


async def test_a_folder_of_keys_is_not_a_key(store: MediaStore) -> None:
    await store.put("a/b", b"x")

    await store.delete("a")
    with pytest.raises(NotFound):
        await store.get("a")
    with pytest.raises(NotFound):
        await store.get("a/b/c")
    assert await store.get("a/b") == b"x"


@pytest.mark.parametrize("key", ODD_KEYS)
async def test_odd_keys_are_refused(store: MediaStore, key: str) -> None:
    with pytest.raises(Malformed):
        await store.put(key, b"x")
    with pytest.raises(Malformed):
        await store.delete(key)
    with pytest.raises(NotFound):
        await store.get(key)
    with pytest.raises(NotFound):
        store.path(key)


async def test_what_is_old_can_be_removed_folder_by_folder(store: MediaStore) -> None:
    for key in ("cache/aa/1", "cache/bb/2", "cached", "local/aa/3"):
        await store.put(key, b"x")
    now = time.time_ns() // 1_000_000

    assert await store.prune("nothing", now + 60_000) == 0
    assert await store.prune("cache", now - 60_000) == 0
    assert await store.prune("cache", now + 60_000) == 2

    assert await store.get("cached") == await store.get("local/aa/3") == b"x"
    for key in ("cache/aa/1", "cache/bb/2"):
        with pytest.raises(NotFound):
            await store.get(key)
    with pytest.raises(Malformed):
        await store.prune("..", now)


async def test_writers_at_once_leave_one_of_the_whole_files(store: MediaStore) -> None:
    versions = [bytes([number]) * 50_000 for number in range(8)]

    await asyncio.gather(*(store.put("same/key", version) for version in versions))

    assert await store.get("same/key") in versions


async def test_the_path_of_a_file_can_be_sent(tmp_path: Path) -> None:
    store = open_media("file:", tmp_path)
    await store.put("a/b.png", b"x")

    path = store.path("a/b.png")

    assert path == tmp_path / "media" / "a" / "b.png"
    with pytest.raises(NotFound):
        store.path("a/c.png")
    with pytest.raises(NotFound):
        store.path("a")


async def test_a_failed_write_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_media("file:", tmp_path)
    await store.put("a/b", b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        await store.put("a/b", b"new")

    assert await store.get("a/b") == b"old"
    assert [file.name for file in (tmp_path / "media" / "a").iterdir()] == ["b"]


def test_the_url_picks_the_folder(tmp_path: Path) -> None:
    elsewhere = tmp_path / "else where"

    open_media("file:", tmp_path / "data")
    open_media("file:other", tmp_path / "data")
    open_media(f"file://{elsewhere.as_posix().replace(' ', '%20')}", tmp_path / "data")

    assert (tmp_path / "data" / "media").is_dir()
    assert (tmp_path / "data" / "other").is_dir()
    assert elsewhere.is_dir()


@pytest.mark.parametrize("url", ["", "s3://bucket", "media", "file://host/x", "file:?x", "C:\\x"])
def test_other_urls_stop_the_start_with_a_sentence(url: str, tmp_path: Path) -> None:
    with pytest.raises(StartupFailure, match="media store"):
        open_media(url, tmp_path)


def test_a_folder_that_cannot_be_made_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file")

    with pytest.raises(StartupFailure, match="media folder"):
        open_media("file:", tmp_path)


@given(st.text(alphabet="abA0_.-/\\\0 %é", max_size=30))
def test_no_key_leads_out_of_the_folder(key: str) -> None:
    root = Path("/nowhere/media")

    with pytest.raises(NotFound):
        FileStore(root).path(key)
    inner = FileStore(root)._file(key)

    assert inner is None or (root in inner.parents and ".." not in inner.parts)
