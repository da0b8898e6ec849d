"""CSV files as spreadsheets and other servers write and read them (RFC 4180)."""

import csv
import io
from collections.abc import Iterable, Sequence

from fedschool.errors import Malformed, TooLarge

MAX_BYTES = 10 * 1_048_576
MAX_ROWS = 100_000
MAX_CELLS = 16
MAX_CELL = 2_048
_ACTIVE = ("=", "+", "-", "@", "\t", "\r")


def write(rows: Iterable[Sequence[str]]) -> str:
    """The rows as a file; a spreadsheet takes none of the cells for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def read(data: bytes) -> list[tuple[str, ...]]:
    """The rows that are not empty, cells without surrounding spaces.

    UTF-8, with a byte order mark or without. Raises TooLarge, Malformed.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge("The file is larger than 10 MB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed("The file is not UTF-8") from error
    if "\0" in text:
        raise Malformed("The file is not a table")
    return _rows(text)


def _rows(text: str) -> list[tuple[str, ...]]:
    found = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), strict=True):
            row = tuple(_meant(cell) for cell in cells[:MAX_CELLS])
            if any(row):
                found.append(row)
            if len(found) > MAX_ROWS:
                raise TooLarge(f"The file has more than {MAX_ROWS} rows")
            if any(len(cell) > MAX_CELL for cell in row):
                raise Malformed("A cell of the file is too long")
    except csv.Error as error:
        raise Malformed("The file is not a table") from error
    return found


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_ACTIVE) else cell


def _meant(cell: str) -> str:
    """Without the mark that `_harmless` sets."""
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_ACTIVE) else cell
