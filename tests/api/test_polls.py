"""Polls: asked, shown to each as they may see them, voted in, edited, ended."""

import asyncio
import time
from typing import Any

import pytest

from tests.api import contract
from tests.conftest import SchoolMaker
from tests.people import School, Teacher

HOUR = 3_600


class Watch:
    """A clock that tests put forward."""

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


async def asks(teacher: Teacher, *options: str, **more: Any) -> dict[str, Any]:
    poll = {"options": options or ("Tea", "Coffee"), "expires_in": HOUR, **more}
    return await teacher.says("What shall we drink?", poll=poll)


async def votes(teacher: Teacher, status: dict[str, Any], *choices: int) -> Any:
    return await teacher.does(f"/api/v1/polls/{status['poll']['id']}/votes", choices=choices)


def counts(poll: dict[str, Any]) -> list[int | None]:
    return [option["votes_count"] for option in poll["options"]]


async def test_poll_is_asked_with_a_post_and_answered_once(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    status = await asks(ada)
    path = f"/api/v1/statuses/{status['id']}"

    before = (await ben.reads(path))["poll"]
    answered = await votes(ben, status, 1)

    assert [option["title"] for option in before["options"]] == ["Tea", "Coffee"]
    assert (before["voted"], before["own_votes"], before["expired"]) == (False, [], False)
    assert (answered["voted"], answered["own_votes"], counts(answered)) == (True, [1], [0, 1])
    assert (answered["votes_count"], answered["voters_count"]) == (1, 1)
    assert (await ben.reads(path))["poll"] == answered
    # whoever asks counts as one who voted, so that clients show the answers
    mine = (await ada.reads(path))["poll"]
    assert (mine["voted"], mine["own_votes"], counts(mine)) == (True, [], [0, 1])
    strange = (await school.stranger.get(path)).json["poll"]
    assert counts(strange) == [0, 1]
    assert "voted" not in strange


async def test_form_with_brackets_asks_the_same(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")

    asked = await ada.post(
        "/api/v1/statuses",
        data="status=Which&poll[options][]=One&poll[options][]=Two&poll[expires_in]=600"
        "&poll[multiple]=true&poll[hide_totals]=0",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    answered = await ben.post(
        f"/api/v1/polls/{asked.json['poll']['id']}/votes",
        data="choices[]=0&choices[]=1",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )

    assert asked.json["poll"]["multiple"] is True
    assert answered.json["own_votes"] == [0, 1]
    assert (answered.json["votes_count"], answered.json["voters_count"]) == (2, 1)


async def test_answers_have_the_shape_that_clients_expect(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")

    posted = await ada.post(
        "/api/v1/statuses",
        json={"status": "Which?", "poll": {"options": ["A", "B"], "expires_in": 300}},
    )
    poll = posted.json["poll"]["id"]

    contract.check("POST", "/api/v1/statuses", posted)
    contract.check("GET", "/api/v1/polls/{id}", await ben.get(f"/api/v1/polls/{poll}"))
    voted = await ben.post(f"/api/v1/polls/{poll}/votes", json={"choices": ["0"]})
    contract.check("POST", "/api/v1/polls/{id}/votes", voted)
    edited = await ada.put(f"/api/v1/statuses/{posted.json['id']}", json={"status": "No more"})
    assert edited.json["poll"] is None
    history = await ada.get(f"/api/v1/statuses/{posted.json['id']}/history")
    contract.check("GET", "/api/v1/statuses/{id}/history", history)


async def test_votes_that_may_not_be_are_refused_with_the_words_that_clients_know(
    school: School, watch: Watch
) -> None:
    ada, ben, eve = [await school.teacher(name) for name in ("ada", "ben", "eve")]
    status = await asks(ada)
    secret = await ada.says(
        "@ben which?", visibility="direct", poll={"options": ["A", "B"], "expires_in": HOUR}
    )
    await votes(ben, status, 0)

    async def refused(who: Teacher, poll: str, choices: Any) -> tuple[int, str]:
        answer = await who.post(f"/api/v1/polls/{poll}/votes", json={"choices": choices})
        return answer.status, answer.json["error"]

    poll = status["poll"]["id"]
    missing = (422, "The chosen vote option does not exist")
    assert await refused(ben, poll, [1]) == (422, "You have already voted on this poll")
    assert await refused(ada, poll, [0]) == (422, "You cannot vote in your own polls")
    for choices in ([2], [-1], [], [10**30]):
        assert await refused(eve, poll, choices) in (
            missing,
            (422, "Validation failed: choices is invalid"),
        )
    assert (await refused(eve, poll, [0, 1]))[0] == 422
    assert (await refused(eve, poll, ["x"]))[0] == 422
    assert (await refused(eve, secret["poll"]["id"], [0]))[0] == 404
    assert (await eve.get(f"/api/v1/polls/{secret['poll']['id']}")).status == 404
    plain = await ada.says("Nothing asked")
    assert (await refused(eve, plain["id"], [0]))[0] == 404

    watch.ahead = HOUR
    assert await refused(eve, poll, [0]) == (422, "The poll has already ended")
    assert counts(await ada.reads(f"/api/v1/polls/{poll}")) == [1, 0]


async def test_votes_sent_together_count_once(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    status = await asks(ada)
    path = f"/api/v1/polls/{status['poll']['id']}/votes"

    answers = await asyncio.gather(*(ben.post(path, json={"choices": [n % 2]}) for n in range(6)))

    assert sorted(answer.status for answer in answers) == [200, 422, 422, 422, 422, 422]
    poll = await ada.reads(f"/api/v1/polls/{status['poll']['id']}")
    assert (poll["votes_count"], poll["voters_count"]) == (1, 1)


async def test_several_options_can_be_chosen_and_more_later(school: School) -> None:
    ada, ben, eve = [await school.teacher(name) for name in ("ada", "ben", "eve")]
    status = await asks(ada, "Mon", "Tue", "Wed", multiple=True)

    await votes(ben, status, 0, 2, 2)
    await votes(eve, status, 2)
    poll = await votes(ben, status, 1)

    assert poll["own_votes"] == [0, 1, 2]
    assert counts(poll) == [1, 1, 2]
    assert (poll["votes_count"], poll["voters_count"]) == (4, 2)


async def test_counts_are_kept_back_until_the_end_when_asked(school: School, watch: Watch) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    status = await asks(ada, hide_totals=True)

    during = await votes(ben, status, 0)
    watch.ahead = HOUR
    await school.work()
    after = (await ben.reads(f"/api/v1/statuses/{status['id']}"))["poll"]

    assert counts(during) == [None, None]
    assert (counts(after), after["expired"]) == ([1, 0], True)


async def test_end_of_a_poll_is_told_to_who_asked_and_who_voted_once(
    school: School, watch: Watch
) -> None:
    ada, ben, eve = [await school.teacher(name) for name in ("ada", "ben", "eve")]
    status = await asks(ada)
    await votes(ben, status, 0)
    await school.work()
    assert await ben.reads("/api/v1/notifications") == []

    watch.ahead = HOUR + 1
    await school.work()
    await school.work()

    for teacher in (ada, ben):
        answer = await teacher.get("/api/v1/notifications")
        contract.check("GET", "/api/v1/notifications", answer)
        [told] = answer.json
        assert (told["type"], told["status"]["id"]) == ("poll", status["id"])
        assert told["account"]["acct"] == "ada"
    assert await eve.reads("/api/v1/notifications") == []
    assert (await eve.reads(f"/api/v1/statuses/{status['id']}"))["poll"]["expired"] is True


async def test_poll_is_over_at_its_time_even_before_anybody_acts_on_it(
    school: School, watch: Watch
) -> None:
    ada = await school.teacher("ada")
    status = await asks(ada)

    watch.ahead = HOUR

    assert (await ada.reads(f"/api/v1/polls/{status['id']}"))["expired"] is True


@pytest.mark.parametrize(
    "poll",
    [
        {"options": ["One"], "expires_in": 300},
        {"options": ["1", "2", "3", "4", "5"], "expires_in": 300},
        {"options": ["a", " a "], "expires_in": 300},
        {"options": ["a", "x" * 51], "expires_in": 300},
        {"options": ["a", "  "], "expires_in": 300},
        {"options": ["a", "b"]},
        {"options": ["a", "b"], "expires_in": 299},
        {"options": ["a", "b"], "expires_in": 2_629_747},
        {"options": ["a", "b"], "expires_in": "soon"},
        {"options": ["a", {"b": 1}], "expires_in": 300},
        "a or b",
    ],
)
async def test_polls_that_cannot_be_are_refused(school: School, poll: Any) -> None:
    ada = await school.teacher("ada")

    answer = await ada.post("/api/v1/statuses", json={"status": "Which?", "poll": poll})

    assert answer.status == 422, answer.text
    assert (await ada.reads("/api/v1/accounts/verify_credentials"))["statuses_count"] == 0


async def test_poll_needs_a_question_and_a_question_the_author(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    poll = {"options": ["a", "x" * 50], "expires_in": 2_629_746}

    assert (await ada.post("/api/v1/statuses", json={"poll": poll})).status == 422
    assert (await ada.post("/api/v1/statuses", json={"status": "?", "poll": {}})).json[
        "poll"
    ] is None
    status = await ada.says("Which?", poll=poll)
    other = await ben.put(f"/api/v1/statuses/{status['id']}", json={"status": "Mine", "poll": poll})
    assert other.status == 404


async def test_instance_tells_the_bounds_that_hold(school: School) -> None:
    ada = await school.teacher("ada")
    for path in ("/api/v1/instance", "/api/v2/instance"):
        bounds = (await ada.reads(path))["configuration"]["polls"]
        most = [str(n) * bounds["max_characters_per_option"] for n in range(bounds["max_options"])]
        for seconds in (bounds["min_expiration"], bounds["max_expiration"]):
            status = await asks(ada, *most, expires_in=seconds)
            assert len(status["poll"]["options"]) == bounds["max_options"]


async def test_other_options_make_another_poll_without_votes(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    status = await asks(ada)
    await votes(ben, status, 0)
    path = f"/api/v1/statuses/{status['id']}"

    async def edits(**poll: Any) -> dict[str, Any]:
        answer = await ada.put(
            path, json={"status": "Edited", "poll": {"expires_in": 2 * HOUR, **poll}}
        )
        assert answer.status == 200, answer.text
        return (await ben.reads(path))["poll"]  # type: ignore[no-any-return]

    same = await edits(options=["Tea", "Coffee"])
    assert (counts(same), same["own_votes"]) == ([1, 0], [0])
    assert same["expires_at"] > status["poll"]["expires_at"]
    changed = await edits(options=["Tea", "Water"])
    assert (counts(changed), changed["own_votes"], changed["voters_count"]) == ([0, 0], [], 0)
    await votes(ben, status, 1)
    several = await edits(options=["Tea", "Water"], multiple=True)
    assert (counts(several), several["voted"]) == ([0, 0], False)

    history = await ben.reads(f"{path}/history")
    asked = [[option["title"] for option in version["poll"]["options"]] for version in history]
    assert asked == [["Tea", "Coffee"], ["Tea", "Coffee"], ["Tea", "Water"], ["Tea", "Water"]]


async def test_poll_that_was_put_off_ends_at_its_new_time(school: School, watch: Watch) -> None:
    ada = await school.teacher("ada")
    status = await asks(ada)
    poll = {"options": ["Tea", "Coffee"], "expires_in": 3 * HOUR}
    await ada.put(f"/api/v1/statuses/{status['id']}", json={"status": "Later", "poll": poll})

    watch.ahead = HOUR + 1
    await school.work()
    assert (await ada.reads(f"/api/v1/statuses/{status['id']}"))["poll"]["expired"] is False

    watch.ahead = 3 * HOUR + 1
    await school.work()
    assert (await ada.reads(f"/api/v1/statuses/{status['id']}"))["poll"]["expired"] is True


async def test_deleted_question_gives_its_poll_back_for_redrafting(
    school: School, watch: Watch
) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    status = await asks(ada)
    await votes(ben, status, 0)

    deleted = await ada.delete(f"/api/v1/statuses/{status['id']}")
    watch.ahead = HOUR
    await school.work()

    assert [option["title"] for option in deleted.json["poll"]["options"]] == ["Tea", "Coffee"]
    assert (await ben.get(f"/api/v1/polls/{status['id']}")).status == 404
    assert await ben.reads("/api/v1/notifications") == []


async def test_boost_shows_the_poll_of_the_original(school: School) -> None:
    ada, ben, eve = [await school.teacher(name) for name in ("ada", "ben", "eve")]
    status = await asks(ada)
    boost = await ben.does(f"/api/v1/statuses/{status['id']}/reblog")

    await votes(eve, status, 1)
    shown = await eve.reads(f"/api/v1/statuses/{boost['id']}")

    assert shown["poll"] == shown["reblog"]["poll"]
    assert (shown["poll"]["id"], shown["poll"]["own_votes"]) == (status["poll"]["id"], [1])


async def test_web_page_shows_options_and_counts(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    status = await asks(ada, "<b>Tea</b>", "Coffee")
    await votes(ben, status, 1)

    page = (await school.stranger.get(f"/@ada/{status['id']}")).text

    assert "&lt;b&gt;Tea&lt;/b&gt;" in page
    assert "(1)" in page


async def test_page_of_polls_costs_the_same_statements_whatever_its_length(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    for n in range(25):
        await votes(ben, await asks(ada, "Yes", str(n)), 0)
    path = f"/api/v1/accounts/{ada.id}/statuses"

    async def cost(limit: int, *, cold: bool) -> int:
        if cold:
            school.site.database.recent.clear()
        before = school.site.database.statements
        page = await ben.reads(f"{path}?limit={limit}")
        assert [status["poll"]["own_votes"] for status in page] == [[0]] * limit
        return school.site.database.statements - before

    assert await cost(2, cold=True) == await cost(20, cold=True)
    assert await cost(2, cold=False) == await cost(20, cold=False)
