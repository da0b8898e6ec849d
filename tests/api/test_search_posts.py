"""Posts are found by their words and traits, by those who may find them, alike on each database."""

import contextlib
import io
import re
import sqlite3
from typing import Any
from urllib.parse import quote

import asyncpg
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from werkzeug.datastructures import FileStorage

from fedschool.model.account import Account
from fedschool.model.search import Shelf, Term
from fedschool.model.status import Status, Visibility
from fedschool.ports.database import Statement
from fedschool.store import accounts, statuses, words
from fedschool.store import search as store
from fedschool.store.tables_cards import cards, status_cards
from fedschool.store.visibility import Eyes
from tests.api import contract
from tests.conftest import SchoolMaker
from tests.people import Caller, School, Teacher

DAY = 86_400_000
CHRISTMAS = 1_766_620_800_000
"""2025-12-25, midnight UTC."""


async def found(caller: Caller, q: str, **more: Any) -> list[str]:
    """Ids of the posts that are found."""
    answer = await caller.get("/api/v2/search", query_string={"q": q, **more})
    assert answer.status == 200, answer.text
    contract.check("GET", "/api/v2/search", answer)
    return [item["id"] for item in answer.json["statuses"]]


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "PNG")
    return out.getvalue()


async def open_teacher(school: School, name: str) -> Teacher:
    """Somebody whose public posts may be found."""
    teacher = await school.teacher(name)
    answer = await teacher.patch("/api/v1/accounts/update_credentials", json={"indexable": True})
    assert answer.json["indexable"]
    assert answer.json["source"]["indexable"]
    return teacher


async def test_public_posts_of_those_who_allow_it_are_found_by_their_words(school: School) -> None:
    ada, ben = await open_teacher(school, "ada"), await school.teacher("ben")
    one = await ada.says("Teaching fractions with pizza")
    two = await ada.says("Fractions again, with chocolate")
    await ada.says("A quiet day")

    assert await found(ben, "fractions") == [two["id"], one["id"]]
    assert await found(ben, "fractions pizza") == [one["id"]]
    assert await found(ben, "FRACTIONS -pizza") == [two["id"]]
    assert await found(ben, "fract") == [two["id"], one["id"]]
    assert await found(ben, "fra") == []
    assert await found(ben, "fractions geometry") == []


async def test_strangers_find_no_posts_by_words(school: School) -> None:
    ada = await open_teacher(school, "ada")
    await ada.says("Teaching fractions")

    assert await found(school.stranger, "fractions") == []
    assert (await school.stranger.get("/api/v2/search?q=fractions&offset=0")).status == 401


async def test_posts_of_others_are_found_only_with_their_consent(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    post = await ada.says("Teaching fractions")
    assert await found(ben, "fractions") == []
    assert await found(ada, "fractions") == [post["id"]]

    for path in ("favourite", "bookmark", "reblog"):
        undo = {"favourite": "unfavourite", "bookmark": "unbookmark", "reblog": "unreblog"}[path]
        await ben.does(f"/api/v1/statuses/{post['id']}/{path}")
        assert await found(ben, "fractions") == [post["id"]], path
        await ben.does(f"/api/v1/statuses/{post['id']}/{undo}")
        assert await found(ben, "fractions") == [], path

    await ada.patch("/api/v1/accounts/update_credentials", json={"indexable": True})
    assert await found(ben, "fractions") == [post["id"]]
    assert await found(ben, "fractions in:library") == []
    await ada.patch("/api/v1/accounts/update_credentials", json={"indexable": False})
    assert await found(ben, "fractions") == []


async def test_who_voted_or_is_named_finds_the_post(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    cem = await school.teacher("cem")
    asked = await ada.says("Which one?", poll={"options": ["apples", "pears"], "expires_in": 600})
    told = await ada.says("@ben apples for you", visibility="direct")
    await cem.does(f"/api/v1/polls/{asked['poll']['id']}/votes", choices=[0])

    assert await found(cem, "apples") == [asked["id"]]
    assert await found(ben, "apples") == [told["id"]]
    assert await found(ada, "apples") == [told["id"], asked["id"]]
    assert await found(ada, "apples in:public") == []
    assert await found(cem, "apples in:library has:poll") == [asked["id"]]


async def test_what_may_not_be_seen_is_not_found(school: School) -> None:
    ada, ben = await open_teacher(school, "ada"), await school.teacher("ben")
    await ada.says("Secret fractions", visibility="direct")
    await ada.says("Private fractions", visibility="private")
    await ada.says("Quiet fractions", visibility="unlisted")
    shown = await ada.says("Loud fractions")
    assert await found(ben, "fractions") == [shown["id"]]

    await ben.does(f"/api/v1/statuses/{shown['id']}/bookmark")
    await ben.does(f"/api/v1/accounts/{ada.id}/mute")
    assert await found(ben, "fractions") == []
    await ben.does(f"/api/v1/accounts/{ada.id}/unmute")
    await ada.does(f"/api/v1/accounts/{ben.id}/block")
    assert await found(ben, "fractions") == []


async def test_edits_and_deletions_are_known_at_once(school: School) -> None:
    ada, ben = await open_teacher(school, "ada"), await school.teacher("ben")
    post = await ada.says("Teaching fractions", spoiler_text="Breakfast")
    assert await found(ben, "breakfast") == [post["id"]]

    changed = await ada.put(
        f"/api/v1/statuses/{post['id']}",
        json={
            "status": "Geometry instead",
            "poll": {"options": ["cube", "ball"], "expires_in": 600},
        },
    )
    assert changed.status == 200
    assert await found(ben, "fractions") == []
    assert await found(ben, "breakfast") == []
    assert await found(ben, "geometry ball has:poll") == [post["id"]]

    assert (await ada.delete(f"/api/v1/statuses/{post['id']}")).status == 200
    assert await found(ben, "geometry") == []


async def test_words_are_the_same_with_and_without_accents(school: School) -> None:
    ada, ben = await open_teacher(school, "ada"), await school.teacher("ben")
    posts = {
        text: (await ada.says(text))["id"]
        for text in (
            "L'élève a mangé une crème brûlée",
            "Die große Straße nach Łódź",
            "ΕΛΛΗΝΙΚΆ γράμματα",
            "今日は学校で数学を教えました",
            "ครูสอนคณิตศาสตร์",
            "हिन्दी में पढ़ाना",
            "e-mail: ada.lovelace@elm.test, 3.14 and C++",
            "مَدْرَسَة",
        )
    }

    for query, text in (
        ("eleve", "L'élève"),
        ("ÉLÈVE", "L'élève"),
        ("l'eleve", "L'élève"),
        ('"creme brulee"', "L'élève"),
        ("grosse strasse", "Die große"),
        ("lodz", "Die große"),
        ("ελληνικα", "ΕΛΛ"),
        ("数学", "今日"),
        ("学校で", "今日"),
        ("คณิต", "ครู"),
        ("पढ़ाना", "हिन्दी"),
        ("e-mail", "e-mail"),
        ("lovelace@elm.test", "e-mail"),
        ("3.14", "e-mail"),
        ("مدرسة", "مَدْ"),
    ):
        wanted = [id_ for known, id_ in posts.items() if known.startswith(text)]
        assert await found(ben, query, type="statuses") == wanted, query
    for query in ('"brulee creme"', "数校", "4.13"):
        assert await found(ben, query, type="statuses") == [], query


async def test_phrases_do_not_run_from_one_piece_into_the_next(school: School) -> None:
    ada = await school.teacher("ada")
    await ada.says("green tea", spoiler_text="very")
    near = await ada.says("very green")

    assert await found(ada, '"very green"') == [near["id"]]


async def test_operators_choose_by_kind_author_and_language(school: School) -> None:
    ada, ben = await open_teacher(school, "ada"), await open_teacher(school, "ben")
    plain = (await ada.says("lesson plan", language="en"))["id"]
    answer = (await ben.says("lesson reply", in_reply_to_id=plain, language="de"))["id"]
    hidden = (await ben.says("lesson hidden", sensitive=True, language="pt-BR"))["id"]
    linked = (await ada.says("lesson https://elm.test/sheet #maths @ben", language="en"))["id"]
    asked = (await ada.says("lesson when", poll={"options": ["a", "b"], "expires_in": 600}))["id"]

    for query, wanted in {
        "from:me": [asked, linked, plain],
        "lesson from:@ben": [hidden, answer],
        "from:ben@oak.test": [hidden, answer],
        "from:BEN -is:reply": [hidden],
        "from:nobody lesson": [],
        "lesson -from:ben -from:nobody": [asked, linked, plain],
        "lesson is:reply": [answer],
        "lesson is:sensitive": [hidden],
        "lesson has:link": [linked],
        "lesson has:poll": [asked],
        "lesson has:media": [],
        "lesson has:embed": [],
        "lesson from:me -has:poll -has:embed": [linked, plain],
        "lesson language:de": [answer],
        "lesson language:pt": [hidden],
        "lesson +language:pt-br": [hidden],
        "plan OR": [],
        "has:": [],
    }.items():
        assert await found(ada, query) == wanted, query


async def test_pictures_are_found_by_their_kind_and_description(school: School) -> None:
    ada = await school.teacher("ada")
    file = FileStorage(io.BytesIO(picture()), filename="bridge.png", content_type="image/png")
    sent = await ada.post("/api/v2/media", files={"file": file}, form={"description": "A bridge"})
    shown = (await ada.says("Look", media_ids=[sent.json["id"]]))["id"]
    await ada.says("Look at nothing")

    for query in ("bridge", "look has:image", "look has:media", "has:image -has:video"):
        assert await found(ada, query) == [shown], query
    assert await found(ada, "has:audio") == []

    attributes = [{"id": sent.json["id"], "description": "A tunnel"}]
    changed = {"status": "Look", "media_ids": [sent.json["id"]], "media_attributes": attributes}
    assert (await ada.put(f"/api/v1/statuses/{shown}", json=changed)).status == 200
    assert await found(ada, "bridge") == []
    assert await found(ada, "tunnel") == [shown]


async def test_previews_that_play_something_are_embeds(school: School) -> None:
    ada = await school.teacher("ada")
    ids = [int((await ada.says(f"lesson {n}"))["id"]) for n in range(3)]
    now = school.site.now()
    async with school.site.writing() as tx:
        for status_id, kind in zip(ids, ("video", "link", "video"), strict=False):
            card = {"id": status_id, "url": f"https://elm.test/{status_id}", "type": kind}
            ready = int(status_id != ids[2])
            await tx.run(Statement(sa.insert(cards).values(**card, ready=ready, created_at=now)))
            link = {"status_id": status_id, "card_id": status_id}
            await tx.run(Statement(sa.insert(status_cards).values(link)))

    assert await found(ada, "lesson has:embed") == [str(ids[0])]
    assert await found(ada, "lesson -has:embed") == [str(ids[2]), str(ids[1])]


async def test_dates_and_ids_narrow_what_is_found(schools: SchoolMaker) -> None:
    at = [CHRISTMAS - DAY]
    school = await schools(clock=lambda: at[0])
    ada = await school.teacher("ada")
    posts = []
    for _ in range(3):
        posts.append((await ada.says("lesson"))["id"])
        at[0] += DAY
    first, second, third = posts

    for query, wanted in {
        "lesson before:2025-12-25": [first],
        "lesson during:2025-12-25": [second],
        "lesson after:2025-12-25": [third],
        "lesson after:2025-12-24 before:2025-12-26": [second],
        "during:2025-12": [third, second, first],
        "during:2024": [],
        "lesson before:2025-13-01": [],
        'lesson after:"2025-12-25"': [third],
    }.items():
        assert await found(ada, query) == wanted, query
    assert await found(ada, "lesson", max_id=third, min_id=first) == [second]
    assert await found(ada, "lesson", type="statuses", limit=1, offset=1) == [second]
    assert await found(ada, "lesson", limit=1, offset=1) == [third]
    assert await found(ada, "lesson", account_id=ada.id, limit=2) == [third, second]
    assert await found(ada, "lesson", account_id="12") == []
    assert await found(ada, "lesson", type="accounts") == []


async def test_posts_of_other_servers_are_found_with_consent_and_leave_with_their_author(
    school: School,
) -> None:
    ada = await school.teacher("ada")
    site = school.site
    for number, indexable in ((11, True), (12, False)):
        person = Account(
            id=number,
            username=f"cy{number}",
            domain="elm.test",
            uri=f"https://elm.test/users/{number}",
            url="",
            indexable=indexable,
            created_at=site.now(),
        )
        status = Status(
            id=number,
            uri=f"https://elm.test/notes/{number}",
            url="",
            account_id=number,
            local=False,
            visibility=Visibility.PUBLIC,
            content="<p>Fractions from <b>afar</b></p>",
            conversation_id=number,
            created_at=site.now(),
        )
        async with site.writing() as tx:
            assert await accounts.insert_new(tx, person)
            assert await statuses.insert_new(tx, status)
            await words.refresh(tx, number)

    assert await found(ada, "afar") == ["11"]
    assert await found(ada, "from:cy11@elm.test") == ["11"]

    async with site.writing() as tx:
        status = await statuses.by_id(tx, 11) or status
        await statuses.delete(tx, status, site.now())
    assert await found(ada, "afar") == []


async def test_a_search_costs_the_same_statements_whatever_it_finds(school: School) -> None:
    ada = await school.teacher("ada")

    async def cost() -> int:
        school.site.database.recent.clear()
        before = school.site.database.statements
        await found(ada, "lesson")
        return school.site.database.statements - before

    await ada.says("lesson")
    few = await cost()
    for n in range(8):
        await ada.says(f"lesson {n} #tag{n}")

    assert await cost() == few


PLAIN = {"viewer": 1, "now": 0, "since": 0, "until": 1, "limit": 1, "offset": 0}


async def _plan(school: School, statement: Statement, **values: Any) -> str:
    """How the database would go about it."""
    url = school.site.settings.database_url
    compiled = statement.compiled(school.site.database.dialect)
    known = {**compiled.constants, **PLAIN, **values}
    given = [known[name] for name in compiled.names]
    if url.startswith("sqlite:"):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as raw:
            rows = raw.execute(f"EXPLAIN QUERY PLAN {compiled.sql}", given).fetchall()
        return "\n".join(row[3] for row in rows)
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET enable_seqscan = off")
        return "\n".join(
            row[0] for row in await connection.fetch(f"EXPLAIN {compiled.sql}", *given)
        )
    finally:
        await connection.close()


@pytest.mark.parametrize("shelf", Shelf)
async def test_posts_are_found_through_the_index_of_words(school: School, shelf: Shelf) -> None:
    dialect = school.site.database.dialect
    terms = [Term(words=("lesson",), begins=True), Term(words=("plan",), wanted=False)]
    statement = store._statuses(dialect, Eyes.LOCAL, shelf, True)

    plan = await _plan(
        school,
        statement,
        query=words.expression(dialect, terms),
        own=words.expression(dialect, terms, any_of=["¤a1", "¤m1"]),
    )

    if dialect == "sqlite":
        scanned = re.findall(r"^SCAN (\w+)(.*)$", plan, re.MULTILINE)
        assert {name for name, _ in scanned if not name.startswith(("anon", "candidates"))} == {
            "status_fts"
        }, plan
        assert all("VIRTUAL TABLE INDEX" in how for name, how in scanned if name == "status_fts")
    else:
        # The index of words or that of ids: which one is shorter depends on how many there are.
        assert "Seq Scan" not in plan


@pytest.mark.parametrize("following", [False, True])
async def test_people_are_found_through_the_index_of_names(school: School, following: bool) -> None:
    dialect = school.site.database.dialect
    query = words.expression(dialect, [Term(words=("ada",), begins=True)])

    plan = await _plan(school, store._people(dialect, following), query=query, here=query)

    assert "Seq Scan" not in plan
    assert "SCAN accounts" not in plan
    assert dialect != "sqlite" or "account_fts VIRTUAL TABLE INDEX" in plan


ODD = st.text(
    alphabet=st.one_of(
        st.sampled_from("\"'*:()^&|!<>+-{}\\¤ \t\u0000\u200d\ud800aéß1数"), st.characters()
    ),
    max_size=60,
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    text=st.one_of(
        ODD,
        st.lists(
            st.sampled_from(
                ["from:me", "-from:x@y", "has:media", 'language:"x', "NEAR(a b)", "AND", "NOT",
                 "a:*", '"', '""', "in:library", "before:9999-12-31", "after:0001-01-01",
                 "during:0000", "-", "+", ":*", "'a':1", "!a", "<->", "¤a1", "words:a", "{a b}:c"]
            ),
            max_size=12,
        ).map(" ".join),
    )
)  # fmt: skip
async def test_no_query_does_harm(school: School, text: str) -> None:
    if "odd" not in (known := getattr(school, "known", {})):
        known = {"odd": await school.teacher("odd")}
        school.known = known  # type: ignore[attr-defined]
        await known["odd"].says("a b c ¤a1")

    answer = await known["odd"].get("/api/v2/search?q=" + quote(text.encode("utf-8", "replace")))

    assert answer.status in (200, 400), answer.text


async def test_long_queries_are_cut(school: School) -> None:
    ada = await school.teacher("ada")
    post = await ada.says("lesson")

    assert await found(ada, "lesson " * 400) == [post["id"]]
    assert await found(ada, " ".join(["lesson", "x" * 300, "nowhere"])) == []
