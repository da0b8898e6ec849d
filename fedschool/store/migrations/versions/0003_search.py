"""Indexes over the words of posts and names, and the words of what is there already."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from fedschool.store.words import Document, stored, words_of, words_of_name

revision = "0003"
down_revision = "0002"

CHUNK = 500
_KEPT = (("status", "status_id"), ("account", "account_id"))


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        _index_sqlite()
    _fill_statuses(connection)
    _fill_accounts(connection)
    if connection.dialect.name == "postgresql":
        for name, _ in _KEPT:
            op.execute(
                f"CREATE INDEX ix_{name}_words_words ON {name}_words USING gin (words) "
                "WITH (fastupdate = off)"
            )


def _index_sqlite() -> None:
    """FTS5 beside each table, kept by triggers, which also run when a deletion cascades.

    The `ascii` tokenizer cuts at spaces alone here: the words come folded.
    """
    for name, key in _KEPT:
        fts = f"{name}_fts"
        gone = f"INSERT INTO {fts}({fts}, rowid, words) VALUES('delete', old.{key}, old.words);"
        new = f"INSERT INTO {fts}(rowid, words) VALUES (new.{key}, new.words);"  # noqa: S608
        op.execute(
            f"CREATE VIRTUAL TABLE {fts} USING fts5(words, content='{name}_words', "
            f"content_rowid='{key}', tokenize='ascii', columnsize=0)"
        )
        for event, work in (("INSERT", new), ("DELETE", gone), ("UPDATE", f"{gone} {new}")):
            op.execute(
                f"CREATE TRIGGER {name}_words_{event.lower()} AFTER {event} ON {name}_words "
                f"BEGIN {work} END"
            )


def _fill_statuses(connection: sa.Connection) -> None:
    after = -1
    while rows := _rows(
        connection,
        "SELECT id, account_id, content, spoiler_text, sensitive, language, in_reply_to_uri "
        "FROM statuses WHERE id > :after AND reblog_of_id IS NULL ORDER BY id LIMIT :most",
        after=after,
        most=CHUNK,
    ):
        span = {"low": rows[0][0], "high": rows[-1][0]}
        after = rows[-1][0]
        named = _grouped(connection, "mentions", "account_id, position", **span)
        media = _grouped(connection, "media_attachments", "kind, description, position", **span)
        options = _grouped(connection, "poll_options", "title, position", **span)
        _write(
            connection,
            "status",
            (
                (
                    row[0],
                    words_of(
                        Document(
                            account_id=row[1],
                            content=row[2],
                            spoiler_text=row[3],
                            sensitive=bool(row[4]),
                            language=row[5],
                            reply=row[6] is not None,
                            mentioned=[item[0] for item in named.get(row[0], ())],
                            media=[(item[0], item[1]) for item in media.get(row[0], ())],
                            options=[item[0] for item in options.get(row[0], ())],
                        )
                    ),
                )
                for row in rows
            ),
        )


def _fill_accounts(connection: sa.Connection) -> None:
    after = -1
    while rows := _rows(
        connection,
        "SELECT id, username, display_name, domain FROM accounts "
        "WHERE id > :after ORDER BY id LIMIT :most",
        after=after,
        most=CHUNK,
    ):
        after = rows[-1][0]
        _write(
            connection,
            "account",
            ((row[0], words_of_name(row[1], row[2], local=not row[3])) for row in rows),
        )


def _grouped(
    connection: sa.Connection, table: str, columns: str, **span: int
) -> dict[int, list[Sequence[Any]]]:
    """Rows of a table by status, in the order of `position`, without those below zero."""
    groups: dict[int, list[Sequence[Any]]] = {}
    for row in _rows(
        connection,
        f"SELECT status_id, {columns} FROM {table} "  # noqa: S608  names of our own
        "WHERE status_id BETWEEN :low AND :high AND position >= 0 ORDER BY status_id, position",
        **span,
    ):
        groups.setdefault(row[0], []).append(row[1:])
    return groups


def _rows(connection: sa.Connection, sql: str, **values: int) -> Sequence[Sequence[Any]]:
    return connection.execute(sa.text(sql), values).all()


def _write(
    connection: sa.Connection, name: str, found: Iterable[tuple[int, Sequence[str]]]
) -> None:
    dialect = connection.dialect.name
    value = ":words" if dialect == "sqlite" else "CAST(CAST(:words AS text) AS tsvector)"
    connection.execute(
        sa.text(f"INSERT INTO {name}_words ({name}_id, words) VALUES (:id, {value})"),  # noqa: S608
        [{"id": key, "words": stored(dialect, words)} for key, words in found],
    )
