"""A MediaAttachment's `meta`: sizes, lengths, rates, as far as they are known."""

from typing import Any

from fedschool.model.status import Attachment, MediaDetails


def media_meta(item: Attachment) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/MediaAttachment/#meta"""
    meta: dict[str, Any] = {}
    if item.moves:
        meta |= _playing(item)
    elif item.width and item.height:
        meta["original"] = _size(item.width, item.height)
    if item.preview_width and item.preview_height:
        meta["small"] = _size(item.preview_width, item.preview_height)
    if item.details.colors is not None:
        names = ("background", "foreground", "accent")
        meta["colors"] = dict(zip(names, item.details.colors, strict=True))
    if item.kind in ("image", "gifv", "video"):
        meta["focus"] = {"x": item.focus_x, "y": item.focus_y}
    return meta


def _playing(item: Attachment) -> dict[str, Any]:
    """What is said of films and sounds twice: flat, as old clients read it, and in `original`."""
    known = item.details
    flat: dict[str, Any] = {}
    original: dict[str, Any] = {}
    if item.width and item.height:
        flat |= _size(item.width, item.height)
        original |= {"width": item.width, "height": item.height}
    if known.frame_rate is not None:
        flat["fps"] = _per_second(known.frame_rate)
        original["frame_rate"] = known.frame_rate
    if known.duration is not None:
        flat |= {"length": _clock(known.duration), "duration": known.duration}
        original["duration"] = known.duration
    if known.bitrate is not None:
        original["bitrate"] = known.bitrate
    flat |= _heard(known)
    return flat | ({"original": original} if original else {})


def _heard(known: MediaDetails) -> dict[str, str]:
    named = ("audio_encode", "audio_bitrate", "audio_channels")
    return {name: value for name in named if (value := getattr(known, name)) is not None}


def _size(width: int, height: int) -> dict[str, Any]:
    return {
        "width": width,
        "height": height,
        "size": f"{width}x{height}",
        "aspect": width / height,
    }


def _clock(seconds: float) -> str:
    """`0:01:28.65`"""
    whole, hundredths = divmod(round(seconds * 100), 100)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}.{hundredths:02}"


def _per_second(rate: str) -> int:
    above, _, below = rate.partition("/")
    return round(int(above) / max(1, int(below or 1)))
