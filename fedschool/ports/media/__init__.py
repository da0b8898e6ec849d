"""Where files of posts and profiles are kept: by key, whole, in a folder (later elsewhere)."""

from fedschool.ports.media.files import FileStore
from fedschool.ports.media.store import MediaStore, open_media

__all__ = ["FileStore", "MediaStore", "open_media"]
