"""Custom emojis of our own: listed, found in what people write, replaced and removed."""

import io
from typing import Any

import pytest
from PIL import Image

from fedschool.errors import NotFound, Unprocessable
from fedschool.services import emojis
from tests import movies
from tests.api import contract
from tests.api.test_media import path_of, picture
from tests.people import School, Teacher


async def owl(school: School, data: bytes | None = None, name: str = "owl") -> None:
    await emojis.add(school.site, name, data or picture("PNG", (64, 64)), "Animals")


def names(found: list[dict[str, Any]]) -> list[str]:
    return [item["shortcode"] for item in found]


async def test_the_list_is_for_everybody_and_told_to_be_the_same(school: School) -> None:
    assert (await school.stranger.get("/api/v1/custom_emojis")).json == []
    await owl(school)
    await owl(school, name="Bat_2")

    answer = await school.stranger.get("/api/v1/custom_emojis")
    etag = answer.headers["ETag"]
    again = await school.stranger.get("/api/v1/custom_emojis", headers={"If-None-Match": etag})
    await owl(school, name="cat")
    after = await school.stranger.get("/api/v1/custom_emojis", headers={"If-None-Match": etag})

    contract.check("GET", "/api/v1/custom_emojis", answer)
    assert sorted(names(answer.json)) == ["Bat_2", "owl"]
    assert {item["category"] for item in answer.json} == {"Animals"}
    assert all(item["visible_in_picker"] for item in answer.json)
    assert again.status == 304
    assert after.status == 200
    seen = await school.stranger.get(path_of(school, answer.json[0]["url"]))
    assert Image.open(io.BytesIO(seen.body)).size == (64, 64)


async def test_an_animation_has_a_picture_that_stands_still(school: School) -> None:
    await owl(school, movies.gif((32, 32), 4))

    [item] = (await school.stranger.get("/api/v1/custom_emojis")).json

    moving = await school.stranger.get(path_of(school, item["url"]))
    still = await school.stranger.get(path_of(school, item["static_url"]))
    assert moving.headers["Content-Type"] == "image/gif"
    assert getattr(Image.open(io.BytesIO(moving.body)), "n_frames", 1) == 4
    assert getattr(Image.open(io.BytesIO(still.body)), "n_frames", 1) == 1


@pytest.mark.parametrize(
    "name", ["", "a", "x" * 65, "a b", "../x", "o:l", "<b>", "öwl", "a/b", "a\n", "a.b"]
)
async def test_hostile_shortcodes_are_refused(school: School, name: str) -> None:
    with pytest.raises(Unprocessable):
        await owl(school, name=name)


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"",
        picture("PNG") + bytes(emojis.MAX_BYTES),
        picture("PNG")[:80],
    ],
)
async def test_what_is_no_small_picture_is_refused(school: School, data: bytes) -> None:
    with pytest.raises(Unprocessable):
        await emojis.add(school.site, "owl", data)


async def test_emojis_are_found_in_all_that_a_post_says(school: School) -> None:
    await owl(school)
    await owl(school, name="bat")
    await owl(school, name="cat")
    ada = await school.teacher("ada")

    plain = await ada.says("Look :owl: and :owl: but not :dog: a:bat:b ::cat:")
    warned = await ada.says("Look", spoiler_text="A :bat:!")
    asked = await ada.says(":cat:?", poll={"options": [":owl: yes", "no"], "expires_in": 600})

    assert names(plain["emojis"]) == ["owl"]
    assert names(warned["emojis"]) == ["bat"]
    assert names(asked["emojis"]) == ["cat", "owl"]
    assert names(asked["poll"]["emojis"]) == ["owl"]
    answer = await ada.get(f"/api/v1/statuses/{asked['id']}")
    contract.check("GET", "/api/v1/statuses/{id}", answer)
    poll = await ada.get(f"/api/v1/polls/{asked['id']}")
    assert names(poll.json["emojis"]) == ["owl"]


async def test_an_edit_brings_and_takes_emojis(school: School) -> None:
    await owl(school)
    await owl(school, name="bat")
    ada = await school.teacher("ada")
    status = await ada.says("An :owl:")

    path = f"/api/v1/statuses/{status['id']}"
    edited = await ada.put(path, json={"status": "A :bat:"})

    assert names(edited.json["emojis"]) == ["bat"]
    history = await ada.get(f"{path}/history")
    contract.check("GET", "/api/v1/statuses/{id}/history", history)
    assert names(history.json[-1]["emojis"]) == ["bat"]


async def test_emojis_of_a_profile_come_with_the_account(school: School) -> None:
    for name in ("owl", "bat", "cat"):
        await owl(school, name=name)
    ada = await school.teacher("ada")

    await ada.patch(
        "/api/v1/accounts/update_credentials",
        json={
            "display_name": "Ada :owl:",
            "note": "Teaches :bat:",
            "fields_attributes": [{"name": "Pet", "value": ":cat:"}],
        },
    )

    shown = await school.stranger.get(f"/api/v1/accounts/{ada.id}")
    contract.check("GET", "/api/v1/accounts/{id}", shown)
    assert names(shown.json["emojis"]) == ["owl", "bat", "cat"]
    status = await ada.says("Hello")
    assert names(status["account"]["emojis"]) == ["owl", "bat", "cat"]


async def test_another_picture_shows_in_old_posts_too(school: School) -> None:
    await owl(school)
    ada = await school.teacher("ada")
    await ada.patch("/api/v1/accounts/update_credentials", json={"display_name": ":owl:"})
    status = await ada.says(":owl:")
    before = status["emojis"][0]["url"]

    await owl(school, picture("PNG", (32, 32)))

    after = await ada.reads(f"/api/v1/statuses/{status['id']}")
    assert after["emojis"][0]["url"] != before
    assert after["account"]["emojis"] == after["emojis"]
    seen = await school.stranger.get(path_of(school, after["emojis"][0]["url"]))
    assert Image.open(io.BytesIO(seen.body)).size == (32, 32)
    assert (await school.stranger.get(path_of(school, before))).status == 404


async def test_a_removed_emoji_is_a_word_again(school: School) -> None:
    await owl(school)
    await owl(school, name="bat")
    ada = await school.teacher("ada")
    status = await ada.says(":owl: :bat:")

    await emojis.remove(school.site, "owl")

    after = await ada.reads(f"/api/v1/statuses/{status['id']}")
    assert names(after["emojis"]) == ["bat"]
    assert names((await school.stranger.get("/api/v1/custom_emojis")).json) == ["bat"]
    assert (await school.stranger.get(path_of(school, status["emojis"][0]["url"]))).status == 404
    with pytest.raises(NotFound):
        await emojis.remove(school.site, "owl")


async def test_a_scheduled_post_has_the_emojis_of_its_day(school: School) -> None:
    ada = await school.teacher("ada")
    await owl(school)

    await ada.post(
        "/api/v1/statuses",
        json={"status": ":owl:", "scheduled_at": "2031-01-01T00:00:00Z"},
    )

    assert names((await ada.says(":owl:"))["emojis"]) == ["owl"]


async def test_a_page_with_emojis_costs_no_more_statements(school: School) -> None:
    ada = await school.teacher("ada")

    async def cost(limit: int) -> int:
        school.site.database.recent.clear()
        before = school.site.database.statements
        await ada.reads(f"/api/v1/timelines/public?limit={limit}")
        return school.site.database.statements - before

    for n in range(20):
        await ada.says(f"plain {n}")
    plain = await cost(20)
    for n in range(20):
        await owl(school, name=f"owl{n}")
        await ada.says(f":owl{n}: :owl0:")

    assert await cost(20) == await cost(2) == plain


async def test_a_post_full_of_emojis_has_an_end(school: School) -> None:
    for n in range(3):
        await owl(school, name=f"o{n}")
    ada: Teacher = await school.teacher("ada")

    status = await ada.says(" ".join(f":x{n}:" for n in range(60)) + " :o1:")

    assert status["emojis"] == []
