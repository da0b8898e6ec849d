"""Which address in a status is the one to preview."""

from collections.abc import Collection
from urllib.parse import urldefrag

from fedschool.text import links, markup

_NAMES = frozenset(("mention", "hashtag", "u-url", "quote-inline"))


def links_in(content: str, named: Collection[str] = ()) -> list[str]:
    """The plain web addresses that a status' HTML links to, in order, each once.

    Mentions and hashtags are none, whichever way their server marks them: `named` are the pages
    of the people who are mentioned. Nor is the address of a quoted post.
    """
    found: dict[str, None] = {}
    quoting = ""
    for token in markup.tokens(content):
        match token:
            case markup.Open(name, attributes):
                classes = set(attributes.get("class", "").split())
                if not quoting and name != "a" and "quote-inline" in classes:
                    quoting = name
                if name != "a" or quoting or classes & _NAMES:
                    continue
                if "tag" in attributes.get("rel", "").split():
                    continue
                url = links.safe_href(attributes.get("href", ""))
                if url is not None and url not in named:
                    found.setdefault(urldefrag(url).url)
            case markup.Close(name) if name == quoting:
                quoting = ""
    return list(found)
