"""What a file is by its first bytes; names and claimed types are not asked."""

from fedschool.ports.movies.plan import Task

_HEIF = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_SOUND = frozenset({b"M4A ", b"M4B "})
_OLD_MOVIES = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip"})


def task_of(data: bytes) -> Task | None:
    """Which work the file needs; None for what is no film, sound or HEIF picture."""
    box, brand = data[4:8], data[8:12]
    if box == b"ftyp":
        return Task.HEIF if brand in _HEIF else None if brand.startswith(b"avi") else Task.MP4
    if box in _OLD_MOVIES:
        return Task.MP4
    if data.startswith(b"RIFF"):
        return Task.WAV if brand == b"WAVE" else None
    for start, task in (
        (b"\x1aE\xdf\xa3", Task.MATROSKA),
        (b"OggS", Task.OGG),
        (b"fLaC", Task.FLAC),
        (b"ID3", Task.MP3),
    ):
        if data.startswith(start):
            return task
    # the sync word of an MPEG audio frame, layer 3
    if len(data) > 1 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2:
        return Task.MP3
    return None


def sounds_only(data: bytes, claimed: str) -> bool:
    """A guess before anything is decoded, for what is shown meanwhile."""
    if data[8:12] in _SOUND:
        return True
    task = task_of(data)
    if task in (Task.OGG, Task.FLAC, Task.MP3, Task.WAV):
        return True
    return claimed.lower().startswith("audio/")


def media_type(head: bytes) -> str | None:
    """The type that browsers may play a film or sound as; None for anything else."""
    match task_of(head):
        case Task.MP4:
            if head[8:12] in _SOUND:
                return "audio/mp4"
            return "video/quicktime" if head[8:12] == b"qt  " else "video/mp4"
        case Task.MATROSKA:
            return "video/webm"
        case Task.OGG:
            return "audio/ogg"
        case Task.MP3:
            return "audio/mpeg"
        case Task.FLAC:
            return "audio/flac"
        case Task.WAV:
            return "audio/wav"
        case _:
            return None
