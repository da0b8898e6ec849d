"""Filters: making them, and what their owner is told of statuses that match."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from quart.datastructures import FileStorage

from tests.api import contract
from tests.conftest import SchoolMaker
from tests.people import School, Teacher
from tests.test_upkeep import HandClock

V1, V2 = "/api/v1/filters", "/api/v2/filters"


async def new_filter(owner: Teacher, *keywords: str, **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = await owner.does(
        V2,
        **({"title": "Tests", "context": ["home", "public"]} | fields),
        keywords_attributes=[{"keyword": word, "whole_word": True} for word in keywords],
    )
    return made


async def matches(reader: Teacher, status: dict[str, Any]) -> list[list[str] | None]:
    """The matching keywords of each filter that a status is in."""
    shown = await reader.reads(f"/api/v1/statuses/{status['id']}")
    return [result["keyword_matches"] for result in shown["filtered"]]


async def test_filter_is_made_shown_changed_and_deleted(school: School) -> None:
    ada = await school.teacher("ada")

    made = await ada.post(
        V2,
        form={
            "title": "Sports",
            "context[]": "home",
            "filter_action": "blur",
            "expires_in": "3600",
            "keywords_attributes[][keyword]": "goal",
            "keywords_attributes[][whole_word]": "0",
        },
    )
    contract.check("POST", V2, made)
    path = f"{V2}/{made.json['id']}"
    [word] = made.json["keywords"]
    changed = await ada.put(
        path,
        json={
            "title": "Football",
            "context": ["thread", "home"],
            "filter_action": "hide",
            "expires_in": None,
            "keywords_attributes": [
                {"id": word["id"], "keyword": "penalty"},
                {"keyword": "offside"},
            ],
        },
    )
    contract.check("PUT", f"{V2}/{{id}}", changed)
    shown = await ada.get(path)
    contract.check("GET", f"{V2}/{{id}}", shown)
    contract.check("GET", V2, await ada.get(V2))

    assert (made.json["filter_action"], word["keyword"], word["whole_word"]) == (
        "blur",
        "goal",
        False,
    )
    assert made.json["expires_at"] is not None
    assert shown.json == changed.json
    assert shown.json["context"] == ["home", "thread"]
    assert (shown.json["title"], shown.json["filter_action"]) == ("Football", "hide")
    assert shown.json["expires_at"] is None
    assert [(k["keyword"], k["whole_word"]) for k in shown.json["keywords"]] == [
        ("penalty", False),
        ("offside", True),
    ]

    removal = [{"id": word["id"], "_destroy": "true"}]
    left = await ada.put(path, json={"keywords_attributes": removal})
    assert [entry["keyword"] for entry in left.json["keywords"]] == ["offside"]
    assert (await ada.delete(path)).json == {}
    assert (await ada.get(path)).status == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "x" * 257},
        {"context": []},
        {"context": ["home", "nowhere"]},
        {"filter_action": "explode"},
        {"expires_in": -1},
        {"expires_in": 2**62},
        {"keywords_attributes": [{"keyword": " "}]},
        {"keywords_attributes": [{"keyword": "x" * 513}]},
        {"keywords_attributes": [{"keyword": f"w{n}"} for n in range(501)]},
    ],
)
async def test_what_no_filter_can_be_is_refused(school: School, wrong: dict[str, Any]) -> None:
    ada = await school.teacher("ada")

    answer = await ada.post(V2, json={"title": "Fine", "context": ["home"]} | wrong)

    assert answer.status == 422
    assert await ada.reads(V2) == []


async def test_filters_are_bounded_in_number(school: School) -> None:
    ada = await school.teacher("ada")
    for n in range(100):
        await ada.does(V2, title=f"Filter {n}", context=["home"])

    assert (await ada.post(V2, json={"title": "More", "context": ["home"]})).status == 422


async def test_filters_are_nobody_elses(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    status = await ada.says("maths")
    item = await new_filter(ada, "maths")
    entry = await ada.does(f"{V2}/{item['id']}/statuses", status_id=status["id"])
    word = item["keywords"][0]["id"]
    theirs = await new_filter(ben, "art")

    for method, path in (
        ("GET", f"{V2}/{item['id']}"),
        ("PUT", f"{V2}/{item['id']}"),
        ("DELETE", f"{V2}/{item['id']}"),
        ("GET", f"{V2}/{item['id']}/keywords"),
        ("POST", f"{V2}/{item['id']}/keywords"),
        ("GET", f"{V2}/keywords/{word}"),
        ("PUT", f"{V2}/keywords/{word}"),
        ("DELETE", f"{V2}/keywords/{word}"),
        ("GET", f"{V2}/{item['id']}/statuses"),
        ("GET", f"{V2}/statuses/{entry['id']}"),
        ("DELETE", f"{V2}/statuses/{entry['id']}"),
        ("GET", f"{V1}/{word}"),
        ("PUT", f"{V1}/{word}"),
        ("DELETE", f"{V1}/{word}"),
    ):
        assert (await ben.call(method, path)).status == 404, (method, path)
        assert (await school.stranger.call(method, path)).status == 401
    stolen = {"keywords_attributes": [{"id": word, "keyword": "mine"}]}
    assert (await ben.put(f"{V2}/{theirs['id']}", json=stolen)).status == 404
    assert await matches(ben, status) == []
    assert await matches(ada, status) == [["maths"]]


async def test_keywords_and_statuses_come_and_go_one_by_one(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    item = await new_filter(ada)
    hidden = await ben.says("For me alone", visibility="direct")
    status = await ben.says("Spoilers")
    path = f"{V2}/{item['id']}"

    word = await ada.post(f"{path}/keywords", json={"keyword": "finale", "whole_word": False})
    entry = await ada.post(f"{path}/statuses", json={"status_id": status["id"]})
    contract.check("POST", f"{V2}/{{filter_id}}/keywords", word)
    contract.check("POST", f"{V2}/{{filter_id}}/statuses", entry)
    for name, made in (("keywords", word), ("statuses", entry)):
        listed = await ada.get(f"{path}/{name}")
        contract.check("GET", f"{V2}/{{filter_id}}/{name}", listed)
        one = await ada.get(f"{V2}/{name}/{made.json['id']}")
        contract.check("GET", f"{V2}/{name}/{{id}}", one)
        assert listed.json == [made.json] == [one.json]
    again = await ada.post(f"{path}/statuses", json={"status_id": status["id"]})
    unseen = await ada.post(f"{path}/statuses", json={"status_id": hidden["id"]})
    renamed = await ada.put(f"{V2}/keywords/{word.json['id']}", json={"keyword": "ending"})
    contract.check("PUT", f"{V2}/keywords/{{id}}", renamed)
    shown = await ada.reads(f"/api/v1/statuses/{status['id']}")

    assert (again.status, unseen.status) == (422, 404)
    assert renamed.json == {"id": word.json["id"], "keyword": "ending", "whole_word": False}
    [result] = shown["filtered"]
    assert result["status_matches"] == [status["id"]]
    assert result["keyword_matches"] is None
    assert result["filter"]["title"] == "Tests"

    assert (await ada.delete(f"{V2}/keywords/{word.json['id']}")).json == {}
    assert (await ada.delete(f"{V2}/statuses/{entry.json['id']}")).json == {}

    emptied = await ada.reads(path)
    assert (emptied["keywords"], emptied["statuses"]) == ([], [])
    assert await matches(ada, status) == []


async def test_every_answer_with_statuses_tells_what_is_filtered(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    await ada.does(f"/api/v1/accounts/{ben.id}/follow")
    await new_filter(ada, "exam")
    root = await ada.says("Root")
    status = await ben.says("@ada the exam #maths", in_reply_to_id=root["id"])
    await ben.does(f"/api/v1/statuses/{status['id']}/pin")
    await school.work()
    one = f"/api/v1/statuses/{status['id']}"

    deeds = [await ada.does(f"{one}/{deed}") for deed in ("favourite", "bookmark", "mute")]
    boost = await ada.does(f"{one}/reblog")
    lists = [
        await ada.reads(path)
        for path in (
            "/api/v1/timelines/home",
            "/api/v1/timelines/public",
            "/api/v1/timelines/tag/maths",
            f"/api/v1/accounts/{ben.id}/statuses",
            f"/api/v1/accounts/{ben.id}/statuses?pinned=true",
            "/api/v1/favourites",
            "/api/v1/bookmarks",
            f"/api/v1/statuses?id[]={status['id']}",
        )
    ]
    [told] = await ada.reads("/api/v1/notifications?types[]=mention")
    thread = await ada.reads(f"/api/v1/statuses/{root['id']}/context")

    seen = [s for page in lists for s in page if s["id"] == status["id"]]
    everywhere = [*seen, *deeds, boost, boost["reblog"], told["status"], *thread["descendants"]]
    assert len(seen) >= len(lists) - 1
    for shown in everywhere:
        [result] = shown["filtered"]
        assert result["keyword_matches"] == ["exam"]
        assert "keywords" not in result["filter"]
    answer = await ada.get(one)
    contract.check("GET", "/api/v1/statuses/{id}", answer)
    assert "filtered" not in (await school.stranger.get(one)).json
    assert (await ben.reads(one))["filtered"] == []


async def test_all_that_a_reader_sees_is_looked_through(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    await new_filter(ada, "Exam", "#maths", "black board", "ELEPHANT")
    picture = BytesIO()
    Image.new("RGB", (8, 8), "green").save(picture, "PNG")
    picture.seek(0)
    file = FileStorage(picture, filename="p.png")
    upload = await ben.post(
        "/api/v2/media", files={"file": file}, form={"description": "An elephant"}
    )

    async def found(text: str, **more: Any) -> list[list[str] | None]:
        return await matches(ada, await ben.says(text, **more))

    assert await found("the EXAM, tomorrow") == [["Exam"]]
    assert await found("Quiet", spoiler_text="about the exam") == [["Exam"]]
    assert await found("I like #Maths & exam") == [["Exam", "#maths"]]
    assert await found("A black board") == [["black board"]]
    assert await found("Look", media_ids=[upload.json["id"]]) == [["ELEPHANT"]]
    asking = {"options": ["An exam", "A holiday"], "expires_in": 3600}
    assert await found("What next?", poll=asking) == [["Exam"]]
    assert await found("for example, examine preexam exams") == []
    assert await found("exam<br>") == [["Exam"]]
    assert await found("https://example.com/elephants") == []


async def test_edit_of_a_status_or_of_a_filter_counts_at_once(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    status = await ben.says("Plain")
    item = await new_filter(ada, "exam")
    assert await matches(ada, status) == []

    await ben.put(f"/api/v1/statuses/{status['id']}", json={"status": "An exam"})
    assert await matches(ada, status) == [["exam"]]

    word = item["keywords"][0]["id"]
    await ada.put(f"{V2}/keywords/{word}", json={"keyword": "holiday"})
    assert await matches(ada, status) == []


async def test_expired_filters_do_not_apply(schools: SchoolMaker) -> None:
    clock = HandClock()
    school = await schools(clock=clock)
    ada = await school.teacher("ada")
    status = await ada.says("An exam")
    await new_filter(ada, "exam", expires_in=60)
    assert await matches(ada, status) == [["exam"]]

    clock.ahead += 61_000

    assert await matches(ada, status) == []
    assert len(await ada.reads(V2)) == 1


async def test_first_version_shows_each_phrase_of_the_same_filters(school: School) -> None:
    ada = await school.teacher("ada")
    status = await ada.says("An exam")

    made = await ada.post(V1, json={"phrase": "exam", "context": ["home"], "irreversible": "1"})
    contract.check("POST", V1, made)
    path = f"{V1}/{made.json['id']}"
    contract.check("GET", f"{V1}/{{id}}", await ada.get(path))
    assert await ada.reads(V1) == [made.json]
    assert (made.json["irreversible"], made.json["whole_word"]) == (True, False)
    assert await matches(ada, status) == [["exam"]]
    [second] = await ada.reads(V2)
    assert (second["title"], second["filter_action"]) == ("exam", "hide")

    change = {"phrase": "holiday", "context": ["public"], "whole_word": True, "expires_in": 60}
    changed = await ada.put(path, json=change)
    contract.check("PUT", f"{V1}/{{id}}", changed)
    assert changed.json["expires_at"] is not None
    assert (changed.json["phrase"], changed.json["context"]) == ("holiday", ["public"])
    assert await matches(ada, status) == []

    assert (await ada.delete(path)).json == {}
    assert await ada.reads(V2) == []


async def test_first_version_leaves_filters_with_more_in_them_whole(school: School) -> None:
    ada = await school.teacher("ada")
    item = await new_filter(ada, "one", "two")
    first, second = [f"{V1}/{entry['id']}" for entry in item["keywords"]]

    other = await ada.put(first, json={"phrase": "one", "context": ["thread"]})
    same = await ada.put(first, json={"phrase": "uno", "context": item["context"]})
    await ada.delete(second)

    assert other.status == 422
    assert same.json["phrase"] == "uno"
    [left] = await ada.reads(V2)
    assert [entry["keyword"] for entry in left["keywords"]] == ["uno"]


async def test_page_costs_the_same_statements_with_filters_for_few_and_many(school: School) -> None:
    ada = await school.teacher("ada")
    for n in range(41):
        await ada.says(f"exam {n}")
    for n in range(5):
        await new_filter(ada, *(f"word{n}x{m}" for m in range(10)))
    costs = []
    for limit in (5, 40):
        school.site.database.recent.clear()
        before = school.site.database.statements
        await ada.reads(f"/api/v1/timelines/home?limit={limit}")
        costs.append(school.site.database.statements - before)

    assert costs[0] == costs[1]
