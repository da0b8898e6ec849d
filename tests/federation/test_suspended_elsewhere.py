"""People whom their own server suspends: hidden here until it lets them back."""

from tests.api.staff import admin, orders
from tests.conftest import SchoolMaker
from tests.federation.stories import follows, home
from tests.peers import Peer, Person
from tests.people import School, Teacher
from tests.test_upkeep import HandClock

MINUTES = 60_000


async def says_of(school: School, person: Person, *, suspended: bool) -> int:
    """The person's server tells how they stand; the status of our answer."""
    person.publish(suspended=suspended)
    answer = await person.sends(school, person.activity("Update", person.document()))
    await school.work()
    return answer.status


async def test_who_is_suspended_at_home_is_hidden_and_comes_back(
    schools: SchoolMaker, ada: Person
) -> None:
    clock = HandClock()
    school = await schools("oak.test", allow_private="localhost", clock=clock)
    alice = await school.teacher("alice")
    account = await follows(school, alice, ada)
    note = ada.note("Before")
    await ada.tells(school, ada.creates(note))

    assert await says_of(school, ada, suspended=True) == 202

    assert await home(alice) == []
    shown = await alice.reads(f"/api/v1/accounts/{account}")
    assert shown["suspended"] is True
    assert (await ada.sends(school, ada.creates(ada.note("Meanwhile")))).status == 403
    clock.ahead = 6 * MINUTES
    assert await says_of(school, ada, suspended=False) == 202
    assert await home(alice) == ["<p>Before</p>"]
    await ada.tells(school, ada.creates(ada.note("After")))
    assert await home(alice) == ["<p>After</p>", "<p>Before</p>"]


async def test_servers_are_not_asked_again_and_again_about_who_is_suspended(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)
    await says_of(school, ada, suspended=True)
    before = len(peer.asked)

    for _ in range(5):
        assert (await ada.sends(school, ada.creates(ada.note("Again")))).status == 403

    assert peer.asked[before:] == ["/users/ada"]


async def test_who_is_first_met_suspended_is_hidden(
    school: School, alice: Teacher, ada: Person
) -> None:
    ada.publish(suspended=True)

    found = await alice.reads(f"/api/v2/search?resolve=true&q=@{ada.handle}")
    answer = await ada.sends(school, ada.activity("Follow", school.site.uris.actor("alice")))

    assert found["accounts"] == []
    assert answer.status == 403


async def test_what_our_staff_decided_stays_when_the_other_server_lets_back(
    schools: SchoolMaker, ada: Person
) -> None:
    clock = HandClock()
    school = await schools("oak.test", allow_private="localhost", clock=clock)
    alice, ines = await school.teacher("alice"), await admin(school)
    account = await follows(school, alice, ada)
    await ada.tells(school, ada.creates(ada.note("Before")))
    await says_of(school, ada, suspended=True)

    await orders(ines, account, "suspend")
    clock.ahead = 6 * MINUTES

    assert await says_of(school, ada, suspended=False) == 403
    assert await home(alice) == []
    await ines.does(f"/api/v1/admin/accounts/{account}/unsuspend")
    assert (await alice.reads(f"/api/v1/accounts/{account}"))["acct"] == ada.handle
