"""Figures for the staff: measures by day, dimensions by value, cohorts by when people came."""

from enum import StrEnum

import msgspec

DAY = 86_400_000


class Period(msgspec.Struct, frozen=True):
    """Whole UTC days: from `first` to `last` (days since 1970), both included."""

    first: int
    last: int

    @property
    def days(self) -> range:
        return range(self.first, self.last + 1)

    @property
    def before(self) -> "Period":
        """The period of the same length that ends before this one."""
        length = len(self.days)
        return Period(self.first - length, self.last - length)


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """A figure for each day; `previous` is the total of the period before, where that is known."""

    key: str
    total: int
    data: tuple[tuple[int, int], ...]
    previous: int | None = None
    unit: str | None = None


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """One value of a dimension. `human` and `unit` where the bare value says too little."""

    key: str
    name: str
    value: str
    human: str | None = None
    unit: str | None = None


class Dimension(msgspec.Struct, frozen=True):
    """The greatest values first."""

    key: str
    data: tuple[Share, ...]


class Frequency(StrEnum):
    DAY = "day"
    MONTH = "month"


class Return(msgspec.Struct, frozen=True):
    """Of a cohort: how many came in the period that begins at `at` (ms), and their share."""

    at: int
    value: int
    rate: float


class Cohort(msgspec.Struct, frozen=True):
    """Those who joined in the period that begins at `at` (ms)."""

    at: int
    frequency: Frequency
    data: tuple[Return, ...]
