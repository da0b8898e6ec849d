"""What was written before there was a search is found after the update."""

from pathlib import Path

import sqlalchemy as sa

from fedschool.model.search import Term
from fedschool.store import words
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_media import media_attachments
from fedschool.store.tables_polls import poll_options, polls
from fedschool.store.tables_statuses import mentions, statuses
from tests.store.upgrading import needs_postgresql, on_postgresql, on_sqlite, upgrade

MANY = 1_100


def _fill(connection: sa.Connection) -> None:
    """Two people; many posts, one with a picture, a poll and a mention, one of them a boost."""
    for number, domain in ((1, ""), (2, "elm.test")):
        person = {
            "id": number,
            "username": f"ada{number}",
            "username_key": f"ada{number}",
            "display_name": "Ada Lovelace",
            "domain": domain,
            "uri": f"u{number}",
            "created_at": 1,
        }
        connection.execute(sa.insert(accounts).values(person))
    post = {"account_id": 1, "visibility": "public", "conversation_id": 1, "created_at": 1}
    rows = [
        post | {"id": n, "uri": f"s{n}", "content": f"<p>Lesson number{n}</p>"}
        for n in range(1, MANY)
    ]
    connection.execute(sa.insert(statuses), rows)
    boost = post | {"id": MANY, "uri": "boost", "reblog_of_id": 7}
    connection.execute(sa.insert(statuses).values(boost))
    connection.execute(sa.insert(mentions).values(status_id=7, account_id=2))
    connection.execute(sa.insert(polls).values(status_id=7))
    connection.execute(sa.insert(poll_options).values(status_id=7, position=0, title="Pears"))
    picture = {"id": 1, "account_id": 1, "status_id": 7, "kind": "image", "created_at": 1}
    connection.execute(sa.insert(media_attachments).values(**picture, description="A bridge"))


def _found(connection: sa.Connection, kind: str, *wanted: str) -> list[int]:
    dialect = connection.dialect.name
    query = words.expression(dialect, [Term(words=(word,)) for word in wanted])
    sql = {
        "sqlite": f"SELECT rowid FROM {kind}_fts WHERE {kind}_fts MATCH :q ORDER BY 1",
        "postgresql": f"SELECT {kind}_id FROM {kind}_words "
        "WHERE words @@ CAST(CAST(:q AS text) AS tsquery) ORDER BY 1",
    }[dialect]
    return [row[0] for row in connection.execute(sa.text(sql), {"q": query})]


def _story(connection: sa.Connection) -> None:
    upgrade(connection, "0002")
    _fill(connection)

    upgrade(connection, "0003")

    assert len(_found(connection, "status", "lesson")) == MANY - 1
    assert _found(connection, "status", f"number{MANY - 1}") == [MANY - 1]
    asked = ("bridge", "pears", "number7", words.being("poll"), words.by(1), words.naming(2))
    assert _found(connection, "status", *asked) == [7]
    assert _found(connection, "account", "lovelace") == [1, 2]
    assert _found(connection, "account", words.LOCAL, "ada1") == [1]

    connection.execute(sa.text("DELETE FROM accounts WHERE id = 2"))
    connection.execute(sa.text("DELETE FROM statuses WHERE id = 7"))
    assert _found(connection, "account", "lovelace") == [1]
    assert _found(connection, "status", "bridge") == []
    assert len(_found(connection, "status", "lesson")) == MANY - 2


def test_what_is_there_already_is_indexed_on_sqlite(tmp_path: Path) -> None:
    on_sqlite(tmp_path, _story)


@needs_postgresql
async def test_what_is_there_already_is_indexed_on_postgresql() -> None:
    await on_postgresql(_story)
