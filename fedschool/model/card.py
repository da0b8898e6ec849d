"""Preview cards: what a page says about itself, and what we show of it."""

from enum import StrEnum

import msgspec

from fedschool.model.account import Account


class CardType(StrEnum):
    """As oEmbed names them (oembed.com, 2.3.4)."""

    LINK = "link"
    PHOTO = "photo"
    VIDEO = "video"
    RICH = "rich"


class Frame(msgspec.Struct, frozen=True):
    """A page inside a page: the https address of an iframe and its size in pixels, 0 unknown."""

    src: str
    width: int = 0
    height: int = 0


class Embed(msgspec.Struct, frozen=True, kw_only=True):
    """An oEmbed answer as its server claims it; addresses are absolute http(s) or empty.

    `frame` is all that is taken from its HTML.
    """

    type: CardType
    title: str = ""
    author_name: str = ""
    author_url: str = ""
    provider_name: str = ""
    provider_url: str = ""
    image_url: str = ""
    frame: Frame | None = None


class PageFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a page's head claims, as plain text of bounded length; addresses are absolute http(s).

    `published_at` in ms; `creator` is the handle of `fediverse:creator`; `embed_url` the oEmbed
    document about the page. What is missing is empty.
    """

    title: str = ""
    description: str = ""
    language: str = ""
    author_name: str = ""
    author_url: str = ""
    provider_name: str = ""
    image_url: str = ""
    image_description: str = ""
    published_at: int | None = None
    creator: str = ""
    embed_url: str = ""


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A page as it is shown below a status. `image_key` lies in our media store.

    `author` is the account that the page names and that names the page's site in turn. `html` is
    one iframe or nothing.
    """

    id: int
    url: str
    type: CardType = CardType.LINK
    title: str = ""
    description: str = ""
    language: str = ""
    author_name: str = ""
    author_url: str = ""
    author: Account | None = None
    provider_name: str = ""
    provider_url: str = ""
    html: str = ""
    width: int = 0
    height: int = 0
    image_key: str | None = None
    image_description: str = ""
    blurhash: str | None = None
    published_at: int | None = None
