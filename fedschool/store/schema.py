"""Every table of the database: whoever compares or migrates them reads `metadata` here.

A table's module is imported below, or its tables would be unknown.
"""

from fedschool.store import (  # noqa: F401
    tables_announcements,
    tables_blocks,
    tables_cards,
    tables_measures,
    tables_people,
    tables_quotes,
    tables_search,
    tables_servers,
    tables_staff,
    tables_texts,
)
from fedschool.store.base import metadata

__all__ = ["metadata"]
