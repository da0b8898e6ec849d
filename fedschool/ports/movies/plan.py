"""What the process for films is asked for and what it answers, and what it takes at most."""

from enum import StrEnum

import msgspec

from fedschool.model.status import MediaDetails

SOURCE = "source"
FILE = "file"
PREVIEW = "preview"


class Task(StrEnum):
    """What a file is said to be by its first bytes; each is opened by one demuxer alone."""

    MP4 = "mov"
    MATROSKA = "matroska"
    OGG = "ogg"
    MP3 = "mp3"
    FLAC = "flac"
    WAV = "wav"
    GIF = "gif"
    HEIF = "heif"


class MovieLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What is taken: bytes, pixels of a picture, pictures per second, seconds.

    `seconds_of_work` counts from the start to the end of the process, `memory` in bytes.
    """

    max_bytes: int = 39 << 20
    max_pixels: int = 8_294_400
    max_frame_rate: int = 120
    max_seconds: int = 3 * 3_600
    max_frames: int = 400_000
    seconds_of_work: int = 900
    memory: int = 3 << 30


LIMITS = MovieLimits()


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What the process gets on its command line, as JSON; the files lie in `folder`."""

    task: Task
    folder: str
    limits: MovieLimits = LIMITS


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """What became of it: `file` and, with an `preview_extension`, `preview` lie in the folder."""

    kind: str
    mime_type: str
    extension: str
    width: int | None = None
    height: int | None = None
    preview_extension: str | None = None
    preview_width: int | None = None
    preview_height: int | None = None
    blurhash: str | None = None
    details: MediaDetails = MediaDetails()


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Either what was made, or a sentence for people that says why nothing was.

    `trouble` is for the log: what a decoder stumbled over.
    """

    made: Made | None = None
    refused: str | None = None
    trouble: str | None = None
