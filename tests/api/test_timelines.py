"""Home, public and hashtag timelines: what enters them, in which order, by which pages."""

import re
from typing import Any

from fedschool.store import timelines
from tests.people import School, Teacher


def _ids(statuses: list[dict[str, Any]]) -> list[str]:
    return [status["id"] for status in statuses]


async def _pages(reader: Teacher, path: str) -> list[list[str]]:
    """Follows `rel=next` from page to page."""
    pages = []
    url: str | None = path
    while url is not None:
        answer = await reader.get(url)
        assert answer.status == 200, answer.text
        if answer.json:
            pages.append(_ids(answer.json))
        found = re.search(r'<https://oak\.test([^>]+)>; rel="next"', answer.headers.get("Link", ""))
        url = found.group(1) if found else None
    return pages


async def test_home_holds_what_followed_people_and_oneself_post(school: School) -> None:
    ada, ben, eve = [await school.teacher(name) for name in ("ada", "ben", "eve")]
    await ada.does(f"/api/v1/accounts/{ben.id}/follow")
    mine = await ada.says("Mine")
    theirs = await ben.says("Theirs")
    await eve.says("Not followed")
    quiet = await ben.says("For followers", visibility="private")
    await school.work()

    assert _ids(await ada.reads("/api/v1/timelines/home")) == [
        quiet["id"], theirs["id"], mine["id"],
    ]  # fmt: skip


async def test_follow_brings_earlier_posts_and_unfollow_takes_them_away(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    earlier = await ben.says("Earlier")

    await ada.does(f"/api/v1/accounts/{ben.id}/follow")
    assert _ids(await ada.reads("/api/v1/timelines/home")) == [earlier["id"]]

    await ada.does(f"/api/v1/accounts/{ben.id}/unfollow")
    assert await ada.reads("/api/v1/timelines/home") == []


async def test_boosts_enter_homes_and_show_the_original(school: School) -> None:
    ada, ben, eve = [await school.teacher(name) for name in ("ada", "ben", "eve")]
    await ada.does(f"/api/v1/accounts/{ben.id}/follow")
    original = await eve.says("Worth reading")
    await ben.does(f"/api/v1/statuses/{original['id']}/reblog")
    await school.work()

    [entry] = await ada.reads("/api/v1/timelines/home")
    assert entry["reblog"]["id"] == original["id"]
    assert entry["account"]["acct"] == "ben"
    assert entry["reblog"]["account"]["acct"] == "eve"


async def test_home_is_spared_what_the_reader_blocked_or_muted(school: School) -> None:
    ada, ben, eve, dan = [await school.teacher(n) for n in ("ada", "ben", "eve", "dan")]
    for person in (ben, dan):
        await ada.does(f"/api/v1/accounts/{person.id}/follow")
    await ada.does(f"/api/v1/accounts/{eve.id}/block")
    await ada.does(f"/api/v1/accounts/{dan.id}/mute")
    original = await eve.says("Unwanted")
    await ben.does(f"/api/v1/statuses/{original['id']}/reblog")
    await dan.says("Muted")
    await school.work()

    assert await ada.reads("/api/v1/timelines/home") == []


async def test_block_that_crosses_a_fan_out_still_holds(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    await ada.does(f"/api/v1/accounts/{ben.id}/follow")
    status = await ben.says("On its way")
    await ada.does(f"/api/v1/accounts/{ben.id}/block")
    async with school.site.writing() as tx:
        await timelines.enter_homes(tx, [int(ada.id)], int(status["id"]))

    assert await ada.reads("/api/v1/timelines/home") == []


async def test_replies_between_strangers_stay_out_of_home(school: School) -> None:
    ada, ben, eve = [await school.teacher(name) for name in ("ada", "ben", "eve")]
    await ada.does(f"/api/v1/accounts/{ben.id}/follow")
    root = await eve.says("Root")
    await ben.says("@eve to a stranger", in_reply_to_id=root["id"])
    await school.work()

    assert await ada.reads("/api/v1/timelines/home") == []


async def test_pages_of_home_hold_every_entry_once(school: School) -> None:
    ada = await school.teacher("ada")
    posted = [(await ada.says(f"Post {n}"))["id"] for n in range(7)]

    pages = await _pages(ada, "/api/v1/timelines/home?limit=3")

    assert [len(page) for page in pages] == [3, 3, 1]
    assert [i for page in pages for i in page] == posted[::-1]


async def test_cursors_mean_what_mastodon_means(school: School) -> None:
    ada = await school.teacher("ada")
    a, b, c, d, e = [(await ada.says(f"Post {n}"))["id"] for n in range(5)]

    async def page(query: str) -> list[str]:
        return _ids(await ada.reads(f"/api/v1/timelines/home?{query}"))

    assert await page("limit=2") == [e, d]
    assert await page(f"max_id={c}&limit=2") == [b, a]
    assert await page(f"since_id={a}&limit=2") == [e, d]
    assert await page(f"min_id={a}&limit=2") == [c, b]
    assert await page(f"min_id={a}&max_id={d}") == [c, b]
    assert await page("max_id=nonsense&limit=1") == [e]
    assert (await ada.get("/api/v1/timelines/home?limit=-1")).status == 400


async def test_link_header_leads_next_first_and_keeps_the_query(school: School) -> None:
    ada = await school.teacher("ada")
    ids = [(await ada.says(f"#maths {n}"))["id"] for n in range(3)]

    answer = await ada.get("/api/v1/timelines/tag/maths?local=true&limit=2")
    empty = await ada.get(f"/api/v1/timelines/tag/maths?max_id={ids[0]}")

    assert answer.headers["Link"] == (
        f"<https://oak.test/api/v1/timelines/tag/maths?local=true&limit=2&max_id={ids[1]}>;"
        f' rel="next", '
        f"<https://oak.test/api/v1/timelines/tag/maths?local=true&limit=2&min_id={ids[2]}>;"
        f' rel="prev"'
    )
    assert empty.json == []
    assert "Link" not in empty.headers


async def test_public_timeline_is_public_posts_that_answer_nobody(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    root = await ada.says("Root")
    own_thread = await ada.says("Continued", in_reply_to_id=root["id"])
    await ben.says("@ada reply", in_reply_to_id=root["id"])
    await ada.says("Unlisted", visibility="unlisted")
    await ada.says("Private", visibility="private")
    await ben.does(f"/api/v1/statuses/{root['id']}/reblog")

    for path in ("/api/v1/timelines/public", "/api/v1/timelines/public?local=true"):
        answer = await school.stranger.get(path)
        assert _ids(answer.json) == [own_thread["id"], root["id"]]
    assert (await school.stranger.get("/api/v1/timelines/public?remote=true")).json == []


async def test_hashtag_timelines_combine_any_all_and_none(school: School) -> None:
    ada = await school.teacher("ada")
    maths = (await ada.says("#Maths"))["id"]
    art = (await ada.says("#art"))["id"]
    both = (await ada.says("#maths #art"))["id"]
    await ada.says("#maths unlisted", visibility="unlisted")

    async def tag(query: str) -> list[str]:
        return _ids(await ada.reads(f"/api/v1/timelines/tag/{query}"))

    assert await tag("maths") == [both, maths]
    assert await tag("MATHS") == [both, maths]
    assert await tag("maths?any[]=art") == [both, art, maths]
    assert await tag("maths?all[]=art") == [both]
    assert await tag("maths?none[]=art") == [maths]
    assert await tag("maths?any[]=art&limit=2") == [both, art]
    assert await tag(f"maths?any[]=art&max_id={art}") == [maths]
    assert await tag("never") == []


async def test_followed_hashtag_brings_public_posts_home(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    await ada.does("/api/v1/tags/maths/follow")
    found = await ben.says("#maths for all")
    await ben.says("#maths for followers", visibility="private")
    await school.work()

    assert _ids(await ada.reads("/api/v1/timelines/home")) == [found["id"]]


async def test_account_statuses_can_be_narrowed(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    plain = (await ada.says("Plain #maths"))["id"]
    theirs = (await ben.says("Theirs"))["id"]
    reply = (await ada.says("@ben reply", in_reply_to_id=theirs))["id"]
    boost = (await ada.does(f"/api/v1/statuses/{theirs}/reblog"))["id"]
    path = f"/api/v1/accounts/{ada.id}/statuses"

    assert _ids(await ben.reads(path)) == [boost, reply, plain]
    assert _ids(await ben.reads(f"{path}?exclude_replies=true")) == [boost, plain]
    assert _ids(await ben.reads(f"{path}?exclude_reblogs=1")) == [reply, plain]
    assert _ids(await ben.reads(f"{path}?tagged=Maths")) == [plain]
    assert (await ben.get("/api/v1/accounts/1/statuses")).status == 404


async def test_a_page_costs_the_same_statements_whatever_its_length(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    reading = await ada.does("/api/v1/lists", title="Mine")
    await ada.does(f"/api/v1/lists/{reading['id']}/accounts", account_ids=[ada.id])
    for n in range(41):
        status = await ada.says(f"#maths {n} @ben https://example.com/{n}")
        await ben.does(f"/api/v1/statuses/{status['id']}/favourite")
    root = await ada.says("Root")
    for n in range(41):
        await ben.says(f"@ada {n}", in_reply_to_id=root["id"])
    await school.work()

    async def cost(path: str, *, cold: bool) -> int:
        if cold:
            school.site.database.recent.clear()
        before = school.site.database.statements
        await ada.reads(path)
        return school.site.database.statements - before

    short = await ada.says("@ben one")
    await ben.says("@ada two", in_reply_to_id=short["id"])
    pages = [
        (f"{path}?limit=5", f"{path}?limit=40")
        for path in (
            "/api/v1/timelines/home",
            "/api/v1/timelines/public",
            "/api/v1/timelines/tag/maths",
            f"/api/v1/accounts/{ada.id}/statuses",
            "/api/v1/notifications",
            f"/api/v1/timelines/list/{reading['id']}",
        )
    ]
    pages.append(
        (f"/api/v1/statuses/{short['id']}/context", f"/api/v1/statuses/{root['id']}/context")
    )
    for few, many in pages:
        assert await cost(few, cold=True) == await cost(many, cold=True), many
        await ada.reads(few)
        assert await cost(few, cold=False) == await cost(many, cold=False), many
