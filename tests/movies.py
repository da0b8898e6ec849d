"""Films and sounds for tests, made on the spot: with places, dates and devices written in."""

import io
import math
from array import array
from fractions import Fraction
from pathlib import Path

import av
import pillow_heif
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream
from PIL import Image, ImageDraw

PLACE = "+52.5170+013.3889/"
DEVICE = "Rosa-Luxemburg-Schule Phone"


def _scene(n: int, size: tuple[int, int]) -> Image.Image:
    image = Image.new("RGB", size, (20, 60, 120))
    ImageDraw.Draw(image).rectangle((n * 3 % size[0], 5, n * 3 % size[0] + 20, 40), fill="yellow")
    return image


def film(
    folder: Path,
    format_: str = "mp4",
    codec: str = "libx264",
    *,
    sound: str | None = "aac",
    size: tuple[int, int] = (160, 90),
    rate: int = 10,
    frames: int = 20,
    secret: bool = True,
) -> bytes:
    """A yellow bar that walks over blue, with a beep."""
    path = folder / f"film.{format_}"
    options = {"movflags": "use_metadata_tags"} if format_ in ("mp4", "mov") else {}
    made = av.open(str(path), "w", format=format_, options=options)
    assert isinstance(made, OutputContainer)
    with made as out:
        if secret:
            out.metadata["com.apple.quicktime.location.ISO6709"] = PLACE
            out.metadata["location"] = PLACE
            out.metadata["com.apple.quicktime.model"] = DEVICE
            out.metadata["title"] = DEVICE
            out.metadata["creation_time"] = "2026-11-01T08:00:00Z"
        video = out.add_stream(codec, rate=rate)
        assert isinstance(video, VideoStream)
        video.width, video.height = size
        video.pix_fmt = "yuv420p" if codec != "gif" else "rgb8"
        audio = None
        if sound is not None:
            beep = out.add_stream(sound, rate=48_000, layout="stereo")
            assert isinstance(beep, AudioStream)
            audio = beep
        for n in range(frames):
            frame = av.VideoFrame.from_image(_scene(n, size))  # type: ignore[no-untyped-call]
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
        if audio is not None:
            _beep(out, audio, frames / rate)
    return path.read_bytes()


def turned(mp4: bytes) -> bytes:
    """The film as a phone held upright writes it: lying, with a note to turn it clockwise."""
    at = mp4.index(b"tkhd") + 44
    one = 1 << 16
    matrix = (0, one, 0, -one, 0, 0, 90 * one, 0, 1 << 30)
    return mp4[:at] + b"".join((n & 0xFFFFFFFF).to_bytes(4, "big") for n in matrix) + mp4[at + 36 :]


def song(
    folder: Path, format_: str = "mp3", codec: str = "libmp3lame", *, seconds: float = 1.0
) -> bytes:
    """A beep with a title that tells too much."""
    path = folder / f"song.{format_}"
    made = av.open(str(path), "w", format=format_)
    assert isinstance(made, OutputContainer)
    with made as out:
        out.metadata["title"] = DEVICE
        out.metadata["comment"] = PLACE
        stream = out.add_stream(codec, rate=48_000, layout="stereo")
        assert isinstance(stream, AudioStream)
        _beep(out, stream, seconds)
    return path.read_bytes()


def with_cover(mp3: bytes, cover: bytes) -> bytes:
    """An ID3v2.3 tag with a picture, before the sound."""
    body = b"\x00image/png\x00\x03\x00" + cover
    frame = b"APIC" + len(body).to_bytes(4, "big") + b"\x00\x00" + body
    size = bytes((len(frame) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + size + frame + mp3


def heic(size: tuple[int, int] = (120, 80)) -> bytes:
    """As phones make them, with the place in EXIF."""
    exif = Image.Exif()
    exif[0x010E] = DEVICE
    exif.get_ifd(0x8825)[29] = PLACE
    out = io.BytesIO()
    picture = pillow_heif.from_pillow(_scene(3, size))
    picture.save(out, exif=exif.tobytes(), quality=60)
    return out.getvalue()


def gif(size: tuple[int, int] = (160, 120), frames: int = 12) -> bytes:
    """A noisy one, so that it is large."""
    pictures = [Image.effect_noise(size, 90 + n).convert("P") for n in range(frames)]
    out = io.BytesIO()
    pictures[0].save(out, "GIF", save_all=True, append_images=pictures[1:], duration=100, loop=0)
    return out.getvalue()


def _beep(out: OutputContainer, stream: AudioStream, seconds: float) -> None:
    step, total = 960, int(48_000 * seconds)
    for start in range(0, total, step):
        samples = [int(9_000 * math.sin(at * 0.05)) for at in range(start, start + step)]
        frame = av.AudioFrame("s16", "mono", step)
        frame.planes[0].update(
            array("h", samples).tobytes().ljust(frame.planes[0].buffer_size, b"\0")
        )
        frame.sample_rate = 48_000
        frame.pts, frame.time_base = start, Fraction(1, 48_000)
        out.mux(stream.encode(frame))
    out.mux(stream.encode(None))
