"""A rule of the school, as its people are shown it and reports name it."""

import msgspec


class Rule(msgspec.Struct, frozen=True):
    """`hint` says more than the sentence does; empty where nothing is to be added."""

    id: int
    text: str
    hint: str = ""
