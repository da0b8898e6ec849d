"""The paragraph that stands for a quote where quotes are not known (FEP-044f)."""

import re

_OPENING = re.compile(r'<(p|span)\b[^<>]*\bclass="(?:[^"<>]* )?quote-inline(?: [^"<>]*)?"[^<>]*>')
_EMPTY = re.compile(r"<p>(?:<br>|\s)*</p>")


def without(content: str) -> str:
    """Cleaned HTML (see `html.clean`) without such paragraphs, for showing the quote itself."""
    kept: list[str] = []
    position = 0
    while (opening := _OPENING.search(content, position)) is not None:
        kept.append(content[position : opening.start()])
        position = _end(content, opening.end(), opening[1])
    if not kept:
        return content
    return _EMPTY.sub("", "".join([*kept, content[position:]]))


def _end(content: str, start: int, tag: str) -> int:
    """Where the element ends whose inside begins at `start`; cleaned HTML closes each."""
    depth = 1
    for found in re.finditer(rf"<(/?){tag}\b[^<>]*>", content[start:]):
        depth += -1 if found[1] else 1
        if depth == 0:
            return start + found.end()
    return len(content)
