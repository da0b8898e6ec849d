"""What every media store can do, and which one a URL asks for."""

from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from fedschool.errors import StartupFailure
from fedschool.ports.media.files import FileStore


class MediaStore(Protocol):
    """Bytes by key. Keys are ours: lower-case words, digits, `_ . -`, with `/` between them.

    A key that cannot exist is refused as Malformed when writing, and not found when reading.
    """

    async def put(self, key: str, data: bytes) -> None:
        """All of it or nothing, durable on return; replaces what was there."""
        ...

    async def get(self, key: str) -> bytes:
        """Raises NotFound."""
        ...

    async def delete(self, key: str) -> None:
        """Gone on return, whether or not it was there."""
        ...

    async def prune(self, folder: str, before: int) -> int:
        """Removes what was put under `folder/` before that moment (ms); how many."""
        ...

    def path(self, key: str) -> Path | None:
        """The file to send, or None where there are no files. Raises NotFound."""
        ...


def open_media(url: str, data_dir: Path) -> MediaStore:
    """`file:` is `data_dir/media`; `file:other` lies in `data_dir` too, `file:/srv/m` anywhere.

    Raises StartupFailure.
    """
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc or parts.query or parts.fragment:
        raise StartupFailure(f"{url!r} is not a media store: give file: or file:/a/folder")
    root = data_dir / (unquote(parts.path) or "media")
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StartupFailure(f"The media folder {root} cannot be made: check its owner") from error
    return FileStore(root)
