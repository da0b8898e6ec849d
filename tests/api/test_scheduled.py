"""Posts for later: planned, listed, put off, given up, and posted once at their time."""

import asyncio
import io
import time
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image
from quart.datastructures import FileStorage

from fedschool.model.job import Publish
from fedschool.ports.database import p, statement
from fedschool.services import media, scheduling
from fedschool.store import jobs
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_users import users
from tests.api import contract
from tests.conftest import SchoolMaker
from tests.people import Answer, School, Teacher

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Watch:
    """A clock that tests put forward, in seconds."""

    def __init__(self) -> None:
        self.ahead = 0

    def __call__(self) -> int:
        return time.time_ns() // 1_000_000 + self.ahead * 1000


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
async def school(schools: SchoolMaker, watch: Watch) -> School:
    return await schools(clock=watch)


def later(seconds: int) -> str:
    at = time.gmtime(time.time() + seconds)
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", at)


async def plans(teacher: Teacher, text: str, seconds: int = HOUR, **more: Any) -> dict[str, Any]:
    planned: dict[str, Any] = await teacher.says(text, scheduled_at=later(seconds), **more)
    assert "params" in planned
    return planned


async def posts(teacher: Teacher) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await teacher.reads(f"/api/v1/accounts/{teacher.id}/statuses")
    return found


async def waiting(teacher: Teacher) -> list[str]:
    return [item["id"] for item in await teacher.reads("/api/v1/scheduled_statuses")]


async def upload(teacher: Teacher) -> str:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 40, 40)).save(out, "PNG")
    out.seek(0)
    file = FileStorage(out, "board.png", content_type="image/png")
    answer = await teacher.post("/api/v2/media", files={"file": file})
    assert answer.status == 200, answer.text
    return str(answer.json["id"])


@statement
def _disable() -> sa.sql.dml.Update:
    theirs = sa.select(accounts.c.id).where(accounts.c.username == p("name"))
    return sa.update(users).where(users.c.account_id.in_(theirs)).values(disabled_at=p("now"))


async def test_planned_post_waits_and_is_posted_at_its_time(school: School, watch: Watch) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    planned = await plans(ada, "Good morning @ben #maths", spoiler_text="Later", language="de")
    await school.work()
    assert await posts(ada) == []
    assert await waiting(ada) == [planned["id"]]

    watch.ahead = HOUR + 1
    await school.work()
    await school.work()

    [status] = await posts(ada)
    assert (status["spoiler_text"], status["language"]) == ("Later", "de")
    assert [mention["acct"] for mention in status["mentions"]] == ["ben"]
    assert [item["type"] for item in await ben.reads("/api/v1/notifications")] == ["mention"]
    assert await waiting(ada) == []
    assert (await ada.get(f"/api/v1/scheduled_statuses/{planned['id']}")).status == 404


async def test_answers_have_the_shape_that_clients_expect(school: School) -> None:
    ada = await school.teacher("ada")
    parent = await ada.says("Parent")

    planned = await plans(
        ada,
        "Which?",
        in_reply_to_id=parent["id"],
        poll={"options": ["A", "B"], "expires_in": 600},
    )

    path = f"/api/v1/scheduled_statuses/{planned['id']}"
    template = "/api/v1/scheduled_statuses/{id}"
    contract.check("GET", template, await ada.get(path))
    moved = await ada.put(path, json={"scheduled_at": later(2 * HOUR)})
    contract.check("PUT", template, moved)
    assert moved.json["scheduled_at"] > planned["scheduled_at"]
    contract.check("GET", "/api/v1/scheduled_statuses", await ada.get("/api/v1/scheduled_statuses"))
    assert planned["params"]["poll"] == {
        "options": ["A", "B"], "expires_in": 600, "multiple": False, "hide_totals": False,
    }  # fmt: skip
    assert planned["params"]["visibility"] == "public"
    assert planned["params"]["in_reply_to_id"] == int(parent["id"])
    deleted = await ada.delete(path)
    contract.check("DELETE", template, deleted)
    assert deleted.json == {}


async def test_post_that_was_put_off_or_given_up_is_not_posted_at_its_first_time(
    school: School, watch: Watch
) -> None:
    ada = await school.teacher("ada")
    moved = await plans(ada, "Put off")
    given_up = await plans(ada, "Given up")
    await ada.put(
        f"/api/v1/scheduled_statuses/{moved['id']}", json={"scheduled_at": later(3 * HOUR)}
    )
    await ada.delete(f"/api/v1/scheduled_statuses/{given_up['id']}")

    watch.ahead = 2 * HOUR
    await school.work()
    assert await posts(ada) == []

    watch.ahead = 3 * HOUR + 1
    await school.work()
    assert [status["content"] for status in await posts(ada)] == ["<p>Put off</p>"]


async def test_poll_and_answer_begin_with_their_post(school: School, watch: Watch) -> None:
    ada = await school.teacher("ada")
    root = await ada.says("Root")
    await plans(
        ada, "Which?", in_reply_to_id=root["id"], poll={"options": ["A", "B"], "expires_in": 600}
    )

    watch.ahead = HOUR + 1
    await school.work()

    status = (await posts(ada))[0]
    assert status["in_reply_to_id"] == root["id"]
    assert status["poll"]["expired"] is False
    assert status["poll"]["expires_at"] > status["created_at"]


async def test_words_are_posted_even_when_what_they_answer_is_gone(
    school: School, watch: Watch
) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    root = await ben.says("Root")
    await plans(ada, "@ben answer", in_reply_to_id=root["id"])
    await ben.delete(f"/api/v1/statuses/{root['id']}")

    watch.ahead = HOUR + 1
    await school.work()

    [status] = await posts(ada)
    assert (status["in_reply_to_id"], status["mentions"][0]["acct"]) == (None, "ben")


async def test_post_is_made_once_however_often_the_job_runs(school: School, watch: Watch) -> None:
    ada = await school.teacher("ada")
    planned = await plans(ada, "Once")
    async with school.site.reading() as tx:
        at = await jobs.next_due(tx)
    assert at is not None
    job = Publish(int(planned["id"]), at)
    watch.ahead = HOUR + 1

    # a worker that died after posting leaves its job to another one; two may also run at once
    await asyncio.gather(*(scheduling.publish(school.site, job) for _ in range(4)))
    await scheduling.publish(school.site, job)
    await school.work()

    assert len(await posts(ada)) == 1


async def test_nothing_is_posted_for_somebody_who_may_not_post_any_more(
    school: School, watch: Watch
) -> None:
    ada = await school.teacher("ada")
    await plans(ada, "Never")
    async with school.site.writing() as tx:
        await tx.run(_disable(), name="ada", now=1)

    watch.ahead = HOUR + 1
    await school.work()

    answer = await school.stranger.get(f"/api/v1/accounts/{ada.id}/statuses")
    assert answer.json == []


async def test_times_that_cannot_be_are_refused(school: School) -> None:
    ada = await school.teacher("ada")
    planned = await plans(ada, "Later")

    for when in (
        later(0),
        later(-DAY),
        later(4 * MINUTE),
        "soon",
        "2026-13-01T00:00:00Z",
        "9" * 99,
    ):
        new = await ada.post("/api/v1/statuses", json={"status": "x", "scheduled_at": when})
        moved = await ada.put(
            f"/api/v1/scheduled_statuses/{planned['id']}", json={"scheduled_at": when}
        )
        assert (new.status, moved.status) == (422, 422), when

    assert await waiting(ada) == [planned["id"]]
    assert await posts(ada) == []
    unchanged = await ada.put(f"/api/v1/scheduled_statuses/{planned['id']}")
    assert unchanged.json["scheduled_at"] == planned["scheduled_at"]


async def test_what_could_not_be_posted_now_cannot_be_planned(school: School) -> None:
    ada = await school.teacher("ada")

    async def refused(**fields: Any) -> int:
        answer = await ada.post("/api/v1/statuses", json={"scheduled_at": later(HOUR), **fields})
        return answer.status

    assert await refused(status="x" * 501) == 422
    assert await refused(status=" ") == 422
    assert await refused(status="x", visibility="everyone") == 422
    assert await refused(status="x", in_reply_to_id="1") == 404
    assert await refused(status="x", media_ids=["1"]) == 422
    assert await refused(status="x", poll={"options": ["a"], "expires_in": 300}) == 422
    assert await waiting(ada) == []


async def test_nobody_sees_or_touches_what_others_planned(school: School) -> None:
    ada, eve = await school.teacher("ada"), await school.teacher("eve")
    path = f"/api/v1/scheduled_statuses/{(await plans(ada, 'Mine'))['id']}"

    assert (await eve.get(path)).status == 404
    assert (await eve.put(path, json={"scheduled_at": later(2 * HOUR)})).status == 404
    assert (await eve.delete(path)).status == 404
    assert await waiting(eve) == []
    assert len(await waiting(ada)) == 1


async def test_repeated_idempotency_key_plans_one_post(school: School) -> None:
    ada = await school.teacher("ada")

    async def plan(key: str) -> Answer:
        return await ada.post(
            "/api/v1/statuses",
            json={"status": "Once", "scheduled_at": later(HOUR)},
            headers={"Idempotency-Key": key},
        )

    answers = await asyncio.gather(*(plan("same") for _ in range(4)))
    other = await plan("other")

    assert len({answer.json["id"] for answer in answers}) == 1
    assert other.json["id"] not in {answer.json["id"] for answer in answers}
    assert other.json["params"]["idempotency"] == "other"


async def test_as_many_can_be_planned_for_a_day_as_mastodon_allows(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await school.teacher("ada")
    at = 3 * DAY
    monkeypatch.setattr(scheduling, "MAX_IN_ALL", 27)
    for _ in range(25):
        await plans(ada, "x", at)

    full = await ada.post("/api/v1/statuses", json={"status": "x", "scheduled_at": later(at)})
    other_day = await plans(ada, "x", 5 * DAY)
    moved = await ada.put(
        f"/api/v1/scheduled_statuses/{other_day['id']}", json={"scheduled_at": later(at)}
    )
    await plans(ada, "x", 6 * DAY)
    in_all = await ada.post(
        "/api/v1/statuses", json={"status": "x", "scheduled_at": later(7 * DAY)}
    )

    assert (full.status, moved.status, in_all.status) == (422, 422, 422)
    assert "25" in full.json["error"]
    assert "27" in in_all.json["error"]


async def test_uploads_are_kept_for_the_post_that_waits(school: School, watch: Watch) -> None:
    ada = await school.teacher("ada")
    file = await upload(ada)
    planned = await plans(ada, "With a picture", 3 * DAY, media_ids=[file])
    assert [item["id"] for item in planned["media_attachments"]] == [file]

    used = await ada.post("/api/v1/statuses", json={"status": "x", "media_ids": [file]})
    again = await ada.post(
        "/api/v1/statuses",
        json={"status": "x", "media_ids": [file], "scheduled_at": later(HOUR)},
    )
    removed = await ada.delete(f"/api/v1/media/{file}")
    assert (used.status, again.status, removed.status) == (422, 422, 422)

    watch.ahead = 2 * DAY
    assert await media.sweep(school.site) == 0
    watch.ahead = 3 * DAY + 1
    await school.work()

    [status] = await posts(ada)
    assert [item["id"] for item in status["media_attachments"]] == [file]


async def test_uploads_of_a_post_that_was_given_up_can_be_used_for_a_day(
    school: School, watch: Watch
) -> None:
    ada = await school.teacher("ada")
    files = [await upload(ada), await upload(ada)]
    planned = await plans(ada, "Pictures", 9 * DAY, media_ids=files)

    watch.ahead = 3 * DAY
    await ada.delete(f"/api/v1/scheduled_statuses/{planned['id']}")
    assert await media.sweep(school.site) == 0
    assert (await ada.says("Now", media_ids=files[:1]))["media_attachments"][0]["id"] == files[0]

    watch.ahead = 5 * DAY
    assert await media.sweep(school.site) == 1


async def test_page_leads_to_the_next_and_costs_the_same_whatever_its_length(
    school: School,
) -> None:
    ada = await school.teacher("ada")
    ids = [(await plans(ada, str(n), (n + 1) * DAY))["id"] for n in range(12)][::-1]

    async def page(query: str) -> tuple[Answer, int]:
        before = school.site.database.statements
        answer = await ada.get(f"/api/v1/scheduled_statuses?{query}")
        return answer, school.site.database.statements - before

    first, few = await page("limit=2")
    second, _ = await page(f"limit=2&max_id={ids[1]}")
    newer, _ = await page(f"limit=2&min_id={ids[3]}")
    whole, many = await page("limit=40")

    assert [item["id"] for item in first.json] == ids[:2]
    assert f"max_id={ids[1]}" in first.headers["Link"]
    assert [item["id"] for item in second.json] == ids[2:4]
    assert [item["id"] for item in newer.json] == ids[1:3]
    assert [item["id"] for item in whole.json] == ids
    assert few == many


async def test_what_is_to_stay_here_stays_here_later(school: School, watch: Watch) -> None:
    alice = await school.teacher("alice")
    await plans(alice, "For this staff room", local_only=True)

    watch.ahead = 2 * HOUR
    await school.work()

    [post] = await posts(alice)
    assert post["local_only"] is True
