"""Markers: how far a person read, and what is unread since."""

import pytest

from tests.api import contract
from tests.people import School

MARKERS = "/api/v1/markers"
UNREAD = "/api/v1/notifications/unread_count"


async def test_marker_is_kept_for_each_timeline_and_counts_its_moves(school: School) -> None:
    ada = await school.teacher("ada")

    first = await ada.post(MARKERS, json={"home": {"last_read_id": "103"}})
    second = await ada.post(MARKERS, form={"home[last_read_id]": "107"})
    await ada.does(MARKERS, notifications={"last_read_id": "11"})
    both = await ada.get(f"{MARKERS}?timeline[]=home&timeline[]=notifications")

    contract.check("POST", MARKERS, first)
    contract.check("GET", MARKERS, both)
    assert first.json["home"]["version"] == 0
    assert second.json["home"]["version"] == 1
    assert {name: marker["last_read_id"] for name, marker in both.json.items()} == {
        "home": "107",
        "notifications": "11",
    }
    assert list(await ada.reads(f"{MARKERS}?timeline=home")) == ["home"]


async def test_markers_are_nobody_elses_and_absent_until_set(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    await ada.does(MARKERS, home={"last_read_id": "5"})

    assert await ben.reads(f"{MARKERS}?timeline[]=home") == {}
    assert await ada.reads(MARKERS) == {}
    assert await ada.reads(f"{MARKERS}?timeline[]=nowhere") == {}
    assert await ada.does(MARKERS) == {}
    assert (await school.stranger.get(MARKERS)).status == 401


@pytest.mark.parametrize("wrong", ["never", "-1", "9" * 30])
async def test_what_is_no_id_is_refused(school: School, wrong: str) -> None:
    ada = await school.teacher("ada")

    assert (await ada.post(MARKERS, json={"home": {"last_read_id": wrong}})).status == 422


async def test_unread_notifications_count_from_the_marker(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    await ben.does(f"/api/v1/accounts/{ada.id}/follow")
    for n in range(3):
        await ben.says(f"@ada {n}")
    told = await ada.reads("/api/v1/notifications")

    async def unread(query: str = "") -> int:
        answer = await ada.get(f"{UNREAD}{query}")
        contract.check("GET", UNREAD, answer)
        count: int = answer.json["count"]
        return count

    assert await unread() == 4

    await ada.does(MARKERS, notifications={"last_read_id": told[2]["id"]})

    assert await unread() == 2
    assert await unread("?limit=1") == 1
    assert await unread("?types[]=follow") == 0
    assert len(await ada.reads("/api/v1/notifications")) == 4
