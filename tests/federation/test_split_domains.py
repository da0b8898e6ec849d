"""People whose handle is at another domain than their actor: both are asked about."""

import pytest

from fedschool.model.servers import Severity
from fedschool.services import servers
from fedschool.services.audit import COMMAND_LINE
from fedschool.services.servers import Decision
from tests.api.staff import admin
from tests.federation.policies import block_domain
from tests.federation.stories import is_followed
from tests.peers import Peer, Person
from tests.people import School, Teacher


@pytest.fixture
def rose(peer: Peer, other_peer: Peer) -> Person:
    """`@rose` of the peer, whose actor and inbox are at the other one."""
    person = other_peer.person("rose")
    other_peer._handles.clear()
    for each in (peer, other_peer):
        each.called(f"rose@{peer.host}", person.uri)
        each._handles[f"acct:rose@{other_peer.host}"] = person.uri
    return person


async def test_delivery_that_waits_is_dropped_when_the_handle_s_domain_is_blocked(
    school: School, peer: Peer, other_peer: Peer, alice: Teacher, rose: Person
) -> None:
    await is_followed(school, alice, rose)
    await alice.says("Before")
    await school.work()

    await alice.says("After")
    await block_domain(school, peer.host)
    await school.work()

    told = [activity["object"]["content"] for activity in other_peer.told("Create")]
    assert told == ["<p>Before</p>"]


async def test_neighbours_under_another_handle_still_hear(
    school: School, peer: Peer, other_peer: Peer, alice: Teacher, rose: Person
) -> None:
    await is_followed(school, alice, rose)
    await is_followed(school, alice, other_peer.person("zoe"))

    await alice.says("After")
    await block_domain(school, peer.host)
    await school.work()

    assert len(other_peer.told("Create")) == 1


@pytest.mark.parametrize("half", ["handle", "actor"])
async def test_reports_are_refused_by_either_domain(
    school: School, peer: Peer, other_peer: Peer, alice: Teacher, rose: Person, half: str
) -> None:
    ines = await admin(school)
    domain = peer.host if half == "handle" else other_peer.host
    decision = Decision(severity=Severity.NOOP, reject_reports=True)
    await servers.decide(school.site, COMMAND_LINE, domain, decision)

    await rose.tells(school, rose.activity("Flag", [school.site.uris.actor("alice")]))

    assert await ines.reads("/api/v1/admin/reports") == []
    await servers.release(school.site, COMMAND_LINE, domain)
    await rose.tells(school, rose.activity("Flag", [school.site.uris.actor("alice")]))
    assert len(await ines.reads("/api/v1/admin/reports")) == 1
