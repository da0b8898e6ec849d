"""One box finds people, hashtags and what an address leads to, as far as one may see it."""

from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from fedschool.model.account import Account
from fedschool.model.status import Status, Visibility
from fedschool.model.trend import TrendKind
from fedschool.ports.database import Statement
from fedschool.store import accounts, statuses
from fedschool.store.tables_cards import trend_reviews
from fedschool.store.tables_statuses import tags as tags_table
from tests.api import contract
from tests.conftest import SchoolMaker
from tests.people import Caller, School, Teacher

REMOTE, REMOTE_STATUS = 11, 21


async def find(caller: Caller, q: str, **more: Any) -> dict[str, Any]:
    answer = await caller.get("/api/v2/search", query_string={"q": q, **more})
    assert answer.status == 200, answer.text
    contract.check("GET", "/api/v2/search", answer)
    found: dict[str, Any] = answer.json
    return found


def people(found: dict[str, Any]) -> list[str]:
    return [account["acct"] for account in found["accounts"]]


def tags(found: dict[str, Any]) -> list[str]:
    return [tag["name"] for tag in found["hashtags"]]


async def far_away(school: School, *, visibility: Visibility = Visibility.PUBLIC) -> None:
    """A person and a status of another server that are known here."""
    site = school.site
    person = Account(
        id=REMOTE,
        username="Cy",
        domain="elm.test",
        uri="https://elm.test/users/cy",
        url="https://elm.test/@cy",
        created_at=site.now(),
    )
    status = Status(
        id=REMOTE_STATUS,
        uri="https://elm.test/notes/1",
        url="https://elm.test/@cy/1",
        account_id=REMOTE,
        local=False,
        visibility=visibility,
        content="<p>From afar</p>",
        conversation_id=REMOTE_STATUS,
        created_at=site.now(),
    )
    async with site.writing() as tx:
        assert await accounts.insert_new(tx, person)
        assert await statuses.insert_new(tx, status)


async def test_people_are_found_by_the_beginning_of_their_name(school: School) -> None:
    ada = await school.teacher("ada")
    await school.teacher("adam")
    await school.teacher("ben")

    found = await find(ada, "AD")

    assert set(people(found)) == {"ada", "adam"}
    assert found["statuses"] == found["hashtags"] == found["collections"] == []


async def test_the_person_with_exactly_that_handle_comes_first(school: School) -> None:
    await far_away(school)
    ada = await school.teacher("ada")
    await school.teacher("adam")

    assert people(await find(ada, "@ada"))[0] == "ada"
    assert people(await find(ada, "@ada@oak.test"))[0] == "ada"
    assert people(await find(ada, "cy@ELM.test")) == ["Cy@elm.test"]
    assert people(await find(ada, "@cy@other.test")) == []


async def test_strangers_may_search_but_neither_page_nor_reach_out(school: School) -> None:
    await school.teacher("ada")

    assert people(await find(school.stranger, "ada")) == ["ada"]
    assert people(await find(school.stranger, "ada", resolve="false", following="true")) == ["ada"]
    for more in ("resolve=true", "offset=0", "offset=20&type=accounts"):
        answer = await school.stranger.get(f"/api/v2/search?q=ada&{more}")
        assert answer.status == 401, more
        assert answer.json["error"]


@pytest.mark.parametrize("query", ["", "q=", "q=%20", "q=a&limit=-1", "q=a&offset=-1"])
async def test_a_search_for_nothing_is_refused(school: School, query: str) -> None:
    ada = await school.teacher("ada")

    assert (await ada.get(f"/api/v2/search?{query}")).status == 400


async def test_searching_with_a_token_needs_its_scope(school: School) -> None:
    writer = await school.teacher("ada", scopes="write")

    assert (await writer.get("/api/v2/search?q=ada")).status == 403


async def test_the_first_version_answers_with_hashtags_as_names(school: School) -> None:
    ada = await school.teacher("ada")
    status = await ada.says("Fractions #maths")

    found = await ada.reads("/api/v1/search?q=maths")

    assert found["hashtags"] == ["maths"]
    assert [item["id"] for item in found["statuses"]] == [status["id"]]
    assert found["accounts"] == []
    assert (await school.stranger.get("/api/v1/search?q=ada")).status == 401


async def test_one_kind_alone_can_be_asked_for_and_paged(school: School) -> None:
    ada = await school.teacher("ada")
    for name in ("maria", "marc", "maths"):
        await school.teacher(name)
    await ada.says("Numbers #maths #march")

    only_people = await find(ada, "ma", type="accounts")
    only_tags = await find(ada, "ma", type="hashtags")
    assert only_people["hashtags"] == only_tags["accounts"] == []
    assert len(people(only_people)) == 3
    assert tags(only_tags) == ["march", "maths"]

    first = await find(ada, "ma", type="accounts", limit=2)
    second = await find(ada, "ma", type="accounts", limit=2, offset=2)
    assert sorted(people(first) + people(second)) == sorted(people(only_people))
    assert tags(await find(ada, "ma", type="hashtags", limit=1, offset=1)) == ["maths"]
    assert tags(await find(ada, "ma", offset=1)) == ["march", "maths"]
    assert tags(await find(ada, "ma", type="nonsense")) == []


async def test_followed_people_alone_can_be_asked_for(school: School) -> None:
    ada = await school.teacher("ada")
    ben = await school.teacher("ben")
    await school.teacher("bea")
    await ada.does(f"/api/v1/accounts/{ben.id}/follow")

    assert people(await find(ada, "be", following="true")) == ["ben"]


async def test_hashtags_are_found_with_and_without_their_sign(school: School) -> None:
    ada = await school.teacher("ada")
    await ada.says("Look #Mathematics #Maths #mat")

    for text in ("#mat", "MAT", "＃mat"):
        assert tags(await find(ada, text)) == ["mat", "mathematics", "maths"], text
    with_sign = await find(ada, "#ada")
    assert people(with_sign) == []
    assert tags(await find(ada, "#m%")) == []
    assert tags(await find(ada, "x@mat")) == []


async def test_words_of_private_posts_are_not_given_away(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    await ada.says("#secretplan", visibility="direct")
    await ada.says("#staffparty", visibility="private")

    assert tags(await find(ada, "secret")) == ["secretplan"]
    assert tags(await find(ben, "secret")) == []
    assert tags(await find(school.stranger, "staff")) == []


async def test_a_post_is_found_by_its_address(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    status = await ada.says("Hello")

    for caller in (ben, school.stranger):
        for address in (status["url"], status["uri"]):
            found = await find(caller, address)
            assert [item["id"] for item in found["statuses"]] == [status["id"]]
    resolved = await find(ben, status["url"], resolve="true")
    assert [item["id"] for item in resolved["statuses"]] == [status["id"]]
    assert (await find(ben, status["url"].replace("@ada", "@ben")))["statuses"] == []


async def test_a_post_is_found_only_by_who_may_see_it(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    status = await ada.says("For me", visibility="direct")

    for more in ({}, {"resolve": "true"}):
        assert len((await find(ada, status["url"], **more))["statuses"]) == 1
        assert (await find(ben, status["url"], **more))["statuses"] == []


async def test_posts_found_by_address_can_be_narrowed(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    status = await ada.says("Hello")
    number = int(status["id"])

    async def fits(**more: Any) -> bool:
        return bool((await find(ben, status["url"], **more))["statuses"])

    assert await fits(type="statuses", account_id=ada.id, max_id=number + 1, min_id=number - 1)
    assert not await fits(type="accounts")
    assert not await fits(account_id=ben.id)
    assert not await fits(max_id=number)
    assert not await fits(min_id=number)
    assert not await fits(type="statuses", offset=1)


async def test_what_is_known_of_other_servers_is_found_by_address(school: School) -> None:
    await far_away(school)
    ada = await school.teacher("ada")

    assert people(await find(ada, "https://elm.test/users/cy")) == ["Cy@elm.test"]
    found = await find(ada, "https://elm.test/notes/1", resolve="true")
    assert [item["id"] for item in found["statuses"]] == [str(REMOTE_STATUS)]


async def test_private_posts_of_other_servers_are_not_found(school: School) -> None:
    await far_away(school, visibility=Visibility.PRIVATE)
    ada = await school.teacher("ada")

    found = await find(ada, "https://elm.test/notes/1", resolve="true")

    assert found["statuses"] == []


async def test_a_person_is_found_by_the_address_of_the_profile(school: School) -> None:
    ada = await school.teacher("ada")

    for address in ("https://oak.test/@ada", "https://oak.test/users/ada"):
        assert people(await find(ada, address, resolve="true")) == ["ada"]
        assert people(await find(school.stranger, address)) == ["ada"]
    assert people(await find(ada, "https://oak.test/@nobody", resolve="true")) == []


async def test_addresses_that_lead_nowhere_find_nothing(schools: SchoolMaker) -> None:
    school = await schools(allow_private="127.0.0.0/8")
    ada = await school.teacher("ada")

    for text in (
        "http://127.0.0.1:9/nothing",
        "https://127.0.0.1:9/nothing",
        "https://user@elm.test/",
        "https://",
        "https://oak.test/@ada/123",
        "http://[::1",
        "@x@127.0.0.1:9",
        "@@@",
        "#",
        "a@b@c",
        "\u202e\ud7ff",
    ):
        found = await find(ada, text, resolve="true")
        assert not any(found.values()), text


async def test_odd_texts_do_no_harm(school: School) -> None:
    ada = await school.teacher("ada")

    for text in ("x" * 3_000, "%_\\", "\x00", "'; --", "\U0010ffff", "acct:", "٣"):
        answer = await ada.get(f"/api/v2/search?q={quote(text)}&limit=999&max_id=x&account_id=-1")
        assert answer.status in (200, 400), text


async def called(school: School, name: str, display_name: str) -> Teacher:
    teacher = await school.teacher(name)
    changed = {"display_name": display_name}
    assert (await teacher.patch("/api/v1/accounts/update_credentials", json=changed)).status == 200
    return teacher


async def test_people_are_found_by_any_word_of_their_names(school: School) -> None:
    ada = await called(school, "ada", "Ada King-Lovelace")
    await called(school, "ben", "Benoît Mandelbrot (maths)")

    for text, wanted in {
        "lovelace": ["ada"],
        "king": ["ada"],
        "LOVE ada": ["ada"],
        "King-Love": ["ada"],
        "benoit": ["ben"],
        "maths mandel": ["ben"],
        "lace": [],
        "ada mandelbrot": [],
        "@lovelace": ["ada"],
    }.items():
        assert people(await find(ada, text)) == wanted, text
        answer = await ada.get("/api/v1/accounts/search", query_string={"q": text})
        contract.check("GET", "/api/v1/accounts/search", answer)
        assert [account["acct"] for account in answer.json] == wanted, text

    await ada.patch("/api/v1/accounts/update_credentials", json={"display_name": "Countess"})
    assert people(await find(ada, "lovelace")) == []
    assert people(await find(ada, "count")) == ["ada"]


async def test_followed_people_are_found_first_then_ours(school: School) -> None:
    await far_away(school)
    ada = await school.teacher("ada")
    followed = await called(school, "zoe", "Cy Young")
    famous = await called(school, "cyrus", "Cyrus")
    for name in ("dan", "eve"):
        await (await school.teacher(name)).does(f"/api/v1/accounts/{famous.id}/follow")
    await ada.does(f"/api/v1/accounts/{followed.id}/follow")

    assert people(await find(ada, "cy y")) == ["zoe"]
    assert people(await find(ada, "cy")) == ["zoe", "cyrus", "Cy@elm.test"]
    assert people(await find(ada, "cy", type="accounts", limit=1, offset=1)) == ["cyrus"]
    assert people(await find(ada, "cy", following="true")) == ["zoe"]
    assert people(await find(school.stranger, "cy")) == ["cyrus", "zoe", "Cy@elm.test"]


async def test_hashtags_in_use_come_first(schools: SchoolMaker) -> None:
    school = await schools(trend_review=True)
    ada = await school.teacher("ada")
    for text in ("#mathsday", "#mathsweek", "#mathsweek", "#maths"):
        await ada.says(f"Look {text}")

    assert tags(await find(ada, "maths")) == ["maths", "mathsweek", "mathsday"]
    assert tags(await find(ada, "maths", exclude_unreviewed="true")) == []

    async with school.site.writing() as tx:
        name = tags_table.c.name == "mathsday"
        tag_id = await tx.value(Statement(sa.select(tags_table.c.id).where(name)))
        review = {"subject_id": tag_id, "allowed": 1, "reviewed_at": school.site.now()}
        await tx.run(Statement(sa.insert(trend_reviews).values(kind=TrendKind.TAG.value, **review)))
    assert tags(await find(ada, "maths", exclude_unreviewed="true")) == ["mathsday"]


async def test_no_hashtag_waits_where_the_staff_reviews_none(school: School) -> None:
    ada = await school.teacher("ada")
    await ada.says("Look #maths")

    assert tags(await find(ada, "maths", exclude_unreviewed="true")) == ["maths"]
