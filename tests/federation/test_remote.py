"""Finding people and posts elsewhere, and what a hostile server may not make us believe."""

from typing import Any

import pytest

from fedschool.activitypub.vocab import ACTIVITY_JSON
from fedschool.errors import FedschoolError, NotFound, RemoteFailure, RemoteRefused
from fedschool.model.account import Account
from fedschool.model.status import Status
from fedschool.services import remote
from tests.conftest import SchoolMaker
from tests.federation.policies import block_domain
from tests.federation.stories import known
from tests.peers import Peer, Person
from tests.people import School, Teacher

# Handles


async def test_a_person_is_found_by_handle(school: School, peer: Peer, ada: Person) -> None:
    account = await remote.resolve_handle(school.site, "ADA", peer.host)

    assert (account.uri, account.acct) == (ada.uri, ada.handle)
    assert account.inbox_url == f"{ada.uri}/inbox"
    assert account.shared_inbox_url == f"{peer.origin}/inbox"
    assert account.note == "<p>Teaches elsewhere</p>"


async def test_who_is_known_is_not_asked_for(school: School, peer: Peer, ada: Person) -> None:
    await known(school, ada)
    asked = len(peer.asked)

    await known(school, ada)

    assert len(peer.asked) == asked


@pytest.mark.parametrize(
    "domain",
    [
        "evil.test/path?",
        "user:pass@evil.test",
        "evil.test#",
        "0x7f.1",
        "2130706433",
        "127.0.0.1:22/",
        "[::1",
        "a b",
        "",
        "evil.test:99999",
    ],
)
async def test_a_strange_domain_is_nobody_s(school: School, domain: str) -> None:
    with pytest.raises(NotFound):
        await remote.resolve_handle(school.site, "ada", domain)


@pytest.mark.parametrize("name", ["a/../b", "a@b", "", "a?b=c", "a" * 200])
async def test_a_strange_name_is_nobody_s(school: School, peer: Peer, name: str) -> None:
    with pytest.raises(NotFound):
        await remote.resolve_handle(school.site, name, peer.host)
    assert peer.asked == []


async def test_an_unknown_handle_is_nobody_s(school: School, peer: Peer) -> None:
    with pytest.raises(NotFound):
        await remote.resolve_handle(school.site, "nobody", peer.host)


async def test_private_servers_are_not_asked(schools: SchoolMaker, peer: Peer) -> None:
    guarded = await schools("elm.test")
    peer.person("ada")

    with pytest.raises(RemoteFailure):
        await remote.resolve_handle(guarded.site, "ada", peer.host)
    with pytest.raises(RemoteFailure):
        await remote.resolve_uri(guarded.site, f"{peer.origin}/users/ada")
    assert peer.asked == []


async def test_a_handle_may_live_on_another_domain_than_its_actor(
    school: School, peer: Peer, other_peer: Peer
) -> None:
    """As with `@ada@example.com` on `https://social.example.com/users/ada`."""
    ada = other_peer.person("ada")
    other_peer._handles.clear()
    for each in (peer, other_peer):
        each.called(f"ada@{peer.host}", ada.uri)
        each._handles[f"acct:ada@{other_peer.host}"] = ada.uri

    by_handle = await remote.resolve_handle(school.site, "ada", peer.host)
    by_uri = await remote.fetch_actor(school.site, ada.uri)

    assert by_handle.acct == f"ada@{peer.host}"
    assert by_uri == by_handle


@pytest.mark.parametrize("confirmed", [True, False])
async def test_a_handle_that_an_actor_gives_itself_counts_when_its_domain_agrees(
    school: School, peer: Peer, other_peer: Peer, confirmed: bool
) -> None:
    rose = peer.person("rose", webfinger=f"rose@{other_peer.host}")
    if confirmed:
        other_peer.called(f"rose@{other_peer.host}", rose.uri)

    account = await remote.fetch_actor(school.site, rose.uri)

    assert account.domain == (other_peer if confirmed else peer).host


async def test_a_teachers_actor_names_her_handle(school: School, alice: Teacher) -> None:
    answer = await school.stranger.get("/users/alice", headers={"Accept": ACTIVITY_JSON})

    assert answer.json["webfinger"] == "alice@oak.test"


async def test_a_domain_does_not_adopt_the_people_of_another(
    school: School, peer: Peer, other_peer: Peer, ada: Person
) -> None:
    other_peer.called(f"ada@{other_peer.host}", ada.uri)

    with pytest.raises(NotFound):
        await remote.resolve_handle(school.site, "ada", other_peer.host)

    assert (await remote.fetch_actor(school.site, ada.uri)).acct == ada.handle


async def test_an_actor_does_not_take_a_handle_elsewhere(
    school: School, peer: Peer, other_peer: Peer
) -> None:
    """Eve's server says that she is `ada` of the other one, which knows nothing of it."""
    eve = peer.person("eve", preferredUsername="ada")
    other_peer.person("ada")
    peer._handles[f"acct:ada@{other_peer.host}"] = eve.uri
    peer._handles[f"acct:ada@{peer.host}"] = eve.uri

    account = await remote.fetch_actor(school.site, eve.uri)

    assert account.domain == peer.host


async def test_a_handle_passes_on_only_when_its_first_owner_is_gone(
    school: School, peer: Peer, ada: Person
) -> None:
    first = await remote.fetch_actor(school.site, ada.uri)
    second = f"{peer.origin}/people/2"
    peer.serve(second, ada.document() | {"id": second, "publicKey": None})
    peer._handles[f"acct:ada@{peer.host}"] = second

    with pytest.raises(RemoteFailure):
        await remote.fetch_actor(school.site, second)
    peer.gone(ada.uri)
    account = await remote.fetch_actor(school.site, second)

    assert account.id != first.id
    assert account.acct == first.acct


# Addresses


async def test_people_and_posts_are_found_by_address(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    note = ada.note("Hello")
    page = f"{peer.origin}/@ada/1"
    peer.serve(page, note)
    mine = await alice.says("Mine")

    found: list[Account | Status] = [
        await remote.resolve_uri(school.site, uri)
        for uri in (ada.uri, note["id"], page, mine["uri"], mine["url"], "https://oak.test/@alice")
    ]

    assert [item.uri for item in found] == [
        ada.uri,
        note["id"],
        note["id"],
        mine["uri"],
        mine["uri"],
        "https://oak.test/users/alice",
    ]


async def test_a_redirect_within_the_server_is_followed(
    school: School, peer: Peer, ada: Person
) -> None:
    note = ada.note("Hello")
    peer.serve(f"{peer.origin}/short", status=302, location=note["id"])

    found = await remote.resolve_uri(school.site, f"{peer.origin}/short")

    assert found.uri == note["id"]


@pytest.mark.parametrize(
    "uri",
    [
        "https://oak.test/users/nobody",
        "https://oak.test/users/alice/statuses/1",
        "https://oak.test/inbox",
        "ap://x/y",
        "file:///etc/passwd",
        "hello",
        "http://localhost:1/",
        "https://user@evil.test/",
    ],
)
async def test_an_address_of_nothing_leads_nowhere(
    school: School, alice: Teacher, uri: str
) -> None:
    with pytest.raises(FedschoolError):
        await remote.resolve_uri(school.site, uri)


async def refused(school: School, uri: str) -> bool:
    try:
        await remote.resolve_uri(school.site, uri)
    except RemoteFailure:
        return True
    return False


async def test_a_server_speaks_for_itself_alone(
    school: School, peer: Peer, other_peer: Peer, ada: Person
) -> None:
    """Eve's server serves posts and people that claim to be the other server's."""
    eve = other_peer.person("eve")
    truth = f"{other_peer.origin}/lies/0"
    other_peer.serve(truth, ada.document() | {"inbox": eve.document()["inbox"]})
    lies: list[dict[str, Any]] = [
        {**eve.note("x"), "id": f"{peer.origin}/notes/none"},
        {**eve.note("x"), "id": "https://oak.test/notes/1"},
        {**eve.note("x"), "attributedTo": ada.uri},
        {**eve.note("x"), "attributedTo": "https://oak.test/users/alice"},
        {**eve.document(), "id": "https://oak.test/users/alice"},
        {**eve.document(), "inbox": ada.document()["inbox"]},
        {**eve.document(), "preferredUsername": "../x"},
        {"type": "Note"},
    ]

    found = await remote.resolve_uri(school.site, truth)

    assert isinstance(found, Account)
    assert found.inbox_url == f"{ada.uri}/inbox"
    for number, lie in enumerate(lies, 1):
        uri = f"{other_peer.origin}/lies/{number}"
        told = lie["id"] if lie.get("id", uri).startswith((peer.origin, "https")) else uri
        other_peer.serve(uri, lie | {"id": told})
        assert await refused(school, uri), lie


async def test_an_upload_is_no_post(school: School, peer: Peer, ada: Person) -> None:
    note = ada.note("Hello")
    for kind in ("application/json", "text/html", "application/ld+json", "image/png"):
        peer.serve(note["id"], note, content_type=kind)
        assert await refused(school, note["id"])


async def test_a_redirect_to_another_server_proves_nothing(
    school: School, peer: Peer, other_peer: Peer, ada: Person
) -> None:
    note = ada.note("Hello")
    copy = f"{other_peer.origin}/copy"
    other_peer.serve(copy, note)
    peer.serve(note["id"], status=302, location=copy)

    assert await refused(school, note["id"])


async def test_a_post_that_is_not_open_is_not_kept_when_it_is_fetched(
    school: School, ada: Person
) -> None:
    note = ada.note("For followers", to=[ada.followers])

    with pytest.raises(NotFound):
        await remote.fetch_status(school.site, note["id"])


async def test_a_blocked_server_is_not_asked(school: School, peer: Peer, ada: Person) -> None:
    note = ada.note("Hello")
    await block_domain(school, "localhost")

    with pytest.raises(RemoteRefused):
        await remote.resolve_handle(school.site, "ada", peer.host)
    with pytest.raises(RemoteRefused):
        await remote.resolve_uri(school.site, note["id"])
    assert peer.asked == []


async def test_links_of_an_actor_to_other_servers_are_dropped(
    school: School, other_peer: Peer, ada: Person
) -> None:
    ada.publish(
        endpoints={"sharedInbox": f"{other_peer.origin}/inbox"},
        followers="https://oak.test/users/alice/followers",
        url="https://evil.test/@ada",
    )

    account = await remote.fetch_actor(school.site, ada.uri)

    assert account.shared_inbox_url is None
    assert account.followers_url == ""
    assert account.url == ada.uri
