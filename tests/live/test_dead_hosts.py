"""Servers that are gone, broken, or hang: they wait, and nobody else waits for them."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from fedschool.app import prepare
from fedschool.model.account import Account, Viewer
from fedschool.services import posting, users
from fedschool.services.posting import Draft
from fedschool.settings import Settings
from fedschool.site import Site, open_site
from fedschool.worker.loop import drain
from tests.bench import seed
from tests.bench.wire import percentile
from tests.live import neighbours
from tests.live.elsewhere import HANG, Answer, Elsewhere, Neighbour
from tests.live.inside import quiet, waiting
from tests.live.school import Database, Person, School
from tests.live.waiting import until

HEALTHY, REFUSING, HANGING = 70, 20, 10
MINUTE = 60_000
DAY = 24 * 60 * MINUTE


async def arrival_seconds(elsewhere: Elsewhere, author: Person, inboxes: set[str]) -> list[float]:
    """How long each of `inboxes` waited for a new post of `author`."""
    started = time.monotonic()
    posted = await author.write("Bring your rulers on Friday")

    async def arrived() -> dict[str, float] | None:
        found = {
            one.inbox: one.at - started
            for one in elsewhere.of_type("Create")
            if one.activity["object"]["id"] == posted["uri"]
        }
        return found if inboxes <= set(found) else None

    found = await until(arrived, f"the post at {len(inboxes)} inboxes", timeout=60)
    return [found[inbox] for inbox in inboxes]


async def test_hosts_that_refuse_or_hang_delay_nobody_else(
    school: School, site: Site, elsewhere: Elsewhere
) -> None:
    tom, mia = await school.person("tom"), await school.person("mia")
    healthy = [elsewhere.person(f"reader{n}", f"h{n}") for n in range(HEALTHY)]
    hanging = [elsewhere.person(f"silent{n}", f"s{n}") for n in range(HANGING)]
    async with Elsewhere() as doomed:
        refusing = [doomed.person(f"gone{n}", f"g{n}") for n in range(REFUSING)]
        await neighbours.follow(school, tom, healthy, elsewhere)
        await neighbours.follow(school, mia, [*healthy, *hanging, *refusing], elsewhere, doomed)
        await quiet(site)
    elsewhere.answers.update({person.host: HANG for person in hanging})
    inboxes = {person.inbox for person in healthy}

    await arrival_seconds(elsewhere, tom, inboxes)
    without = await arrival_seconds(elsewhere, tom, inboxes)
    among_dead = await arrival_seconds(elsewhere, mia, inboxes)
    again = await arrival_seconds(elsewhere, mia, inboxes)

    figures = [percentile(seconds, 95) for seconds in (without, among_dead, again)]
    print("p95 of the healthy: {:.2f} s alone, {:.2f} s and {:.2f} s among dead".format(*figures))
    bound = 3 * figures[0] + 1
    assert figures[1] <= bound
    assert figures[2] <= bound
    dead = {person.host for person in (*hanging, *refusing)}

    async def only_the_dead() -> bool:
        return {job.lane for job in await waiting(site)} == dead

    await until(only_the_dead, "the dead hosts' deliveries alone to be left", timeout=30)


# The same process with a clock that the test turns


class Dial:
    """A clock that stands still until it is turned."""

    def __init__(self) -> None:
        self.now = time.time_ns() // 1_000_000

    def __call__(self) -> int:
        return self.now


class Story(msgspec.Struct, frozen=True):
    """An author, and followers on hosts of their own, in a school without a server."""

    site: Site
    dial: Dial
    author: Account
    people: list[Neighbour]

    async def post(self, text: str) -> None:
        viewer = Viewer(account_id=self.author.id, local=True)
        await posting.post(self.site, viewer, Draft(status=text))
        await drain(self.site)

    async def next_try(self) -> int:
        """Turns the clock to when the next job is due and works; ms that this took."""
        due = min(job.run_at for job in await waiting(self.site))
        passed = due - self.dial.now
        self.dial.now = due
        await drain(self.site)
        return passed


@pytest.fixture
async def story(database: Database, tmp_path: Path, elsewhere: Elsewhere) -> AsyncIterator[Story]:
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        url="http://school.localhost",
        data_dir=tmp_path,
        database_url=await database.make() or "",
        allow_private="127.0.0.1,localhost",
    )
    dial = Dial()
    await prepare(settings)
    async with open_site(settings, clock=dial) as site:
        author = await users.create_by_admin(
            site, username="tom", email="tom@school.example", password="correct horse"
        )
        people = [elsewhere.person(f"reader{n}", f"h{n}") for n in range(3)]
        await seed.follow_from_elsewhere(site, author, people, elsewhere.public_pem)
        yield Story(site, dial, author, people)


def received(elsewhere: Elsewhere, person: Neighbour) -> int:
    return sum(one.inbox == person.inbox for one in elsewhere.of_type("Create"))


@pytest.mark.parametrize("status", [404, 410])
async def test_inbox_that_is_gone_is_not_tried_again(
    story: Story, elsewhere: Elsewhere, status: int
) -> None:
    gone, *others = story.people
    elsewhere.answers[gone.host] = Answer(status)

    await story.post("Farewell")

    assert await waiting(story.site) == []
    assert received(elsewhere, gone) == 1
    assert [received(elsewhere, person) for person in others] == [1, 1]


async def test_server_that_names_a_time_is_left_alone_until_then(
    story: Story, elsewhere: Elsewhere
) -> None:
    busy, *others = story.people
    elsewhere.answers[busy.host] = Answer(503, (("Retry-After", "3600"),))

    await story.post("Bring your rulers")

    [left] = await waiting(story.site)
    assert left.lane == busy.host
    assert left.run_at >= story.dial.now + 60 * MINUTE
    assert [received(elsewhere, person) for person in others] == [1, 1]

    del elsewhere.answers[busy.host]
    await story.next_try()

    assert await waiting(story.site) == []
    assert received(elsewhere, busy) == 2


async def test_new_posts_wait_for_a_failing_server_with_the_old_ones(
    story: Story, elsewhere: Elsewhere
) -> None:
    busy, *others = story.people
    elsewhere.answers[busy.host] = Answer(503, (("Retry-After", "3600"),))

    await story.post("Bring your rulers")
    await story.post("and your compasses")

    assert received(elsewhere, busy) == 1
    assert [received(elsewhere, person) for person in others] == [2, 2]
    assert all(job.run_at >= story.dial.now + 60 * MINUTE for job in await waiting(story.site))


async def test_waits_grow_while_a_server_fails_and_start_anew_once_it_is_well(
    story: Story, elsewhere: Elsewhere
) -> None:
    ill = story.people[0]
    elsewhere.answers[ill.host] = Answer(500)

    await story.post("Bring your rulers")
    waits = [await story.next_try() for _ in range(5)]

    assert waits[0] >= MINUTE
    assert waits == sorted(set(waits)), "each wait is longer than the one before"
    del elsewhere.answers[ill.host]
    await story.next_try()
    assert await waiting(story.site) == []

    elsewhere.answers[ill.host] = Answer(500)
    await story.post("and your compasses")

    assert await story.next_try() == waits[0]


async def test_delivery_is_given_up_after_days_and_not_before(
    story: Story, elsewhere: Elsewhere
) -> None:
    dead = story.people[0]
    elsewhere.answers[dead.host] = Answer(500)
    began = story.dial.now

    await story.post("Bring your rulers")
    tries = 1
    while await waiting(story.site):
        assert story.dial.now - began < 30 * DAY, "it is never given up"
        await story.next_try()
        tries += 1

    assert story.dial.now - began >= 2 * DAY
    assert received(elsewhere, dead) == tries
    assert tries < 30, "a dead server is not asked every hour"
