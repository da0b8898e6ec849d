"""Media as plain files in one folder, written whole or not at all."""

import asyncio
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from fedschool.errors import Malformed, NotFound

MAX_KEY = 255
_KEY = re.compile(r"[a-z0-9_-][a-z0-9_.-]*(?:/[a-z0-9_-][a-z0-9_.-]*)*")


class FileStore:
    """Disk work happens in threads; a reader sees the old file or the new one, never a half."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, key: str, data: bytes) -> None:
        file = self._file(key)
        if file is None:
            raise Malformed("This is not a media key")
        await asyncio.to_thread(_write, file, data)

    async def get(self, key: str) -> bytes:
        file = self._file(key)
        if file is None:
            raise NotFound
        return await asyncio.to_thread(_read, file)

    async def delete(self, key: str) -> None:
        file = self._file(key)
        if file is None:
            raise Malformed("This is not a media key")
        await asyncio.to_thread(_remove, file)

    async def prune(self, folder: str, before: int) -> int:
        place = self._file(folder)
        if place is None:
            raise Malformed("This is not a media key")
        return await asyncio.to_thread(_prune, place, before)

    def path(self, key: str) -> Path | None:
        file = self._file(key)
        if file is None or not file.is_file():
            raise NotFound
        return file

    def _file(self, key: str) -> Path | None:
        if len(key) > MAX_KEY or ".." in key or not _KEY.fullmatch(key):
            return None
        return self._root / key


def _write(file: Path, data: bytes) -> None:
    """The dot in front keeps a half-written file out of the keys, should we die here."""
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with half.open("xb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        half.replace(file)
    except BaseException:
        half.unlink(missing_ok=True)
        raise
    _sync_folder(file.parent)


def _sync_folder(folder: Path) -> None:
    """Without this the new name may not outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise NotFound from error


def _remove(file: Path) -> None:
    with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
        file.unlink()


def _prune(folder: Path, before: int) -> int:
    removed = 0
    for file in folder.rglob("*"):
        # another process may be pruning, too
        with suppress(FileNotFoundError):
            if file.is_file() and file.stat().st_mtime_ns // 1_000_000 < before:
                file.unlink()
                removed += 1
    return removed
