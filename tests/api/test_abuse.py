"""People who take more than their part, and strangers who send more than anybody means."""

import io

import pytest
from PIL import Image
from quart.datastructures import FileStorage

from fedschool.errors import TooManyRequests
from fedschool.http.limits import APP_TOKENS, MEDIA
from fedschool.services import curation, erasures, media, oauth, push
from fedschool.store import moderation
from tests.api import staff
from tests.api.test_oauth import app_token, register
from tests.conftest import SchoolMaker
from tests.people import Answer, School, Teacher
from tests.pushing import Browser


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(out, "PNG")
    return out.getvalue()


def file(data: bytes) -> FileStorage:
    return FileStorage(io.BytesIO(data), filename="a.png", content_type="image/png")


async def uploads(who: Teacher) -> Answer:
    return await who.post("/api/v2/media", files={"file": file(picture())})


async def test_strangers_send_no_files_where_there_is_no_use_for_them(school: School) -> None:
    form = {"client_name": "Pine", "redirect_uris": "https://pine.test/cb"}
    large = file(b" " * (3 << 20))

    answer = await school.stranger.post("/api/v1/apps", form=form, files={"file": large})

    assert answer.status == 413


async def test_a_school_full_of_unposted_files_takes_no_more_of_them(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    monkeypatch.setattr(media, "MAX_WAITING", 2)

    first, second, third = [await uploads(ada) for _ in range(3)]
    others = await uploads(ben)
    await ada.says("Shown", media_ids=[first.json["id"]])
    after = await uploads(ada)

    assert (first.status, second.status, third.status) == (200, 200, 429)
    assert others.status == 200
    assert after.status == 200


async def test_new_previews_of_a_film_count_as_uploads(schools: SchoolMaker) -> None:
    school = await schools(rate_limits=True)
    ada = await school.teacher("ada")
    made = (await uploads(ada)).json["id"]

    said = [
        (await ada.put(f"/api/v1/media/{made}", files={"thumbnail": file(picture())})).status
        for _ in range(MEDIA.count)
    ]

    assert said[:-1] == [200] * (MEDIA.count - 1)
    assert said[-1] == 429


async def test_the_oldest_browsers_make_room_for_new_ones(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "PER_PERSON", 2)
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    devices = [ada, *[await another(school, ada) for _ in range(2)]]
    subscription = {"endpoint": "https://push.example/x", "keys": Browser().keys}

    for device in [ben, *devices]:
        await device.does("/api/v1/push/subscription", subscription=subscription)

    left = [(await device.get("/api/v1/push/subscription")).status for device in devices]
    assert left == [404, 200, 200]
    assert (await ben.get("/api/v1/push/subscription")).status == 200


async def another(school: School, who: Teacher) -> Teacher:
    """The same person with a client more."""
    token = await oauth.token_for(school.site, username=who.name, scopes="read write push")
    return Teacher(school.app.test_client(), token, who.name, int(who.id))


async def test_nobody_follows_hashtags_without_end(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(curation, "MAX_FOLLOWED", 2)
    ada = await school.teacher("ada")

    said = [(await ada.post(f"/api/v1/tags/{name}/follow")).status for name in ("a", "b", "c")]

    assert said == [200, 200, 422]


async def test_words_of_private_posts_are_no_hashtags_to_others(school: School) -> None:
    ada, ben, eve = [await school.teacher(name) for name in ("ada", "ben", "eve")]
    await ben.does(f"/api/v1/accounts/{ada.id}/follow")
    await ada.says("Do not tell #WeAreMerging", visibility="private")
    path = "/api/v1/tags/wearemerging"

    shown = [await caller.reads(path) for caller in (ada, ben)]
    hidden = [(await caller.get(path)).json for caller in (eve, school.stranger)]

    unheard = await eve.reads("/api/v1/tags/unheard")
    assert [tag["id"] != unheard["id"] for tag in shown] == [True, True]
    assert [tag["id"] for tag in hidden] == [unheard["id"]] * 2


async def test_applications_take_no_tokens_without_end(schools: SchoolMaker) -> None:
    school = await schools(rate_limits=True)
    app = await register(school.stranger)

    for _ in range(APP_TOKENS.count):
        await app_token(school.stranger, app)
    with pytest.raises(AssertionError, match=TooManyRequests.public):
        await app_token(school.stranger, app)


async def test_who_is_taken_back_while_others_are_erased_is_not_erased(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    chief = await staff.admin(school)
    tom = await school.teacher("tom")
    said = await tom.says("Still here")
    await staff.orders(chief, tom, "suspend")
    await chief.does(f"/api/v1/admin/accounts/{tom.id}/unsuspend")

    async def read_before(*_: object) -> list[int]:
        return [int(tom.id)]

    monkeypatch.setattr(moderation, "due", read_before)
    await erasures.erase_due(school.site)

    assert (await school.stranger.get(f"/api/v1/statuses/{said['id']}")).status == 200
