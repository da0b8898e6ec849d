"""Lists of blocked servers as Mastodon exports them (CSV): read, looked at, then taken over."""

import csv
import io

import msgspec

from fedschool.errors import Unprocessable
from fedschool.model.servers import RANKS, ImportLine, Severity
from fedschool.services import servers
from fedschool.services.servers import Decision
from fedschool.site import Site
from fedschool.store import servers as store

MAX_BYTES = 4 << 20
MAX_LINES = 20_000
MAX_FIELD = 10_000
_TRUE = frozenset({"true", "t", "1", "yes", "on"})


def read(data: bytes) -> list[ImportLine]:
    """The lines of a list, those that cannot be used with their `problem`.

    Columns are found by Mastodon's names (`#domain`, `#severity`, …) in the first line; without
    such a line the first column is the domain. Raises Unprocessable for what is no list, or more
    than we take.
    """
    if len(data) > MAX_BYTES:
        raise Unprocessable(f"The list is longer than {MAX_BYTES >> 20} MiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unprocessable("The list is not UTF-8 text") from error
    if "\0" in text:
        raise Unprocessable("The list is not text")
    rows = _rows(text)
    if not rows:
        return []
    names = [cell.strip().lstrip("#").lower() for cell in rows[0]]
    if "domain" not in names:
        names, rows = ["domain", "severity"], [[], *rows]
    if len(rows) > MAX_LINES:
        raise Unprocessable(f"The list has more than {MAX_LINES} lines")
    return [_line(dict(zip(names, row, strict=False))) for row in rows[1:] if any(row)]


async def look(site: Site, lines: list[ImportLine]) -> list[ImportLine]:
    """The same lines, with a problem where nothing would come of them: what is decided already
    is never made milder by a list."""
    async with site.reading() as tx:
        known = {item.domain: item for item in await store.all_blocks(tx)}
    seen: set[str] = set()
    looked = []
    for line in lines:
        problem = line.problem
        domain = line.domain
        if not problem:
            try:
                domain = servers.checked(site, domain)
            except Unprocessable as error:
                problem = error.public.removeprefix("Validation failed: ")
        if not problem and domain in seen:
            problem = "is in the list twice"
        before = known.get(domain)
        if not problem and before is not None and RANKS[line.severity] <= RANKS[before.severity]:
            problem = f"is decided already ({before.severity.value})"
        seen.add(domain)
        looked.append(msgspec.structs.replace(line, domain=domain, problem=problem))
    return looked


async def apply(site: Site, actor: int, lines: list[ImportLine]) -> int:
    """Takes over the lines without a problem; how many."""
    good = [line for line in await look(site, lines) if not line.problem]
    for line in good:
        wanted = Decision(
            severity=line.severity,
            reject_media=line.reject_media,
            reject_reports=line.reject_reports,
            obfuscate=line.obfuscate,
            public_comment=line.public_comment,
        )
        await servers.decide(site, actor, line.domain, wanted)
    return len(good)


def _rows(text: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise Unprocessable("The list is not CSV that can be read") from error


def _line(cells: dict[str, str]) -> ImportLine:
    domain = cells.get("domain", "").strip()[:MAX_FIELD]
    name = cells.get("severity", "").strip().lower() or Severity.SUSPEND.value
    problem = ""
    if not domain:
        problem = "has no domain"
    elif "*" in domain.removeprefix("*."):
        problem = "is obscured"
    if name not in {severity.value for severity in Severity}:
        name, problem = Severity.NOOP.value, problem or "has a severity that there is not"
    comment = cells.get("public_comment", "").strip()
    if len(comment) > servers.MAX_COMMENT:
        comment = comment[: servers.MAX_COMMENT]
    return ImportLine(
        domain=domain,
        severity=Severity(name),
        reject_media=_flag(cells.get("reject_media", "")),
        reject_reports=_flag(cells.get("reject_reports", "")),
        obfuscate=_flag(cells.get("obfuscate", "")),
        public_comment=comment,
        problem=problem,
    )


def _flag(cell: str) -> bool:
    return cell.strip().lower() in _TRUE
