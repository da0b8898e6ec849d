"""Looking people up, and changing one's own profile."""

import io
from typing import Any

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage

from fedschool.services import relationships
from fedschool.store import users
from tests.api import contract
from tests.api.elsewhere import local, peer, sent
from tests.people import Answer, School, Teacher

UPDATE = "/api/v1/accounts/update_credentials"


async def update(who: Teacher, **fields: Any) -> Answer:
    return await who.patch(UPDATE, json=fields)


def picture(name: str = "me.png", size: tuple[int, int] = (600, 300)) -> FileStorage:
    data = io.BytesIO()
    Image.new("RGB", size, "teal").save(data, "PNG")
    data.seek(0)
    return FileStorage(data, filename=name, content_type="image/png")


async def fetch(school: School, url: str) -> Answer:
    """A picture at the address that the API gave."""
    return await school.stranger.get(url.removeprefix("https://oak.test"))


# Looking up


async def test_account_is_shown_to_anybody(school: School) -> None:
    ada = await school.teacher("ada")

    answer = await school.stranger.get(f"/api/v1/accounts/{ada.id}")

    contract.check("GET", "/api/v1/accounts/{id}", answer)
    assert answer.json["acct"] == "ada"
    assert answer.json["uri"] == "https://oak.test/users/ada"
    assert answer.json["url"] == "https://oak.test/@ada"


async def test_several_accounts_come_in_the_order_asked(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")

    answer = await ada.get(f"/api/v1/accounts?id[]={ben.id}&id[]=7&id[]={ada.id}&id[]=x")

    contract.check("GET", "/api/v1/accounts", answer)
    assert [account["username"] for account in answer.json] == ["ben", "ada"]


@pytest.mark.parametrize("acct", ["ada", "@ada", "ADA", "ada@oak.test", "@ada@OAK.test"])
async def test_handle_leads_to_its_account(school: School, acct: str) -> None:
    ada = await school.teacher("ada")

    answer = await school.stranger.get(f"/api/v1/accounts/lookup?acct={acct}")

    contract.check("GET", "/api/v1/accounts/lookup", answer)
    assert answer.json["id"] == ada.id


@pytest.mark.parametrize(
    "acct", ["", "@", "eve", "ada@elm.test", "ada@oak.test:9", "%00", "a" * 999]
)
async def test_unknown_handle_is_not_found(school: School, acct: str) -> None:
    await school.teacher("ada")

    answer = await school.stranger.get(f"/api/v1/accounts/lookup?acct={acct}")

    assert (answer.status, answer.json) == (404, {"error": "Record not found"})


@pytest.mark.parametrize("path", ["0", "12345", "-1", "x", "99999999999999999999999"])
async def test_unknown_account_is_not_found(school: School, path: str) -> None:
    assert (await school.stranger.get(f"/api/v1/accounts/{path}")).status == 404


async def test_person_who_waits_for_approval_is_not_shown(school: School) -> None:
    ada = await school.teacher("ada")
    async with school.site.writing() as tx:
        await users.hide(tx, int(ada.id), school.site.now())

    assert (await school.stranger.get(f"/api/v1/accounts/{ada.id}")).status == 404
    assert (await school.stranger.get("/api/v1/accounts/lookup?acct=ada")).status == 404


# Searching


async def found(who: Teacher, query: str) -> list[str]:
    return [item["acct"] for item in await who.reads(f"/api/v1/accounts/search?q={query}")]


async def test_search_finds_by_the_beginning_of_names_and_handles(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    await update(ben, display_name="Adalbert")
    await peer(school, "adele")

    answer = await ada.get("/api/v1/accounts/search?q=@Ada")

    contract.check("GET", "/api/v1/accounts/search", answer)
    assert await found(ada, "ad") == ["ada", "ben", "adele@elm.test"]
    assert await found(ada, "adele@e") == ["adele@elm.test"]
    assert await found(ada, "adele@elm.test") == ["adele@elm.test"]
    assert await found(ada, "ben@oak.test") == ["ben"]
    assert await found(ada, "https://oak.test/@ben") == ["ben"]
    assert await found(ada, "https://elm.test/users/adele") == ["adele@elm.test"]
    assert await found(ada, "nobody") == await found(ada, "%20") == await found(ada, "%00") == []
    assert await found(ada, "ad&limit=1&offset=1") == ["ben"]


async def test_search_may_keep_to_those_followed(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    await school.teacher("benita")
    await ada.does(f"/api/v1/accounts/{ben.id}/follow")

    assert await found(ada, "ben") == ["ben", "benita"]
    assert await found(ada, "ben&following=true") == ["ben"]


async def test_search_is_for_people_of_this_school(school: School) -> None:
    ada = await school.teacher("ada")

    assert (await school.stranger.get("/api/v1/accounts/search?q=ada")).status == 401
    assert (await ada.get("/api/v1/accounts/search?q=a&limit=-1")).status == 400
    assert (await ada.get("/api/v1/accounts/search?q=a&limit=few")).status == 422


# One's own profile


async def test_own_profile_has_its_sources(school: School) -> None:
    ada = await school.teacher("ada")

    answer = await ada.get("/api/v1/accounts/verify_credentials")

    contract.check("GET", "/api/v1/accounts/verify_credentials", answer)
    assert answer.json["source"]["privacy"] == "public"


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_profile_is_changed_by_json(school: School, method: str) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")

    answer = await ada.call(
        method,
        UPDATE,
        json={
            "display_name": " Ada \n L. ",
            "note": "Maths with @ben & <b>joy</b>\n\n#maths",
            "locked": "1",
            "bot": True,
            "discoverable": True,
            "indexable": "True",
            "hide_collections": "on",
            "source": {"privacy": "unlisted", "sensitive": "1", "language": "de"},
        },
    )

    contract.check("PATCH", UPDATE, answer)
    shown = await ben.reads(f"/api/v1/accounts/{ada.id}")
    assert shown["display_name"] == "Ada L."
    assert "<b>" not in shown["note"]
    assert 'href="https://oak.test/@ben"' in shown["note"]
    assert all(shown[key] for key in ("locked", "bot", "discoverable", "indexable"))
    assert shown["hide_collections"] is True
    source = answer.json["source"]
    assert source["note"] == "Maths with @ben & <b>joy</b>\n\n#maths"
    assert (source["privacy"], source["sensitive"], source["language"]) == ("unlisted", True, "de")
    preferences = await ada.get("/api/v1/preferences")
    contract.check("GET", "/api/v1/preferences", preferences)
    assert preferences.json["posting:default:visibility"] == "unlisted"
    assert (await ada.says("Quietly"))["visibility"] == "unlisted"


async def test_what_is_not_sent_stays(school: School) -> None:
    ada = await school.teacher("ada")
    await update(ada, display_name="Ada", note="Maths", locked=True)

    await update(ada, display_name="Ada L.")
    answer = await ada.patch(UPDATE)

    assert (answer.json["display_name"], answer.json["locked"]) == ("Ada L.", True)
    assert answer.json["source"]["note"] == "Maths"
    cleared = await update(ada, note="", locked=False)
    assert (cleared.json["note"], cleared.json["locked"]) == ("", False)


ROOM, HOURS = {"name": "Room", "value": "12"}, {"name": "A", "value": "b"}


@pytest.mark.parametrize(
    "body",
    [
        {"json": {"fields_attributes": [ROOM, HOURS]}},
        {"json": {"fields_attributes": {"0": ROOM, "1": HOURS}}},
        {
            "form": {
                "fields_attributes[0][name]": "Room",
                "fields_attributes[0][value]": "12",
                "fields_attributes[1][name]": "A",
                "fields_attributes[1][value]": "b",
                "fields_attributes[2][name]": "",
                "fields_attributes[2][value]": "",
            }
        },
    ],
)
async def test_fields_come_in_every_form(school: School, body: dict[str, Any]) -> None:
    ada = await school.teacher("ada")

    answer = await ada.patch(UPDATE, **body)

    assert answer.status == 200, answer.text
    assert answer.json["fields"] == [
        {"name": "Room", "value": "12", "verified_at": None},
        {"name": "A", "value": "b", "verified_at": None},
    ]
    assert [row["name"] for row in answer.json["source"]["fields"]] == ["Room", "A"]
    emptied = await update(ada, fields_attributes=[])
    assert emptied.json["fields"] == []


async def test_field_shows_its_address_whole(school: School) -> None:
    ada = await school.teacher("ada")

    answer = await update(
        ada, fields_attributes=[{"name": "Web", "value": "https://ada.example/a?b&c <x>"}]
    )

    (field,) = answer.json["fields"]
    assert 'href="https://ada.example/a?b&amp;c"' in field["value"]
    assert "me" in field["value"].split('rel="')[1].split('"')[0].split()
    assert "<x>" not in field["value"]


@pytest.mark.parametrize(
    ("fields", "name", "code"),
    [
        ({"display_name": "x" * 31}, "display_name", "ERR_TOO_LONG"),
        ({"note": "x" * 501}, "note", "ERR_TOO_LONG"),
        ({"note": "https://a.example/ " * 5_000}, "note", "ERR_TOO_LONG"),
        ({"fields_attributes": [{"name": "n", "value": "v"}] * 5}, "fields", "ERR_TOO_LONG"),
        ({"fields_attributes": [{"name": "n" * 256, "value": "v"}]}, "fields", "ERR_TOO_LONG"),
        ({"fields_attributes": [{"name": "", "value": "v"}]}, "fields", "ERR_BLANK"),
        ({"source": {"privacy": "everybody"}}, "source[privacy]", "ERR_INVALID"),
        ({"source": {"language": "klingon!"}}, "source[language]", "ERR_INVALID"),
        ({"locked": {"a": 1}}, "locked", "ERR_INVALID"),
    ],
)
async def test_wrong_fields_are_named_and_nothing_changes(
    school: School, fields: dict[str, Any], name: str, code: str
) -> None:
    ada = await school.teacher("ada")
    before = await ada.reads("/api/v1/accounts/verify_credentials")

    answer = await update(ada, **fields)

    assert answer.status == 422
    assert answer.json["error"].startswith("Validation failed")
    assert [item["error"] for item in answer.json["details"][name]] == [code]
    assert await ada.reads("/api/v1/accounts/verify_credentials") == before


async def test_pictures_are_kept_replaced_and_removed(school: School) -> None:
    ada = await school.teacher("ada")
    default = (await ada.reads(f"/api/v1/accounts/{ada.id}"))["avatar"]

    first = await ada.patch(
        UPDATE, files={"avatar": picture(), "header": picture()}, form={"display_name": "Ada"}
    )

    assert first.status == 200, first.text
    assert first.json["display_name"] == "Ada"
    shown = await fetch(school, first.json["avatar"])
    assert Image.open(io.BytesIO(shown.body)).size == (400, 400)
    header = await fetch(school, first.json["header"])
    assert Image.open(io.BytesIO(header.body)).size == (1500, 500)

    second = await ada.put(UPDATE, files={"avatar": picture("new.png")})

    assert second.json["avatar"] != first.json["avatar"]
    assert second.json["header"] == first.json["header"]
    assert (await fetch(school, first.json["avatar"])).status == 404

    for name in ("avatar", "header"):
        gone = await ada.delete(f"/api/v1/profile/{name}")
        contract.check("DELETE", f"/api/v1/profile/{name}", gone)
        assert gone.json[name].startswith("https://oak.test/static/")
        assert (await fetch(school, second.json[name])).status == 404
    assert (await ada.reads(f"/api/v1/accounts/{ada.id}"))["avatar"] == default


async def test_empty_and_missing_pictures_leave_what_is_there(school: School) -> None:
    ada = await school.teacher("ada")
    before = (await ada.patch(UPDATE, files={"avatar": picture()})).json["avatar"]

    empty = FileStorage(io.BytesIO(b""), filename="blob", content_type="image/png")
    by_file = await ada.patch(UPDATE, files={"avatar": empty}, form={"header": "undefined"})
    by_text = await update(ada, avatar="", header=None)

    assert by_file.json["avatar"] == by_text.json["avatar"] == before


async def test_what_is_no_picture_is_refused(school: School) -> None:
    ada = await school.teacher("ada")
    file = FileStorage(io.BytesIO(b"<svg onload=alert(1)>"), filename="a.png")

    answer = await ada.patch(UPDATE, files={"avatar": file}, form={"display_name": "Changed"})

    assert answer.status == 422
    assert (await ada.reads(f"/api/v1/accounts/{ada.id}"))["display_name"] == ""
    assert (await update(ada, avatar="https://example.com/a.png")).status == 422


async def test_profile_needs_a_token_that_covers_it(school: School) -> None:
    reader = await school.teacher("ada", scopes="read")

    assert (await school.stranger.get("/api/v1/accounts/verify_credentials")).status == 401
    assert (await school.stranger.patch(UPDATE, json={})).status == 401
    assert (await reader.patch(UPDATE, json={"note": "x"})).status == 403
    assert (await reader.delete("/api/v1/profile/avatar")).status == 403


async def test_followers_elsewhere_learn_of_a_new_profile(school: School) -> None:
    ada, rose = await school.teacher("ada"), await peer(school)
    me = await local(school, ada)
    await update(ada, display_name="Nobody listens yet")
    async with school.site.writing() as tx:
        await relationships.received_follow(tx, school.site, rose, me, f"{rose.uri}#1")

    answer = await ada.patch(
        UPDATE, files={"avatar": picture()}, form={"display_name": "Ada", "note": "Hi"}
    )
    await update(ada, source={"privacy": "private"})

    assert answer.status == 200, answer.text
    _, told = await sent(school)
    assert (told["type"], told["actor"]) == ("Update", me.uri)
    actor = told["object"]
    assert (actor["id"], actor["name"], actor["summary"]) == (me.uri, "Ada", "<p>Hi</p>")
    assert actor["icon"]["url"] == answer.json["avatar"]
