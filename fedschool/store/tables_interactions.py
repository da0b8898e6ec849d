"""Tables of what people do with posts: favourites, bookmarks, pins, muted threads."""

import sqlalchemy as sa

from fedschool.store.base import Id, Key, _id, _ms, _ref, metadata


def _act(name: str, *columns: sa.Column[str]) -> sa.Table:
    """What an account did with a status; ids order the lists that clients page through."""
    return sa.Table(
        name,
        metadata,
        _id(),
        _ref("account_id", "accounts"),
        _ref("status_id", "statuses"),
        *columns,
        _ms("created_at"),
        sa.UniqueConstraint("account_id", "status_id"),
        sa.Index(f"ix_{name}_account_id_id", "account_id", "id"),
        sa.Index(f"ix_{name}_status_id_id", "status_id", "id"),
    )


favourites = _act("favourites", sa.Column("uri", Key, nullable=False))

bookmarks = _act("bookmarks")

pins = _act("pins")

conversation_mutes = sa.Table(
    "conversation_mutes",
    metadata,
    _ref("account_id", "accounts"),
    sa.Column("conversation_id", Id, nullable=False),
    _ms("created_at"),
    sa.PrimaryKeyConstraint("account_id", "conversation_id"),
)
