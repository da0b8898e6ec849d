"""Nothing that was acknowledged is lost or done twice, wherever a kill -9 strikes.

One exception is in the nature of things: a request that was read, but not answered when the
process died, is sent again, under the same id.
"""

import asyncio
import itertools
from collections import Counter

import httpx

from fedschool.activitypub.uris import Uris
from fedschool.site import Site
from tests.live import neighbours
from tests.live.elsewhere import Answer, Elsewhere, Manner, Neighbour
from tests.live.inside import lease_ends, quiet, waiting
from tests.live.school import Person, School
from tests.live.waiting import until

HOSTS = 8
MOMENTS = (0.0, 0.01, 0.03, 0.08)
"""Seconds between the last request and the kill: before, in the middle of, and after the work."""


async def befriended(school: School, elsewhere: Elsewhere, target: Person) -> list[Neighbour]:
    """Followers of `target`, each on a host of their own."""
    people = [elsewhere.person(f"reader{n}", f"h{n}") for n in range(HOSTS)]
    await neighbours.follow(school, target, people, elsewhere)
    return people


async def start_again(school: School, site: Site) -> None:
    """What a service manager does after a crash, and a lease later."""
    await lease_ends(site)
    await school.start()


def inboxes(elsewhere: Elsewhere) -> Counter[str]:
    return Counter(delivery.inbox for delivery in elsewhere.of_type("Create"))


async def test_post_reaches_every_inbox_once_when_the_kill_comes_before_the_delivery(
    school: School, site: Site, elsewhere: Elsewhere
) -> None:
    tom = await school.person("tom")
    people = await befriended(school, elsewhere, tom)
    await quiet(site)
    elsewhere.hang_up()
    elsewhere.manner = Manner.HANG

    posted = await tom.write("Bring your rulers on Friday")
    school.kill()
    elsewhere.hang_up()
    elsewhere.manner = Manner.ANSWER
    await start_again(school, site)
    await quiet(site)

    assert inboxes(elsewhere) == Counter(person.inbox for person in people)
    notes = {delivery.activity["object"]["id"] for delivery in elsewhere.of_type("Create")}
    assert notes == {posted["uri"]}


async def test_delivery_that_was_read_but_not_answered_comes_again_under_the_same_id(
    school: School, site: Site, elsewhere: Elsewhere
) -> None:
    tom = await school.person("tom")
    people = await befriended(school, elsewhere, tom)
    await quiet(site)
    for person in people[::2]:
        elsewhere.answers[person.host] = Answer(after=60)

    await tom.write("Bring your rulers on Friday")

    async def all_read() -> bool:
        return len(elsewhere.of_type("Create")) == HOSTS

    await until(all_read, "every inbox to read the post")
    school.kill()
    elsewhere.answers.clear()
    elsewhere.hang_up()
    await start_again(school, site)
    await quiet(site)

    seen = inboxes(elsewhere)
    assert set(seen) == {person.inbox for person in people}
    assert all(seen[person.inbox] == 2 for person in people[::2])
    assert all(seen[person.inbox] <= 2 for person in people[1::2])
    assert len({delivery.activity["id"] for delivery in elsewhere.of_type("Create")}) == 1


async def test_posts_enter_homes_and_inboxes_once_whenever_the_kill_comes(
    school: School, site: Site, elsewhere: Elsewhere
) -> None:
    tom, mia, sam = [await school.person(name) for name in ("tom", "mia", "sam")]
    people = await befriended(school, elsewhere, tom)
    tom_id = (await tom.get("/api/v1/accounts/verify_credentials"))["id"]
    for reader in (mia, sam):
        await reader.post(f"/api/v1/accounts/{tom_id}/follow")
    numbers = itertools.count()
    acknowledged: set[str] = set()

    for moment in MOMENTS:
        writing = [asyncio.create_task(tom.write(f"Lesson {next(numbers)}")) for _ in range(8)]
        await asyncio.wait(writing, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.sleep(moment)
        school.kill()
        ended = await asyncio.gather(*writing, return_exceptions=True)
        assert all(isinstance(one, dict | httpx.TransportError) for one in ended), ended
        acknowledged |= {one["uri"] for one in ended if isinstance(one, dict)}
        await start_again(school, site)
    await quiet(site)

    own = await tom.get(f"/api/v1/accounts/{tom_id}/statuses", limit=40)
    uris = [status["uri"] for status in own]
    assert len(uris) == len(set(uris))
    assert acknowledged <= set(uris)
    for reader in (tom, mia, sam):
        assert [status["uri"] for status in await reader.home()] == uris, reader.name
    expected = {(person.inbox, uri) for person in people for uri in uris}
    arrived = {(one.inbox, one.activity["object"]["id"]) for one in elsewhere.of_type("Create")}
    assert arrived == expected


async def test_accepted_activities_are_carried_out_once_whenever_the_kill_comes(
    school: School, site: Site, elsewhere: Elsewhere
) -> None:
    mia = await school.person("mia")
    press = elsewhere.person("press", "press")
    press_id = (await mia.find(press.acct))["id"]
    await mia.post(f"/api/v1/accounts/{press_id}/follow")
    inbox = Uris(school.base_url).shared_inbox
    numbers = itertools.count()
    sent: list[str] = []

    async def deliver(number: int) -> bool:
        """Whether the school took it."""
        try:
            create = press.note(f"Bus {number} leaves", number)
            return (await press.send(school.client, inbox, create)).status_code == 202
        except httpx.TransportError:
            return False

    await neighbours.accept(school, mia, press)
    for moment in MOMENTS:
        batch = list(itertools.islice(numbers, 8))
        taking = [asyncio.create_task(deliver(number)) for number in batch]
        await asyncio.wait(taking, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.sleep(moment)
        school.kill()
        taken = await asyncio.gather(*taking)
        await start_again(school, site)
        for number, was_taken in zip(batch, taken, strict=True):
            if not was_taken:
                assert await deliver(number), "the school is up, and refuses"
        sent += [f"{press.uri}/notes/{number}" for number in batch]
    await quiet(site)

    home = [status["uri"] for status in await mia.home()]
    assert Counter(home) == Counter(sent)
    assert not await waiting(site)
