"""People who move: away from here, here from elsewhere, and from one desk to the next."""

from typing import Any

import pytest

from fedschool.errors import FedschoolError, NotFound, Unprocessable
from fedschool.services import move_jobs, moves
from fedschool.store import users
from tests.conftest import SchoolMaker
from tests.federation.stories import follows, is_followed, known
from tests.peers import Peer, Person
from tests.people import School, Teacher

DAY = 86_400_000


async def alias(school: School, teacher: Teacher, person: Person) -> None:
    await moves.add_alias(school.site, teacher.name, person.handle)


async def arrival(school: School, person: Person, target: str) -> None:
    """The peer's person says to have moved."""
    person.publish(movedTo=target)
    await person.tells(school, person.activity("Move", person.uri, target=target))


async def following(teacher: Teacher) -> list[str]:
    found = await teacher.reads(f"/api/v1/accounts/{teacher.id}/following")
    return [account["acct"] for account in found]


async def standing(teacher: Teacher, account: str) -> dict[str, Any]:
    found = await teacher.reads(f"/api/v1/accounts/relationships?id[]={account}")
    return dict(found[0])


async def test_alias_is_part_of_the_actor_and_goes_again(
    school: School, alice: Teacher, ada: Person
) -> None:
    await is_followed(school, alice, ada)

    await alias(school, alice, ada)
    await school.work()
    told = ada.peer.told("Update")[-1]["object"]["alsoKnownAs"]
    listed = await moves.aliases(school.site, "alice")
    await moves.remove_alias(school.site, "alice", ada.uri)

    assert told == [ada.uri]
    assert listed == (ada.uri,)
    assert await moves.aliases(school.site, "alice") == ()
    with pytest.raises(NotFound):
        await moves.remove_alias(school.site, "alice", ada.uri)


async def test_nobody_is_their_own_alias(school: School, alice: Teacher) -> None:
    with pytest.raises(Unprocessable):
        await moves.add_alias(school.site, "alice", f"alice@{school.host}")


async def test_leaver_is_the_other_account_and_followers_hear_it(
    school: School, alice: Teacher, ada: Person, peer: Peer
) -> None:
    await is_followed(school, alice, ada)
    new = peer.person("alice", alsoKnownAs=[school.site.uris.actor("alice")])

    await moves.leave(school.site, "alice", new.handle)
    await school.work()

    (move,) = peer.told("Move")
    assert (move["object"], move["target"]) == (school.site.uris.actor("alice"), new.uri)
    assert peer.told("Update")[-1]["object"]["movedTo"] == new.uri
    shown = (await school.stranger.get(f"/api/v1/accounts/{alice.id}")).json
    assert shown["moved"]["acct"] == new.handle
    answer = await alice.post("/api/v1/statuses", json={"status": "still here"})
    assert answer.status == 403


async def test_moved_account_takes_no_new_followers(
    school: School, alice: Teacher, ada: Person, peer: Peer
) -> None:
    new = peer.person("alice", alsoKnownAs=[school.site.uris.actor("alice")])
    bob = await school.teacher("bob")
    await moves.leave(school.site, "alice", new.handle)

    await is_followed(school, alice, ada)
    local = await bob.post(f"/api/v1/accounts/{alice.id}/follow")

    assert ada.peer.told("Reject")
    assert local.status == 403


async def test_account_that_lists_no_alias_cannot_be_moved_to(
    school: School, alice: Teacher, peer: Peer
) -> None:
    new = peer.person("alice")

    with pytest.raises(Unprocessable):
        await moves.leave(school.site, "alice", new.handle)

    new.publish(alsoKnownAs=[school.site.uris.actor("alice")])
    target = await moves.leave(school.site, "alice", new.handle)
    assert target.uri == new.uri


async def test_move_is_taken_back_but_the_next_one_waits(schools: SchoolMaker, peer: Peer) -> None:
    now = [1_800_000_000_000]
    school = await schools("elm.test", allow_private="localhost", clock=lambda: now[0])
    alice = await school.teacher("alice")
    new = peer.person("alice", alsoKnownAs=[school.site.uris.actor("alice")])
    await moves.leave(school.site, "alice", new.handle)

    await moves.cancel(school.site, "alice")
    shown = (await school.stranger.get(f"/api/v1/accounts/{alice.id}")).json
    await alice.says("back again")

    assert "moved" not in shown
    with pytest.raises(Unprocessable):
        await moves.leave(school.site, "alice", new.handle)
    now[0] += 31 * DAY
    await moves.leave(school.site, "alice", new.handle)


async def test_local_followers_go_along_with_somebody_elsewhere(
    school: School, alice: Teacher, ada: Person, other_peer: Peer
) -> None:
    old = await follows(school, alice, ada)
    new = other_peer.person("ada", alsoKnownAs=[ada.uri])
    shelf = (await alice.does("/api/v1/lists", title="Maths"))["id"]
    await alice.does(f"/api/v1/lists/{shelf}/accounts", account_ids=[old])
    await alice.does(f"/api/v1/accounts/{old}/note", comment="knows Euler")

    await arrival(school, ada, new.uri)

    account = await known(school, new)
    (asked,) = other_peer.told("Follow")
    await new.tells(school, new.activity("Accept", asked))
    assert await following(alice) == [new.handle]
    assert ada.peer.told("Undo")[-1]["object"]["object"] == ada.uri
    members = await alice.reads(f"/api/v1/lists/{shelf}/accounts")
    assert [member["acct"] for member in members] == [new.handle]
    assert "knows Euler" in (await standing(alice, account))["note"]
    assert (await alice.reads(f"/api/v1/accounts/{old}"))["moved"]["acct"] == new.handle


async def test_blocks_and_mutes_follow_whom_they_are_about(
    school: School, alice: Teacher, ada: Person, other_peer: Peer
) -> None:
    bob = await school.teacher("bob")
    old = await known(school, ada)
    await alice.does(f"/api/v1/accounts/{old}/block")
    await bob.does(f"/api/v1/accounts/{old}/mute", notifications=False)
    new = other_peer.person("ada", alsoKnownAs=[ada.uri])

    await arrival(school, ada, new.uri)

    account = await known(school, new)
    assert (await standing(alice, account))["blocking"]
    muted = await standing(bob, account)
    assert (muted["muting"], muted["muting_notifications"]) == (True, False)


@pytest.mark.parametrize("lie", ["no alias", "not said by the actor", "somebody else"])
async def test_move_that_one_side_does_not_confirm_moves_nobody(
    school: School, alice: Teacher, ada: Person, other_peer: Peer, lie: str
) -> None:
    old = await follows(school, alice, ada)
    aliases = [] if lie == "no alias" else [ada.uri]
    new = other_peer.person("ada", alsoKnownAs=aliases)
    if lie != "not said by the actor":
        ada.publish(movedTo=new.uri)
    moved = ada.uri if lie != "somebody else" else school.site.uris.actor("alice")

    await ada.tells(school, ada.activity("Move", moved, target=new.uri))

    assert await following(alice) == [ada.handle]
    assert other_peer.told("Follow") == []
    assert "moved" not in await alice.reads(f"/api/v1/accounts/{old}")


async def test_followers_come_along_to_somebody_here(
    school: School, alice: Teacher, ada: Person
) -> None:
    bob = await school.teacher("bob")
    await follows(school, bob, ada)
    await alias(school, alice, ada)

    await arrival(school, ada, school.site.uris.actor("alice"))

    assert await following(bob) == ["alice"]


async def test_move_between_two_desks_of_one_school(school: School, alice: Teacher) -> None:
    bob, carla = await school.teacher("bob"), await school.teacher("carla")
    await bob.does(f"/api/v1/accounts/{alice.id}/follow", reblogs=False)
    await moves.add_alias(school.site, "carla", "alice")

    await moves.leave(school.site, "alice", "carla")
    await school.work()

    assert await following(bob) == ["carla"]
    assert (await standing(bob, carla.id))["showing_reblogs"] is False


async def test_more_followers_than_a_batch_all_arrive(
    school: School, alice: Teacher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(move_jobs, "BATCH", 2)
    target = await school.teacher("target")
    fans = [await school.teacher(f"fan{number}") for number in range(5)]
    for fan in fans:
        await fan.does(f"/api/v1/accounts/{alice.id}/follow")
    await moves.add_alias(school.site, "target", "alice")

    await moves.leave(school.site, "alice", "target")
    await school.work()

    shown = await target.reads(f"/api/v1/accounts/{target.id}")
    assert shown["followers_count"] == 5
    assert (await target.reads(f"/api/v1/accounts/{alice.id}"))["followers_count"] == 0


async def test_unknown_handle_moves_nobody(school: School, alice: Teacher, peer: Peer) -> None:
    with pytest.raises(FedschoolError):
        await moves.leave(school.site, "alice", f"nobody@{peer.host}")

    await alice.says("still here")


async def test_suspended_successor_is_shown_nowhere(
    school: School, alice: Teacher, peer: Peer
) -> None:
    new = peer.person("alice", alsoKnownAs=[school.site.uris.actor("alice")])
    target = await moves.leave(school.site, "alice", new.handle)

    async with school.site.writing() as tx:
        await users.hide(tx, target.id, school.site.now())

    shown = (await school.stranger.get(f"/api/v1/accounts/{alice.id}")).json
    assert "moved" not in shown
