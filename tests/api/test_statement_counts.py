"""Lists cost the same statements whatever their length, and none of these reads a whole table."""

import re
import sqlite3

import pytest

from fedschool.model.account import Role
from fedschool.ports.database.statement import Compiled, Statement
from tests.api.staff import STAFF_SCOPES
from tests.people import School, Teacher

LARGE = ("accounts", "follows", "home_entries", "mentions", "notifications", "statuses")

LISTS = (
    "/api/v1/timelines/home?limit={n}",
    "/api/v1/timelines/public?limit={n}",
    "/api/v1/timelines/public?local=true&limit={n}",
    "/api/v1/timelines/tag/maths?limit={n}",
    "/api/v1/timelines/list/{list}?limit={n}",
    "/api/v1/accounts/{ben}/statuses?limit={n}",
    "/api/v1/accounts/{ben}/statuses?exclude_replies=true&limit={n}",
    "/api/v1/accounts/{ben}/statuses?only_media=true&limit={n}",
    "/api/v1/accounts/{ada}/followers?limit={n}",
    "/api/v1/accounts/{ada}/following?limit={n}",
    "/api/v1/accounts/search?q=pupil&limit={n}",
    "/api/v1/statuses/{root}/favourited_by?limit={n}",
    "/api/v1/statuses/{root}/reblogged_by?limit={n}",
    "/api/v1/notifications?limit={n}",
    "/api/v2/notifications?limit={n}",
    "/api/v1/favourites?limit={n}",
    "/api/v1/bookmarks?limit={n}",
    "/api/v1/conversations?limit={n}",
    "/api/v1/lists/{list}/accounts?limit={n}",
    "/api/v1/mutes?limit={n}",
    "/api/v1/blocks?limit={n}",
    "/api/v1/endorsements?limit={n}",
    "/api/v1/followed_tags?limit={n}",
    "/api/v1/scheduled_statuses?limit={n}",
    "/api/v1/directory?limit={n}",
    "/api/v2/suggestions?limit={n}",
    "/api/v2/search?q=maths&limit={n}",
    "/api/v1/trends/tags?limit={n}",
    "/api/v1/trends/statuses?limit={n}",
    "/api/v1/trends/links?limit={n}",
    "/api/v1/admin/accounts?limit={n}",
    "/api/v2/admin/accounts?limit={n}",
    "/api/v1/admin/reports?limit={n}",
    "/api/v1/reports?limit={n}",
)

# What may, and why.
WALKS = {
    "LEFT OUTER JOIN users ON users.account_id = accounts.id": (
        "the staff's list walks the ids downwards and ends with its page"
    ),
}

MANY = 8


async def _fill(school: School) -> tuple[Teacher, dict[str, str]]:
    ada = await school.teacher("ada", STAFF_SCOPES, role=Role.ADMIN)
    pupils = [await school.teacher(f"pupil{n}") for n in range(MANY)]
    ben = pupils[0]
    reading = await ada.does("/api/v1/lists", title="Mine")
    root = await ada.says("Root #maths")
    for n, pupil in enumerate(pupils):
        await ada.does(f"/api/v1/accounts/{pupil.id}/follow")
        await pupil.does(f"/api/v1/accounts/{ada.id}/follow")
        await pupil.does(f"/api/v1/statuses/{root['id']}/favourite")
        await pupil.does(f"/api/v1/statuses/{root['id']}/reblog")
        said = await ben.says(f"#maths #t{n} @ada https://example.com/{n}")
        told = await pupil.says(f"@ada {n}", visibility="direct")
        await ada.does(f"/api/v1/statuses/{said['id']}/favourite")
        await ada.does(f"/api/v1/statuses/{said['id']}/bookmark")
        await ada.does(f"/api/v1/tags/t{n}/follow")
        await ada.does("/api/v1/reports", account_id=pupil.id, status_ids=[told["id"]])
    people = [pupil.id for pupil in pupils]
    await ada.does(f"/api/v1/lists/{reading['id']}/accounts", account_ids=people)
    await school.work()
    return ada, {"ada": ada.id, "ben": ben.id, "list": reading["id"], "root": root["id"]}


async def test_lists_cost_the_same_statements_whatever_their_length(school: School) -> None:
    ada, names = await _fill(school)

    async def cost(path: str, count: int) -> int:
        await ada.reads(path.format(n=count, **names))
        before = school.site.database.statements
        await ada.reads(path.format(n=count, **names))
        return school.site.database.statements - before

    costs = {path: (await cost(path, 1), await cost(path, MANY)) for path in LISTS}

    assert {path: both for path, both in costs.items() if both[0] != both[1]} == {}


async def test_no_list_reads_a_whole_table(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    if school.site.database.dialect != "sqlite":
        pytest.skip("PostgreSQL chooses by size, and here all is small")
    ada, names = await _fill(school)
    seen: dict[str, Compiled] = {}
    compiled = Statement.compiled

    def noted(statement: Statement, dialect: str) -> Compiled:
        found = compiled(statement, dialect)
        seen[found.sql] = found
        return found

    monkeypatch.setattr(Statement, "compiled", noted)
    for path in LISTS:
        await ada.reads(path.format(n=MANY, **names))

    assert seen
    whole = {sql: found for sql in seen if (found := _whole(school, seen[sql]))}
    assert [sql for sql in whole if not any(part in sql for part in WALKS)] == []


def _whole(school: School, compiled: Compiled) -> list[str]:
    """The steps of the plan that go through a large table from end to end, in no index's order."""
    path = school.site.settings.database.removeprefix("sqlite:///")
    raw = sqlite3.connect(path)
    try:
        plan = raw.execute(f"EXPLAIN QUERY PLAN {compiled.sql}", [None] * len(compiled.names))
        steps = [row[3] for row in plan]
    except sqlite3.OperationalError:
        return []  # of transactions and savepoints there is no plan
    finally:
        raw.close()
    scan = re.compile(rf"SCAN ({'|'.join(LARGE)})(?! USING)")
    return [step for step in steps if scan.search(step)]
