"""What people think of others: recommendations, private notes, and whom both know."""

import pytest

from tests.api import contract
from tests.people import School


@pytest.mark.parametrize(("deed", "undoing"), [("endorse", "unendorse"), ("pin", "unpin")])
async def test_followed_people_can_be_recommended(school: School, deed: str, undoing: str) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    await ada.does(f"/api/v1/accounts/{ben.id}/follow")

    done = await ada.post(f"/api/v1/accounts/{ben.id}/{deed}")
    mine = await ada.get("/api/v1/endorsements")
    shown = await school.stranger.get(f"/api/v1/accounts/{ada.id}/endorsements")

    contract.check("POST", f"/api/v1/accounts/{{id}}/{deed}", done)
    contract.check("GET", "/api/v1/endorsements", mine)
    contract.check("GET", "/api/v1/accounts/{id}/endorsements", shown)
    assert done.json["endorsed"] is True
    assert [person["id"] for person in mine.json] == [ben.id]
    assert [person["id"] for person in shown.json] == [ben.id]
    assert "since_id=" in mine.headers["Link"]

    undone = await ada.does(f"/api/v1/accounts/{ben.id}/{undoing}")

    assert undone["endorsed"] is False
    assert await ada.reads("/api/v1/endorsements") == []


async def test_only_followed_people_are_recommended_and_as_long_as_they_are(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    path = f"/api/v1/accounts/{ben.id}/endorse"
    assert (await ada.post(path)).status == 422
    assert (await ada.post("/api/v1/accounts/1/endorse")).status == 404

    await ada.does(f"/api/v1/accounts/{ben.id}/follow")
    await ada.does(path)
    await ada.does(path)
    assert len(await ada.reads("/api/v1/endorsements")) == 1
    await ada.does(f"/api/v1/accounts/{ben.id}/unfollow")

    assert await ada.reads("/api/v1/endorsements") == []


async def test_note_about_somebody_is_its_authors_alone(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    path = f"/api/v1/accounts/{ben.id}/note"

    noted = await ada.post(path, json={"comment": " Met in Rome "})
    await ada.does(path, comment="Met in Bern")

    contract.check("POST", "/api/v1/accounts/{id}/note", noted)
    assert noted.json["note"] == "Met in Rome"
    [mine] = await ada.reads(f"/api/v1/accounts/relationships?id[]={ben.id}")
    [theirs] = await ben.reads(f"/api/v1/accounts/relationships?id[]={ada.id}")
    assert (mine["note"], theirs["note"]) == ("Met in Bern", "")
    assert (await ada.post(path, json={"comment": "x" * 2_001})).status == 422
    assert (await ada.post("/api/v1/accounts/1/note", json={"comment": "x"})).status == 404

    emptied = await ada.does(path)

    assert emptied["note"] == ""


async def test_familiar_followers_are_those_whom_the_viewer_follows(school: School) -> None:
    ada, ben, eve, dan, fay = [await school.teacher(n) for n in ("ada", "ben", "eve", "dan", "fay")]
    for person in (ben, eve):
        await ada.does(f"/api/v1/accounts/{person.id}/follow")
    for person in (ben, eve, fay):
        await person.does(f"/api/v1/accounts/{dan.id}/follow")
    await eve.patch("/api/v1/accounts/update_credentials", json={"hide_collections": True})

    path = f"/api/v1/accounts/familiar_followers?id[]={dan.id}&id[]={fay.id}&id[]=1"
    answer = await ada.get(path)

    contract.check("GET", "/api/v1/accounts/familiar_followers", answer)
    found = {item["id"]: [a["id"] for a in item["accounts"]] for item in answer.json}
    assert found == {dan.id: [ben.id], fay.id: []}

    await dan.patch("/api/v1/accounts/update_credentials", json={"hide_collections": True})

    assert [item["accounts"] for item in await ada.reads(path)] == [[], []]


async def test_how_people_stand_costs_the_same_for_few_and_many(school: School) -> None:
    ada = await school.teacher("ada")
    others = [await school.teacher(f"other{n}") for n in range(8)]
    for other in others:
        await ada.does(f"/api/v1/accounts/{other.id}/follow")
        await ada.does(f"/api/v1/accounts/{other.id}/endorse")
        await ada.does(f"/api/v1/accounts/{other.id}/note", comment="A note")

    async def cost(path: str) -> int:
        before = school.site.database.statements
        await ada.reads(path)
        return school.site.database.statements - before

    for path in ("relationships", "familiar_followers"):
        few, many = ["&".join(f"id[]={o.id}" for o in others[:n]) for n in (2, 8)]
        root = f"/api/v1/accounts/{path}"
        assert await cost(f"{root}?{few}") == await cost(f"{root}?{many}")
    ends = "/api/v1/endorsements?limit="
    assert await cost(f"{ends}2") == await cost(f"{ends}8")
