"""The worker's loop: what happens to jobs when the ground shakes."""

import asyncio

import asyncpg
import pytest

from fedschool.model.job import JobKind
from fedschool.services.jobs import Ended, claim
from fedschool.store import jobs
from fedschool.worker.loop import Worker
from tests.conftest import POSTGRES, SchoolMaker
from tests.federation.stories import home
from tests.live.waiting import until
from tests.people import School, Teacher


async def comes_home(teacher: Teacher, text: str) -> None:
    async def is_there() -> bool:
        return f"<p>{text}</p>" in await home(teacher)

    await until(is_there, f"{text!r} in the home")


async def away(school: School, seconds: float) -> None:
    """The database server can be reached by nobody for a while."""
    name = school.site.settings.database.rpartition("/")[2]
    admin = await asyncpg.connect(POSTGRES)
    try:
        await admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name
        )
        await asyncio.sleep(seconds)
        await admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    finally:
        await admin.close()


async def test_jobs_are_done_after_the_database_was_away(school: School) -> None:
    if school.site.database.dialect != "postgresql":
        pytest.skip("a file does not go away")
    alice, bert = await school.teacher("alice"), await school.teacher("bert")
    await bert.does(f"/api/v1/accounts/{alice.id}/follow")
    worker = Worker(school.site)
    working = asyncio.create_task(worker.run())
    await alice.says("before")
    await comes_home(bert, "before")

    await away(school, seconds=2.5)
    await alice.says("after")

    await comes_home(bert, "after")
    worker.stop()
    await working


async def test_what_others_send_leaves_places_for_our_own_work(schools: SchoolMaker) -> None:
    school = await schools(workers=4)
    site, now = school.site, school.site.now()
    made = [
        jobs.NewJob(site.ids.next(), kind, lane, b"{}", now)
        for kind, lane in [
            *((JobKind.INBOX, f"inbox:h{n}.test") for n in range(9)),
            (JobKind.DELIVER, "elm.test"),
        ]
    ]
    async with site.writing() as tx:
        await jobs.add(tx, made, now)

    claimed = await claim(site, Ended(), busy=[], per_lane=4, free=4, inbox_free=2, cards_free=2)
    more = await claim(site, Ended(), busy=[], per_lane=4, free=4, inbox_free=0, cards_free=0)

    assert sorted(job.kind for job in claimed) == ["deliver", "inbox", "inbox"]
    assert more == []
