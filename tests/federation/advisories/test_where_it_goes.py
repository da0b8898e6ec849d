"""What other servers name is asked for within bounds, and never where they may not lead us."""

from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from fedschool.ports.database import statement
from fedschool.services import remote, upkeep
from fedschool.store.tables_federation import hosts
from tests.conftest import SchoolMaker
from tests.federation.policies import block_domain
from tests.federation.stories import follows, is_followed, known, seen
from tests.peers import Document, Peer, Person, open_peer
from tests.people import School, Teacher
from tests.test_upkeep import DAY, HandClock

ALICE = "https://oak.test/users/alice"


async def test_cve_2023_42450_webfinger_leads_nowhere_private(
    school: School, peer: Peer, alice: Teacher
) -> None:
    """The server itself may be asked in this test; 127.0.0.1 by its number may not."""
    port = peer.host.partition(":")[2]
    peer.person("eve")
    for target in (f"http://127.0.0.1:{port}/users/eve", f"http://[::1]:{port}/users/eve"):
        peer._handles[f"acct:eve@{peer.host}"] = target
        answer = await alice.get(
            "/api/v2/search", query_string={"q": f"@eve@{peer.host}", "resolve": "true"}
        )
        assert answer.status == 200
        assert answer.json["accounts"] == []

    assert peer.asked != []
    assert all(path.startswith("/.well-known/webfinger") for path in peer.asked)


@pytest.mark.parametrize(
    "path",
    [
        "/web/%2F%2Fevil.test",
        "/web//evil.test",
        "/web/%5C%5Cevil.test",
        "/%2F%2Fevil.test",
        "/%2Fevil.test/..",
        "/users/%2F%2Fevil.test",
        "/@%2F%2Fevil.test",
    ],
)
async def test_cve_2026_33868_no_path_of_ours_leads_elsewhere(school: School, path: str) -> None:
    answer = await school.stranger.get(path, headers={"Accept": "text/html"})

    place = answer.headers.get("Location", "/")
    assert urlsplit(place).netloc in ("", school.host)
    assert not place.startswith(("//", "/\\"))
    assert answer.status < 500


async def test_owncast_5121_a_key_is_asked_for_at_its_owner_s_server_alone(
    school: School, schools: SchoolMaker, peer: Peer, other_peer: Peer, ada: Person
) -> None:
    await school.teacher("alice")
    elm = await schools("elm.test")
    await elm.teacher("alice")

    for target in (f"{other_peer.origin}/inside", "http://169.254.169.254/latest/", "file:///etc"):
        ada.key_id = target
        assert (await ada.sends(school, ada.activity("Follow", ALICE))).status in (400, 401)
    ada.key_id = f"{ada.uri}#main-key"
    answer = await ada.sends(elm, ada.activity("Follow", "https://elm.test/users/alice"))

    assert answer.status == 401
    assert (peer.asked, other_peer.asked) == ([], [])


def linked(*addresses: str) -> list[Document]:
    return [
        {"type": "PropertyValue", "name": f"Link {n}", "value": f'<a href="{url}">{url}</a>'}
        for n, url in enumerate(addresses)
    ]


async def test_class_addresses_of_others_links_of_a_profile_are_visited_in_bounds(
    school: School, peer: Peer, other_peer: Peer, ada: Person
) -> None:
    """Whoever changes a profile again and again makes us ask a third server once."""
    await school.teacher("alice")
    for number in range(6):
        targets = [f"{other_peer.origin}/{number}/{n}" for n in range(16)]
        ada.publish(attachment=linked(*targets))
        if number == 0:
            await known(school, ada)
        await ada.tells(school, ada.activity("Update", ada.document()))

    assert 0 < len(other_peer.asked) <= 8


async def test_class_addresses_of_others_links_lead_neither_to_us_nor_to_the_blocked(
    schools: SchoolMaker, peer: Peer, other_peer: Peer, ada: Person
) -> None:
    school = await schools("localhost:1", allow_private="localhost")
    port = peer.host.partition(":")[2]
    peer.serve(f"{peer.origin}/away", status=302, location=f"{other_peer.origin}/hidden")
    ada.publish(
        attachment=linked(
            f"{other_peer.origin}/me",
            f"http://127.0.0.1:{port}/me",
            f"{school.site.uris.base}/@alice",
            f"{peer.origin}/away",
        )
    )
    await block_domain(school, other_peer.host)

    await known(school, ada)
    await school.work()

    assert other_peer.asked == []
    assert "/me" not in peer.asked
    assert "/away" in peer.asked


async def test_class_addresses_of_others_an_inbox_is_at_its_owner_s_server(
    school: School, peer: Peer, other_peer: Peer, ada: Person
) -> None:
    alice = await school.teacher("alice")
    ada.publish(inbox=f"{other_peer.origin}/inbox")
    assert (await ada.sends(school, ada.activity("Follow", ALICE))).status == 401

    ada.publish(inbox=f"{ada.uri}/inbox", endpoints={"sharedInbox": f"{other_peer.origin}/inbox"})
    await alice.says("Hello")
    await school.work()

    assert other_peer.inbox == []


async def test_cve_2026_73211_an_inbox_is_an_address_and_no_statement(
    school: School, alice: Teacher, ada: Person
) -> None:
    inbox = f"{ada.uri}/inbox?a=');DELETE FROM accounts;--&b=' OR '1'='1"
    ada.publish(inbox=inbox, endpoints={"sharedInbox": inbox})

    await ada.sends(school, ada.activity("Follow", ALICE))
    await alice.says("Hello")
    await school.work()

    assert (await alice.reads("/api/v1/accounts/verify_credentials"))["username"] == "alice"
    assert len(await alice.reads("/api/v1/timelines/home")) == 1


async def test_class_fetches_per_activity_one_cause_makes_few_requests(
    school: School, peer: Peer, other_peer: Peer, alice: Teacher, ada: Person
) -> None:
    """A post names a hundred people, answers a long thread, and quotes a chain of quotes."""
    account = await follows(school, alice, ada)
    eve = other_peer.person("eve")
    above = quoted = None
    for _ in range(40):
        above = eve.note("Above", inReplyTo=above)["id"]
        quoted = eve.note("Quoted", quote=quoted)["id"]
    tags = [
        {"type": "Mention", "href": f"{other_peer.origin}/users/{n}", "name": f"@{n}"}
        for n in range(100)
    ]
    before = len(peer.asked) + len(other_peer.asked)

    await ada.tells(school, ada.creates(ada.note("Look", inReplyTo=above, quote=quoted, tag=tags)))

    assert len(peer.asked) + len(other_peer.asked) - before <= remote.Budget().left
    assert [status["content"] for status in await seen(alice, account)] == ["<p>Look</p>"]


@statement
def _hosts() -> sa.Select[Any]:
    return sa.select(hosts.c.host)


async def failing(school: School) -> list[str]:
    async with school.site.database.reading() as tx:
        return [row[0] for row in await tx.all(_hosts())]


async def test_cve_2026_69132_what_is_known_of_failing_servers_has_an_end(
    schools: SchoolMaker,
) -> None:
    """All inboxes of a server are one entry, which is forgotten in the end."""
    clock = HandClock()
    school = await schools("oak.test", allow_private="localhost", clock=clock)
    alice = await school.teacher("alice")
    async with open_peer() as dead:
        for n in range(4):
            await is_followed(school, alice, dead.person(f"p{n}", endpoints={}))

    await alice.says("Hello")
    await school.work()
    then = await failing(school)
    clock.ahead = 400 * DAY
    await upkeep.prune_records(school.site)

    assert then == [dead.host]
    assert await failing(school) == []
