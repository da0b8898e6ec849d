"""A stranger's film or sound as a bare one that plays everywhere, with a picture to show first."""

from pathlib import Path

import av
import msgspec
from av.container import InputContainer
from av.video.frame import VideoFrame
from PIL import Image, ImageStat

from fedschool.errors import Unprocessable
from fedschool.ports import pixels
from fedschool.ports.movies import encode, probe
from fedschool.ports.movies.plan import FILE, PREVIEW, SOURCE, Made, MovieLimits, Task
from fedschool.ports.movies.probe import Contents
from fedschool.ports.pictures import LIMITS, Processed

_PLAIN = frozenset({"yuv420p", "yuvj420p"})
_FIRST_FRAMES = 40
_FLAT = 6.0
"""A picture whose brightness varies less than this shows nothing."""


def make(folder: Path, task: Task, limits: MovieLimits) -> Made:
    """Writes the file and its preview. Raises Unprocessable, or what decoders raise."""
    source = folder / SOURCE
    if source.stat().st_size > limits.max_bytes:
        raise Unprocessable(f"Videos and sound may have up to {limits.max_bytes >> 20} MB")
    with probe.opened(source, task, limits) as container:
        found = probe.contents(container, limits)
        films = found.video is not None
        poster = None if films else _cover(container, found)
    if films:
        return _film(folder, task, limits)
    return _sound(folder, task, limits, poster)


def _film(folder: Path, task: Task, limits: MovieLimits) -> Made:
    out = folder / FILE
    with probe.opened(folder / SOURCE, task, limits) as container:
        found = probe.contents(container, limits)
        if _plays_everywhere(task, found):
            encode.copy(container, found, out, "mp4")
        else:
            encode.anew(container, found, out, "mp4", limits)
    frame, width, height = _first_look(out, limits)
    details = probe.details(out, "mov")
    _check_result(out, details.duration, limits)
    poster = pixels.poster(frame, LIMITS)
    (folder / PREVIEW).write_bytes(poster.data)
    return Made(
        kind="gifv" if task is Task.GIF else "video",
        mime_type="video/mp4",
        extension="mp4",
        width=width,
        height=height,
        preview_extension=poster.extension,
        preview_width=poster.width,
        preview_height=poster.height,
        blurhash=poster.blurhash,
        details=msgspec.structs.replace(details, colors=poster.colors),
    )


def _sound(folder: Path, task: Task, limits: MovieLimits, cover: Processed | None) -> Made:
    out = folder / FILE
    with probe.opened(folder / SOURCE, task, limits) as container:
        found = probe.contents(container, limits)
        assert found.audio is not None
        name = found.audio.codec_context.codec.canonical_name
        stays = (task, name) in ((Task.MP4, "aac"), (Task.MP3, "mp3"))
        format_ = "ipod" if name == "aac" and stays else "mp3"
        if stays:
            encode.copy(container, found, out, format_)
        else:
            encode.anew(container, found, out, format_, limits)
    details = probe.details(out, "mov" if format_ == "ipod" else "mp3")
    _check_result(out, details.duration, limits)
    if cover is not None:
        details = msgspec.structs.replace(details, colors=cover.colors)
        (folder / PREVIEW).write_bytes(cover.preview)
    return Made(
        kind="audio",
        mime_type="audio/mp4" if format_ == "ipod" else "audio/mpeg",
        extension="m4a" if format_ == "ipod" else "mp3",
        preview_extension=None if cover is None else cover.preview_extension,
        preview_width=None if cover is None else cover.preview_width,
        preview_height=None if cover is None else cover.preview_height,
        blurhash=None if cover is None else cover.blurhash,
        details=details,
    )


def _plays_everywhere(task: Task, found: Contents) -> bool:
    """H.264 of the common kind and AAC in MP4 or QuickTime: no browser or phone refuses that."""
    video, audio = found.video, found.audio
    return (
        task is Task.MP4
        and video is not None
        and video.codec_context.codec.canonical_name == "h264"
        and video.codec_context.pix_fmt in _PLAIN
        and (audio is None or audio.codec_context.codec.canonical_name == "aac")
    )


def _first_look(path: Path, limits: MovieLimits) -> tuple[Image.Image, int, int]:
    """The first picture that shows something, upright, and the film's size as shown."""
    with probe.opened(path, Task.MP4, limits) as container:
        best: tuple[Image.Image, int, int] | None = None
        for n, frame in enumerate(container.decode(video=0)):
            assert isinstance(frame, VideoFrame)
            picture = _picture(frame)
            if best is None or ImageStat.Stat(picture.convert("L")).stddev[0] > _FLAT:
                width, height = frame.width, frame.height
                if round(frame.rotation or 0) % 180:
                    width, height = height, width
                shows = ImageStat.Stat(picture.convert("L")).stddev[0] > _FLAT
                best = (picture, width, height)
                if shows:
                    break
            if n >= _FIRST_FRAMES:
                break
    if best is None:
        raise Unprocessable("No picture of this film could be read")
    return best


def _picture(frame: VideoFrame) -> Image.Image:
    picture: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]
    turn = round(frame.rotation or 0)
    return picture.rotate(turn, expand=True) if turn else picture


def _cover(container: InputContainer, found: Contents) -> Processed | None:
    """The picture that comes with a song, where it can be read."""
    if found.cover is None:
        return None
    try:
        for packet in container.demux(found.cover):
            data = bytes(packet)
            if data:
                return pixels.attachment(data, LIMITS)
    except (Unprocessable, OSError, ValueError, SyntaxError, av.error.FFmpegError):
        return None
    return None


def _check_result(path: Path, seconds: float | None, limits: MovieLimits) -> None:
    if path.stat().st_size > 2 * limits.max_bytes:
        raise Unprocessable("This is too large once it is ready to be played")
    if seconds is not None and seconds > limits.max_seconds:
        raise Unprocessable(f"This is too long: up to {limits.max_seconds // 60} minutes")
