"""Following across servers: asked, answered, taken back; and never by words of others."""

from tests.federation.stories import follows, home, is_followed, known, notified
from tests.peers import Peer, Person
from tests.people import School, Teacher


async def test_a_remote_person_follows_and_is_accepted(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    follow = await is_followed(school, alice, ada)

    [accepted] = peer.told("Accept")
    assert accepted["object"]["id"] == follow["id"]
    assert accepted["actor"] == school.site.uris.actor("alice")
    [notification] = await alice.reads("/api/v1/notifications")
    assert notification["type"] == "follow"
    assert notification["account"]["acct"] == ada.handle


async def test_what_a_followed_person_posts_arrives_at_home(
    school: School, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)

    await ada.tells(school, ada.creates(ada.note("Good morning from <b>afar</b>")))

    assert await home(alice) == ["<p>Good morning from <b>afar</b></p>"]


# Followers


async def test_a_follower_who_leaves_is_forgotten(
    school: School, alice: Teacher, ada: Person
) -> None:
    follow = await is_followed(school, alice, ada)

    await ada.tells(school, ada.activity("Undo", follow))

    assert await notified(alice) == []
    assert await alice.reads(f"/api/v1/accounts/{alice.id}/followers") == []


async def test_an_undo_may_name_the_follow_by_its_id_alone(
    school: School, alice: Teacher, ada: Person
) -> None:
    follow = await is_followed(school, alice, ada)

    await ada.tells(school, ada.activity("Undo", follow["id"]))

    assert await alice.reads(f"/api/v1/accounts/{alice.id}/followers") == []


async def test_nobody_undoes_the_follow_of_somebody_else(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    follow = await is_followed(school, alice, ada)
    eve = peer.person("eve")

    await eve.tells(school, eve.activity("Undo", follow))
    await eve.tells(school, eve.activity("Undo", follow["id"]))

    [follower] = await alice.reads(f"/api/v1/accounts/{alice.id}/followers")
    assert follower["acct"] == ada.handle


async def test_whom_a_teacher_blocked_is_turned_away(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    account = await known(school, ada)
    await alice.does(f"/api/v1/accounts/{account}/block")

    follow = await is_followed(school, alice, ada)

    [rejected] = peer.told("Reject")
    assert rejected["object"]["id"] == follow["id"]
    assert await notified(alice) == []


async def test_the_school_itself_has_no_followers(school: School, peer: Peer, ada: Person) -> None:
    await school.stranger.get("/actor")

    await ada.tells(school, ada.activity("Follow", "https://oak.test/actor"))

    assert peer.inbox == []


# Whom our people follow


async def test_a_follow_counts_when_it_is_accepted(
    school: School, alice: Teacher, ada: Person
) -> None:
    account = await known(school, ada)
    before = await alice.does(f"/api/v1/accounts/{account}/follow")
    await school.work()
    [asked] = ada.peer.told("Follow")

    await ada.tells(school, ada.activity("Accept", asked["id"]))

    [after] = await alice.reads(f"/api/v1/accounts/relationships?id[]={account}")
    assert (before["following"], before["requested"]) == (False, True)
    assert (after["following"], after["requested"]) == (True, False)


async def test_a_rejected_follow_is_over(school: School, alice: Teacher, ada: Person) -> None:
    account = await follows(school, alice, ada)
    [asked] = ada.peer.told("Follow")

    await ada.tells(school, ada.activity("Reject", asked))

    [standing] = await alice.reads(f"/api/v1/accounts/relationships?id[]={account}")
    assert (standing["following"], standing["requested"]) == (False, False)


async def test_a_consent_taken_back_ends_the_follow(
    school: School, alice: Teacher, ada: Person
) -> None:
    account = await follows(school, alice, ada)
    accept = ada.activity("Accept", ada.peer.told("Follow")[0])

    await ada.tells(school, ada.activity("Undo", accept))

    [standing] = await alice.reads(f"/api/v1/accounts/relationships?id[]={account}")
    assert standing["following"] is False


async def test_nobody_consents_for_somebody_else(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    account = await known(school, ada)
    await alice.does(f"/api/v1/accounts/{account}/follow")
    await school.work()
    [asked] = peer.told("Follow")
    eve = peer.person("eve")

    for kind in ("Accept", "Reject"):
        await eve.tells(school, eve.activity(kind, asked))
        await eve.tells(school, eve.activity(kind, asked["id"]))

    [standing] = await alice.reads(f"/api/v1/accounts/relationships?id[]={account}")
    assert (standing["following"], standing["requested"]) == (False, True)


async def test_an_answer_that_nobody_waits_for_changes_nothing(
    school: School, alice: Teacher, ada: Person
) -> None:
    account = await known(school, ada)
    follow = {
        "id": "https://oak.test/activities/1",
        "type": "Follow",
        "actor": "https://oak.test/users/alice",
        "object": ada.uri,
    }

    await ada.tells(school, ada.activity("Accept", follow))

    [standing] = await alice.reads(f"/api/v1/accounts/relationships?id[]={account}")
    assert standing["following"] is False


# Blocks


async def test_a_block_parts_both_and_can_be_undone(
    school: School, alice: Teacher, ada: Person
) -> None:
    account = await follows(school, alice, ada)
    await is_followed(school, alice, ada)
    block = ada.activity("Block", "https://oak.test/users/alice")

    await ada.tells(school, block)
    [blocked] = await alice.reads(f"/api/v1/accounts/relationships?id[]={account}")
    refused = await alice.post(f"/api/v1/accounts/{account}/follow")
    await ada.tells(school, ada.activity("Undo", block))
    allowed = await alice.post(f"/api/v1/accounts/{account}/follow")

    assert (blocked["following"], blocked["followed_by"]) == (False, False)
    assert (refused.status, allowed.status) == (403, 200)


async def test_a_block_is_undone_by_its_id_alone(
    school: School, alice: Teacher, ada: Person
) -> None:
    account = await known(school, ada)
    block = ada.activity("Block", "https://oak.test/users/alice")
    await ada.tells(school, block)

    await ada.tells(school, ada.activity("Undo", block["id"]))

    assert (await alice.post(f"/api/v1/accounts/{account}/follow")).status == 200
