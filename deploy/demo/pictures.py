"""The demo's pictures, drawn when they are needed: portraits, landscapes, and a chart."""

import io
import zlib

from PIL import Image, ImageColor, ImageDraw, ImageFont

from demo.story import Person

_FINE = 3
_PAPER = "#fbf9f4"
_INK = "#22303c"
_DICE = (100, 83, 69, 58, 48, 40, 34, 28, 23, 19, 16)


def portrait(of: Person) -> bytes:
    """A square PNG: somebody in front of a plain wall."""
    wall, clothes, hair, skin = of.colours
    size = 400 * _FINE
    image = Image.new("RGB", (size, size), wall)
    draw = ImageDraw.Draw(image)

    def ellipse(x: float, y: float, rx: float, ry: float, colour: str) -> None:
        draw.ellipse([(x - rx) * size, (y - ry) * size, (x + rx) * size, (y + ry) * size], colour)

    if of.long_hair:
        ellipse(0.5, 0.50, 0.25, 0.33, hair)
    ellipse(0.5, 1.06, 0.38, 0.36, clothes)
    ellipse(0.5, 0.68, 0.085, 0.12, _mixed(skin, "#000000", 0.12))
    ellipse(0.5, 0.42, 0.19, 0.235, hair)
    ellipse(0.5, 0.47, 0.165, 0.20, skin)
    draw.pieslice([0.32 * size, 0.20 * size, 0.68 * size, 0.60 * size], 187, 353, hair)
    for eye in (0.435, 0.565):
        ellipse(eye, 0.475, 0.016, 0.019, _INK)
    draw.arc([0.43 * size, 0.48 * size, 0.57 * size, 0.58 * size], 25, 155, _INK, width=size // 70)
    return _png(image)


def landscape(of: Person) -> bytes:
    """A wide PNG for the top of a profile: hills in the person's colours."""
    wall, clothes, _, _ = of.colours
    wide, high = 1500, 500
    image = Image.new("RGB", (wide, high), _mixed(wall, "#ffffff", 0.45))
    draw = ImageDraw.Draw(image)
    shift = zlib.crc32(of.name.encode()) % 500
    draw.ellipse([900 + shift // 2, 70, 1040 + shift // 2, 210], _mixed(wall, "#ffffff", 0.8))
    for step in range(4):
        colour = _mixed(clothes, wall, 0.75 - 0.22 * step)
        for hill in range(-1, 4):
            middle = hill * 520 + (shift * (step + 2)) % 520
            top = 190 + 75 * step + (hill * 37) % 50
            draw.ellipse([middle - 470, top, middle + 470, top + 700], colour)
    return _png(image)


def dice() -> bytes:
    """A PNG: how many of a hundred dice are left after each throw."""
    wide, high, left, bottom = 1200, 760, 100, 640
    image = Image.new("RGB", (wide, high), _PAPER)
    draw = ImageDraw.Draw(image)
    draw.text((left, 40), "A hundred dice, without the sixes", _INK, _font(44))
    step = (wide - left - 60) / len(_DICE)
    for throw, count in enumerate(_DICE):
        x = left + throw * step
        top = bottom - count * 4.8
        colour = _mixed("#b23a48", "#f2c14e", throw / len(_DICE))
        draw.rounded_rectangle([x + 8, top, x + step - 8, bottom], 8, colour)
        draw.text((x + step / 2, top + 8), str(count), "#ffffff", _font(24), anchor="ma")
        draw.text((x + step / 2, bottom + 12), str(throw), _INK, _font(26), anchor="ma")
    half = bottom - 50 * 4.8
    for x in range(left, wide - 50, 24):
        draw.line([x, half, x + 12, half], _INK, 3)
    draw.text((wide - 60, half - 10), "half", _INK, _font(26), anchor="rd")
    draw.text((wide / 2, 735), "throws", _INK, _font(28), anchor="md")
    return _png(image)


DRAWN = {"dice": dice}


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _mixed(one: str, other: str, share: float) -> str:
    """`one` with a `share` (0 to 1) of `other` in it."""
    pairs = zip(ImageColor.getrgb(one), ImageColor.getrgb(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _png(image: Image.Image) -> bytes:
    if image.width == image.height:
        image = image.resize((400, 400), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()
