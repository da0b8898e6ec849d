"""Whose notifications are told at once, put aside, or dropped; and letting people in."""

from typing import Any

import pytest
import sqlalchemy as sa

from fedschool.distribution.notify import notify
from fedschool.model.account import Account, Role
from fedschool.model.status import Status, Visibility
from fedschool.model.timeline import NotificationType
from fedschool.ports.database import p, statement
from fedschool.store import statuses
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_relationships import follows
from tests.api import contract, elsewhere
from tests.people import School, Teacher

POLICY = "/api/v2/notifications/policy"
REQUESTS = "/api/v1/notifications/requests"
DAY = 86_400_000


async def kinds(who: Teacher, query: str = "") -> list[str]:
    return [item["type"] for item in await who.reads(f"/api/v1/notifications{query}")]


async def pair(school: School, **rules: str) -> tuple[Teacher, Teacher]:
    """ada, who set these rules, and ben."""
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    if rules:
        assert (await ada.patch(POLICY, json=rules)).status == 200
    return ada, ben


@statement
def _age(table: sa.Table) -> sa.sql.dml.Update:
    return sa.update(table).values(created_at=table.c.created_at - p("by", sa.BigInteger))


@statement
def _limit() -> sa.sql.dml.Update:
    return sa.update(accounts).values(silenced_at=1).where(accounts.c.id == p("id"))


async def grow_older(school: School, table: sa.Table, days: int) -> None:
    async with school.site.writing() as tx:
        await tx.run(_age(table), by=days * DAY)


async def mentioned_by(school: School, who: Teacher, author: Account) -> None:
    """A direct status from elsewhere that names `who`."""
    site = school.site
    status_id = site.ids.next()
    status = Status(
        id=status_id,
        uri=f"{author.uri}/statuses/{status_id}",
        url="",
        account_id=author.id,
        local=False,
        visibility=Visibility.DIRECT,
        conversation_id=status_id,
        created_at=site.now(),
    )
    async with site.writing() as tx:
        await statuses.insert_new(tx, status)
        await statuses.set_mentions(tx, status_id, [int(who.id)])
        await notify(
            tx,
            site,
            to=int(who.id),
            kind=NotificationType.MENTION,
            sender=author.id,
            status_id=status_id,
        )


async def test_policy_starts_open_but_for_private_and_limited_strangers(school: School) -> None:
    ada, _ = await pair(school)

    answer = await ada.get(POLICY)

    contract.check("GET", POLICY, answer)
    assert answer.json == {
        "for_not_following": "accept",
        "for_not_followers": "accept",
        "for_new_accounts": "accept",
        "for_private_mentions": "filter",
        "for_limited_accounts": "filter",
        "for_bots": "accept",
        "summary": {"pending_requests_count": 0, "pending_notifications_count": 0},
    }


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_policy_changes_rule_by_rule(school: School, method: str) -> None:
    ada, ben = await pair(school)

    answer = await ada.call(method, POLICY, json={"for_not_following": "drop"})

    contract.check("PATCH", POLICY, answer)
    assert answer.json["for_not_following"] == "drop"
    assert (await ada.reads(POLICY))["for_private_mentions"] == "filter"
    assert (await ben.reads(POLICY))["for_not_following"] == "accept"
    assert (await ada.patch(POLICY, json={"for_not_following": "perhaps"})).status == 422


async def test_first_version_switches_the_same_rules(school: School) -> None:
    ada, _ = await pair(school)
    path = "/api/v1/notifications/policy"

    answer = await ada.put(path, json={"filter_new_accounts": True})

    assert answer.json["filter_new_accounts"] is True
    assert (await ada.reads(path))["filter_private_mentions"] is True
    assert (await ada.reads(POLICY))["for_new_accounts"] == "filter"
    await ada.patch(path, json={"filter_new_accounts": False})
    assert (await ada.reads(POLICY))["for_new_accounts"] == "accept"


async def test_filtered_waits_as_a_request_and_is_only_told_when_asked_for(school: School) -> None:
    ada, ben = await pair(school, for_not_following="filter")

    status = await ben.says("Hello @ada")
    await ben.does(f"/api/v1/accounts/{ada.id}/follow")

    assert await kinds(ada) == []
    assert await kinds(ada, "?include_filtered=true") == ["follow", "mention"]
    assert (await ada.reads("/api/v2/notifications"))["notification_groups"] == []
    asked = await ada.reads("/api/v2/notifications?include_filtered=1")
    assert len(asked["notification_groups"]) == 2
    answer = await ada.get(REQUESTS)
    contract.check("GET", REQUESTS, answer)
    [request] = answer.json
    assert request["account"]["id"] == ben.id
    assert request["notifications_count"] == "2"
    assert request["last_status"]["id"] == status["id"]
    summary = (await ada.reads(POLICY))["summary"]
    assert summary == {"pending_requests_count": 1, "pending_notifications_count": 2}
    shown = await ada.get(f"{REQUESTS}/{request['id']}")
    contract.check("GET", f"{REQUESTS}/{{id}}", shown)
    assert shown.json == request


async def test_dropped_is_never_written(school: School) -> None:
    ada, ben = await pair(school, for_not_following="drop")

    await ben.says("Hello @ada")

    assert await kinds(ada, "?include_filtered=true") == []
    assert await ada.reads(REQUESTS) == []


async def test_dropping_is_stronger_than_filtering(school: School) -> None:
    ada, ben = await pair(school, for_not_following="filter", for_new_accounts="drop")

    await ben.says("Hello @ada")

    assert await kinds(ada, "?include_filtered=true") == []


async def test_those_one_follows_are_always_heard(school: School) -> None:
    rules = dict.fromkeys(("for_not_following", "for_new_accounts", "for_limited_accounts"), "drop")
    ada, ben = await pair(school, **rules)
    await ada.does(f"/api/v1/accounts/{ben.id}/follow")

    await ben.says("Hello @ada")
    await ben.says("Only for @ada", visibility="direct")

    assert await kinds(ada) == ["mention", "mention"]


async def test_followers_count_as_such_after_three_days(school: School) -> None:
    ada, ben = await pair(school, for_not_followers="filter")
    await ben.does(f"/api/v1/accounts/{ada.id}/follow")
    await ben.says("First @ada")
    assert await kinds(ada) == []

    await grow_older(school, follows, 4)
    await ben.says("Second @ada")

    assert await kinds(ada) == ["mention"]


async def test_accounts_are_new_for_thirty_days(school: School) -> None:
    ada, ben = await pair(school, for_new_accounts="filter")
    await ben.says("First @ada")
    assert await kinds(ada) == []

    await grow_older(school, accounts, 31)
    await ben.says("Second @ada")

    assert await kinds(ada) == ["mention"]


async def test_unasked_private_mentions_wait_but_colleagues(school: School) -> None:
    ada, ben = await pair(school)
    rose = await elsewhere.peer(school)

    await ben.says("@ada psst", visibility="direct")
    await mentioned_by(school, ada, rose)

    assert await kinds(ada) == ["mention"]
    [request] = await ada.reads(REQUESTS)
    assert request["account"]["username"] == "rose"


async def test_limited_accounts_wait(school: School) -> None:
    ada, ben = await pair(school)
    async with school.site.writing() as tx:
        await tx.run(_limit(), id=int(ben.id))

    await ben.says("Hello @ada")

    assert await kinds(ada) == []
    assert len(await ada.reads(REQUESTS)) == 1


async def test_bots_wait_where_they_are_to(school: School) -> None:
    ada, ben = await pair(school, for_bots="filter")
    await ben.patch("/api/v1/accounts/update_credentials", json={"bot": True})

    await ben.says("Beep @ada")

    assert await kinds(ada) == []


async def test_who_looks_after_the_instance_is_always_heard(school: School) -> None:
    ada, _ = await pair(school, for_not_following="drop")
    office = await school.teacher("office", role=Role.ADMIN)

    await office.says("Please read, @ada")

    assert await kinds(ada) == ["mention"]


async def test_accepting_tells_what_waits_and_what_comes(school: School) -> None:
    ada, ben = await pair(school, for_not_following="filter")
    await ben.says("First @ada")
    [request] = await ada.reads(REQUESTS)
    assert (await ben.post(f"{REQUESTS}/{request['id']}/accept")).status == 404

    answer = await ada.post(f"{REQUESTS}/{request['id']}/accept")

    assert (answer.status, answer.json) == (200, {})
    assert await kinds(ada) == ["mention"]
    assert await ada.reads(REQUESTS) == []
    contract.check("GET", f"{REQUESTS}/merged", await ada.get(f"{REQUESTS}/merged"))
    assert await ada.reads(f"{REQUESTS}/merged") == {"merged": True}
    await ben.says("Second @ada")
    assert await kinds(ada) == ["mention", "mention"]
    assert (await ada.post(f"{REQUESTS}/{request['id']}/accept")).status == 404


async def test_dismissing_removes_what_waits_and_keeps_filtering(school: School) -> None:
    ada, ben = await pair(school, for_not_following="filter")
    await ben.says("First @ada")
    [request] = await ada.reads(REQUESTS)

    answer = await ada.post(f"{REQUESTS}/{request['id']}/dismiss")

    assert (answer.status, answer.json) == (200, {})
    assert await ada.reads(REQUESTS) == []
    assert await kinds(ada, "?include_filtered=true") == []
    assert (await ada.get(f"{REQUESTS}/{request['id']}")).status == 404
    await ben.says("Second @ada")
    assert len(await ada.reads(REQUESTS)) == 1


async def _several(school: School) -> tuple[Teacher, list[dict[str, Any]]]:
    ada, ben = await pair(school, for_not_following="filter")
    cleo, dora = await school.teacher("cleo"), await school.teacher("dora")
    for who in (ben, cleo, dora):
        await who.says("Hello @ada")
    found: list[dict[str, Any]] = await ada.reads(REQUESTS)
    return ada, found


async def test_several_requests_are_paged_accepted_and_dismissed_at_once(school: School) -> None:
    ada, found = await _several(school)
    dora, cleo, ben = found

    first = await ada.get(f"{REQUESTS}?limit=2")
    assert [item["id"] for item in first.json] == [dora["id"], cleo["id"]]
    assert f"max_id={cleo['id']}" in first.headers["Link"]
    rest = await ada.reads(f"{REQUESTS}?max_id={cleo['id']}")
    assert [item["id"] for item in rest] == [ben["id"]]

    await ada.does(f"{REQUESTS}/accept", id=[ben["id"], cleo["id"], "1", "nonsense"])
    await ada.does(f"{REQUESTS}/dismiss", id=[dora["id"]])

    assert await kinds(ada) == ["mention", "mention"]
    assert await ada.reads(REQUESTS) == []


async def test_requests_cost_no_more_for_many_than_for_few(school: School) -> None:
    ada, _ = await _several(school)

    async def cost(limit: int) -> int:
        await ada.reads(f"{REQUESTS}?limit={limit}")
        before = school.site.database.statements
        await ada.reads(f"{REQUESTS}?limit={limit}")
        return school.site.database.statements - before

    assert await cost(3) == await cost(1)


async def test_request_goes_with_what_waited(school: School) -> None:
    ada, ben = await pair(school, for_not_following="filter")
    status = await ben.says("Hello @ada")
    assert len(await ada.reads(REQUESTS)) == 1

    await ben.delete(f"/api/v1/statuses/{status['id']}")

    assert await ada.reads(REQUESTS) == []
    assert (await ada.reads(POLICY))["summary"]["pending_requests_count"] == 0
