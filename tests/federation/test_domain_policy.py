"""A server is shut: every door is closed to it at once, and what it had is put away."""

import pytest

from fedschool.distribution import doors
from fedschool.errors import RemoteRefused
from fedschool.model.servers import Severity
from fedschool.model.status import Visibility
from fedschool.services import remote, servers
from fedschool.services.audit import COMMAND_LINE
from fedschool.services.servers import Decision
from fedschool.settings import Federation
from tests.conftest import SchoolMaker
from tests.federation.policies import block_domain
from tests.federation.stories import follows, home, is_followed, known, notified, seen
from tests.peers import Peer, Person
from tests.people import School, Teacher
from tests.streams import open_door


async def decide(school: School, domain: str, severity: Severity) -> None:
    await servers.decide(school.site, COMMAND_LINE, domain, Decision(severity=severity))


async def test_inbox_of_a_blocked_server_is_refused(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await is_followed(school, alice, ada)
    await block_domain(school, peer.host)

    answer = await ada.sends(school, ada.creates(ada.note("Hello?")))

    assert answer.status == 403
    assert await alice.reads("/api/v1/timelines/public") == []


async def test_what_was_taken_in_before_the_block_is_not_carried_out(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await is_followed(school, alice, ada)
    answer = await ada.sends(school, ada.creates(ada.note("Just before")))
    assert answer.status == 202
    await block_domain(school, "localhost")

    await school.work()
    await servers.release(school.site, COMMAND_LINE, "localhost")
    await school.work()

    assert await alice.reads("/api/v1/timelines/public") == []


async def test_delivery_that_waits_already_is_dropped(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await is_followed(school, alice, ada)
    await school.work()
    await alice.says("For my followers")
    await block_domain(school, peer.host)

    await school.work()

    assert peer.told("Create") == []


async def test_nothing_new_is_planned_for_a_blocked_server(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    account = await known(school, ada)
    await block_domain(school, "localhost")
    await school.work()

    await alice.says(f"Hello @{ada.handle}", visibility="direct")
    await alice.post(f"/api/v1/accounts/{account}/follow")
    await school.work()

    assert peer.inbox == []


async def test_blocked_server_is_not_asked_for_anything(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    note = ada.note("Read me")
    await block_domain(school, peer.host)

    with pytest.raises(RemoteRefused):
        await remote.resolve_handle(school.site, "ada", peer.host)
    with pytest.raises(RemoteRefused):
        await remote.resolve_uri(school.site, note["id"])
    found = await alice.reads(f"/api/v2/search?resolve=true&q=@{ada.handle}")

    assert found["accounts"] == []
    assert peer.asked == []


async def test_known_person_of_a_blocked_server_is_not_found(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await known(school, ada)
    await block_domain(school, peer.host)

    found = await alice.reads(f"/api/v2/search?resolve=true&q=@{ada.handle}")

    assert found["accounts"] == []


async def test_redirect_to_a_blocked_server_is_not_followed(
    school: School, peer: Peer, other_peer: Peer
) -> None:
    bob = other_peer.person("bob")
    peer.serve(f"{peer.origin}/gate", status=302, location=bob.uri)
    await block_domain(school, other_peer.host)

    with pytest.raises(RemoteRefused):
        await remote.resolve_uri(school.site, f"{peer.origin}/gate")

    assert other_peer.asked == []


async def test_signed_request_of_a_blocked_server_reads_nothing(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    post = await alice.says("In the open")
    path = post["uri"].removeprefix(school.site.uris.base)
    before = await ada.asks(school, path)
    await block_domain(school, "localhost")

    answers = [
        await ada.asks(school, place) for place in (path, "/users/alice", "/users/alice/outbox")
    ]

    assert before.status == 200
    assert [answer.status for answer in answers] == [403, 403, 403]


async def test_posts_of_a_blocked_server_are_hidden_at_once_and_come_back(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    account = await follows(school, alice, ada)
    await ada.tells(school, ada.creates(ada.note("From afar")))
    [post] = await alice.reads("/api/v1/timelines/home")

    await block_domain(school, peer.host)
    hidden = await alice.get(f"/api/v1/statuses/{post['id']}")
    at_home = await home(alice)
    federated = await alice.reads("/api/v1/timelines/public")
    await school.work()
    await servers.release(school.site, COMMAND_LINE, peer.host)

    assert hidden.status == 404
    assert at_home == []
    assert federated == []
    assert [item["id"] for item in await seen(alice, account)] == [post["id"]]


async def test_two_blocks_that_overlap_end_one_by_one(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)
    await ada.tells(school, ada.creates(ada.note("From afar")))
    [post] = await alice.reads("/api/v1/timelines/home")
    await block_domain(school, "localhost")
    await block_domain(school, peer.host)

    await servers.release(school.site, COMMAND_LINE, peer.host)
    await school.work()
    still = await alice.get(f"/api/v1/statuses/{post['id']}")
    await servers.release(school.site, COMMAND_LINE, "localhost")
    await school.work()

    assert still.status == 404
    assert (await alice.get(f"/api/v1/statuses/{post['id']}")).status == 200


async def test_follows_are_cut_both_ways_and_the_people_are_told(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    bob = await school.teacher("bob")
    await follows(school, alice, ada)
    await is_followed(school, alice, ada)
    await school.work()

    await block_domain(school, peer.host)
    await school.work()

    me = await alice.reads("/api/v1/accounts/verify_credentials")
    assert (me["followers_count"], me["following_count"]) == (0, 0)
    [told] = await alice.reads("/api/v1/notifications?types[]=severed_relationships")
    assert told["event"]["type"] == "domain_block"
    assert told["event"]["target_name"] == peer.host
    assert (told["event"]["followers_count"], told["event"]["following_count"]) == (1, 1)
    assert await notified(bob) == []


async def test_limited_server_is_limited_with_its_newcomers(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    account = await known(school, ada)
    await decide(school, "localhost", Severity.SILENCE)

    newcomer = await known(school, peer.person("bob"))
    limited = [
        (await alice.reads(f"/api/v1/accounts/{who}")).get("limited") for who in (account, newcomer)
    ]
    await servers.release(school.site, COMMAND_LINE, "localhost")
    freed = [
        (await alice.reads(f"/api/v1/accounts/{who}")).get("limited") for who in (account, newcomer)
    ]

    assert limited == [True, True]
    assert freed in ([None, None], [False, False])


async def test_subdomains_and_other_spellings_are_the_same_server(school: School) -> None:
    await block_domain(school, "Bücher.Example.")

    async with school.site.reading() as tx:
        names = ["xn--bcher-kva.example", "a.b.xn--bcher-kva.example", "xn--bcher-kva.example:8443"]
        shut = await doors.shut_among(tx, school.site, [*names, "notxn--bcher-kva.example"])

    assert shut == set(names)


async def test_only_allowed_servers_are_spoken_to_where_the_school_says_so(
    schools: SchoolMaker, peer: Peer, other_peer: Peer, ada: Person
) -> None:
    school = await schools("oak.test", allow_private="localhost", federation=Federation.ALLOWLIST)
    alice = await school.teacher("alice")
    stranger = other_peer.person("eve")
    await servers.let_in(school.site, COMMAND_LINE, peer.host)
    post = await alice.says("In the open", visibility=Visibility.PUBLIC.value)
    path = post["uri"].removeprefix(school.site.uris.base)

    await is_followed(school, alice, ada)
    refused = await stranger.sends(
        school, stranger.activity("Follow", school.site.uris.actor("alice"))
    )

    assert peer.told("Accept") != []
    assert refused.status == 403
    assert (await ada.asks(school, path)).status == 200
    assert (await stranger.asks(school, path)).status == 403
    assert (
        await school.stranger.get(path, headers={"Accept": "application/activity+json"})
    ).status == 401
    actor = await school.stranger.get(
        "/users/alice", headers={"Accept": "application/activity+json"}
    )
    assert actor.status == 200


async def test_server_that_is_not_allowed_any_more_is_silent_and_what_it_said_stays(
    schools: SchoolMaker, peer: Peer, ada: Person
) -> None:
    school = await schools("oak.test", allow_private="localhost", federation=Federation.ALLOWLIST)
    alice = await school.teacher("alice")
    await servers.let_in(school.site, COMMAND_LINE, peer.host)
    await follows(school, alice, ada)
    await is_followed(school, alice, ada)
    await ada.tells(school, ada.creates(ada.note("Before")))

    await servers.shut_out(school.site, COMMAND_LINE, peer.host)
    refused = await ada.sends(school, ada.creates(ada.note("After")))
    await alice.says("Among us")
    await school.work()

    assert refused.status == 403
    assert peer.told("Create") == []
    assert await home(alice) == ["<p>Among us</p>", "<p>Before</p>"]
    await block_domain(school, peer.host)
    assert await home(alice) == ["<p>Among us</p>"]


async def test_open_streams_hear_nothing_more_of_a_blocked_server(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)
    async with open_door(school) as door, door.listener(alice) as listener:
        await listener.follows("user")
        await ada.tells(school, ada.creates(ada.note("Before")))
        before = await listener.hears()
        await ada.sends(school, ada.creates(ada.note("Taken in before the block")))
        await block_domain(school, peer.host)

        await school.work()

        assert before.event == "update"
        told = await listener.hears()
        assert (told.event, told.payload["type"]) == ("notification", "severed_relationships")
        await listener.hears_nothing()
