"""Somebody reports: what is kept, who is told, and what another server hears of it."""

from fedschool.model.account import Role
from tests.api import contract, elsewhere
from tests.api.staff import admin, moderator, orders
from tests.people import School

REPORTS = "/api/v1/reports"


async def test_a_report_is_kept_and_told_to_the_staff_alone(school: School) -> None:
    ines, mona = await admin(school), await moderator(school)
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    status = await ben.says("Rude")

    answer = await ada.post(
        REPORTS,
        json={
            "account_id": ben.id,
            "status_ids": [status["id"]],
            "comment": "Not nice",
            "category": "spam",
        },
    )

    contract.check("POST", REPORTS, answer)
    assert answer.json["target_account"]["id"] == ben.id
    assert answer.json["status_ids"] == [status["id"]]
    assert answer.json["category"] == "spam"
    assert answer.json["forwarded"] is False
    for who in (ines, mona):
        [told] = await who.reads("/api/v1/notifications")
        assert (told["type"], told["account"]["id"]) == ("admin.report", ada.id)
        assert told["report"] == answer.json
    assert await ben.reads("/api/v1/notifications") == []
    assert await ada.reads(REPORTS) == [answer.json]
    assert await ben.reads(REPORTS) == []


async def test_a_report_names_only_posts_of_that_person_that_the_reporter_sees(
    school: School,
) -> None:
    ada, ben, cleo = [await school.teacher(name) for name in ("ada", "ben", "cleo")]
    seen, other = await ben.says("Seen"), await cleo.says("Another's")
    secret = await ben.says("For followers", visibility="private")

    filed = await ada.does(
        REPORTS, account_id=ben.id, status_ids=[seen["id"], other["id"], secret["id"], "x", "5"]
    )

    assert filed["status_ids"] == [seen["id"]]
    assert filed["category"] == "other"


async def test_reports_that_mean_nothing_are_refused(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")

    async def status(**fields: object) -> int:
        return (await ada.post(REPORTS, json=fields)).status

    assert await status() == 404
    assert await status(account_id="5") == 404
    assert await status(account_id=ada.id) == 404
    assert await status(account_id=ben.id, comment="x" * 1001) == 422
    assert await status(account_id=ben.id, category="boring") == 422
    assert await status(account_id=ben.id, status_ids=[str(n) for n in range(101)]) == 422
    assert (await school.stranger.post(REPORTS, json={"account_id": ben.id})).status == 401
    reader = await school.teacher("rita", "read")
    assert (await reader.post(REPORTS, json={"account_id": ben.id})).status == 403


async def test_nobody_reports_without_end(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")

    for _ in range(100):
        await ada.does(REPORTS, account_id=ben.id)

    assert (await ada.post(REPORTS, json={"account_id": ben.id})).status == 429


async def test_a_forwarded_report_does_not_say_who_filed_it(school: School) -> None:
    ada, rose = await school.teacher("ada"), await elsewhere.peer(school)

    kept = await ada.does(REPORTS, account_id=str(rose.id), comment="Spam", category="spam")
    assert await elsewhere.sent(school) == []
    filed = await ada.does(REPORTS, account_id=str(rose.id), comment="Spam", forward=True)

    [flag] = await elsewhere.sent(school)
    assert (kept["forwarded"], filed["forwarded"]) == (False, True)
    assert flag["type"] == "Flag"
    assert flag["actor"] == school.site.uris.instance_actor
    assert flag["object"] == [rose.uri]
    assert flag["content"] == "Spam"
    assert "ada" not in str(flag)


async def test_a_report_goes_to_no_server_that_has_no_part_in_it(school: School) -> None:
    ada, rose = await school.teacher("ada"), await elsewhere.peer(school)

    filed = await ada.does(
        REPORTS, account_id=str(rose.id), forward=True, forward_to_domains=["fir.test"]
    )

    assert filed["forwarded"] is False
    assert await elsewhere.sent(school) == []


async def test_whoever_looks_after_others_hears_of_reports_of_muted_people(school: School) -> None:
    ines = await school.teacher("ines", role=Role.ADMIN)
    ada, ben = await school.teacher("ada"), await school.teacher("ben")

    await ada.does(REPORTS, account_id=ben.id)

    assert len(await ines.reads("/api/v1/notifications")) == 1


async def test_a_suspended_person_is_reported_and_reports_no_more(school: School) -> None:
    ines, ada, ben = await admin(school), await school.teacher("ada"), await school.teacher("ben")
    await orders(ines, ben, "suspend")

    assert (await ben.post(REPORTS, json={"account_id": ada.id})).status == 403
    assert (await ada.post(REPORTS, json={"account_id": ben.id})).status == 200
