"""Archives written to disk piece by piece: `.zip`, `.tar.gz` or `.tgz`, by the file's name."""

import asyncio
import io
import os
import tarfile
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

from fedschool.errors import Unprocessable


class Bundle(Protocol):
    """An archive that is being written; times in ms."""

    def add_bytes(self, name: str, data: bytes, at: int) -> None: ...

    def add_file(self, name: str, path: Path, at: int) -> None: ...

    def close(self) -> None: ...


class _Tar:
    def __init__(self, path: Path) -> None:
        self._tar = tarfile.open(path, "x:gz")  # noqa: SIM115  closed by its owner

    def add_bytes(self, name: str, data: bytes, at: int) -> None:
        self._tar.addfile(self._entry(name, len(data), at), io.BytesIO(data))

    def add_file(self, name: str, path: Path, at: int) -> None:
        with path.open("rb") as source:
            self._tar.addfile(self._entry(name, path.stat().st_size, at), source)

    def close(self) -> None:
        self._tar.close()

    def _entry(self, name: str, size: int, at: int) -> tarfile.TarInfo:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mtime, entry.mode = size, at // 1000, 0o600
        return entry


class _Zip:
    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED)

    def add_bytes(self, name: str, data: bytes, at: int) -> None:
        del at
        self._zip.writestr(name, data)

    def add_file(self, name: str, path: Path, at: int) -> None:
        del at
        self._zip.write(path, name)

    def close(self) -> None:
        self._zip.close()


@asynccontextmanager
async def open_bundle(path: Path) -> AsyncIterator[Bundle]:
    """The file appears, for its owner's eyes alone, when all of it is written.

    Raises Unprocessable for other endings and for a folder that cannot be written to.
    """
    kind = _Zip if path.name.endswith(".zip") else _Tar
    if not path.name.endswith((".zip", ".tar.gz", ".tgz")):
        raise Unprocessable("The file's name must end in .zip, .tar.gz or .tgz")
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        bundle: Bundle = await asyncio.to_thread(kind, unfinished)
    except OSError as error:
        raise Unprocessable(f"The file cannot be written: {error.strerror}") from error
    unfinished.chmod(0o600)
    try:
        try:
            yield bundle
        finally:
            await asyncio.to_thread(bundle.close)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
