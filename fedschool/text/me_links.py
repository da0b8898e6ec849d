"""Links by which pages and profiles name one another (`rel="me"`, microformats.org/wiki/rel-me)."""

from html.parser import HTMLParser

MAX_PAGE = 1_048_576
MAX_LINKS = 200


def whole_link(html: str) -> str | None:
    """The address, where a profile field's cleaned HTML is one link and nothing else."""
    reader = _Links()
    reader.feed(html)
    reader.close()
    if len(reader.links) != 1 or reader.outside:
        return None
    url = reader.links[0][0]
    return url if url.startswith(("https://", "http://")) else None


def names(page: str, *identities: str) -> bool:
    """Whether a page has a link or an anchor with `rel="me"` to one of the identities."""
    reader = _Links()
    reader.feed(page[:MAX_PAGE])
    wanted = {_same(identity) for identity in identities if identity}
    return any("me" in rel.lower().split() and _same(href) in wanted for href, rel in reader.links)


def _same(url: str) -> str:
    return url.strip().rstrip("/")


class _Links(HTMLParser):
    """Every `a` and `link` with an address, and whether any text stands outside of them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[tuple[str, str]] = []
        self.outside = False
        self._inside = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._inside += 1
        if tag not in ("a", "link") or len(self.links) >= MAX_LINKS:
            return
        given = {name: value or "" for name, value in reversed(attrs)}
        if href := given.get("href"):
            self.links.append((href, given.get("rel", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._inside = max(0, self._inside - 1)

    def handle_data(self, data: str) -> None:
        if not self._inside and data.strip():
            self.outside = True
