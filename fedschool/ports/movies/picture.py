"""A HEIF picture as one that every client shows."""

from pathlib import Path

import pillow_heif

from fedschool.ports import pixels
from fedschool.ports.movies.plan import FILE, PREVIEW, SOURCE, Made
from fedschool.ports.pictures import LIMITS


def make(folder: Path) -> Made:
    """Writes the picture and its preview. Raises Unprocessable, or what decoders raise."""
    pillow_heif.register_heif_opener(thumbnails=False)
    data = (folder / SOURCE).read_bytes()
    image = pixels.attachment(data, LIMITS, formats=("HEIF",))
    (folder / FILE).write_bytes(image.data)
    (folder / PREVIEW).write_bytes(image.preview)
    return Made(
        kind="image",
        mime_type=image.mime_type,
        extension=image.extension,
        width=image.width,
        height=image.height,
        preview_extension=image.preview_extension,
        preview_width=image.preview_width,
        preview_height=image.preview_height,
        blurhash=image.blurhash,
    )
