"""The staff works on reports: who may, whose they are, when they are settled."""

from typing import Any

from fedschool.model.account import Role
from tests.api import contract
from tests.api.staff import admin, moderator, orders, teacher
from tests.people import School, Teacher

REPORTS = "/api/v1/admin/reports"


async def reported(school: School) -> tuple[Teacher, Teacher, dict[str, Any], dict[str, Any]]:
    """Ada reports a post of Ben's: Ada, Ben, the post, the report."""
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    status = await ben.says("Rude")
    report = await ada.does("/api/v1/reports", account_id=ben.id, status_ids=[status["id"]])
    return ada, ben, status, report


async def test_nobody_without_an_office_gets_anywhere(school: School) -> None:
    tom = await teacher(school)
    _, _, _, report = await reported(school)
    one = f"{REPORTS}/{report['id']}"
    rows = [("GET", REPORTS), ("GET", one), ("PUT", one)]
    deeds = ("assign_to_self", "unassign", "resolve", "reopen")
    rows += [("POST", f"{one}/{deed}") for deed in deeds]

    for method, path in rows:
        assert (await tom.call(method, path, json={})).status == 403, (method, path)


async def test_the_scope_must_cover_the_deed(school: School) -> None:
    reader = await school.teacher("rita", "admin:read:reports", role=Role.MODERATOR)
    _, _, _, report = await reported(school)

    assert (await reader.get(f"{REPORTS}/{report['id']}")).status == 200
    assert (await reader.post(f"{REPORTS}/{report['id']}/resolve")).status == 403
    assert (await reader.get("/api/v1/admin/accounts")).status == 403


async def test_a_report_is_read_assigned_settled_and_opened_again(school: School) -> None:
    mona = await moderator(school)
    ada, ben, status, report = await reported(school)
    one = f"{REPORTS}/{report['id']}"

    page = await mona.get(REPORTS)
    shown = await mona.get(one)
    assigned = await mona.post(f"{one}/assign_to_self")
    unassigned = await mona.post(f"{one}/unassign")
    resolved = await mona.post(f"{one}/resolve")
    settled = await mona.reads(f"{REPORTS}?resolved=true")
    still_open = await mona.reads(REPORTS)
    reopened = await mona.post(f"{one}/reopen")

    contract.check("GET", REPORTS, page)
    contract.check("GET", f"{REPORTS}/:id", shown)
    contract.check("POST", f"{REPORTS}/:id/assign_to_self", assigned)
    contract.check("POST", f"{REPORTS}/:id/unassign", unassigned)
    contract.check("POST", f"{REPORTS}/:id/resolve", resolved)
    contract.check("POST", f"{REPORTS}/:id/reopen", reopened)
    assert shown.json["account"]["id"] == ada.id
    assert shown.json["target_account"]["id"] == ben.id
    assert [item["id"] for item in shown.json["statuses"]] == [status["id"]]
    assert assigned.json["assigned_account"]["id"] == mona.id
    assert unassigned.json["assigned_account"] is None
    assert resolved.json["action_taken"] is True
    assert resolved.json["action_taken_by_account"]["id"] == mona.id
    assert [item["id"] for item in settled] == [report["id"]]
    assert still_open == []
    assert reopened.json["action_taken"] is False


async def test_a_report_is_filed_elsewhere(school: School) -> None:
    mona = await moderator(school)
    _, _, _, report = await reported(school)
    one = f"{REPORTS}/{report['id']}"

    changed = await mona.put(one, json={"category": "spam"})

    contract.check("GET", f"{REPORTS}/:id", changed)
    assert changed.json["category"] == "spam"
    assert (await mona.put(one, json={"category": "boring"})).status == 422
    assert (await mona.put(f"{REPORTS}/5", json={"category": "spam"})).status == 404


async def test_reports_are_narrowed_and_paged(school: School) -> None:
    mona = await moderator(school)
    ada, ben, _, first = await reported(school)
    second = await ben.does("/api/v1/reports", account_id=ada.id)

    async def found(query: str) -> list[str]:
        return [item["id"] for item in await mona.reads(f"{REPORTS}?{query}")]

    assert await found("") == [second["id"], first["id"]]
    assert await found(f"account_id={ada.id}") == [first["id"]]
    assert await found(f"target_account_id={ada.id}") == [second["id"]]
    assert await found("account_id=nobody") == []
    assert await found(f"max_id={second['id']}") == [first["id"]]
    assert await found(f"min_id={first['id']}") == [second["id"]]


async def test_a_page_of_reports_costs_the_same_whatever_its_length(school: School) -> None:
    mona = await moderator(school)
    await reported(school)
    costs = []
    for name in ("cleo", "dora", "emil"):
        who = await school.teacher(name)
        post = await who.says("Rude, too")
        await mona.does("/api/v1/reports", account_id=who.id, status_ids=[post["id"]])
        for path in (REPORTS, "/api/v1/admin/accounts", "/api/v1/notifications"):
            school.site.database.recent.clear()
            before = school.site.database.statements
            assert len(await mona.reads(path)) > 1 or path.endswith("notifications")
            costs.append((path, school.site.database.statements - before))

    assert len(set(costs)) == 3, costs


async def test_deleted_posts_stay_named(school: School) -> None:
    mona = await moderator(school)
    _, ben, status, report = await reported(school)
    await ben.delete(f"/api/v1/statuses/{status['id']}")

    shown = await mona.reads(f"{REPORTS}/{report['id']}")
    [told] = await mona.reads("/api/v1/notifications")

    assert shown["statuses"] == []
    assert told["report"]["status_ids"] == [status["id"]]


async def test_the_staff_sees_reported_posts_that_are_not_for_it(school: School) -> None:
    mona = await moderator(school)
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    threat = await ben.says("@ada mean words", visibility="direct")
    report = await ada.does("/api/v1/reports", account_id=ben.id, status_ids=[threat["id"]])

    shown = await mona.reads(f"{REPORTS}/{report['id']}")

    assert [item["id"] for item in shown["statuses"]] == [threat["id"]]
    assert (await mona.get(f"/api/v1/statuses/{threat['id']}")).status == 404


async def test_an_act_settles_the_report_that_it_answers(school: School) -> None:
    ines = await admin(school)
    ada, ben, status, report = await reported(school)
    other = await ada.does("/api/v1/reports", account_id=ben.id)

    await orders(ines, ben, "none", text="Please not", report_id=report["id"])

    warning = (await ben.reads("/api/v1/notifications"))[0]["moderation_warning"]
    assert warning["status_ids"] == [status["id"]]
    assert [item["id"] for item in await ines.reads(REPORTS)] == [other["id"]]

    await orders(ines, ben, "suspend")

    assert await ines.reads(REPORTS) == []
    assert len(await ines.reads(f"{REPORTS}?resolved=true")) == 2
