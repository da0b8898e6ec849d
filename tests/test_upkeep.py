"""What grows is pruned by itself, and nothing that is still needed."""

from io import BytesIO
from pathlib import Path

from PIL import Image
from quart.datastructures import FileStorage

from fedschool.services import upkeep
from fedschool.site import system_clock
from tests.conftest import SchoolMaker
from tests.people import School, Teacher

DAY = 86_400_000


class HandClock:
    """A clock that tests put forward."""

    def __init__(self) -> None:
        self.ahead = 0

    def __call__(self) -> int:
        return system_clock() + self.ahead


async def _uploads(teacher: Teacher) -> str:
    picture = BytesIO()
    Image.new("RGB", (8, 8), "green").save(picture, "PNG")
    picture.seek(0)
    file = FileStorage(picture, filename="picture.png")
    answer = await teacher.post("/api/v2/media", files={"file": file})
    assert answer.status == 200, answer.text
    return str(answer.json["id"])


def _stored(school: School) -> list[Path]:
    folder = school.site.settings.data_dir / "media" / "local"
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_unposted_uploads_go_and_what_a_history_shows_stays(
    schools: SchoolMaker,
) -> None:
    clock = HandClock()
    school = await schools(clock=clock)
    ada = await school.teacher("ada")
    first, second, never = [await _uploads(ada) for _ in range(3)]
    status = await ada.says("With a picture", media_ids=[first])
    path = f"/api/v1/statuses/{status['id']}"
    await ada.put(path, json={"status": "With another", "media_ids": [second]})

    clock.ahead += 2 * DAY
    await upkeep.tick(school.site)

    shown = await ada.reads(path)
    history = await ada.reads(f"{path}/history")
    assert [m["id"] for m in shown["media_attachments"]] == [second]
    assert [[m["id"] for m in v["media_attachments"]] for v in history] == [[first], [second]]
    assert len(_stored(school)) == 4, "two pictures, each with its preview"
    assert (await ada.get(f"/api/v1/media/{never}")).status == 404


async def test_redrafted_post_keeps_its_picture(schools: SchoolMaker) -> None:
    clock = HandClock()
    school = await schools(clock=clock)
    ada = await school.teacher("ada")
    picture = await _uploads(ada)
    status = await ada.says("Draft", media_ids=[picture])

    clock.ahead += 3 * DAY
    deleted = await ada.delete(f"/api/v1/statuses/{status['id']}")
    await upkeep.tick(school.site)

    assert [m["id"] for m in deleted.json["media_attachments"]] == [picture]
    again = await ada.says("Again", media_ids=[picture])
    assert [m["id"] for m in again["media_attachments"]] == [picture]


async def test_work_runs_once_in_its_time(schools: SchoolMaker) -> None:
    clock = HandClock()
    school = await schools(clock=clock)
    ran: list[str] = []

    async def note(_site: object) -> None:
        ran.append("ran")

    entry = upkeep.Entry("noted", DAY, note)
    for ahead in (0, 0, DAY // 2, DAY // 2, 1):
        clock.ahead += ahead
        await upkeep.run_due(school.site, entry)

    assert ran == ["ran", "ran"]


async def test_homes_are_kept_at_what_anybody_scrolls(school: School) -> None:
    ada = await school.teacher("ada")
    posted = [(await ada.says(f"Post {n}"))["id"] for n in range(5)]

    await upkeep.trim_homes(school.site, keep=3)

    home = await ada.reads("/api/v1/timelines/home")
    assert [status["id"] for status in home] == posted[:1:-1]
