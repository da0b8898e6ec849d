"""Every table of the database: whoever compares or migrates them reads `metadata` here.

A table's module is imported below, or its tables would be unknown.
"""

from fedschool.store import tables_staff  # noqa: F401
from fedschool.store.base import metadata

__all__ = ["metadata"]
