"""What leaves the school, and to whom."""

from tests.federation.policies import block_domain
from tests.federation.stories import is_followed, known
from tests.peers import Peer, Person
from tests.people import School, Teacher


async def test_whom_a_teacher_turned_away_gets_no_new_version_of_a_private_post(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await is_followed(school, alice, ada)
    post = await alice.says("Exam on Monday", visibility="private")
    await ada.tells(school, ada.activity("Like", post["uri"]))
    await alice.does(f"/api/v1/accounts/{await known(school, ada)}/block")

    await alice.put(f"/api/v1/statuses/{post['id']}", json={"status": "Exam on Tuesday"})
    await school.work()

    assert peer.told("Update") == []


async def test_who_touched_a_public_post_gets_its_new_version(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    post = await alice.says("Exam on Monday")
    await ada.tells(school, ada.activity("Like", post["uri"]))

    await alice.put(f"/api/v1/statuses/{post['id']}", json={"status": "Exam on Tuesday"})
    await school.work()

    [update] = peer.told("Update")
    assert "Tuesday" in update["object"]["content"]


async def test_a_block_holds_for_the_ports_and_subdomains_of_a_server(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await is_followed(school, alice, ada)
    await school.work()
    await block_domain(school, "localhost")

    await alice.says("For my followers", visibility="private")
    await school.work()

    assert peer.told("Create") == []


async def test_a_post_that_stays_here_reaches_no_other_server(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await is_followed(school, alice, ada)
    await known(school, ada)
    bob = await school.teacher("bob")

    post = await alice.says(f"For this staff room, @{ada.handle}", local_only=True)
    answer = await bob.says("So is its answer", in_reply_to_id=post["id"])
    await bob.does(f"/api/v1/statuses/{post['id']}/reblog")
    await alice.put(f"/api/v1/statuses/{post['id']}", json={"status": "For us, edited"})
    await school.work()
    path = post["uri"].removeprefix(school.site.uris.base)
    asked = await ada.asks(school, path)
    await alice.delete(f"/api/v1/statuses/{post['id']}")
    await school.work()

    assert {activity["type"] for activity in peer.inbox} == {"Accept"}
    assert asked.status == 404
    assert (post["local_only"], answer["local_only"]) == (True, True)
    assert (await school.stranger.get(f"/api/v1/statuses/{answer['id']}")).status == 404
    assert (await alice.get(f"/api/v1/statuses/{answer['id']}")).status == 200


async def test_a_pinned_post_is_told_to_followers_and_a_private_one_is_not(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await is_followed(school, alice, ada)
    post = await alice.says("Who I am")
    private = await alice.says("For followers", visibility="private")

    for each in (post, private):
        await alice.does(f"/api/v1/statuses/{each['id']}/pin")
    await alice.does(f"/api/v1/statuses/{post['id']}/unpin")
    await school.work()

    featured = school.site.uris.featured("alice")
    [added], [removed] = peer.told("Add"), peer.told("Remove")
    assert (added["object"], added["target"]) == (post["uri"], featured)
    assert (removed["object"], removed["target"]) == (post["uri"], featured)
