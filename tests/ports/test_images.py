"""Images as strangers send them: what comes out is bare, upright, bounded, or a clear refusal."""

import asyncio
import io
import struct
import warnings
import zlib
from collections.abc import AsyncIterator

import blurhash
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw, ImageSequence, PngImagePlugin, features

from fedschool.errors import TooManyRequests, Unprocessable
from fedschool.ports.images import ImageWorkshop, Limits, Processed

SECRET = b"Rosa-Luxemburg-Schule-52.5170"
TEXT = SECRET.decode()
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">%b</x:xmpmeta>' % SECRET

WITH_AVIF = pytest.mark.skipif(not features.check("avif"), reason="Pillow is built without AVIF")


@pytest.fixture
async def workshop() -> AsyncIterator[ImageWorkshop]:
    it = ImageWorkshop()
    yield it
    it.close()


def picture(size: tuple[int, int] = (120, 80), mode: str = "RGB") -> Image.Image:
    """Red above, blue below, and a green corner at the top left."""
    image = Image.new("RGBA", size, (220, 30, 30, 255))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, size[1] // 2, size[0], size[1]), fill=(30, 30, 220, 255))
    draw.rectangle((0, 0, size[0] // 4, size[1] // 4), fill=(30, 200, 30, 255))
    if mode in ("RGBA", "LA", "PA"):
        draw.rectangle((size[0] // 2, 0, size[0], size[1] // 4), fill=(0, 0, 0, 0))
    return image.convert(mode)


def exif(orientation: int = 1) -> Image.Exif:
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010E] = TEXT
    data[0x013B] = TEXT
    gps = data.get_ifd(0x8825)
    gps[1], gps[2] = "N", (52.0, 31.0, 1.2)
    gps[29] = TEXT
    return data


def saved(image: Image.Image, name: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, name, **options)
    return out.getvalue()


def labelled(name: str, orientation: int = 1) -> bytes:
    """A picture of that format with all the metadata that it can carry."""
    image = picture()
    match name:
        case "JPEG":
            profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
            data = saved(
                image, name, exif=exif(orientation), xmp=XMP, comment=SECRET, icc_profile=profile
            )
            iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(SECRET)) + SECRET
            return data[:2] + b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc + data[2:]
        case "PNG":
            info = PngImagePlugin.PngInfo()
            info.add_text("Comment", TEXT)
            info.add_text("Packed", TEXT, zip=True)
            info.add_itxt("XML:com.adobe.xmp", XMP.decode())
            return saved(image, name, exif=exif(orientation), pnginfo=info)
        case "GIF":
            return saved(image, name, comment=SECRET)
        case "MPO":
            return saved(
                image,
                name,
                exif=exif(orientation),
                save_all=True,
                append_images=[picture((50, 50))],
            )
        case "WEBP":
            return saved(image, name, exif=exif(orientation), xmp=XMP)
        case _:
            return saved(image, name, exif=exif(orientation), xmp=XMP)


def animation(size: tuple[int, int] = (60, 40), frames: int = 5, *, clear: bool = False) -> bytes:
    pictures = []
    for number in range(frames):
        image = Image.new("RGBA", size, (0, 0, 0, 0) if clear else (250, 250, 250, 255))
        box = (number * 5, 5, number * 5 + 10, 20)
        ImageDraw.Draw(image).rectangle(box, fill=(200, 10 * number % 255, 10, 255))
        pictures.append(image if clear else image.convert("RGB"))
    return saved(
        pictures[0],
        "GIF",
        save_all=True,
        append_images=pictures[1:],
        duration=[50 + 10 * number for number in range(frames)],
        loop=0,
        comment=SECRET,
        disposal=2 if clear else 0,
    )


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def colour(image: Image.Image, x: int, y: int) -> str:
    red, green, blue = image.convert("RGB").getpixel((x, y))  # type: ignore[misc]
    return max(("red", red), ("green", green), ("blue", blue), key=lambda pair: pair[1])[0]


def assert_bare(data: bytes) -> None:
    image = opened(data)
    assert SECRET not in data
    assert b"Luxemburg" not in data
    assert not image.getexif()
    assert b"Exif" not in data
    kept = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
    kept |= {"version", "background", "duration", "loop", "extension", "transparency", "timestamp"}
    assert set(image.info) <= kept


def assert_true_to_itself(made: Processed) -> None:
    """What it says of itself is what the bytes hold."""
    image, preview = opened(made.data), opened(made.preview)
    assert (image.width, image.height) == (made.width, made.height)
    assert (preview.width, preview.height) == (made.preview_width, made.preview_height)
    assert Image.MIME[image.format or ""] == made.mime_type
    assert Image.MIME[preview.format or ""] == made.preview_mime_type
    assert made.extension in ("jpg", "png", "gif", "webp")
    assert made.preview_extension in ("jpg", "png")
    assert getattr(preview, "n_frames", 1) == 1
    blurhash.decode(made.blurhash, 4, 4)


@pytest.mark.parametrize(
    ("name", "mime_type"),
    [
        ("JPEG", "image/jpeg"),
        ("MPO", "image/jpeg"),
        ("PNG", "image/png"),
        ("GIF", "image/png"),
        ("WEBP", "image/webp"),
        pytest.param("AVIF", "image/jpeg", marks=WITH_AVIF),
    ],
)
async def test_nothing_but_the_pixels_survives(
    workshop: ImageWorkshop, name: str, mime_type: str
) -> None:
    data = labelled(name)
    assert SECRET in data

    made = await workshop.process(data)

    assert made.mime_type == mime_type
    assert not made.animated
    assert (made.width, made.height) == (120, 80)
    assert_true_to_itself(made)
    assert_bare(made.data)
    assert_bare(made.preview)
    assert colour(opened(made.data), 100, 10) == "red"
    assert colour(opened(made.data), 60, 70) == "blue"


async def test_avatars_and_headers_are_bare_too(workshop: ImageWorkshop) -> None:
    for name in ("JPEG", "PNG", "GIF", "WEBP"):
        for made in (await workshop.avatar(labelled(name)), await workshop.header(labelled(name))):
            assert_true_to_itself(made)
            assert_bare(made.data)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
async def test_pictures_are_turned_upright(
    workshop: ImageWorkshop, name: str, orientation: int
) -> None:
    """The green corner tells where the top left went."""
    made = await workshop.process(labelled(name, orientation))

    image = opened(made.data)
    corners = {
        1: (0, 0),
        2: (1, 0),
        3: (1, 1),
        4: (0, 1),
        5: (0, 0),
        6: (1, 0),
        7: (1, 1),
        8: (0, 1),
    }
    x, y = corners[orientation]
    assert image.size == ((120, 80) if orientation < 5 else (80, 120))
    assert colour(image, 5 if x == 0 else image.width - 6, 5 if y == 0 else image.height - 6) == (
        "green"
    )


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
async def test_every_kind_of_png_is_read(workshop: ImageWorkshop, mode: str) -> None:
    image = picture(mode=mode) if mode != "I;16" else Image.new("I;16", (120, 80), 0x8000)

    made = await workshop.process(saved(image, "PNG"))

    assert_true_to_itself(made)
    result = opened(made.data)
    assert ("A" in result.getbands()) == (mode in ("LA", "RGBA"))
    if mode == "I;16":
        assert result.getpixel((10, 10)) == 128


async def test_see_through_places_stay_so(workshop: ImageWorkshop) -> None:
    palette = picture(mode="RGBA").quantize(16)
    for data in (
        saved(picture(mode="RGBA"), "PNG"),
        saved(palette, "PNG"),
        saved(picture(mode="RGBA"), "GIF"),
        saved(picture(mode="RGBA"), "WEBP"),
    ):
        made = await workshop.process(data)

        assert opened(made.data).convert("RGBA").getpixel((110, 5))[3] == 0  # type: ignore[index]
        assert opened(made.preview).convert("RGBA").getpixel((110, 5))[3] == 0  # type: ignore[index]


async def test_print_colours_become_screen_colours(workshop: ImageWorkshop) -> None:
    made = await workshop.process(saved(picture(mode="CMYK"), "JPEG"))

    assert opened(made.data).mode == "RGB"
    assert colour(opened(made.data), 100, 10) == "red"


async def test_a_colour_profile_is_applied_and_dropped(workshop: ImageWorkshop) -> None:
    """In this profile "red" means blue."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"?XYZ", 1).replace(b"bXYZ", b"rXYZ", 1)
    swapped = swapped.replace(b"?XYZ", b"bXYZ", 1)
    strange = swapped.replace("sRGB".encode("utf-16-be"), "odd!".encode("utf-16-be"))

    for name in ("JPEG", "PNG", "WEBP"):
        made = await workshop.process(saved(picture(), name, icc_profile=strange))

        assert colour(opened(made.data), 100, 10) == "blue"
        assert_bare(made.data)


async def test_a_broken_colour_profile_does_not_matter(workshop: ImageWorkshop) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for profile in (b"nonsense", lab, b"\0" * 200):
        made = await workshop.process(saved(picture(), "JPEG", icc_profile=profile))

        assert colour(opened(made.data), 100, 10) == "red"
        assert_bare(made.data)


async def test_large_pictures_are_scaled_down_and_previewed(workshop: ImageWorkshop) -> None:
    for name in ("JPEG", "PNG"):
        data = saved(Image.new("RGB", (5000, 4000), "teal"), name)

        made = await workshop.process(data)

        assert_true_to_itself(made)
        assert 8_200_000 < made.width * made.height <= 8_294_400
        assert made.width / made.height == pytest.approx(1.25, abs=0.01)
        assert 225_000 < made.preview_width * made.preview_height <= 230_400


async def test_small_pictures_are_not_blown_up(workshop: ImageWorkshop) -> None:
    made = await workshop.process(saved(Image.new("RGB", (1, 1), "red"), "PNG"))

    assert (made.width, made.height) == (1, 1)
    assert (made.preview_width, made.preview_height) == (1, 1)
    assert_true_to_itself(made)


@pytest.mark.parametrize("size", [(30_000, 3), (3, 30_000)])
async def test_ribbons_are_bearable(workshop: ImageWorkshop, size: tuple[int, int]) -> None:
    made = await workshop.process(saved(Image.new("RGB", size), "PNG"))
    avatar = await workshop.avatar(saved(Image.new("RGB", size), "PNG"))

    assert max(made.width, made.height) <= 16_000
    assert_true_to_itself(made)
    assert_true_to_itself(avatar)


async def test_avatars_and_headers_have_their_size(workshop: ImageWorkshop) -> None:
    for size in ((10, 10), (1000, 300), (300, 1000)):
        avatar = await workshop.avatar(saved(picture(size), "JPEG"))
        header = await workshop.header(saved(picture(size), "JPEG"))

        assert (avatar.width, avatar.height) == (400, 400)
        assert (header.width, header.height) == (1500, 500)
        assert avatar.preview == avatar.data


async def test_an_avatar_shows_the_middle(workshop: ImageWorkshop) -> None:
    image = Image.new("RGB", (900, 300), "red")
    ImageDraw.Draw(image).rectangle((300, 0, 599, 299), fill=(0, 0, 200))

    avatar = opened((await workshop.avatar(saved(image, "PNG"))).data)

    assert {colour(avatar, x, y) for x in (20, 380) for y in (20, 380)} == {"blue"}


@pytest.mark.parametrize("clear", [False, True])
async def test_an_animated_gif_stays_one(workshop: ImageWorkshop, clear: bool) -> None:
    data = animation(clear=clear)

    made = await workshop.process(data)

    assert (made.mime_type, made.animated) == ("image/gif", True)
    assert_true_to_itself(made)
    assert SECRET not in made.data
    before, after = Image.open(io.BytesIO(data)), Image.open(io.BytesIO(made.data))
    assert getattr(after, "n_frames", 1) == 5
    assert after.info["loop"] == 0
    pairs = zip(ImageSequence.Iterator(before), ImageSequence.Iterator(after), strict=True)
    for number, (old, new) in enumerate(pairs):
        assert new.info["duration"] == 50 + 10 * number
        for place in ((number * 5 + 5, 10), (1, 35), (55, 1)):
            was, now = (frame.convert("RGBA").getpixel(place) for frame in (old, new))
            assert isinstance(was, tuple)
            assert isinstance(now, tuple)
            assert was[3] == now[3]
            if was[3]:
                assert max(abs(a - b) for a, b in zip(was, now, strict=True)) < 30


async def test_an_animated_avatar_stands_still(workshop: ImageWorkshop) -> None:
    avatar = await workshop.avatar(animation())

    assert not avatar.animated
    assert getattr(opened(avatar.data), "n_frames", 1) == 1


async def test_other_animations_become_their_first_picture(workshop: ImageWorkshop) -> None:
    second = Image.new("RGB", (120, 80), "black")
    for name in ("PNG", "WEBP"):
        data = saved(picture(), name, save_all=True, append_images=[second])

        made = await workshop.process(data)

        assert getattr(opened(made.data), "n_frames", 1) == 1
        assert colour(opened(made.data), 100, 10) == "red"


async def test_long_and_large_animations(workshop: ImageWorkshop) -> None:
    data = animation(frames=12)

    with pytest.raises(Unprocessable, match="too long"):
        await workshop.process(data, limits=Limits(max_frames=11))
    with pytest.raises(Unprocessable, match="too large"):
        await workshop.process(data, limits=Limits(max_animation_input_pixels=60 * 40 * 11))
    smaller = await workshop.process(data, limits=Limits(max_animation_output_pixels=12 * 600))

    assert (smaller.width, smaller.height) == (30, 20)
    assert getattr(opened(smaller.data), "n_frames", 1) == 12


async def test_a_gif_of_countless_tiny_blocks_is_refused_quickly(workshop: ImageWorkshop) -> None:
    gif = animation()
    comment = b"\x21\xfe" + b"\x01x" * 2_000_000 + b"\0"
    start = gif.index(b"\x21")

    with pytest.raises(Unprocessable):
        async with asyncio.timeout(10):
            await workshop.process(gif[:start] + comment + gif[start:])


def png_claiming(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1_000_000)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
    return start + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "data",
    [
        png_claiming(6000, 6000),
        png_claiming(12_000, 12_000),
        png_claiming(60_000, 60_000),
        png_claiming(2_000_000_000, 2_000_000_000),
        saved(Image.new("1", (9000, 4000)), "PNG"),
        b"GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x02\x02D\x01\0;",
    ],
    ids=["36MP", "144MP", "3600MP", "absurd", "honest", "gif"],
)
async def test_decompression_bombs_are_refused_before_decoding(
    workshop: ImageWorkshop, data: bytes
) -> None:
    with pytest.raises(Unprocessable, match=r"too many pixels|damaged"):
        await workshop.process(data)
    with pytest.raises(Unprocessable):
        await workshop.avatar(data)


async def test_a_png_text_bomb_is_refused(workshop: ImageWorkshop) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Bomb", "x" * 100_000_000, zip=True)

    with pytest.raises(Unprocessable):
        await workshop.process(saved(picture(), "PNG", pnginfo=info))


async def test_too_many_bytes_are_refused(workshop: ImageWorkshop) -> None:
    with pytest.raises(Unprocessable, match="16 MB"):
        await workshop.process(labelled("PNG") + b"\0" * 16 * 1024 * 1024)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "GIF", "WEBP"])
async def test_truncated_pictures_are_refused(workshop: ImageWorkshop, name: str) -> None:
    data = saved(Image.effect_noise((300, 200), 80).convert("RGB"), name)

    for part in (0.05, 0.5, 0.9):
        with pytest.raises(Unprocessable, match=r"damaged|not an image"):
            await workshop.process(data[: int(len(data) * part)])


async def test_a_truncated_animation_is_refused(workshop: ImageWorkshop) -> None:
    noise = [Image.effect_noise((100, 80), 80 + number) for number in range(4)]
    data = saved(noise[0], "GIF", save_all=True, append_images=noise[1:])

    with pytest.raises(Unprocessable, match="damaged"):
        await workshop.process(data[: int(len(data) * 0.9)])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"\0" * 1000,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
        b"%PDF-1.7\n",
        b"push graphic-context\nfill 'url(https://example.org/)'\n",
        b"PK\x03\x04",
        saved(picture(), "BMP"),
        saved(picture(), "TIFF"),
        saved(picture(), "ICO"),
        saved(picture(), "PPM"),
        saved(picture(), "TGA"),
        saved(picture(), "PDF"),
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 100,
    ],
)
async def test_what_is_no_picture_of_ours_is_refused(workshop: ImageWorkshop, data: bytes) -> None:
    with pytest.raises(Unprocessable, match="not an image"):
        await workshop.process(data)


async def test_polyglots_lose_their_other_half(workshop: ImageWorkshop) -> None:
    script = b"<script>alert(document.cookie)</script>"
    archive = b"PK\x03\x04" + script
    for data in (
        saved(picture(), "JPEG", comment=script) + archive,
        saved(picture(), "PNG") + archive,
        saved(picture(), "GIF") + archive,
        animation() + archive,
        saved(picture(), "WEBP") + archive,
        saved(picture(), "GIF", comment=b"*/=1;" + script + b"/*"),
    ):
        made = await workshop.process(data)

        assert b"script" not in made.data
        assert b"PK\x03\x04" not in made.data
        assert_true_to_itself(made)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    name=st.sampled_from(["JPEG", "PNG", "GIF", "WEBP", "moving"]),
    changes=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=8),
    cut=st.integers(0, 60),
)
def test_damage_anywhere_gives_a_picture_or_a_sentence(
    name: str, changes: list[tuple[int, int]], cut: int
) -> None:
    data = bytearray(animation() if name == "moving" else labelled(name))
    for place, value in changes:
        data[place % len(data)] = value
    data = data[: len(data) - cut]

    async def attempt() -> Processed | str:
        workshop = ImageWorkshop(workers=1)
        try:
            return await workshop.process(bytes(data))
        except Unprocessable as error:
            return error.public
        finally:
            workshop.close()

    result = asyncio.run(attempt())
    if isinstance(result, str):
        assert result.startswith("This ")
    else:
        assert_true_to_itself(result)


async def test_past_a_full_queue_people_are_asked_to_come_again() -> None:
    workshop = ImageWorkshop(workers=1, waiting=2)
    data = saved(Image.new("RGB", (2000, 1500)), "PNG")

    results = await asyncio.gather(
        *(workshop.process(data) for _ in range(6)), return_exceptions=True
    )
    again = await workshop.process(data)
    workshop.close()

    assert sum(isinstance(result, Processed) for result in results) == 3
    assert sum(isinstance(result, TooManyRequests) for result in results) == 3
    assert again.width == 2000


async def test_warnings_stay_inside_and_the_filters_are_as_before(
    workshop: ImageWorkshop,
) -> None:
    """Pillow warns of broken EXIF; the tests turn every warning that escapes into an error."""
    broken = (
        labelled("JPEG")
        .replace(b"MM\0*\0\0\0\x08", b"MM\0*\0\0\0\x09")
        .replace(b"II*\0\x08\0\0\0", b"II*\0\x09\0\0\0")
    )
    before = list(warnings.filters)

    results = await asyncio.gather(*(workshop.process(broken) for _ in range(6)))

    assert all(result.width == 120 for result in results)
    assert list(warnings.filters) == before
