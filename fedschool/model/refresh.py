"""Work in the background that a client may ask about."""

import msgspec


class Refresh(msgspec.Struct, frozen=True):
    """A search for answers in a thread; `finished_at` None while it goes on. Times in ms."""

    id: int
    conversation_id: int
    status_id: int
    result_count: int
    started_at: int
    finished_at: int | None
