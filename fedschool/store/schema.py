"""Every table of the database: whoever compares or migrates them reads `metadata` here.

A table's module is imported below, or its tables would be unknown.
"""

from fedschool.store import (  # noqa: F401
    tables_accounts,
    tables_announcements,
    tables_blocks,
    tables_cards,
    tables_federation,
    tables_filters,
    tables_interactions,
    tables_jobs,
    tables_measures,
    tables_media,
    tables_notifications,
    tables_people,
    tables_polls,
    tables_quotes,
    tables_relationships,
    tables_search,
    tables_servers,
    tables_staff,
    tables_statuses,
    tables_texts,
    tables_timelines,
    tables_users,
)
from fedschool.store.base import metadata

__all__ = ["metadata"]
