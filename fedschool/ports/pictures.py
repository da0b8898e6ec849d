"""How large pictures may be, and what becomes of them; `pixels` does the work."""

import msgspec

BROKEN = "This image is damaged or incomplete and could not be read"


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes of the file; pixels of what is read and of what is kept (larger is scaled down).

    Animations count all their frames together.
    """

    max_bytes: int = 16 * 1024 * 1024
    max_input_pixels: int = 33_177_600
    max_output_pixels: int = 8_294_400
    max_preview_pixels: int = 230_400
    max_frames: int = 500
    max_animation_input_pixels: int = 300_000_000
    max_animation_output_pixels: int = 50_000_000


LIMITS = Limits()


class Processed(msgspec.Struct, frozen=True, kw_only=True):
    """A safe image and its preview, encoded; sizes in pixels, extensions without the dot.

    The preview is always still.
    """

    data: bytes
    mime_type: str
    extension: str
    width: int
    height: int
    animated: bool
    preview: bytes
    preview_mime_type: str
    preview_extension: str
    preview_width: int
    preview_height: int
    blurhash: str
    colors: tuple[str, str, str] = ("#000000", "#ffffff", "#ffffff")
