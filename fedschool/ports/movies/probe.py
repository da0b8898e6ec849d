"""What is in a film: opened by the one demuxer its first bytes ask for, and held to the limits."""

from fractions import Fraction
from pathlib import Path

import av
import msgspec
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from fedschool.errors import Unprocessable
from fedschool.model.status import MediaDetails
from fedschool.ports.movies.plan import MovieLimits, Task

PICTURES = frozenset({"h264", "hevc", "vp8", "vp9", "av1", "gif", "mpeg4"})
SOUNDS = frozenset({"aac", "mp3", "opus", "vorbis", "flac", "alac"})
_MAX_STREAMS = 32
_NO_FILM = "This file holds neither pictures nor sound that can be played here"


class Contents(msgspec.Struct, frozen=True):
    """The streams that are shown: at most one of each; `cover` is a still beside sound."""

    video: VideoStream | None
    audio: AudioStream | None
    cover: VideoStream | None

    @property
    def seconds(self) -> float | None:
        """The length, as far as the file tells."""
        found = [_seconds(stream) for stream in (self.video, self.audio) if stream is not None]
        return max((length for length in found if length is not None), default=None)


def opened(path: Path, task: Task, limits: MovieLimits) -> InputContainer:
    """Only local bytes are read: no playlist, no reference leads anywhere else."""
    container = av.open(
        str(path),
        "r",
        format=task.value,
        container_options={"protocol_whitelist": "file", "probesize": "5000000"},
        stream_options=None,
        metadata_errors="replace",
    )
    assert isinstance(container, InputContainer)
    for stream in container.streams.video:
        stream.codec_context.options = {"max_pixels": str(limits.max_pixels)}
        stream.thread_count = 2
    return container


def contents(container: InputContainer, limits: MovieLimits) -> Contents:
    """What will be shown of it. Raises Unprocessable with what is wrong."""
    if len(container.streams) > _MAX_STREAMS:
        raise Unprocessable(_NO_FILM)
    stills = [item for item in container.streams.video if _is_cover(item)]
    films = [item for item in container.streams.video if not _is_cover(item)]
    found = Contents(
        video=films[0] if films else None,
        audio=container.streams.audio[0] if container.streams.audio else None,
        cover=stills[0] if stills else None,
    )
    if found.video is None and found.audio is None:
        raise Unprocessable(_NO_FILM)
    if found.video is not None:
        _check_video(found.video, limits)
    if found.audio is not None:
        _check_audio(found.audio)
    _check_length(container, found, limits)
    return found


def details(path: Path, format_: str) -> MediaDetails:
    """Figures of a file that we wrote."""
    with av.open(str(path), "r", format=format_) as container:
        assert isinstance(container, InputContainer)
        video = container.streams.video[0] if container.streams.video else None
        audio = container.streams.audio[0] if container.streams.audio else None
        length = None if container.duration is None else container.duration / av.time_base
        rate = None if video is None else video.average_rate
        return MediaDetails(
            duration=None if length is None else round(length, 3),
            frame_rate=None if rate is None else f"{rate.numerator}/{rate.denominator}",
            bitrate=container.bit_rate or None,
            audio_encode=None if audio is None else audio.codec_context.codec.canonical_name,
            audio_bitrate=None if audio is None else f"{audio.codec_context.sample_rate} Hz",
            audio_channels=None if audio is None else audio.codec_context.layout.name,
        )


def _is_cover(stream: VideoStream) -> bool:
    return bool(stream.disposition & Disposition.attached_pic)


def _check_video(stream: VideoStream, limits: MovieLimits) -> None:
    context = stream.codec_context
    if context.codec.canonical_name not in PICTURES:
        raise Unprocessable("This kind of video is not supported: use MP4 or WebM")
    if context.width < 1 or context.height < 1:
        raise Unprocessable(_NO_FILM)
    if context.width * context.height > limits.max_pixels:
        raise Unprocessable(
            f"{context.width}x{context.height} videos are not supported: "
            f"up to {limits.max_pixels} pixels"
        )
    rate = stream.average_rate or stream.guessed_rate or Fraction(0)
    if rate > limits.max_frame_rate:
        raise Unprocessable(
            f"{int(rate)}fps videos are not supported: up to {limits.max_frame_rate}"
        )


def _check_audio(stream: AudioStream) -> None:
    name = stream.codec_context.codec.canonical_name
    if name not in SOUNDS and not name.startswith("pcm_"):
        raise Unprocessable("This kind of sound is not supported: use MP3, Ogg, FLAC, WAV or M4A")
    if not 1 <= stream.codec_context.channels <= 8:
        raise Unprocessable(_NO_FILM)


def _check_length(container: InputContainer, found: Contents, limits: MovieLimits) -> None:
    length = found.seconds
    if length is None and container.duration is not None:
        length = container.duration / av.time_base
    if length is not None and length > limits.max_seconds:
        raise Unprocessable(f"This is too long: up to {limits.max_seconds // 60} minutes")


def _seconds(stream: VideoStream | AudioStream) -> float | None:
    if stream.duration is None or stream.time_base is None:
        return None
    return float(stream.duration * stream.time_base)
