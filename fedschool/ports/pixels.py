"""An image file's bytes into bare, upright, bounded pixels, encoded anew: pure work, no waiting.

Nothing of the file that came in is passed on, only its pixels: no EXIF, GPS, XMP, IPTC, comments,
colour profile (applied, then dropped) or trailing bytes. What a file is, its content says.
Raises Unprocessable, or whatever Pillow's decoders stumble over.
"""

import io
import math
import tempfile
from collections.abc import Iterator

import blurhash
from PIL import (
    AvifImagePlugin,
    Image,
    ImageCms,
    ImageFile,
    ImageOps,
    ImageSequence,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from fedschool.errors import Unprocessable
from fedschool.ports.pictures import BROKEN, Limits, Processed

# Pillow learns these two with their plugins; to look for them it would load every other one.
_LATER = {"WEBP": WebPImagePlugin.SUPPORTED, "AVIF": AvifImagePlugin.SUPPORTED}
_READ = ("JPEG", "PNG", "GIF", *(name for name, can in _LATER.items() if can))
_STAYS: dict[str | None, str] = {"PNG": "PNG", "GIF": "PNG", "WEBP": "WEBP"}
_MIME = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}
_EXTENSION = {"JPEG": "jpg", "PNG": "png", "GIF": "gif", "WEBP": "webp"}
_MAX_SIDE = 16_000  # WebP ends at 16,383
_MAX_PROFILE = 1024 * 1024
_MAX_GIF_BLOCKS = 300_000
_BLURHASH_SIDE = 32

_NOT_AN_IMAGE = "This file is not an image that can be shown here: use JPEG, PNG, GIF, WebP or AVIF"


def attachment(data: bytes, limits: Limits, *, formats: tuple[str, ...] = _READ) -> Processed:
    """An animated GIF stays one; other animations become their first frame."""
    image = _open(data, limits, formats)
    if image.format == "GIF" and (frames := _count_frames(data, limits.max_frames)) > 1:
        return _animation(image, frames, limits)
    return _finish(_upright(image, limits), _STAYS.get(image.format), limits)


def cut(data: bytes, size: tuple[int, int], limits: Limits) -> Processed:
    """The middle of the picture in exactly that size, still; its preview is itself."""
    upright = _upright(_open(data, limits), limits)
    picture = ImageOps.fit(upright, size, Image.Resampling.LANCZOS)
    return _finish(picture, "PNG" if picture.mode == "RGBA" else "JPEG", None)


def poster(image: Image.Image, limits: Limits) -> Processed:
    """A decoded picture as the preview of something else; it is its own preview."""
    plain = image.convert("RGB")
    plain = plain.resize(
        _fitting(plain.size, limits.max_preview_pixels), Image.Resampling.LANCZOS, reducing_gap=2.0
    )
    plain.info.clear()
    return _finish(plain, "JPEG", None)


def moves(data: bytes) -> bool:
    """Whether a GIF has more than one picture; what is broken is found out elsewhere."""
    try:
        return _count_frames(data, 1) > 1
    except Unprocessable:
        return True
    except IndexError:
        return False


def _open(data: bytes, limits: Limits, formats: tuple[str, ...] = _READ) -> ImageFile.ImageFile:
    """Reads the head only: nothing is decoded before its size is known to be bearable."""
    if len(data) > limits.max_bytes:
        raise Unprocessable(f"Images may have up to {limits.max_bytes // 1_048_576} MB")
    try:
        image = Image.open(io.BytesIO(data), formats=formats)
    except UnidentifiedImageError as error:
        raise Unprocessable(_NOT_AN_IMAGE) from error
    if image.width * image.height > limits.max_input_pixels:
        raise Unprocessable(
            f"This image has too many pixels: up to {limits.max_input_pixels // 1_000_000} million"
        )
    return image


def _upright(image: ImageFile.ImageFile, limits: Limits) -> Image.Image:
    """The first frame as bare L, RGB or RGBA pixels in sRGB, scaled down to the limit."""
    size = _fitting(image.size, limits.max_output_pixels)
    if size != image.size:
        image.draft(None, size)  # a JPEG decodes to half or a quarter at a fraction of the cost
    image.load()
    profile = image.info.get("icc_profile")
    plain = _plain(ImageOps.exif_transpose(image))
    size = _fitting(plain.size, limits.max_output_pixels)
    if size != plain.size:
        plain = plain.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    plain = _in_srgb(plain, profile if isinstance(profile, bytes) else b"")
    if plain.mode == "RGBA" and not _see_through(plain):
        plain = plain.convert("RGB")
    plain.info.clear()  # encoders would write comments and profiles from here
    return plain


def _plain(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode in ("L", "RGB", "CMYK"):
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _see_through(image: Image.Image) -> bool:
    return image.getchannel("A").getextrema() != (255, 255)


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """A profile that cannot be used costs true colours, not the picture."""
    if image.mode != "L" and 0 < len(profile) <= _MAX_PROFILE:
        try:
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if "sRGB" not in ImageCms.getProfileDescription(given):
                mode = "RGBA" if image.mode == "RGBA" else "RGB"
                wanted = ImageCms.createProfile("sRGB")
                return (
                    ImageCms.profileToProfile(image, given, wanted, outputMode=mode)
                    or image  # None is for work in place
                )
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass
    return image.convert("RGB") if image.mode == "CMYK" else image


def _fitting(size: tuple[int, int], max_pixels: int) -> tuple[int, int]:
    """The largest size of the same shape within the limits; never larger than it is."""
    width, height = size
    scale = min(1.0, math.sqrt(max_pixels / (width * height)), _MAX_SIDE / max(size))
    if scale == 1.0:
        return size
    return max(1, math.floor(width * scale)), max(1, math.floor(height * scale))


def _count_frames(data: bytes, most: int) -> int:
    """Walks the GIF's blocks without decoding; Pillow's own count would, as often as it is told."""

    def table(flags: int) -> int:
        return 3 << ((flags & 7) + 1) if flags & 0x80 else 0

    at = 13 + table(data[10])
    frames = blocks = 0
    while at < len(data) and data[at] != 0x3B:
        if data[at] == 0x2C:
            frames += 1
            at += 11 + table(data[at + 9])
        else:
            at += 2 if data[at] == 0x21 else 0
        while at < len(data) and data[at]:
            at += data[at] + 1
            blocks += 1
            if blocks > _MAX_GIF_BLOCKS:
                raise Unprocessable(BROKEN)
        at += 1
        if frames > most:
            raise Unprocessable(f"This animation is too long: up to {most} pictures")
    return frames


def _animation(image: ImageFile.ImageFile, count: int, limits: Limits) -> Processed:
    if count * image.width * image.height > limits.max_animation_input_pixels:
        raise Unprocessable("This animation is too large: make it smaller or shorter")
    size = _fitting(
        image.size, min(limits.max_output_pixels, limits.max_animation_output_pixels // count)
    )
    loop = image.info.get("loop")
    frames = _frames(image, size, transparent=_see_through(image.convert("RGBA")))
    first = next(frames)
    still = first.copy()
    still.info.clear()
    data = _saved(
        first,
        "GIF",
        save_all=True,
        append_images=frames,
        disposal=2 if first.mode == "RGBA" else 1,
        **({"loop": loop} if isinstance(loop, int) else {}),
    )
    return _with_preview(still, "GIF", data, limits, animated=True)


def _frames(
    image: ImageFile.ImageFile, size: tuple[int, int], *, transparent: bool
) -> Iterator[Image.Image]:
    """One by one, as the encoder takes them. `duration` (ms) is all the encoder may know."""
    for frame in ImageSequence.Iterator(image):
        duration = frame.info.get("duration") or 100
        plain = frame.convert("RGBA" if transparent else "RGB")
        if plain.size != size:
            plain = plain.resize(size, Image.Resampling.BILINEAR)
        plain.info = {"duration": max(20, min(int(duration), 60_000))}
        yield plain


def _finish(image: Image.Image, name: str | None, limits: Limits | None) -> Processed:
    """Encodes as `name`, or as what suits when that is None."""
    name = name or ("WEBP" if image.mode == "RGBA" else "JPEG")
    return _with_preview(image, name, _encode(image, name), limits, animated=False)


def _with_preview(
    image: Image.Image, name: str, data: bytes, limits: Limits | None, *, animated: bool
) -> Processed:
    """`limits` of None: the picture is small enough to be its own preview."""
    preview, preview_name, preview_data = image, name, data
    if limits is not None:
        preview = image.resize(
            _fitting(image.size, limits.max_preview_pixels),
            Image.Resampling.LANCZOS,
            reducing_gap=2.0,
        )
        preview_name = "PNG" if image.mode == "RGBA" else "JPEG"
        preview_data = _encode(preview, preview_name)
    return Processed(
        data=data,
        mime_type=_MIME[name],
        extension=_EXTENSION[name],
        width=image.width,
        height=image.height,
        animated=animated,
        preview=preview_data,
        preview_mime_type=_MIME[preview_name],
        preview_extension=_EXTENSION[preview_name],
        preview_width=preview.width,
        preview_height=preview.height,
        blurhash=_blurhash(preview),
        colors=_colors(preview),
    )


def _encode(image: Image.Image, name: str) -> bytes:
    match name:
        case "JPEG":
            image = image.convert("L" if image.mode == "L" else "RGB")
            return _saved(image, name, quality=86, progressive=True, optimize=True)
        case "WEBP":
            return _saved(image, name, quality=86, method=3)
        case _:
            return _saved(image, name)


def _saved(image: Image.Image, name: str, **options: object) -> bytes:
    """By way of a real file: only then Pillow's encoders let other threads run meanwhile."""
    with tempfile.TemporaryFile() as out:
        image.save(out, name, **options)
        out.seek(0)
        return out.read()


def _colors(image: Image.Image) -> tuple[str, str, str]:
    """What players paint around the picture: background, what is read on it, and an accent."""
    small = image.convert("RGB")
    small.thumbnail((_BLURHASH_SIDE, _BLURHASH_SIDE))
    few = small.quantize(8)
    palette = few.getpalette() or []
    counted = sorted(few.getcolors() or [], reverse=True)
    found = [tuple(palette[3 * at : 3 * at + 3]) for _, at in counted if isinstance(at, int)]
    if not found:
        return "#000000", "#ffffff", "#ffffff"
    background = found[0]
    readable = max((*found, (0, 0, 0), (255, 255, 255)), key=lambda c: _apart(c, background))
    accent = max(found, key=lambda c: (max(c) - min(c)) * (1 + _apart(c, background)))
    return _hex(background), _hex(readable), _hex(accent)


def _apart(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """How far two colours are in brightness, 0 to 255."""
    weights = (0.299, 0.587, 0.114)
    return abs(sum(w * (a - b) for w, a, b in zip(weights, one, other, strict=True)))


def _hex(color: tuple[int, ...]) -> str:
    return "#" + "".join(f"{part:02x}" for part in color)


def _blurhash(image: Image.Image) -> str:
    """From a thumbnail: the hash costs Python time for each of its pixels."""
    small = image.convert("RGBA" if image.mode == "RGBA" else "RGB")
    small.thumbnail((_BLURHASH_SIDE, _BLURHASH_SIDE))
    if small.mode == "RGBA":
        white = Image.new("RGBA", small.size, "white")
        small = Image.alpha_composite(white, small).convert("RGB")
    pixels = small.tobytes()
    row = 3 * small.width
    rows = [
        [pixels[at : at + 3] for at in range(start, start + row, 3)]
        for start in range(0, len(pixels), row)
    ]
    across, down = (4, 3) if small.width >= small.height else (3, 4)
    return str(blurhash.encode(rows, across, down))
