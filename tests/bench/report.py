"""The table in Markdown: each row beside its budget."""

from collections.abc import Sequence

import msgspec

from tests.bench.rows import Row


class Figure(msgspec.Struct, frozen=True):
    """Something that is measured once, such as megabytes of memory."""

    name: str
    unit: str
    value: float
    budget: float | None = None


def markdown(rows: Sequence[Row], figures: Sequence[Figure]) -> str:
    return "\n".join([*_operations(rows), "", *_figures(figures)])


def _operations(rows: Sequence[Row]) -> list[str]:
    head = (
        "operation",
        "budget, CPU-ms",
        "CPU-ms",
        "× budget",
        "per second, 1 / 16",
        "p95 ms, 1 / 16",
        "CPU-ms at 16",
    )
    return _table(head, [_cells(row) for row in rows])


def _cells(row: Row) -> tuple[str, ...]:
    first, *rest = row.costs
    return (
        row.operation,
        f"{row.budget_ms:g}",
        f"{first.cpu_ms:.2f}",
        f"{first.cpu_ms / row.budget_ms:.1f}",
        " / ".join(f"{cost.per_second:.0f}" for cost in row.costs),
        " / ".join(f"{cost.p95_ms:.1f}" for cost in row.costs),
        f"{rest[0].cpu_ms:.2f}" if rest else "",
    )


def _figures(figures: Sequence[Figure]) -> list[str]:
    return _table(
        ("figure", "budget", "measured", "× budget"),
        [
            (
                f"{one.name}, {one.unit}",
                "" if one.budget is None else f"{one.budget:g}",
                f"{one.value:.3g}",
                "" if one.budget is None else f"{one.value / one.budget:.1f}",
            )
            for one in figures
        ],
    )


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> list[str]:
    rule = ["---"] + ["---:"] * (len(head) - 1)
    return [f"| {' | '.join(line)} |" for line in (head, rule, *lines)]
