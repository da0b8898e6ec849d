"""Following, asking, blocking and muting through the client API."""

import asyncio
from typing import Any

import pytest

from fedschool.services import relationships
from tests.api import contract
from tests.api.elsewhere import local, peer, sent
from tests.people import School, Teacher


async def follow(who: Teacher, whom: Teacher, **options: Any) -> Any:
    return await who.does(f"/api/v1/accounts/{whom.id}/follow", **options)


async def standing(who: Teacher, whom: Teacher | str) -> Any:
    id_ = whom if isinstance(whom, str) else whom.id
    return (await who.reads(f"/api/v1/accounts/relationships?id[]={id_}"))[0]


async def counts(who: Teacher) -> tuple[int, int]:
    """Followers and followed."""
    account = await who.reads(f"/api/v1/accounts/{who.id}")
    return account["followers_count"], account["following_count"]


async def names(who: Teacher, path: str) -> list[str]:
    return [account["username"] for account in await who.reads(path)]


async def kinds(who: Teacher) -> list[str]:
    return [item["type"] for item in await who.reads("/api/v1/notifications")]


async def home(who: Teacher) -> list[str]:
    return [status["content"] for status in await who.reads("/api/v1/timelines/home")]


async def locked(school: School, name: str) -> Teacher:
    person = await school.teacher(name)
    answer = await person.patch("/api/v1/accounts/update_credentials", json={"locked": True})
    assert answer.status == 200, answer.text
    return person


# Following here


async def test_follow_shows_on_both_sides_and_is_told(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")

    relation = await follow(ada, ben)

    assert relation["following"] is True
    assert relation["showing_reblogs"] is True
    assert relation["requested"] is False
    assert (await standing(ben, ada))["followed_by"] is True
    assert await counts(ada) == (0, 1)
    assert await counts(ben) == (1, 0)
    assert await kinds(ben) == ["follow"]
    assert await names(ada, f"/api/v1/accounts/{ben.id}/followers") == ["ada"]
    assert await names(ada, f"/api/v1/accounts/{ada.id}/following") == ["ben"]


async def test_follow_brings_the_last_posts_home_and_unfollow_takes_them(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    await ben.says("Before the follow")

    await follow(ada, ben)

    assert await home(ada) == ["<p>Before the follow</p>"]
    await ada.does(f"/api/v1/accounts/{ben.id}/unfollow")
    assert await home(ada) == []


async def test_following_twice_counts_and_tells_once_but_changes_options(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")

    await follow(ada, ben)
    again = await follow(ada, ben, reblogs=False, notify=True, languages=["de", "en"])
    third = await follow(ada, ben)

    assert (again["showing_reblogs"], again["notifying"]) == (False, True)
    assert third["languages"] == ["de", "en"]
    assert await counts(ben) == (1, 0)
    assert await kinds(ben) == ["follow"]


async def test_unfollowing_twice_counts_once(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    await follow(ada, ben)

    for _ in range(2):
        relation = await ada.does(f"/api/v1/accounts/{ben.id}/unfollow")

    assert relation["following"] is False
    assert await counts(ben) == (0, 0)
    assert await counts(ada) == (0, 0)
    assert await kinds(ben) == []


async def test_counts_stay_true_when_much_happens_at_once(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    there, back = f"/api/v1/accounts/{ben.id}", f"/api/v1/accounts/{ada.id}"

    answers = await asyncio.gather(
        *(ada.post(f"{there}/follow") for _ in range(4)),
        *(ben.post(f"{back}/follow") for _ in range(4)),
        *(ada.post(f"{there}/unfollow") for _ in range(2)),
        ben.post(f"{back}/block"),
        *(ada.post(f"{there}/follow") for _ in range(4)),
    )

    assert {answer.status for answer in answers} <= {200, 403}
    relation = await standing(ben, ada)
    assert relation["blocking"] is True
    assert not relation["following"]
    assert not relation["followed_by"]
    assert await counts(ada) == await counts(ben) == (0, 0)


async def test_nobody_follows_themselves_or_a_ghost(school: School) -> None:
    ada = await school.teacher("ada")

    himself = await ada.post(f"/api/v1/accounts/{ada.id}/follow")
    ghost = await ada.post("/api/v1/accounts/12345/follow")
    nonsense = await ada.post("/api/v1/accounts/me/follow")

    assert (himself.status, himself.json) == (403, {"error": "This action is not allowed"})
    assert (ghost.status, ghost.json) == (404, {"error": "Record not found"})
    assert nonsense.status == 404
    assert await counts(ada) == (0, 0)


async def test_follow_refuses_languages_that_are_none(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")

    answer = await ada.post(f"/api/v1/accounts/{ben.id}/follow", json={"languages": ["x'; --"]})

    assert answer.status == 422
    assert (await standing(ada, ben))["following"] is False


async def test_follow_needs_a_token_that_covers_it(school: School) -> None:
    ada = await school.teacher("ada")
    reader = await school.teacher("ben", scopes="read")
    follower = await school.teacher("cleo", scopes="follow")
    path = f"/api/v1/accounts/{ada.id}/follow"

    assert (await school.stranger.post(path)).status == 401
    assert (await reader.post(path)).status == 403
    assert (await follower.post(path)).status == 200


# Asking


async def test_locked_account_is_asked_and_consents(school: School) -> None:
    ada, ben = await school.teacher("ada"), await locked(school, "ben")
    await ben.says("For followers", visibility="private")

    relation = await follow(ada, ben, reblogs=False)

    assert (relation["following"], relation["requested"]) == (False, True)
    assert await kinds(ben) == ["follow_request"]
    assert await counts(ben) == (0, 0)
    assert await names(ben, "/api/v1/follow_requests") == ["ada"]
    assert (await standing(ben, ada))["requested_by"] is True
    mine = await ben.reads("/api/v1/accounts/verify_credentials")
    assert mine["source"]["follow_requests_count"] == 1

    answer = await ben.does(f"/api/v1/follow_requests/{ada.id}/authorize")

    assert answer["followed_by"] is True
    assert (await standing(ada, ben))["showing_reblogs"] is False
    assert await kinds(ben) == ["follow"]
    assert await counts(ben) == (1, 0)
    assert await home(ada) == ["<p>For followers</p>"]
    assert await names(ben, "/api/v1/follow_requests") == []


async def test_locked_account_refuses(school: School) -> None:
    ada, ben = await school.teacher("ada"), await locked(school, "ben")
    await follow(ada, ben)

    await ben.does(f"/api/v1/follow_requests/{ada.id}/reject")

    relation = await standing(ada, ben)
    assert (relation["following"], relation["requested"]) == (False, False)
    assert await kinds(ben) == []
    again = await ben.post(f"/api/v1/follow_requests/{ada.id}/authorize")
    assert again.status == 404


async def test_request_is_taken_back(school: School) -> None:
    ada, ben = await school.teacher("ada"), await locked(school, "ben")
    await follow(ada, ben)

    relation = await ada.does(f"/api/v1/accounts/{ben.id}/unfollow")

    assert relation["requested"] is False
    assert await names(ben, "/api/v1/follow_requests") == []
    assert await kinds(ben) == []


async def test_unlocking_lets_those_who_wait_follow(school: School) -> None:
    ada, ben = await school.teacher("ada"), await locked(school, "ben")
    await follow(ada, ben)

    await ben.patch("/api/v1/accounts/update_credentials", json={"locked": False})

    assert (await standing(ada, ben))["following"] is True
    assert await counts(ben) == (1, 0)


async def test_follower_is_removed(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    await follow(ada, ben)

    relation = await ben.does(f"/api/v1/accounts/{ada.id}/remove_from_followers")

    assert relation["followed_by"] is False
    assert await counts(ben) == (0, 0)
    assert (await standing(ada, ben))["following"] is False


# Blocking and muting


async def test_block_ends_follows_both_ways_and_empties_homes(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    await follow(ada, ben)
    await follow(ben, ada)
    await ada.says("From ada")
    await ben.says("From ben to @ada")
    await school.work()

    relation = await ada.does(f"/api/v1/accounts/{ben.id}/block")

    assert (relation["blocking"], relation["following"]) == (True, False)
    assert (await standing(ben, ada))["blocked_by"] is True
    assert await counts(ada) == await counts(ben) == (0, 0)
    assert await home(ada) == ["<p>From ada</p>"]
    assert not [text for text in await home(ben) if "From ada" in text]
    assert await kinds(ada) == []
    assert await names(ada, "/api/v1/blocks") == ["ben"]
    assert (await ben.post(f"/api/v1/accounts/{ada.id}/follow")).status == 403
    assert (await ada.post(f"/api/v1/accounts/{ben.id}/follow")).status == 403
    assert (await ben.reads(f"/api/v1/accounts/{ada.id}/followers")) == []


async def test_unblock_allows_following_again(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    await ada.does(f"/api/v1/accounts/{ben.id}/block")

    relation = await ada.does(f"/api/v1/accounts/{ben.id}/unblock")

    assert relation["blocking"] is False
    assert (await follow(ben, ada))["following"] is True


async def test_mute_hides_posts_and_notifications_until_unmuted(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    await follow(ada, ben)
    await ben.says("Noise for @ada")
    await school.work()

    relation = await ada.does(f"/api/v1/accounts/{ben.id}/mute")

    assert (relation["muting"], relation["muting_notifications"]) == (True, True)
    assert relation["following"] is True
    assert await home(ada) == []
    assert await kinds(ada) == []
    assert (await standing(ben, ada))["muting"] is False

    await ada.does(f"/api/v1/accounts/{ben.id}/unmute")

    assert len(await home(ada)) == 1
    assert await kinds(ada) == ["mention"]


async def test_mute_may_end_by_itself_and_spare_notifications(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")

    relation = await ada.does(
        f"/api/v1/accounts/{ben.id}/mute", duration=3600, notifications="false"
    )

    assert relation["muting_notifications"] is False
    assert relation["muting_expires_at"].endswith("Z")
    listed = await ada.get("/api/v1/mutes")
    contract.check("GET", "/api/v1/mutes", listed)
    assert listed.json[0]["mute_expires_at"] == relation["muting_expires_at"]
    too_long = await ada.post(f"/api/v1/accounts/{ben.id}/mute", json={"duration": 10**18})
    assert too_long.status == 422


# Lists


async def test_lists_of_people_page_by_link(school: School) -> None:
    ada = await school.teacher("ada")
    for n in range(5):
        await follow(await school.teacher(f"fan{n}"), ada)
    path = f"/api/v1/accounts/{ada.id}/followers"

    first = await ada.get(f"{path}?limit=2")
    following = first.headers["Link"].split(">")[0].removeprefix("<https://oak.test")
    second = await ada.get(following)
    back = second.headers["Link"].split("<")[2].split(">")[0].removeprefix("https://oak.test")

    assert [a["username"] for a in first.json] == ["fan4", "fan3"]
    assert [a["username"] for a in second.json] == ["fan2", "fan1"]
    assert [a["username"] for a in (await ada.get(back)).json] == ["fan4", "fan3"]
    assert 'rel="next"' not in (await ada.get(f"{path}?limit=80")).headers["Link"]
    assert (await ada.get(f"{path}?limit=-1")).status == 400


async def test_hidden_lists_are_shown_to_their_owner_alone(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    await follow(ben, ada)
    await ada.patch("/api/v1/accounts/update_credentials", json={"hide_collections": True})

    assert await names(ada, f"/api/v1/accounts/{ada.id}/followers") == ["ben"]
    assert await names(ben, f"/api/v1/accounts/{ada.id}/followers") == []
    assert (await school.stranger.get(f"/api/v1/accounts/{ada.id}/following")).json == []


async def test_request_list_leads_back_by_since_id(school: School) -> None:
    ada, ben = await school.teacher("ada"), await locked(school, "ben")
    await follow(ada, ben)

    answer = await ben.get("/api/v1/follow_requests?limit=1")

    contract.check("GET", "/api/v1/follow_requests", answer)
    assert "since_id=" in answer.headers["Link"]
    assert "min_id=" not in answer.headers["Link"]


async def test_relationships_come_in_the_order_asked_each_once(school: School) -> None:
    ada, ben, cleo = [await school.teacher(name) for name in ("ada", "ben", "cleo")]

    path = "/api/v1/accounts/relationships"
    several = await ada.get(f"{path}?id[]={cleo.id}&id[]={ben.id}&id[]=99&id[]=x&id[]={cleo.id}")
    bare = await ada.reads(f"{path}?id={ben.id}")

    contract.check("GET", path, several)
    assert [item["id"] for item in several.json] == [cleo.id, ben.id]
    assert [item["id"] for item in bare] == [ben.id]
    assert await ada.reads(path) == []


@pytest.mark.parametrize("deed", ["follow", "unfollow", "block", "unblock", "mute", "unmute"])
async def test_deeds_have_the_shape_that_clients_expect(school: School, deed: str) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")

    answer = await ada.post(f"/api/v1/accounts/{ben.id}/{deed}")

    contract.check("POST", f"/api/v1/accounts/{{id}}/{deed}", answer)


# Other servers


async def test_remote_follow_is_asked_for_and_accepted(school: School) -> None:
    ada, rose = await school.teacher("ada"), await peer(school)

    relation = await ada.does(f"/api/v1/accounts/{rose.id}/follow")
    asked = (await sent(school))[0]

    assert (relation["requested"], relation["following"]) == (True, False)
    assert (asked["type"], asked["object"]) == ("Follow", rose.uri)
    me = await local(school, ada)
    async with school.site.writing() as tx:
        assert await relationships.asker(tx, rose, asked["id"]) == me
        await relationships.accepted(tx, school.site, rose, me)
        await relationships.accepted(tx, school.site, rose, me)
    assert (await standing(ada, str(rose.id)))["following"] is True
    assert await counts(ada) == (0, 1)

    await ada.does(f"/api/v1/accounts/{rose.id}/unfollow")

    undo = (await sent(school))[-1]
    assert (undo["type"], undo["object"]["id"]) == ("Undo", asked["id"])


async def test_unasked_acceptance_means_nothing(school: School) -> None:
    ada, rose = await school.teacher("ada"), await peer(school)
    me = await local(school, ada)

    async with school.site.writing() as tx:
        await relationships.accepted(tx, school.site, rose, me)

    assert (await standing(ada, str(rose.id)))["following"] is False
    assert await counts(ada) == (0, 0)


async def test_rejection_ends_request_and_follow(school: School) -> None:
    ada, rose = await school.teacher("ada"), await peer(school)
    me = await local(school, ada)
    for accept in (False, True):
        await ada.does(f"/api/v1/accounts/{rose.id}/follow")
        async with school.site.writing() as tx:
            if accept:
                await relationships.accepted(tx, school.site, rose, me)
            await relationships.rejected(tx, school.site, rose, me)

        relation = await standing(ada, str(rose.id))
        assert (relation["following"], relation["requested"]) == (False, False)
        assert await counts(ada) == (0, 0)


async def test_follow_from_elsewhere_is_answered_each_time_and_counted_once(
    school: School,
) -> None:
    ada, rose = await school.teacher("ada"), await peer(school)
    me = await local(school, ada)

    for number in (1, 2):
        async with school.site.writing() as tx:
            await relationships.received_follow(tx, school.site, rose, me, f"{rose.uri}#{number}")

    answers = await sent(school)
    assert [(a["type"], a["object"]["id"]) for a in answers] == [
        ("Accept", f"{rose.uri}#1"),
        ("Accept", f"{rose.uri}#2"),
    ]
    assert await counts(ada) == (1, 0)
    assert await kinds(ada) == ["follow"]
    async with school.site.writing() as tx:
        await relationships.undone_follow(tx, school.site, rose, me)
        await relationships.undone_follow(tx, school.site, rose, me)
    assert await counts(ada) == (0, 0)


@pytest.mark.parametrize(("deed", "type_"), [("authorize", "Accept"), ("reject", "Reject")])
async def test_follow_from_elsewhere_waits_for_a_locked_account(
    school: School, deed: str, type_: str
) -> None:
    ada, rose = await locked(school, "ada"), await peer(school)
    me = await local(school, ada)
    follow_id = f"{rose.uri}/follows/1"
    async with school.site.writing() as tx:
        await relationships.received_follow(tx, school.site, rose, me, follow_id)
    assert await sent(school) == []
    assert await kinds(ada) == ["follow_request"]

    await ada.does(f"/api/v1/follow_requests/{rose.id}/{deed}")

    (answer,) = await sent(school)
    assert (answer["type"], answer["actor"]) == (type_, me.uri)
    assert answer["object"]["id"] == follow_id
    assert await counts(ada) == ((1, 0) if deed == "authorize" else (0, 0))


async def test_blocked_person_elsewhere_is_turned_away(school: School) -> None:
    ada, rose = await school.teacher("ada"), await peer(school)
    me = await local(school, ada)
    await ada.does(f"/api/v1/accounts/{rose.id}/block")

    async with school.site.writing() as tx:
        await relationships.received_follow(tx, school.site, rose, me, f"{rose.uri}#1")

    assert [a["type"] for a in await sent(school)] == ["Block", "Reject"]
    await ada.does(f"/api/v1/accounts/{rose.id}/unblock")
    block, _, undo = await sent(school)
    assert undo["object"]["id"] == block["id"]


async def test_block_from_elsewhere_parts_the_two(school: School) -> None:
    ada, rose = await school.teacher("ada"), await peer(school)
    me = await local(school, ada)
    async with school.site.writing() as tx:
        await relationships.received_follow(tx, school.site, rose, me, f"{rose.uri}#1")

    async with school.site.writing() as tx:
        await relationships.received_block(tx, school.site, rose, me, f"{rose.uri}#block")

    relation = await standing(ada, str(rose.id))
    assert (relation["blocked_by"], relation["followed_by"]) == (True, False)
    assert (await ada.post(f"/api/v1/accounts/{rose.id}/follow")).status == 403
    async with school.site.writing() as tx:
        await relationships.undone_block(tx, school.site, rose, me)
    assert (await standing(ada, str(rose.id)))["blocked_by"] is False
