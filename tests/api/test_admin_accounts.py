"""The staff looks after people: who may, what it does, and what everybody else sees of it."""

from typing import Any

import pytest

from fedschool.errors import Forbidden
from fedschool.model.account import Role
from fedschool.model.moderation import Act, Order
from fedschool.model.registration import SignUp
from fedschool.model.timeline import Cursor
from fedschool.services import audit, erasures, users
from fedschool.services import moderation as acts
from fedschool.services.staff import OPERATOR
from fedschool.settings import Registrations
from tests.api import contract
from tests.api.staff import STAFF_SCOPES, admin, moderator, orders, teacher
from tests.conftest import SchoolMaker
from tests.people import School, Teacher
from tests.streams import open_door

ACCOUNTS = "/api/v1/admin/accounts"
DAY = 86_400_000


def rows(account_id: str) -> list[tuple[str, str]]:
    one = f"{ACCOUNTS}/{account_id}"
    deeds = ("action", "approve", "reject", "enable", "unsilence", "unsuspend", "unsensitive")
    return [
        ("GET", ACCOUNTS),
        ("GET", "/api/v2/admin/accounts"),
        ("GET", one),
        ("DELETE", one),
        *(("POST", f"{one}/{deed}") for deed in deeds),
    ]


async def names(who: Teacher, query: str, version: str = "v2") -> list[str]:
    found = await who.reads(f"/api/{version}/admin/accounts?{query}")
    return [item["username"] for item in found]


async def hidden(school: School, who: Teacher) -> bool:
    return bool((await school.stranger.get(f"/api/v1/accounts/{who.id}")).json.get("suspended"))


# Who may


async def test_nobody_without_an_office_gets_anywhere(school: School) -> None:
    tom, ada = await teacher(school), await school.teacher("ada")

    for method, path in rows(ada.id):
        answer = await tom.call(method, path, json={"type": "suspend"})
        assert answer.status == 403, (method, path, answer.text)

    assert not await hidden(school, ada)


async def test_an_office_without_the_scope_is_not_enough(school: School) -> None:
    ines, ada = await school.teacher("ines", role=Role.ADMIN), await school.teacher("ada")
    reader = await school.teacher("rita", "read admin:read:accounts", role=Role.ADMIN)

    for method, path in rows(ada.id):
        assert (await ines.call(method, path, json={"type": "suspend"})).status == 403
        if method != "GET":
            assert (await reader.call(method, path, json={"type": "suspend"})).status == 403

    assert (await reader.get(ACCOUNTS)).status == 200
    assert (await school.stranger.get(ACCOUNTS)).status == 401


async def test_who_lost_the_office_loses_it_at_once(school: School) -> None:
    ines, mona = await admin(school), await moderator(school)
    assert (await mona.get(ACCOUNTS)).status == 200

    await acts.set_role(school.site, OPERATOR, int(mona.id), Role.TEACHER)

    assert (await mona.get(ACCOUNTS)).status == 403
    assert (await ines.get(ACCOUNTS)).status == 200


async def test_moderators_act_on_teachers_alone_and_nobody_on_themselves(school: School) -> None:
    ines, mona = await admin(school), await moderator(school)
    max_, ada = await moderator(school, "max"), await school.teacher("ada")

    async def status(who: Teacher, target: Teacher) -> int:
        path = f"{ACCOUNTS}/{target.id}/action"
        return (await who.post(path, json={"type": "silence"})).status

    assert [await status(mona, target) for target in (ines, max_, mona, ada)] == [
        403,
        403,
        403,
        200,
    ]
    assert [await status(ines, target) for target in (ines, mona)] == [403, 200]


async def test_the_last_admin_stays(school: School) -> None:
    ines = await admin(school)

    for act in (Act.SUSPEND, Act.DISABLE):
        with pytest.raises(Forbidden):
            await acts.act(school.site, OPERATOR, int(ines.id), Order(act=act))
    with pytest.raises(Forbidden):
        await acts.set_role(school.site, OPERATOR, int(ines.id), Role.TEACHER)

    await admin(school, "ida")
    await acts.set_role(school.site, OPERATOR, int(ines.id), Role.TEACHER)


# Looking


async def test_the_staff_sees_people_with_their_logins(school: School) -> None:
    ines, ada = await admin(school), await school.teacher("ada")

    page = await ines.get(ACCOUNTS)
    second = await ines.get("/api/v2/admin/accounts")
    one = await ines.get(f"{ACCOUNTS}/{ada.id}")

    contract.check("GET", ACCOUNTS, page)
    contract.check("GET", "/api/v2/admin/accounts", second)
    contract.check("GET", f"{ACCOUNTS}/:id", one)
    assert [item["username"] for item in page.json] == ["ada", "ines"]
    assert page.json == second.json
    assert one.json["email"] == "ada@oak.test"
    assert one.json["role"]["permissions"] == "0"
    assert page.json[1]["account"]["roles"] == [{"id": "3", "name": "Admin", "color": ""}]
    assert (await ines.get(f"{ACCOUNTS}/1")).status == 404


async def test_lists_are_paged(school: School) -> None:
    ines = await admin(school)
    for name in ("ada", "ben", "cleo"):
        await school.teacher(name)

    first = await ines.get(f"{ACCOUNTS}?limit=2&local=true")
    link = first.headers["Link"].partition(">")[0].removeprefix("<https://oak.test")
    second = await ines.get(link)

    assert [item["username"] for item in first.json] == ["cleo", "ben"]
    assert [item["username"] for item in second.json] == ["ada", "ines"]
    assert "local=true" in link


async def test_lists_are_narrowed(school: School) -> None:
    ines = await admin(school)
    await moderator(school)
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    await ben.patch("/api/v1/accounts/update_credentials", json={"display_name": "Benjamin"})
    for act in ("disable", "sensitive"):
        await orders(ines, ada, act)
    await orders(ines, ben, "silence")
    cleo = await school.teacher("cleo")
    await orders(ines, cleo, "suspend")

    assert await names(ines, "origin=remote") == []
    assert await names(ines, "origin=local") == ["cleo", "ben", "ada", "mona", "ines"]
    assert await names(ines, "status=disabled") == ["ada"]
    assert await names(ines, "status=sensitized") == ["ada"]
    assert await names(ines, "status=silenced") == ["ben"]
    assert await names(ines, "status=suspended") == ["cleo"]
    assert await names(ines, "status=active") == ["ben", "mona", "ines"]
    assert await names(ines, "status=pending") == []
    assert await names(ines, "permissions=staff") == ["mona", "ines"]
    assert await names(ines, "role_ids[]=2") == ["mona"]
    assert await names(ines, "username=AD") == ["ada"]
    assert await names(ines, "display_name=benj") == ["ben"]
    assert await names(ines, "email=cleo@") == ["cleo"]
    assert await names(ines, "by_domain=elsewhere.test") == []
    assert await names(ines, "ip=192.0.2.1") == []
    assert await names(ines, f"invited_by={ines.id}") == []
    assert await names(ines, "silenced=true", "v1") == ["ben"]
    assert await names(ines, "staff=true", "v1") == ["mona", "ines"]
    assert await names(ines, "remote=true", "v1") == []
    assert (await ines.get("/api/v2/admin/accounts?status=odd")).status == 422


async def test_the_staff_sees_where_people_signed_in_from(school: School) -> None:
    ines, ada = await admin(school), await school.teacher("ada")
    async with school.site.writing() as tx:
        user = await users.prove(school.site, "ada", "correct-horse")
        await users.seen_from(tx, school.site, user.id, "192.0.2.7")

    shown = await ines.reads(f"{ACCOUNTS}/{ada.id}")

    assert shown["ip"] == "192.0.2.7"
    assert shown["ips"][0]["ip"] == "192.0.2.7"
    assert await names(ines, "ip=192.0.2.7") == ["ada"]


# Letting people in


async def joining(schools: SchoolMaker) -> tuple[School, Teacher, str]:
    """A school that lets people in one by one, an admin, and the id of somebody who waits."""
    school = await schools("pine.test", registrations=Registrations.APPROVAL)
    ines = await admin(school)
    user = await users.sign_up(
        school.site,
        SignUp(
            username="nora",
            email="nora@pine.test",
            password="correct-horse",
            agreement=True,
            reason="I teach",
        ),
        ip="192.0.2.9",
    )
    return school, ines, str(user.account_id)


async def test_who_asks_to_join_is_told_to_the_staff_and_let_in(schools: SchoolMaker) -> None:
    school, ines, nora = await joining(schools)
    told = await ines.reads("/api/v1/notifications")
    waiting = await ines.reads("/api/v2/admin/accounts?status=pending")

    answer = await ines.post(f"{ACCOUNTS}/{nora}/approve")

    assert [(item["type"], item["account"]["id"]) for item in told] == [("admin.sign_up", nora)]
    assert [item["invite_request"] for item in waiting] == ["I teach"]
    assert waiting[0]["suspended"] is False
    assert waiting[0]["ip"] == "192.0.2.9"
    assert answer.status == 200
    assert answer.json["approved"] is True
    assert (await school.stranger.get(f"/api/v1/accounts/{nora}")).status == 200
    assert (await ines.post(f"{ACCOUNTS}/{nora}/approve")).status == 403
    await users.prove(school.site, "nora", "correct-horse")


async def test_who_is_rejected_leaves_no_trace(schools: SchoolMaker) -> None:
    school, ines, nora = await joining(schools)

    answer = await ines.post(f"{ACCOUNTS}/{nora}/reject")

    assert answer.status == 200
    assert answer.json["username"] == "nora"
    assert (await ines.get(f"{ACCOUNTS}/{nora}")).status == 404
    await school.teacher("nora")
    assert (await ines.post(f"{ACCOUNTS}/{ines.id}/reject")).status == 403


# Acts and what others see of them


async def test_who_is_disabled_can_neither_call_nor_sign_in(school: School) -> None:
    ines, ada = await admin(school), await school.teacher("ada")
    await ada.says("Still there")

    answer = await ines.post(f"{ACCOUNTS}/{ada.id}/action", json={"type": "disable"})
    refused = await ada.get("/api/v1/timelines/home")

    contract.check("POST", f"{ACCOUNTS}/:id/action", answer)
    assert answer.json == {}
    assert refused.status == 403
    assert refused.json["error"] == "Your login is currently disabled"
    assert not await hidden(school, ada)
    assert len((await school.stranger.get(f"/api/v1/accounts/{ada.id}/statuses")).json) == 1

    back = await ines.post(f"{ACCOUNTS}/{ada.id}/enable")

    contract.check("POST", f"{ACCOUNTS}/:id/enable", back)
    assert (await ada.get("/api/v1/timelines/home")).status == 200
    assert (await ines.post(f"{ACCOUNTS}/{ada.id}/enable")).status == 403


async def test_who_is_limited_is_met_by_followers_alone(school: School) -> None:
    ines, ada = await admin(school), await school.teacher("ada")
    fan, ben = await school.teacher("fan"), await school.teacher("ben")
    await fan.does(f"/api/v1/accounts/{ada.id}/follow")
    await orders(ines, ada, "silence")
    await ada.says("Quiet #maths words for @ben")
    await school.work()

    async def texts(who: Any, path: str) -> int:
        return len((await who.get(path)).json)

    public = ("/api/v1/timelines/public", "/api/v1/timelines/tag/maths")
    assert [await texts(school.stranger, path) for path in public] == [0, 0]
    assert [await texts(ben, path) for path in public] == [0, 0]
    assert (await ben.reads("/api/v2/search?q=ad&type=accounts"))["accounts"] == []
    assert await ben.reads("/api/v1/notifications") == []
    assert await texts(fan, "/api/v1/timelines/home") == 1
    assert (await school.stranger.get(f"/api/v1/accounts/{ada.id}")).json["limited"] is True
    assert await texts(school.stranger, f"/api/v1/accounts/{ada.id}/statuses") == 1

    back = await ines.post(f"{ACCOUNTS}/{ada.id}/unsilence")

    contract.check("POST", f"{ACCOUNTS}/:id/unsilence", back)
    assert [await texts(school.stranger, path) for path in public] == [1, 1]
    assert "limited" not in (await school.stranger.get(f"/api/v1/accounts/{ada.id}")).json


async def test_media_of_who_is_sensitized_are_sensitive(school: School) -> None:
    ines, ada = await admin(school), await school.teacher("ada")
    status = await ada.says("A picture")
    path = f"/api/v1/statuses/{status['id']}"
    assert (await school.stranger.get(path)).json["sensitive"] is False

    await orders(ines, ada, "sensitive")

    assert (await school.stranger.get(path)).json["sensitive"] is True

    back = await ines.post(f"{ACCOUNTS}/{ada.id}/unsensitive")

    contract.check("POST", f"{ACCOUNTS}/:id/unsensitive", back)
    assert (await school.stranger.get(path)).json["sensitive"] is False


async def test_who_is_suspended_vanishes_and_comes_back(school: School) -> None:
    ines, ada, ben = await admin(school), await school.teacher("ada"), await school.teacher("ben")
    await ada.patch("/api/v1/accounts/update_credentials", json={"note": "I teach maths"})
    await ben.does(f"/api/v1/accounts/{ada.id}/follow")
    status = await ada.says("Hello #maths")
    await ben.does(f"/api/v1/statuses/{status['id']}/reblog")
    await school.work()

    await orders(ines, ada, "suspend")

    gone = (await ben.get(f"/api/v1/accounts/{ada.id}")).json
    assert (gone["suspended"], gone["note"], gone["statuses_count"]) == (True, "", 0)
    assert (await ben.get(f"/api/v1/statuses/{status['id']}")).status == 404
    for path in (
        f"/api/v1/accounts/{ada.id}/statuses",
        f"/api/v1/accounts/{ben.id}/statuses",
        "/api/v1/timelines/home",
        "/api/v1/timelines/public",
        "/api/v1/timelines/tag/maths",
    ):
        assert await ben.reads(path) == [], path
    assert (await ben.reads("/api/v2/search?q=ada&type=accounts"))["accounts"] == []
    assert (await ada.get("/api/v1/timelines/home")).status == 403
    document = await school.stranger.get(
        "/users/ada", headers={"Accept": "application/activity+json"}
    )
    assert document.json["suspended"] is True
    assert document.json["summary"] == ""

    back = await ines.post(f"{ACCOUNTS}/{ada.id}/unsuspend")

    contract.check("POST", f"{ACCOUNTS}/:id/unsuspend", back)
    assert (await ben.get(f"/api/v1/accounts/{ada.id}")).json["note"] == "<p>I teach maths</p>"
    assert len(await ben.reads("/api/v1/timelines/home")) == 2
    assert (await ada.get("/api/v1/timelines/home")).status == 200
    assert (await ines.post(f"{ACCOUNTS}/{ada.id}/unsuspend")).status == 403


@pytest.mark.parametrize("act", ["disable", "suspend"])
async def test_open_streams_of_who_is_shut_out_end_at_once(school: School, act: str) -> None:
    ines, ada = await admin(school), await school.teacher("ada")

    async with open_door(school) as door, door.listener(ada, "user") as listener:
        await orders(ines, ada, act)
        code = await listener.ended()

    assert code == 1008


async def test_data_are_erased_thirty_days_after_a_suspension(schools: SchoolMaker) -> None:
    now = [1_800_000_000_000]
    school = await schools("elm.test", clock=lambda: now[0])
    ines, ada, ben = await admin(school), await school.teacher("ada"), await school.teacher("ben")
    await ben.does(f"/api/v1/accounts/{ada.id}/follow")
    status = await ada.says("Hello")
    await ben.does(f"/api/v1/statuses/{status['id']}/favourite")
    await orders(ines, ada, "suspend", text="Enough")

    now[0] += 29 * DAY
    await erasures.erase_due(school.site)
    kept = await ines.reads(f"{ACCOUNTS}/{ada.id}")
    now[0] += 2 * DAY
    await erasures.erase_due(school.site)

    left = await ines.reads(f"{ACCOUNTS}/{ada.id}")
    assert (kept["email"], left["email"]) == ("ada@elm.test", None)
    assert left["suspended"] is True
    assert (await ben.reads("/api/v1/accounts/verify_credentials"))["following_count"] == 0
    assert (await ines.post(f"{ACCOUNTS}/{ada.id}/unsuspend")).status == 409
    document = await school.stranger.get(
        "/users/ada", headers={"Accept": "application/activity+json"}
    )
    assert document.status == 410
    log = await acts.strikes(school.site, OPERATOR, int(ada.id))
    assert [strike.text for strike in log] == ["Enough"]


async def test_an_admin_erases_the_data_of_suspended_people_at_once(school: School) -> None:
    ines, mona, ada = await admin(school), await moderator(school), await school.teacher("ada")
    path = f"{ACCOUNTS}/{ada.id}"
    assert (await ines.delete(path)).status == 403
    await orders(mona, ada, "suspend")
    assert (await mona.delete(path)).status == 403

    answer = await ines.delete(path)

    assert answer.status == 200
    assert answer.json["email"] is None
    assert await hidden(school, ada)


async def test_a_person_is_told_of_what_was_done(school: School) -> None:
    ines, ada = await admin(school), await school.teacher("ada")

    await orders(ines, ada, "none", text="Mind the tone")

    [told] = await ada.reads("/api/v1/notifications")
    grouped = await ada.reads("/api/v2/notifications")
    assert told["type"] == "moderation_warning"
    assert told["moderation_warning"]["action"] == "none"
    assert told["moderation_warning"]["text"] == "Mind the tone"
    assert told["moderation_warning"]["target_account"]["id"] == ada.id
    [group] = grouped["notification_groups"]
    assert group["moderation_warning"] == told["moderation_warning"]


async def test_acts_that_mean_nothing_are_refused(school: School) -> None:
    ines, ada = await admin(school), await school.teacher("ada")
    path = f"{ACCOUNTS}/{ada.id}/action"

    assert (await ines.post(path, json={"type": "shout"})).status == 422
    assert (await ines.post(path, json={})).status == 422
    assert (await ines.post(path, json={"type": "none", "report_id": "5"})).status == 404
    assert (await ines.post(path, json={"type": "none", "text": "x" * 3000})).status == 422
    assert (await ines.post(f"{ACCOUNTS}/5/action", json={"type": "none"})).status == 404


async def test_every_act_is_written_down(school: School) -> None:
    ines, ada = await admin(school), await school.teacher("ada")
    await orders(ines, ada, "silence", text="Loud")
    await ines.does(f"{ACCOUNTS}/{ada.id}/unsilence")

    entries = await audit.log(school.site, OPERATOR, Cursor())

    assert [(entry.actor_name, entry.action, entry.target) for entry in entries] == [
        ("ines", "account.unsilence", f"account/{ada.id}"),
        ("ines", "account.silence", f"account/{ada.id}"),
    ]
    assert entries[1].detail == {"acct": "ada", "text": "Loud"}


@pytest.mark.parametrize(
    ("role", "bits"), [(Role.TEACHER, 0), (Role.MODERATOR, 1308), (Role.ADMIN, 1)]
)
async def test_people_see_their_own_role(school: School, role: Role, bits: int) -> None:
    who = await school.teacher("ada", STAFF_SCOPES, role=role)

    mine = (await who.reads("/api/v1/accounts/verify_credentials"))["role"]
    shown = (await school.stranger.get(f"/api/v1/accounts/{who.id}")).json["roles"]

    number = int(mine["permissions"])
    assert number == bits or (role is Role.ADMIN and number & bits)
    assert bool(shown) is (role is not Role.TEACHER)
