"""Edits and deletions that arrive: by the author alone, in order, and for good."""

import random
from typing import Any

import pytest

from fedschool.activitypub.vocab import PUBLIC
from tests.federation.stories import follows, home, is_followed, known, notified, seen
from tests.peers import Peer, Person, moment
from tests.people import School, Teacher

ALICE = "https://oak.test/users/alice"
TAG = {"type": "Mention", "href": ALICE, "name": "@alice@oak.test"}
HOUR = 3_600_000


async def posted(school: School, person: Person, **more: Any) -> dict[str, Any]:
    note = person.note("Before", published=moment(HOUR), **more)
    await person.tells(school, person.creates(note))
    return note


async def edits(school: School, person: Person, note: dict[str, Any], **changes: Any) -> None:
    changed = {**note, "content": "<p>After</p>", "updated": moment(HOUR // 2), **changes}
    await person.tells(school, person.activity("Update", changed, to=note["to"]))


# Edits


async def test_an_edit_is_shown_with_its_history(
    school: School, alice: Teacher, ada: Person
) -> None:
    account = await follows(school, alice, ada)
    note = await posted(school, ada)

    await edits(school, ada, note, summary="Mind", attachment=[])

    [status] = await seen(alice, account)
    assert (status["content"], status["spoiler_text"]) == ("<p>After</p>", "Mind")
    assert status["edited_at"] is not None
    history = await alice.reads(f"/api/v1/statuses/{status['id']}/history")
    assert [version["content"] for version in history] == ["<p>Before</p>", "<p>After</p>"]


async def test_who_boosted_is_told_of_the_edit_and_who_is_newly_named_too(
    school: School, alice: Teacher, ada: Person
) -> None:
    bob = await school.teacher("bob")
    account = await follows(school, bob, ada)
    note = await posted(school, ada)
    [status] = await seen(bob, account)
    await bob.does(f"/api/v1/statuses/{status['id']}/reblog")

    await edits(school, ada, note, tag=[TAG])

    assert await notified(bob) == ["update"]
    assert await notified(alice) == ["mention"]


async def test_an_old_version_does_not_replace_a_newer_one(
    school: School, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)
    note = await posted(school, ada)
    await edits(school, ada, note)

    await edits(school, ada, note, content="Older", updated=moment(HOUR * 3 // 4))
    await edits(school, ada, note, content="Before it was", updated=moment(2 * HOUR))

    assert await home(alice) == ["<p>After</p>"]


async def test_nobody_else_edits(
    school: School, peer: Peer, other_peer: Peer, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)
    note = await posted(school, ada)

    for eve in (peer.person("eve"), other_peer.person("eve")):
        await edits(school, eve, note)
        await edits(school, eve, note, attributedTo=eve.uri)
    # and nobody gives a post away
    await edits(school, ada, note, attributedTo=f"{peer.origin}/users/eve")

    assert await home(alice) == ["<p>Before</p>"]


async def test_an_edit_does_not_widen_the_audience(
    school: School, alice: Teacher, ada: Person
) -> None:
    bob = await school.teacher("bob")
    account = await follows(school, alice, ada)
    note = await posted(school, ada, to=[ada.followers])

    await edits(school, ada, note, to=[PUBLIC])

    [status] = await seen(alice, account)
    assert (status["content"], status["visibility"]) == ("<p>After</p>", "private")
    assert await seen(bob, account) == []


async def test_whom_the_reader_blocked_does_not_edit_a_direct_message(
    school: School, alice: Teacher, ada: Person
) -> None:
    account = await known(school, ada)
    note = await posted(school, ada, to=[ALICE], tag=[TAG])
    await alice.does(f"/api/v1/accounts/{account}/block")

    await edits(school, ada, note)

    await alice.does(f"/api/v1/accounts/{account}/unblock")
    [status] = await seen(alice, account)
    assert status["content"] == "<p>Before</p>"


async def test_an_edit_of_an_unknown_post_brings_it(
    school: School, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)

    await edits(school, ada, ada.note("Missed"))

    assert await home(alice) == ["<p>After</p>"]


# Deletions


@pytest.mark.parametrize("embedded", [True, False])
async def test_a_deleted_post_is_gone_for_good(
    school: School, alice: Teacher, ada: Person, embedded: bool
) -> None:
    account = await follows(school, alice, ada)
    note = await posted(school, ada)
    what = {"id": note["id"], "type": "Tombstone"} if embedded else note["id"]

    await ada.tells(school, ada.activity("Delete", what))
    await ada.tells(school, ada.creates(note))
    await edits(school, ada, note)

    assert await seen(alice, account) == []
    assert (await alice.reads(f"/api/v1/accounts/{account}"))["statuses_count"] == 0


async def test_a_deletion_that_comes_first_holds(
    school: School, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)
    note = ada.note("Never mind")

    await ada.tells(school, ada.activity("Delete", note["id"]))
    await ada.tells(school, ada.creates(note))

    assert await home(alice) == []


async def test_nobody_else_deletes_not_even_what_is_yet_to_come(
    school: School, peer: Peer, other_peer: Peer, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)
    note = await posted(school, ada)
    later = ada.note("Later")

    for eve in (peer.person("eve"), other_peer.person("eve")):
        for each in (note, later):
            await eve.tells(school, eve.activity("Delete", each["id"]))
        await eve.tells(school, eve.activity("Delete", ada.uri))
    await ada.tells(school, ada.creates(later))

    assert await home(alice) == ["<p>Later</p>", "<p>Before</p>"]


async def test_an_answer_that_is_deleted_is_no_longer_counted(
    school: School, alice: Teacher, ada: Person
) -> None:
    status = await alice.says("Who comes?")
    note = await posted(school, ada, inReplyTo=status["uri"], tag=[TAG])

    await ada.tells(school, ada.activity("Delete", note["id"]))

    assert (await alice.reads(f"/api/v1/statuses/{status['id']}"))["replies_count"] == 0
    assert await notified(alice) == []


# People


async def test_a_changed_profile_is_asked_for_where_it_lies(
    school: School, alice: Teacher, ada: Person
) -> None:
    account = await known(school, ada)
    ada.publish(name="Ada the <b>First</b>", manuallyApprovesFollowers=True)
    forged = ada.document() | {"name": "Not what the server says"}

    await ada.tells(school, ada.activity("Update", forged))

    profile = await alice.reads(f"/api/v1/accounts/{account}")
    assert profile["display_name"] == "Ada the First"
    assert profile["locked"] is True


async def test_nobody_changes_the_profile_of_somebody_else(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    account = await known(school, ada)
    eve = peer.person("eve")

    await eve.tells(school, eve.activity("Update", ada.document() | {"name": "Eve's"}))

    assert (await alice.reads(f"/api/v1/accounts/{account}"))["display_name"] == "Ada"


async def leave_traces(school: School, alice: Teacher, ada: Person) -> dict[str, Any]:
    """Ada follows, answers, likes and boosts; Alice follows and boosts her."""
    account = await follows(school, alice, ada)
    await is_followed(school, alice, ada)
    status = await alice.says("Hello")
    await posted(school, ada, inReplyTo=status["uri"], tag=[TAG])
    await ada.tells(school, ada.activity("Like", status["uri"]))
    await ada.tells(school, ada.activity("Announce", status["uri"], to=[PUBLIC]))
    [answer] = [item for item in await seen(alice, account) if item["reblog"] is None]
    await alice.does(f"/api/v1/statuses/{answer['id']}/reblog")
    return status


async def nothing_is_left(alice: Teacher, status: dict[str, Any]) -> None:
    now = await alice.reads(f"/api/v1/statuses/{status['id']}")
    counts = ("replies_count", "reblogs_count", "favourites_count")
    assert [now[name] for name in counts] == [0, 0, 0]
    me = await alice.reads("/api/v1/accounts/verify_credentials")
    counts = ("followers_count", "following_count", "statuses_count")
    assert [me[name] for name in counts] == [0, 0, 1]
    assert await notified(alice) == []
    assert await home(alice) == [status["content"]]


async def test_a_person_who_leaves_takes_everything_along(
    school: School, alice: Teacher, ada: Person
) -> None:
    status = await leave_traces(school, alice, ada)

    await ada.tells(school, ada.activity("Delete", ada.uri))

    await nothing_is_left(alice, status)


async def test_a_person_whose_key_left_first_takes_everything_along(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    status = await leave_traces(school, alice, ada)
    peer.gone(ada.uri)
    ada.key_number = 7

    await ada.tells(school, ada.activity("Delete", ada.uri))

    await nothing_is_left(alice, status)


async def test_nobody_is_erased_whose_server_still_knows_them(
    school: School, alice: Teacher, ada: Person
) -> None:
    await is_followed(school, alice, ada)
    ada.key_number = 7

    answer = await ada.sends(school, ada.activity("Delete", ada.uri))
    await school.work()

    assert answer.status == 401
    assert await notified(alice) == ["follow"]


async def test_a_server_that_finds_nobody_for_a_while_loses_nobody(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    """It answers 404 for everybody, and somebody uses that to send their departures."""
    await is_followed(school, alice, ada)
    peer.serve(ada.uri, status=404)
    ada.key_number = 7

    answer = await ada.sends(school, ada.activity("Delete", ada.uri))
    await school.work()

    assert answer.status == 401
    assert await notified(alice) == ["follow"]


async def test_the_leaving_of_strangers_costs_nothing(
    school: School, peer: Peer, ada: Person
) -> None:
    answer = await ada.sends(school, ada.activity("Delete", ada.uri))

    assert answer.status == 202
    assert peer.asked == []
    assert await school.work() == 0


async def test_endless_ids_are_no_ids(school: School, alice: Teacher, ada: Person) -> None:
    await follows(school, alice, ada)
    letters = random.Random(1).choices([chr(n) for n in range(0x4E00, 0x9FFF)], k=1_900)
    endless = f"{ada.peer.origin}/{''.join(letters)}"
    long = f"{ada.peer.origin}/{'x' * 2_000}"

    answer = await ada.sends(school, ada.activity("Like", "https://x.example/1", id=endless))
    await ada.tells(school, ada.activity("Delete", endless))
    await ada.tells(school, ada.activity("Delete", long))
    await ada.tells(school, ada.creates(ada.note("Too long") | {"id": endless}))
    await ada.tells(school, ada.creates(ada.note("Deleted") | {"id": long}))

    assert answer.status == 400
    assert await home(alice) == []
