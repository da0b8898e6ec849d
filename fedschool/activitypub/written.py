"""Single values as ActivityPub documents write them."""

from datetime import UTC, datetime

_MEDIA_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
}


def iso(ms: int) -> str:
    """Milliseconds since 1970 as xsd:dateTime in UTC; without the fraction when it is zero."""
    seconds, rest = divmod(ms, 1000)
    at = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{at}.{rest:03d}Z" if rest else f"{at}Z"


def period(seconds: float) -> str:
    """A length as xsd:duration."""
    return f"PT{round(seconds, 2):g}S"


def media_type_of(url: str) -> str | None:
    """What a picture's URL says by its ending."""
    _, _, ending = url.partition("?")[0].rpartition(".")
    return _MEDIA_TYPES.get(ending.lower())
