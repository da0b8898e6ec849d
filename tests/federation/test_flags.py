"""Reports between servers, and what other servers hear of those whom the staff shut out."""

from fedschool.services import erasures
from fedschool.services import moderation as acts
from fedschool.services.staff import OPERATOR
from tests.api.staff import admin, orders
from tests.federation.policies import block_domain
from tests.federation.stories import follows, is_followed, known
from tests.peers import Peer, Person
from tests.people import School, Teacher

REPORTS = "/api/v1/admin/reports"


# Reports


async def test_a_report_from_another_server_reaches_the_staff(
    school: School, alice: Teacher, ada: Person
) -> None:
    ines = await admin(school)
    status = await alice.says("Rude")
    actor = school.site.uris.actor("alice")
    flag = ada.activity("Flag", [actor, status["uri"]], content="<b>Not nice</b>")

    for _ in range(2):
        await ada.tells(school, flag)

    [report] = await ines.reads(REPORTS)
    assert report["comment"] == "Not nice"
    assert report["target_account"]["id"] == alice.id
    assert report["account"]["domain"] == ada.peer.host
    assert report["account"]["role"] is None
    assert [item["id"] for item in report["statuses"]] == [status["id"]]
    [told] = await ines.reads("/api/v1/notifications")
    assert told["type"] == "admin.report"


async def test_a_report_names_only_posts_of_its_target(
    school: School, alice: Teacher, ada: Person
) -> None:
    ines, ben = await admin(school), await school.teacher("ben")
    mine, other = await alice.says("Rude"), await ben.says("Kind")
    note = ada.note("Elsewhere")
    actor = school.site.uris.actor("alice")

    await ada.tells(school, ada.activity("Flag", [actor, mine["uri"], note["id"], "nonsense"]))
    await ada.tells(school, ada.activity("Flag", [note["id"], ada.uri]))

    [report] = await ines.reads(REPORTS)
    assert [item["id"] for item in report["statuses"]] == [mine["id"]]

    await ada.tells(school, ada.activity("Flag", [other["uri"]]))

    assert (await ines.reads(REPORTS))[0]["target_account"]["id"] == ben.id


async def test_a_report_that_nobody_signed_is_none(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    ines, eve = await admin(school), peer.person("eve")
    forged = ada.activity("Flag", [school.site.uris.actor("alice")])

    answer = await eve.sends(school, forged)
    await school.work()

    assert answer.status == 401
    assert await ines.reads(REPORTS) == []


async def test_one_server_does_not_flood_the_staff(
    school: School, alice: Teacher, ada: Person
) -> None:
    ines = await admin(school)
    actor = school.site.uris.actor("alice")

    for _ in range(101):
        answer = await ada.sends(school, ada.activity("Flag", [actor]))
        assert answer.status == 202
    await school.work()

    assert len(await ines.reads(f"{REPORTS}?limit=200")) == 100


async def test_a_forwarded_report_arrives_signed_by_the_school(
    school: School, alice: Teacher, ada: Person
) -> None:
    account = await known(school, ada)

    filed = await alice.does("/api/v1/reports", account_id=account, comment="Rude", forward=True)
    await school.work()

    [flag] = ada.peer.told("Flag")
    assert filed["forwarded"] is True
    assert flag["actor"] == school.site.uris.instance_actor
    assert flag["object"] in (ada.uri, [ada.uri])
    assert "alice" not in str(flag)


# Suspensions


async def test_followers_elsewhere_hear_of_a_suspension_and_its_end(
    school: School, alice: Teacher, ada: Person
) -> None:
    ines = await admin(school)
    await is_followed(school, alice, ada)
    await school.work()

    await orders(ines, alice, "suspend")
    await school.work()
    await ines.does(f"/api/v1/admin/accounts/{alice.id}/unsuspend")
    await school.work()

    emptied, back = [update["object"] for update in ada.peer.told("Update")]
    assert emptied["id"] == school.site.uris.actor("alice")
    assert emptied["suspended"] is True
    assert "suspended" not in back


async def test_what_was_not_delivered_before_a_suspension_stays_here(
    school: School, alice: Teacher, ada: Person
) -> None:
    ines = await admin(school)
    await is_followed(school, alice, ada)
    await school.work()

    await alice.says("Too late")
    await orders(ines, alice, "suspend")
    await school.work()

    assert ada.peer.told("Create") == []
    assert len(ada.peer.told("Update")) == 1


async def test_erased_people_are_deleted_elsewhere(
    school: School, alice: Teacher, ada: Person
) -> None:
    ines = await admin(school)
    await is_followed(school, alice, ada)
    await orders(ines, alice, "suspend")
    await school.work()

    await erasures.erase(school.site, OPERATOR, int(alice.id))
    await school.work()

    [deletion] = ada.peer.told("Delete")
    assert deletion["object"] == school.site.uris.actor("alice")


async def test_a_suspended_stranger_loses_followers_here_and_is_not_heard(
    school: School, alice: Teacher, ada: Person
) -> None:
    ines = await admin(school)
    account = await follows(school, alice, ada)
    await is_followed(school, alice, ada)
    await ada.tells(school, ada.creates(ada.note("Before")))

    await orders(ines, account, "suspend")
    await school.work()
    late = await ada.sends(school, ada.creates(ada.note("After")))
    again = await ada.sends(school, ada.activity("Follow", school.site.uris.actor("alice")))

    assert (late.status, again.status) == (403, 403)
    assert len(ada.peer.told("Reject")) == 1
    assert await alice.reads("/api/v1/timelines/home") == []
    assert await alice.reads(f"/api/v1/accounts/{alice.id}/followers") == []
    told = (await alice.reads("/api/v1/notifications"))[0]
    assert told["type"] == "severed_relationships"
    assert told["event"]["type"] == "account_suspension"
    assert told["event"]["target_name"] == ada.handle
    assert told["event"]["followers_count"] == 1

    await acts.unsuspend(school.site, OPERATOR, int(account))
    await ada.tells(school, ada.creates(ada.note("Back")))

    texts = [item["content"] for item in await alice.reads("/api/v1/timelines/home")]
    assert texts == ["<p>Back</p>", "<p>Before</p>"]


async def test_remote_people_have_no_login_to_disable(
    school: School, alice: Teacher, ada: Person
) -> None:
    ines, account = await admin(school), await known(school, ada)
    path = f"/api/v1/admin/accounts/{account}"

    assert (await ines.post(f"{path}/action", json={"type": "disable"})).status == 422
    assert (await ines.get(path)).json["domain"] == ada.peer.host
    assert (await ines.get(f"/api/v1/admin/accounts?by_domain={ada.peer.host}")).json != []


async def test_who_is_let_back_stays_hidden_with_a_suspended_server(
    school: School, alice: Teacher, ada: Person
) -> None:
    ines, account = await admin(school), await known(school, ada)
    await orders(ines, account, "suspend")
    await block_domain(school, ada.peer.host)
    await school.work()

    lifted = await ines.does(f"/api/v1/admin/accounts/{account}/unsuspend")
    again = await ines.post(f"/api/v1/admin/accounts/{account}/unsuspend")

    assert lifted["suspended"] is True
    assert again.status == 403
    assert (await alice.get(f"/api/v1/accounts/{account}")).status == 404
