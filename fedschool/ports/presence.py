"""Who was here today, in memory: noted with every request, written down every now and then."""


class Presence:
    """People by day, until they are `taken` to be written."""

    def __init__(self) -> None:
        self._day = 0
        self._written: set[int] = set()
        self._waiting: set[tuple[int, int]] = set()

    def note(self, user_id: int, day: int) -> None:
        """The person is here; `day` counts from 1970."""
        if day != self._day:
            self._day, self._written = day, set()
        if user_id not in self._written:
            self._written.add(user_id)
            self._waiting.add((day, user_id))

    def taken(self) -> list[tuple[int, int]]:
        """(day, user) of all who have not been written down yet."""
        waiting, self._waiting = self._waiting, set()
        return sorted(waiting)

    def give_back(self, pairs: list[tuple[int, int]]) -> None:
        """They could not be written."""
        self._waiting.update(pairs)
