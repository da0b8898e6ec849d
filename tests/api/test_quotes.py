"""Quotes among our own people: who may, what each reader sees, and taking consent back."""

import json
import time
from typing import Any

import pytest

from fedschool.entities import status as entities
from fedschool.entities.rendered import Rendered
from fedschool.model.account import ANYBODY, Viewer
from fedschool.model.quote import Quote, QuoteState
from fedschool.store import hydrate
from fedschool.store import quotes as quotes_store
from fedschool.store import statuses as statuses_store
from tests.api import elsewhere
from tests.api.contract import check
from tests.conftest import SchoolMaker
from tests.people import School, Teacher
from tests.streams import Listener, open_door


async def three(school: School) -> tuple[Teacher, Teacher, Teacher]:
    ada, ben, eve = [await school.teacher(name) for name in ("ada", "ben", "eve")]
    return ada, ben, eve


async def tries(teacher: Teacher, quoted: dict[str, Any], **more: Any) -> int:
    draft = {"status": "Look", "quoted_status_id": quoted["id"], **more}
    return (await teacher.post("/api/v1/statuses", json=draft)).status


async def by_force(school: School, quoting: dict[str, Any], quoted: dict[str, Any]) -> None:
    """A quote that stands although nobody here would have been allowed to write it."""
    item = Quote(
        status_id=int(quoting["id"]),
        account_id=int(quoting["account"]["id"]),
        quoted_status_id=int(quoted["id"]),
        quoted_account_id=int(quoted["account"]["id"]),
        quoted_uri=quoted["uri"],
        state=QuoteState.ACCEPTED,
        created_at=school.site.now(),
    )
    async with school.site.writing() as tx:
        await quotes_store.insert_new(tx, item)


async def shown(teacher: Teacher, status: dict[str, Any]) -> Any:
    return (await teacher.reads(f"/api/v1/statuses/{status['id']}"))["quote"]


async def test_quote_shows_the_quoted_post_and_is_counted(school: School) -> None:
    ada, ben, _ = await three(school)
    original = await ada.says("Light is a wave")

    answer = await ben.post(
        "/api/v1/statuses", json={"status": "And a particle", "quoted_status_id": original["id"]}
    )

    check("POST", "/api/v1/statuses", answer)
    quote = answer.json["quote"]
    assert quote["state"] == "accepted"
    assert quote["quoted_status"]["id"] == original["id"]
    assert quote["quoted_status"]["account"]["acct"] == "ada"
    assert quote["quoted_status"]["quote"] is None
    assert (await ada.reads(f"/api/v1/statuses/{original['id']}"))["quotes_count"] == 1


async def test_quote_in_a_quoted_post_is_named_alone(school: School) -> None:
    ada, ben, eve = await three(school)
    first = await ada.says("One")
    second = await ben.says("Two", quoted_status_id=first["id"])

    third = await eve.says("Three", quoted_status_id=second["id"])

    inner = third["quote"]["quoted_status"]["quote"]
    assert inner == {"state": "accepted", "quoted_status_id": first["id"]}


async def test_quote_without_words_is_a_post(school: School) -> None:
    ada, ben, _ = await three(school)
    original = await ada.says("Enough said")

    quoting = await ben.says("", quoted_status_id=original["id"])

    assert quoting["quote"]["state"] == "accepted"


async def test_boosted_post_is_quoted_itself(school: School) -> None:
    ada, ben, eve = await three(school)
    original = await ada.says("Light")
    boost = await ben.does(f"/api/v1/statuses/{original['id']}/reblog")

    quoting = await eve.says("Yes", quoted_status_id=boost["id"])
    again = await ada.does(f"/api/v1/statuses/{quoting['id']}/reblog")

    assert quoting["quote"]["quoted_status"]["id"] == original["id"]
    assert again["reblog"]["quote"]["quoted_status"]["id"] == original["id"]


async def test_author_hears_of_a_quote_in_both_kinds_of_notifications(school: School) -> None:
    ada, ben, _ = await three(school)
    original = await ada.says("Light")
    quoting = await ben.says("Yes", quoted_status_id=original["id"])

    single = await ada.get("/api/v1/notifications?types[]=quote")
    grouped = await ada.get("/api/v2/notifications?types[]=quote")

    check("GET", "/api/v1/notifications", single)
    check("GET", "/api/v2/notifications", grouped)
    [told] = single.json
    assert (told["type"], told["account"]["acct"]) == ("quote", "ben")
    assert told["status"]["id"] == quoting["id"]
    assert told["status"]["quote"]["quoted_status"]["id"] == original["id"]
    [group] = grouped.json["notification_groups"]
    assert (group["type"], group["status_id"]) == ("quote", quoting["id"])


async def test_quoters_hear_of_an_edit(school: School) -> None:
    ada, ben, _ = await three(school)
    original = await ada.says("Light is a wave")
    quoting = await ben.says("Yes", quoted_status_id=original["id"])
    await ada.says("Own", quoted_status_id=original["id"])

    await ada.put(f"/api/v1/statuses/{original['id']}", json={"status": "Light is a particle"})

    [told] = await ben.reads("/api/v1/notifications")
    assert (told["type"], told["account"]["acct"]) == ("quoted_update", "ada")
    assert told["status"]["id"] == quoting["id"]
    assert "particle" in told["status"]["quote"]["quoted_status"]["content"]
    assert await ada.reads("/api/v1/notifications?types[]=quoted_update") == []


@pytest.mark.parametrize(
    ("policy", "stranger", "follower"),
    [("public", 200, 200), ("followers", 404, 200), ("nobody", 404, 404)],
)
async def test_policy_says_who_may_quote(
    school: School, policy: str, stranger: int, follower: int
) -> None:
    ada, ben, eve = await three(school)
    await eve.does(f"/api/v1/accounts/{ada.id}/follow")
    original = await ada.says("Mine", quote_approval_policy=policy)

    seen = [
        (await each.reads(f"/api/v1/statuses/{original['id']}"))["quote_approval"]["current_user"]
        for each in (ben, eve, ada)
    ]

    meant = {200: "automatic", 404: "denied"}
    assert seen == [meant[stranger], meant[follower], "automatic"]
    assert await tries(ben, original) == stranger
    assert await tries(eve, original) == follower
    assert await tries(ada, original) == 200
    assert original["quote_approval"]["automatic"] == ([] if policy == "nobody" else [policy])


async def test_strangers_may_quote_nothing(school: School) -> None:
    ada = await school.teacher("ada")
    original = await ada.says("Open")

    answer = await school.stranger.get(f"/api/v1/statuses/{original['id']}")

    approval = answer.json["quote_approval"]
    assert approval == {"automatic": ["public"], "manual": [], "current_user": "denied"}


async def test_habit_fills_in_the_policy(school: School) -> None:
    ada = await school.teacher("ada")

    answer = await ada.patch(
        "/api/v1/accounts/update_credentials", json={"source": {"quote_policy": "followers"}}
    )

    assert answer.json["source"]["quote_policy"] == "followers"
    preferences = await ada.reads("/api/v1/preferences")
    assert preferences["posting:default:quote_policy"] == "followers"
    assert (await ada.says("Mine"))["quote_approval"]["automatic"] == ["followers"]
    refused = await ada.patch(
        "/api/v1/accounts/update_credentials", json={"source": {"quote_policy": "some"}}
    )
    assert refused.status == 422
    assert (await ada.reads("/api/v1/preferences")) == preferences


@pytest.mark.parametrize("visibility", ["private", "direct"])
async def test_what_is_not_for_everybody_is_nobodys_to_quote(
    school: School, visibility: str
) -> None:
    ada, ben, _ = await three(school)
    await ben.does(f"/api/v1/accounts/{ada.id}/follow")

    original = await ada.says("@ben", visibility=visibility, quote_approval_policy="public")

    assert original["quote_approval"]["automatic"] == []
    assert await tries(ben, original) == 404
    assert await tries(ada, original) == (200 if visibility == "private" else 404)


async def test_own_private_post_is_quoted_to_no_wider_circle(school: School) -> None:
    ada, ben, _ = await three(school)
    original = await ada.says("For followers", visibility="private")

    quoting = await ada.says("Again", quoted_status_id=original["id"], visibility="public")

    assert quoting["visibility"] == "private"
    assert (await ben.get(f"/api/v1/statuses/{quoting['id']}")).status == 404


async def test_blocks_keep_quotes_away(school: School) -> None:
    ada, ben, eve = await three(school)
    original = await ada.says("Mine")
    await ada.does(f"/api/v1/accounts/{ben.id}/block")
    await eve.does(f"/api/v1/accounts/{ada.id}/block")

    assert await tries(ben, original) == 404
    assert await tries(eve, original) == 404


async def test_private_message_quotes_only_people_who_get_it(school: School) -> None:
    ada, ben, eve = await three(school)
    original = await ada.says("Mine")

    assert await tries(ben, original, status="@eve look", visibility="direct") == 422
    assert await tries(ben, original, status="@ada look", visibility="direct") == 200
    assert await eve.reads("/api/v1/notifications") == []


async def test_quote_takes_neither_a_poll_nor_what_is_not_there(school: School) -> None:
    ada, ben, _ = await three(school)
    original = await ada.says("Mine")
    poll = {"options": ["a", "b"], "expires_in": 600}

    assert await tries(ben, original, poll=poll) == 422
    assert await tries(ben, original, media_ids=["1"]) == 422
    assert await tries(ben, {"id": "12"}) == 404
    assert await tries(ben, {"id": "twelve"}) == 404
    assert await tries(ben, original, quote_approval_policy="some") == 422


async def test_edit_keeps_the_quote_and_the_author_s_access(school: School) -> None:
    ada, ben, _ = await three(school)
    original = await ada.says("Mine")
    quoting = await ben.says("Yes", quoted_status_id=original["id"], visibility="private")

    answer = await ben.put(
        f"/api/v1/statuses/{quoting['id']}",
        json={"status": "No", "quote_approval_policy": "public"},
    )

    assert answer.json["quote"]["quoted_status"]["id"] == original["id"]
    assert answer.json["mentions"] == []
    assert (await shown(ada, quoting))["state"] == "accepted"
    history = await ben.get(f"/api/v1/statuses/{quoting['id']}/history")
    check("GET", "/api/v1/statuses/{id}/history", history)
    assert [version["quote"]["state"] for version in history.json] == ["accepted"] * 2
    poll = {"options": ["a", "b"], "expires_in": 600}
    refused = await ben.put(
        f"/api/v1/statuses/{quoting['id']}", json={"status": "No", "poll": poll}
    )
    assert refused.status == 422


async def test_deleted_post_leaves_a_quote_of_nothing(school: School) -> None:
    ada, ben, eve = await three(school)
    original = await ada.says("Mine")
    quoting = await ben.says("Yes", quoted_status_id=original["id"])
    await shown(eve, quoting)

    await ada.delete(f"/api/v1/statuses/{original['id']}")

    assert await shown(eve, quoting) == {"state": "deleted", "quoted_status": None}


async def test_deleted_quote_is_not_counted_and_can_be_redrafted(school: School) -> None:
    ada, ben, _ = await three(school)
    original = await ada.says("Mine")
    quoting = await ben.says("Yes", quoted_status_id=original["id"])
    await ada.does(f"/api/v1/statuses/{original['id']}/quotes/{quoting['id']}/revoke")
    again = await ben.says("Yes!", quoted_status_id=original["id"])

    answers = [await ben.delete(f"/api/v1/statuses/{each['id']}") for each in (quoting, again)]

    for answer in answers:
        check("DELETE", "/api/v1/statuses/{id}", answer)
        assert answer.json["quote"]["quoted_status"]["id"] == original["id"]
    assert (await ada.reads(f"/api/v1/statuses/{original['id']}"))["quotes_count"] == 0


async def test_consent_is_taken_back_by_the_author_alone(school: School) -> None:
    ada, ben, eve = await three(school)
    original = await ada.says("Mine")
    quoting = await ben.says("Yes", quoted_status_id=original["id"])
    path = f"/api/v1/statuses/{original['id']}/quotes/{quoting['id']}/revoke"

    assert (await eve.post(path)).status == 403
    assert (await ada.post(path.replace(original["id"], quoting["id"]))).status == 404
    answer = await ada.post(path)

    check("POST", "/api/v1/statuses/{id}/quotes/{quoting_status_id}/revoke", answer)
    assert answer.json["quote"] == {"state": "revoked", "quoted_status": None}
    assert (await shown(eve, quoting))["state"] == "revoked"
    assert (await ada.reads(f"/api/v1/statuses/{original['id']}"))["quotes_count"] == 0
    assert await ada.reads("/api/v1/notifications?types[]=quote") == []
    assert await ada.reads(f"/api/v1/statuses/{original['id']}/quotes") == []


async def test_policy_is_changed_for_what_comes(school: School) -> None:
    ada, ben, eve = await three(school)
    original = await ada.says("Mine")
    quoting = await ben.says("Yes", quoted_status_id=original["id"])
    path = f"/api/v1/statuses/{original['id']}/interaction_policy"

    answer = await ada.put(path, json={"quote_approval_policy": "nobody"})

    check("PUT", "/api/v1/statuses/{id}/interaction_policy", answer)
    assert answer.json["quote_approval"]["automatic"] == []
    assert answer.json["edited_at"] is None
    assert await tries(eve, original) == 404
    assert (await shown(eve, quoting))["state"] == "accepted"
    assert (await ben.put(path, json={"quote_approval_policy": "public"})).status == 403
    assert (await ada.put(path, json={"quote_approval_policy": "some"})).status == 422
    assert (await ada.put("/api/v1/statuses/1/interaction_policy", json={})).status == 404


async def test_reader_who_turned_away_is_told_why(school: School) -> None:
    ada, ben, eve = await three(school)
    original = await ada.says("Mine")
    quoting = await ben.says("Yes", quoted_status_id=original["id"])

    await eve.does(f"/api/v1/accounts/{ada.id}/mute")
    muted = await shown(eve, quoting)
    await eve.does(f"/api/v1/accounts/{ada.id}/block")
    blocked = await shown(eve, quoting)
    await ada.does(f"/api/v1/accounts/{ben.id}/block")
    refused = await shown(ben, quoting)

    assert (muted["state"], blocked["state"]) == ("muted_account", "blocked_account")
    assert muted["quoted_status"]["id"] == blocked["quoted_status"]["id"] == original["id"]
    assert refused == {"state": "unauthorized", "quoted_status": None}


async def test_list_of_quotes_is_paged_and_spares_the_reader(school: School) -> None:
    ada, ben, eve = await three(school)
    original = await ada.says("Mine")
    quotes = [(await ben.says(str(n), quoted_status_id=original["id"]))["id"] for n in range(3)]
    hidden = await eve.says("Psst", quoted_status_id=original["id"], visibility="private")
    path = f"/api/v1/statuses/{original['id']}/quotes"

    answer = await ben.get(f"{path}?limit=2")

    check("GET", "/api/v1/statuses/{id}/quotes", answer)
    assert [each["id"] for each in answer.json] == quotes[:0:-1]
    assert f"max_id={quotes[1]}" in answer.headers["Link"]
    rest = await ben.reads(f"{path}?limit=2&max_id={quotes[1]}")
    assert [each["id"] for each in rest] == quotes[:1]
    assert [each["id"] for each in await ada.reads(path)] == [hidden["id"], *quotes[::-1]]
    await ada.does(f"/api/v1/accounts/{ben.id}/mute")
    await eve.does(f"/api/v1/accounts/{ben.id}/mute")
    assert len(await ada.reads(path)) == 4
    assert [each["id"] for each in await eve.reads(path)] == [hidden["id"]]
    assert (await school.stranger.get("/api/v1/statuses/1/quotes")).status == 404


async def test_planned_quote_is_kept_until_its_time(
    schools: SchoolMaker,
) -> None:
    ahead = [0]
    school = await schools(clock=lambda: time.time_ns() // 1_000_000 + ahead[0])
    ada, ben, _ = await three(school)
    original = await ada.says("Mine")
    gone = await ada.says("Not for long")
    at = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() + 3_600))

    drafts = [
        {"status": "Later", "quoted_status_id": each["id"], "scheduled_at": at}
        for each in (original, gone)
    ]
    answers = [await ben.post("/api/v1/statuses", json=draft) for draft in drafts]
    early = {**drafts[0], "quoted_status_id": "12"}
    assert (await ben.post("/api/v1/statuses", json=early)).status == 404
    await ada.delete(f"/api/v1/statuses/{gone['id']}")
    ahead[0] = 2 * 3_600_000
    await school.work()

    assert answers[0].json["params"]["quoted_status_id"] == original["id"]
    assert answers[0].json["params"]["quote_approval_policy"] == "public"
    [posted] = await ben.reads(f"/api/v1/accounts/{ben.id}/statuses")
    assert posted["quote"]["quoted_status"]["id"] == original["id"]
    [waiting] = await ben.reads("/api/v1/scheduled_statuses")
    assert waiting["id"] == answers[1].json["id"]


async def test_pages_show_what_is_quoted_to_whom_it_is_open(school: School) -> None:
    ada, ben, _ = await three(school)
    original = await ada.says("Light is a wave")
    quoting = await ben.says("Yes", quoted_status_id=original["id"])
    path = f"/@ben/{quoting['id']}"

    before = await school.stranger.get(path, headers={"Accept": "text/html"})
    await ada.does(f"/api/v1/statuses/{original['id']}/quotes/{quoting['id']}/revoke")
    after = await school.stranger.get(path, headers={"Accept": "text/html"})

    assert "Light is a wave" in before.text
    assert "Light is a wave" not in after.text
    assert "The quoted post is not shown." in after.text


async def test_quotes_are_found_by_search_and_told_by_streams(school: School) -> None:
    ada, ben, eve = await three(school)
    original = await ada.says("Light is a wave")
    async with open_door(school) as door, door.listener(eve, "public:local") as listener:
        quoting = await ben.says("Particles", quoted_status_id=original["id"])
        told = await _next(listener, "update")
        await ada.does(f"/api/v1/statuses/{original['id']}/quotes/{quoting['id']}/revoke")
        changed = await _next(listener, "status.update")

    assert told["quote"]["quoted_status"]["id"] == original["id"]
    assert changed["quote"] == {"state": "revoked", "quoted_status": None}
    address = f"/api/v2/search?type=statuses&q={quoting['uri']}"
    [found] = (await ada.reads(address))["statuses"]
    assert found["quote"]["state"] == "revoked"


async def _next(listener: Listener, event: str) -> Any:
    while (told := await listener.hears()).event != event:
        pass
    return told.payload


async def test_quotes_cost_the_same_statements_however_many(school: School) -> None:
    ada, ben, _ = await three(school)
    original = await ada.says("Mine")
    for n in range(21):
        inner = await ada.says(f"Inner {n}", quoted_status_id=original["id"])
        await ben.says(f"Outer {n}", quoted_status_id=inner["id"])
        await ben.says(str(n), quoted_status_id=original["id"])

    async def cost(path: str, *, cold: bool) -> int:
        if cold:
            school.site.database.recent.clear()
        before = school.site.database.statements
        await ada.reads(path)
        return school.site.database.statements - before

    for path in (
        f"/api/v1/statuses/{original['id']}/quotes",
        "/api/v1/timelines/public",
        "/api/v1/notifications",
        f"/api/v1/accounts/{ben.id}/statuses",
    ):
        few, many = f"{path}?limit=2", f"{path}?limit=40"
        assert await cost(few, cold=True) == await cost(many, cold=True), path
        await ada.reads(many)
        assert await cost(few, cold=False) == await cost(many, cold=False), path


async def test_a_quote_shows_nobody_what_they_could_not_read(school: School) -> None:
    """Every circle of a quoted post against every reader, whatever the quote's own circle."""
    ada, ben, eve = await three(school)
    follower, blocked = await school.teacher("fay"), await school.teacher("bob")
    await follower.does(f"/api/v1/accounts/{ada.id}/follow")
    originals = [
        await ada.says(f"@eve {circle}", visibility=circle)
        for circle in ("public", "unlisted", "private", "direct")
    ]
    quoting = []
    for original in originals:
        outer = await ben.says("Look")
        await by_force(school, outer, original)
        further = await ben.says("Further")
        await by_force(school, further, outer)
        quoting += [(outer, original), (further, original)]
    await ada.does(f"/api/v1/accounts/{blocked.id}/block")
    rose = await elsewhere.peer(school)
    viewers = [ANYBODY, Viewer(account_id=rose.id)]
    viewers += [
        Viewer(account_id=int(each.id), local=True) for each in (ada, ben, eve, follower, blocked)
    ]

    compared = 0
    for viewer in viewers:
        async with school.site.reading() as tx:
            for outer, original in quoting:
                mine = await statuses_store.visible(tx, viewer, int(original["id"]))
                view = await hydrate.one(tx, viewer, int(outer["id"]))
                assert view is not None
                text = Rendered(school.site.links).status(view).decode()
                assert (original["id"] in text) == (mine is not None), (viewer, text)
                assert json.loads(text) == entities.status(view, school.site.links)
                compared += 1
    assert compared == len(viewers) * len(quoting) == 56
