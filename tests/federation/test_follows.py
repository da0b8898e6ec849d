"""Following across servers: asked, answered, taken back; and never by words of others."""

from tests.federation.stories import follows, home, is_followed
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
