"""The staff's dashboard: figures by day, dimensions, and who comes back (Admin API)."""

from typing import Any

import pytest

from fedschool.model.account import Role
from fedschool.services import measuring, upkeep
from tests.api.admins import admin, staff
from tests.api.contract import check
from tests.conftest import SchoolMaker
from tests.federation.stories import follows, is_followed
from tests.peers import Person, open_peer
from tests.people import School, Teacher

MEASURES = "/api/v1/admin/measures"
DIMENSIONS = "/api/v1/admin/dimensions"
RETENTION = "/api/v1/admin/retention"
DAY = 86_400_000
# Friday, 24 November 2023, noon.
START = 1_700_827_200_000
ALL = [
    "active_users", "new_users", "interactions", "opened_reports", "resolved_reports",
    "tag_accounts", "tag_uses", "tag_servers", "instance_accounts", "instance_media_attachments",
    "instance_reports", "instance_statuses", "instance_follows", "instance_followers",
]  # fmt: skip
ALL_DIMENSIONS = [
    "languages", "sources", "servers", "space_usage", "software_versions", "tag_servers",
    "tag_languages", "instance_accounts", "instance_languages",
]  # fmt: skip
DAYS = {"start_at": "2023-11-23", "end_at": "2023-11-24T23:00:00Z"}


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def school(schools: SchoolMaker, clock: Clock) -> School:
    return await schools("oak.test", clock=clock)


@pytest.fixture
async def principal(school: School) -> Teacher:
    return await admin(school)


def series(measure: dict[str, Any]) -> list[int]:
    return [int(day["value"]) for day in measure["data"]]


async def measured(teacher: Teacher, *keys: str, **more: Any) -> dict[str, dict[str, Any]]:
    found = await teacher.does(MEASURES, keys=list(keys), **DAYS, **more)
    return {measure["key"]: measure for measure in found}


async def divided(teacher: Teacher, *keys: str, **more: Any) -> dict[str, dict[str, str]]:
    found = await teacher.does(DIMENSIONS, keys=list(keys), **DAYS, **more)
    return {each["key"]: {row["key"]: row["value"] for row in each["data"]} for each in found}


async def tag_id(teacher: Teacher, name: str) -> str:
    return str((await teacher.reads(f"/api/v1/tags/{name}"))["id"])


async def test_who_was_here_and_who_is_new_is_counted_by_day(
    school: School, principal: Teacher, clock: Clock
) -> None:
    alice = await school.teacher("alice")
    clock.now -= DAY
    await alice.reads("/api/v1/timelines/home")
    clock.now += DAY
    await alice.reads("/api/v1/timelines/home")
    await alice.reads("/api/v1/timelines/home")

    found = await measured(principal, "active_users", "new_users")

    assert series(found["active_users"]) == [1, 2]
    assert found["active_users"]["total"] == "2"
    assert found["active_users"]["previous_total"] == "0"
    assert series(found["new_users"]) == [0, 2]
    assert found["new_users"]["total"] == "2"


async def test_what_our_people_do_is_counted(school: School, principal: Teacher) -> None:
    alice = await school.teacher("alice")
    post = await principal.says("Hello")
    await alice.does(f"/api/v1/statuses/{post['id']}/favourite")
    await alice.does(f"/api/v1/statuses/{post['id']}/reblog")
    await alice.says("Hello to you", in_reply_to_id=post["id"])
    await upkeep.tick(school.site)

    found = await measured(principal, "interactions")

    assert series(found["interactions"]) == [0, 3]
    assert found["interactions"]["total"] == "3"


async def test_counting_again_changes_nothing(school: School, principal: Teacher) -> None:
    await principal.says("Hello", language="de")
    await measuring.count(school.site)
    first = await divided(principal, "servers")

    await measuring.count(school.site)

    assert first == await divided(principal, "servers") == {"servers": {"oak.test": "1"}}


async def test_days_that_nobody_counted_are_counted_later(
    school: School, principal: Teacher, clock: Clock
) -> None:
    await principal.says("Hello")
    clock.now += 5 * DAY

    await measuring.count(school.site)

    assert await divided(principal, "servers") == {"servers": {"oak.test": "1"}}


async def test_use_of_a_hashtag_is_counted(school: School, principal: Teacher) -> None:
    alice = await school.teacher("alice")
    await alice.says("#maths one", language="en")
    await alice.says("#maths two", language="en")
    await principal.says("#maths three", language="de")
    about = {"id": await tag_id(alice, "maths")}

    found = await measured(
        principal, "tag_uses", "tag_accounts", "tag_servers",
        tag_uses=about, tag_accounts=about, tag_servers=about,
    )  # fmt: skip
    shares = await divided(
        principal, "tag_servers", "tag_languages", tag_servers=about, tag_languages=about
    )

    assert series(found["tag_uses"]) == [0, 3]
    assert series(found["tag_accounts"]) == [0, 2]
    assert series(found["tag_servers"]) == [0, 1]
    assert [found[key]["total"] for key in ("tag_uses", "tag_accounts", "tag_servers")] == [
        "3",
        "2",
        "1",
    ]
    assert shares == {"tag_servers": {"oak.test": "3"}, "tag_languages": {"en": "2", "de": "1"}}


async def test_other_server_is_measured(schools: SchoolMaker) -> None:
    school = await schools("oak.test", allow_private="localhost")
    principal = await admin(school)
    async with open_peer() as peer:
        ada: Person = peer.person("ada")
        await follows(school, principal, ada)
        await is_followed(school, principal, ada)
        note = ada.note("From afar", contentMap={"fr": "<p>From afar</p>"})
        await ada.tells(school, ada.creates(note))
        await measuring.count(school.site)
        about = {"domain": peer.host}
        keys = [key for key in ALL if key.startswith("instance_")]

        answer = await principal.post(MEASURES, json={"keys": keys, **dict.fromkeys(keys, about)})
        shares = await principal.does(
            DIMENSIONS,
            keys=["instance_accounts", "servers"],
            instance_accounts=about,
        )

        found = {measure["key"]: measure for measure in answer.json}
        assert {key: measure["total"] for key, measure in found.items()} == {
            "instance_accounts": "1",
            "instance_media_attachments": "0",
            "instance_reports": "0",
            "instance_statuses": "1",
            "instance_follows": "1",
            "instance_followers": "1",
        }
        assert series(found["instance_follows"])[-1] == 1
        assert series(found["instance_followers"])[-1] == 1
        assert series(found["instance_accounts"])[-1] == 1
        assert found["instance_media_attachments"]["unit"] == "bytes"
        assert shares[0]["data"] == [
            {"key": f"ada@{peer.host}", "human_key": f"ada@{peer.host}", "value": "1"}
        ]
        assert [row["key"] for row in shares[1]["data"]] == [peer.host]


async def test_every_measure_and_dimension_answers_as_clients_expect(
    school: School, principal: Teacher
) -> None:
    await principal.says("#maths", language="en")
    await measuring.count(school.site)
    about: dict[str, Any] = {"id": await tag_id(principal, "maths"), "domain": "elsewhere.test"}

    figures = await principal.post(
        MEASURES, json={"keys": ALL, **DAYS, **dict.fromkeys(ALL, about)}
    )
    shares = await principal.post(
        DIMENSIONS,
        json={"keys": ALL_DIMENSIONS, **DAYS, **dict.fromkeys(ALL_DIMENSIONS, about)},
    )

    check("POST", MEASURES, figures)
    assert [measure["key"] for measure in figures.json] == ALL
    assert all(len(measure["data"]) == 2 for measure in figures.json)
    assert [dimension["key"] for dimension in shares.json] == ALL_DIMENSIONS
    found = {dimension["key"]: dimension["data"] for dimension in shares.json}
    assert int(found["space_usage"][0]["value"]) > 0
    assert found["space_usage"][0]["unit"] == "bytes"
    assert {row["key"] for row in found["software_versions"]} >= {"fedschool", "python"}
    assert found["languages"] == [{"key": "en", "human_key": "en", "value": "1"}]
    assert found["sources"][0]["value"] == "1"
    for dimension in shares.json:
        for row in dimension["data"]:
            assert set(row) >= {"key", "human_key", "value"}


async def test_who_comes_back_is_told_by_cohorts(
    school: School, principal: Teacher, clock: Clock
) -> None:
    alice = await school.teacher("alice")
    clock.now += DAY
    await school.teacher("bob")
    await alice.reads("/api/v1/timelines/home")

    answer = await principal.post(
        RETENTION, json={"start_at": "2023-11-24", "end_at": "2023-11-25", "frequency": "day"}
    )
    monthly = await principal.does(
        RETENTION, start_at="2023-11-01", end_at="2023-12-31", frequency="month"
    )

    check("POST", RETENTION, answer)
    first, second = answer.json
    assert first["period"] == "2023-11-24T00:00:00.000Z"
    # Alice came back; the principal, who asks, too.
    assert [(row["value"], row["rate"]) for row in first["data"]] == [("2", 1.0), ("2", 1.0)]
    assert [(row["value"], row["rate"]) for row in second["data"]] == [("1", 1.0)]
    assert [cohort["period"][:10] for cohort in monthly] == ["2023-11-01", "2023-12-01"]
    assert [row["value"] for row in monthly[0]["data"]] == ["3", "0"]


async def test_moderators_look_and_teachers_do_not(school: School) -> None:
    moderator = await staff(school, "moderator", Role.MODERATOR)
    teacher = await staff(school, "teacher", Role.TEACHER)
    short = await admin(school, "read write")

    for path in (MEASURES, DIMENSIONS, RETENTION):
        form = {"keys": ["new_users"], **DAYS}
        assert (await moderator.post(path, json=form)).status == 200
        assert (await teacher.post(path, json=form)).status == 403
        assert (await short.post(path, json=form)).status == 403
        assert (await school.stranger.post(path, json=form)).status == 401


@pytest.mark.parametrize(
    "fields",
    [
        {"start_at": "yesterday"},
        {"start_at": "2023-11-24", "end_at": "2023-11-23"},
        {"start_at": "2000-01-01", "end_at": "2023-11-23"},
        {"start_at": "9" * 50},
        {"keys": ["tag_uses"]},
        {"keys": ["tag_uses"], "tag_uses": {"id": "maths"}},
        {"keys": ["instance_accounts"], "instance_accounts": {"domain": "a b"}},
        {"keys": ["new_users"] * 31},
    ],
)
async def test_what_cannot_be_measured_is_refused(
    principal: Teacher, fields: dict[str, Any]
) -> None:
    answer = await principal.post(MEASURES, json={"keys": ["new_users"], **fields})

    assert answer.status == 422


async def test_unknown_keys_are_left_out(principal: Teacher) -> None:
    found = await principal.does(MEASURES, keys=["new_users", "happiness"], **DAYS)

    assert [measure["key"] for measure in found] == ["new_users"]


async def test_look_costs_the_same_whatever_there_is(school: School, principal: Teacher) -> None:
    async def cost() -> int:
        before = school.site.database.statements
        await measured(principal, "active_users", "interactions")
        return school.site.database.statements - before

    await cost()
    first = await cost()
    for number in range(5):
        await principal.says(f"Post {number}")
    await measuring.count(school.site)

    assert await cost() == first
