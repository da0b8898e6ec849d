"""A school that ran the first version goes on with what it has."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.store.upgrading import needs_postgresql, on_postgresql, on_sqlite, upgrade

HALF_DAY = 43_200_000


def _add(connection: sa.Connection, name: str, *rows: dict[str, Any]) -> None:
    """Into the table as it is now; what it demands and the row leaves out is 1."""
    table = sa.Table(name, sa.MetaData(), autoload_with=connection)
    demanded = {
        column.name: 1
        for column in table.columns
        if not column.nullable and column.server_default is None
    }
    for row in rows:
        connection.execute(sa.insert(table).values(demanded | row))


def _person(number: int, domain: str) -> dict[str, Any]:
    name = f"person{number}"
    return {
        "id": number,
        "username": name,
        "username_key": name,
        "domain": domain,
        "uri": f"https://{domain or 'oak.test'}/users/{name}",
    }


def _direct(number: int, author: int, conversation: int) -> dict[str, Any]:
    return {
        "id": number,
        "account_id": author,
        "uri": f"https://oak.test/{number}",
        "visibility": "direct",
        "conversation_id": conversation,
    }


def _first_version(connection: sa.Connection) -> None:
    """Ada (1) and Ben (2) are here, Eve (3) is not. They talk, and one likes what another says."""
    _add(connection, "accounts", _person(1, ""), _person(2, ""), _person(3, "elm.test"))
    _add(connection, "statuses", _direct(11, 1, 7), _direct(12, 3, 7), _direct(13, 2, 8))
    _add(
        connection,
        "mentions",
        {"status_id": 11, "account_id": 3},
        {"status_id": 12, "account_id": 1},
    )
    told = {"account_id": 1, "from_account_id": 3, "created_at": 5 * HALF_DAY + 9}
    _add(
        connection,
        "notifications",
        told | {"id": 21, "type": "favourite", "status_id": 11},
        told | {"id": 22, "type": "follow", "status_id": None},
        told | {"id": 23, "type": "mention", "status_id": 12},
    )
    blocked = {"severity": "suspend", "created_at": 100}
    _add(
        connection,
        "domain_policies",
        blocked | {"domain": "bad.test"},
        blocked | {"domain": "worse.test"},
    )


def _story(connection: sa.Connection) -> None:
    upgrade(connection, "0001")
    _first_version(connection)

    upgrade(connection, "head")

    def found(query: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in connection.execute(sa.text(query))]

    assert found("SELECT id FROM accounts ORDER BY id") == [(1,), (2,), (3,)]
    assert found("SELECT id FROM statuses ORDER BY id") == [(11,), (12,), (13,)]
    assert found("SELECT group_key FROM notifications ORDER BY id") == [
        ("favourite-11-5",),
        ("follow-5",),
        ("ungrouped-23",),
    ]
    talks = "SELECT account_id, conversation_id, last_status_id FROM conversations ORDER BY 1, 2"
    assert found(talks) == [(1, 7, 12), (2, 8, 13)]
    assert len({row[0] for row in found("SELECT id FROM domain_policies")} - {0}) == 2


def test_rows_of_the_first_version_go_on_sqlite(tmp_path: Path) -> None:
    on_sqlite(tmp_path, _story)


@needs_postgresql
async def test_rows_of_the_first_version_go_on_postgresql() -> None:
    await on_postgresql(_story)
