"""Trends: what many people use or like, counted as it happens, in the staff's hands."""

import json
from typing import Any

import pytest

from fedschool.model.account import Role, Viewer
from fedschool.model.timeline import Cursor
from fedschool.services import audit, trends, upkeep
from tests.api import contract
from tests.api.test_cards import HandClock, Website, page, website  # noqa: F401  a fixture
from tests.conftest import SchoolMaker
from tests.people import School, Teacher

DAY = 86_400_000
ADMIN = "read write admin:read admin:write"


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def school(schools: SchoolMaker, clock: HandClock) -> School:
    return await schools(allow_private="127.0.0.0/8", card_delay=0, clock=clock)


async def found(school: School, name: str, **more: Any) -> Teacher:
    """A teacher who wants to be found."""
    teacher = await school.teacher(name, **more)
    answer = await teacher.patch("/api/v1/accounts/update_credentials", json={"discoverable": True})
    assert answer.status == 200
    return teacher


async def names(who: Any, path: str = "/api/v1/trends/tags") -> list[str]:
    answer = await who.get(path)
    assert answer.status == 200, answer.text
    return [tag["name"] for tag in answer.json]


async def test_hashtags_that_several_people_use_become_trends(school: School) -> None:
    ada, ben, eve = [await found(school, name) for name in ("ada", "ben", "eve")]
    for who in (ada, ben):
        await who.says("One #Maths")
    for who in (ada, ben, eve):
        await who.says("Two #art")
    for _ in range(5):
        await ada.says("Alone #lonely")
    before = await names(ada)
    await trends.refresh(school.site)

    answer = await ada.get("/api/v1/trends/tags")

    assert before == []
    contract.check("GET", "/api/v1/trends/tags", answer)
    assert [tag["name"] for tag in answer.json] == ["art", "maths"]
    assert len(answer.json[0]["history"]) == 7
    assert (answer.json[0]["history"][0]["uses"], answer.json[0]["history"][0]["accounts"]) == (
        "3", "3",
    )  # fmt: skip
    assert await names(school.stranger, "/api/v1/trends") == ["art", "maths"]


async def test_upkeep_computes_trends_by_itself(school: School, clock: HandClock) -> None:
    for name in ("ada", "ben"):
        await (await found(school, name)).says("#maths")

    await upkeep.tick(school.site)

    assert await names(school.stranger) == ["maths"]


async def test_trends_page_by_offset(school: School) -> None:
    ada, ben = await found(school, "ada"), await found(school, "ben")
    for who in (ada, ben):
        for tag in ("one", "two", "three"):
            await who.says(f"#{tag}")
    await trends.refresh(school.site)

    everything = await names(ada)
    first = await ada.get("/api/v1/trends/tags?limit=2")
    second = await ada.get("/api/v1/trends/tags?limit=2&offset=2")

    assert [tag["name"] for tag in first.json + second.json] == everything
    assert 'offset=2>; rel="next"' in first.headers["Link"]
    assert second.headers["Link"] == (
        '<https://oak.test/api/v1/trends/tags?limit=2&offset=0>; rel="prev"'
    )
    assert (await ada.get("/api/v1/trends/tags?offset=-1")).status == 400


async def test_quiet_and_limited_people_make_no_trend(school: School) -> None:
    ada, ben = await found(school, "ada"), await found(school, "ben")
    hidden = [await school.teacher(name) for name in ("cy", "dan")]
    for who in hidden:
        await who.says("#hidden")
    for who in (ada, ben):
        await who.says("#quiet", visibility="unlisted")
        await who.says("#private", visibility="private")
        await who.says("#sore", sensitive=True)
        await who.says("#warned", spoiler_text="Careful")
    await trends.refresh(school.site)

    assert await names(ada) == []


async def test_trends_fade(school: School, clock: HandClock) -> None:
    for name in ("ada", "ben"):
        await (await found(school, name)).says("#maths")
    await trends.refresh(school.site)
    clock.ahead += DAY
    await trends.refresh(school.site)
    next_day = await names(school.stranger)
    clock.ahead += 9 * DAY
    await trends.refresh(school.site)

    assert next_day == ["maths"]
    assert await names(school.stranger) == []


async def test_hashtags_keep_the_history_of_a_week(school: School, clock: HandClock) -> None:
    ada = await school.teacher("ada")
    await ada.says("#maths")
    await ada.says("#maths")
    clock.ahead += 2 * DAY
    await ada.says("#maths")
    await trends.refresh(school.site)

    history = (await ada.reads("/api/v1/tags/maths"))["history"]
    searched = await ada.reads("/api/v2/search?q=%23maths&type=hashtags")
    clock.ahead += 6 * DAY
    await trends.refresh(school.site)
    later = (await ada.reads("/api/v1/tags/maths"))["history"]

    assert [day["uses"] for day in history] == ["1", "0", "2", "0", "0", "0", "0"]
    assert searched["hashtags"][0]["history"] == history
    assert [day["uses"] for day in later] == ["0", "0", "0", "0", "0", "0", "1"]


async def test_links_that_several_people_share_become_trends(
    school: School,
    website: Website,  # noqa: F811
) -> None:
    ada, ben = await found(school, "ada"), await found(school, "ben")
    link = website.has("/a", page("Fractions"))
    for who in (ada, ben):
        await who.says(f"Read {link}")
    await ada.says(website.has("/b", page("Alone")))
    await school.work()
    await trends.refresh(school.site)

    answer = await ada.get("/api/v1/trends/links")

    contract.check("GET", "/api/v1/trends/links", answer)
    assert [card["title"] for card in answer.json] == ["Fractions"]
    assert answer.json[0]["history"][0]["accounts"] == "2"


async def test_timeline_of_a_link_has_public_posts_of_who_may_be_found(
    school: School,
    website: Website,  # noqa: F811
) -> None:
    ada, ben, cy = (
        await found(school, "ada"),
        await found(school, "ben"),
        await school.teacher("cy"),
    )
    link = website.has("/a", page())
    one, two = await ada.says(f"One {link}"), await ben.says(f"Two {link}")
    await cy.says(f"Hidden {link}")
    await ada.says(f"Quiet {link}", visibility="unlisted")
    await ben.says(f"Elsewhere {website.has('/b', page())}")
    await school.work()
    path = f"/api/v1/timelines/link?url={link}"
    early = await ada.get(path)
    await trends.refresh(school.site)

    answer = await ada.get(path)
    first = await school.stranger.get(f"{path}&limit=1")
    rest = await school.stranger.get(f"{path}&limit=1&max_id={two['id']}")
    await ada.does(f"/api/v1/accounts/{ben.id}/block")

    assert early.status == 404
    contract.check("GET", "/api/v1/timelines/link", answer)
    assert [status["id"] for status in answer.json] == [two["id"], one["id"]]
    assert [status["id"] for status in first.json + rest.json] == [two["id"], one["id"]]
    assert 'rel="next"' in first.headers["Link"]
    assert [status["id"] for status in await ada.reads(path)] == [one["id"]]
    assert (await ada.get("/api/v1/timelines/link?url=nonsense")).status == 404
    assert (await ada.get("/api/v1/timelines/link")).status == 404


async def test_posts_that_several_people_like_become_trends(school: School) -> None:
    ada, ben, eve = [await found(school, name) for name in ("ada", "ben", "eve")]
    shy = await school.teacher("shy")
    good, better, reply, hidden, sore = [
        await ada.says("Good"),
        await ada.says("Better"),
        await ada.says("Answer", in_reply_to_id=(await eve.says("Root"))["id"]),
        await shy.says("Hidden"),
        await ada.says("Sore", sensitive=True),
    ]
    for status in (good, better, reply, hidden, sore):
        for who in (ben, eve):
            await who.does(f"/api/v1/statuses/{status['id']}/favourite")
    await ben.does(f"/api/v1/statuses/{better['id']}/reblog")
    await trends.refresh(school.site)

    answer = await ben.get("/api/v1/trends/statuses")
    await ben.does(f"/api/v1/accounts/{ada.id}/mute")

    contract.check("GET", "/api/v1/trends/statuses", answer)
    assert [status["id"] for status in answer.json] == [better["id"], good["id"]]
    assert await ben.reads("/api/v1/trends/statuses") == []
    assert len((await school.stranger.get("/api/v1/trends/statuses")).json) == 2


@pytest.mark.parametrize("review", [False, True])
async def test_staff_lets_trends_pass_or_not(
    schools: SchoolMaker,
    website: Website,  # noqa: F811
    review: bool,
) -> None:
    school = await schools(allow_private="127.0.0.0/8", card_delay=0, trend_review=review)
    ada, ben = await found(school, "ada"), await found(school, "ben")
    boss = await school.teacher("boss", ADMIN, role=Role.MODERATOR)
    link = website.has("/a", page())
    for who in (ada, ben):
        status = await who.says(f"#maths {link}")
    for who in (ada, ben):
        await who.does(f"/api/v1/statuses/{status['id']}/favourite")
    await school.work()
    await trends.refresh(school.site)

    for kind in ("tags", "links", "statuses"):
        public, path = f"/api/v1/trends/{kind}", f"/api/v1/admin/trends/{kind}"
        at_first = await ada.reads(public)
        answer = await boss.get(path)
        one = answer.json[0]
        approved = await boss.post(f"{path}/{one['id']}/approve")
        after = await ada.reads(public)
        rejected = await boss.post(f"{path}/{one['id']}/reject")
        await trends.refresh(school.site)

        shape = {"tags": "AdminTag", "links": "TrendsLink", "statuses": "Status"}[kind]
        for body in (one, approved.json):
            contract.entity(shape, body)
        assert len(at_first) == (0 if review else 1)
        assert (answer.status, one["requires_review"]) == (200, True)
        assert (approved.status, approved.json["requires_review"]) == (200, False)
        assert len(after) == 1
        assert rejected.status == 200
        assert await ada.reads(public) == []
        assert len(await boss.reads(path)) == 1
        assert (await boss.post(f"{path}/1/approve")).status == 404

    viewer = Viewer(account_id=int(boss.id), local=True)
    acts = await audit.log(school.site, viewer, Cursor())
    assert [act.action for act in acts].count("trend.approve") == 3
    assert [act.action for act in acts].count("trend.reject") == 3


async def test_admin_tag_says_whether_it_may_trend(school: School) -> None:
    for name in ("ada", "ben"):
        await (await found(school, name)).says("#maths")
    boss = await school.teacher("boss", ADMIN, role=Role.ADMIN)
    await trends.refresh(school.site)

    [tag] = await boss.reads("/api/v1/admin/trends/tags")
    no = (await boss.post(f"/api/v1/admin/trends/tags/{tag['id']}/reject")).json

    assert (tag["name"], tag["trendable"], tag["usable"]) == ("maths", True, True)
    assert (no["trendable"], no["requires_review"]) == (False, False)


async def test_only_staff_with_the_right_token_decides(school: School) -> None:
    teacher = await school.teacher("ada", ADMIN)
    boss = await school.teacher("boss", "read write", role=Role.ADMIN)

    for kind in ("tags", "links", "statuses"):
        path = f"/api/v1/admin/trends/{kind}"
        assert (await school.stranger.get(path)).status == 401
        for who in (teacher, boss):
            assert (await who.get(path)).status == 403
            assert (await who.post(f"{path}/1/approve")).status == 403


async def test_lists_of_trends_cost_the_same_for_few_and_many(
    school: School,
    website: Website,  # noqa: F811
) -> None:
    ada, ben = await found(school, "ada"), await found(school, "ben")
    for n in range(8):
        link = website.has(f"/{n}", page(str(n)))
        for who in (ada, ben):
            status = await who.says(f"#tag{n} {link}")
        for who in (ada, ben):
            await who.does(f"/api/v1/statuses/{status['id']}/favourite")
    await school.work()
    await trends.refresh(school.site)

    async def cost(path: str, limit: int) -> int:
        school.site.database.recent.clear()
        before = school.site.database.statements
        assert len(await ada.reads(f"{path}?limit={limit}")) == limit
        return school.site.database.statements - before

    for path in ("tags", "links", "statuses"):
        where = f"/api/v1/trends/{path}"
        assert await cost(where, 2) == await cost(where, 8), json.dumps(path)
