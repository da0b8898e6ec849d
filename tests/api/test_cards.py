"""Preview cards: what a page says of itself, fetched once, safely, shown from here."""

import asyncio
import gzip
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from quart.datastructures import FileStorage

from fedschool.services import cards, upkeep
from fedschool.site import system_clock
from fedschool.store.tables_federation import domain_policies
from fedschool.text import page_facts
from tests.api import contract
from tests.conftest import SchoolMaker
from tests.peers import open_peer
from tests.people import School, Teacher

DAY = 86_400_000
PICTURE = io.BytesIO()
Image.new("RGB", (640, 320), "teal").save(PICTURE, "PNG")


class HandClock:
    """A clock that tests put forward."""

    def __init__(self) -> None:
        self.ahead = 0

    def __call__(self) -> int:
        return system_clock() + self.ahead


class Website:
    """A website on the loopback; it remembers what was asked of it."""

    def __init__(self) -> None:
        self.port = 0
        self.asked: list[str] = []
        self.sent = 0
        self.pause = 0.0
        self.under_way = self.most_at_once = 0
        self._answers: dict[str, tuple[int, dict[str, str], bytes]] = {}

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def has(
        self,
        path: str,
        body: str | bytes,
        kind: str = "text/html",
        status: int = 200,
        **headers: str,
    ) -> str:
        data = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._answers[path] = (status, {"Content-Type": kind, **named}, data)
        return self.url(path)

    def leads(self, path: str, location: str) -> str:
        return self.has(path, b"", status=302, Location=location)

    def lost(self, path: str) -> None:
        del self._answers[path]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            await asyncio.sleep(self.pause)
            return await self._answer(request)
        finally:
            self.under_way -= 1

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        status, headers, body = self._answers.get(request.path, (404, {}, b""))
        response = web.StreamResponse(status=status, headers=headers)
        await response.prepare(request)
        for at in range(0, len(body), 65_536):
            try:
                await response.write(body[at : at + 65_536])
            except ConnectionError:
                break
            self.sent += len(body[at : at + 65_536])
        return response


@pytest.fixture
async def website() -> AsyncIterator[Website]:
    it = Website()
    app = web.Application()
    app.router.add_get("/{path:.*}", it.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    place = web.TCPSite(runner, "127.0.0.1", 0)
    await place.start()
    it.port = runner.addresses[0][1]
    yield it
    await runner.cleanup()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def school(schools: SchoolMaker, clock: HandClock) -> School:
    """A school whose lab lets it ask the loopback, at once."""
    return await schools(allow_private="127.0.0.0/8,localhost", card_delay=0, clock=clock)


def page(title: str = "Fractions", **tags: str) -> str:
    metas = "".join(
        f'<meta property="{name.replace("_", ":", 1)}" content="{value}">'
        for name, value in tags.items()
    )
    return f"<!doctype html><html lang=en><head><title>{title}</title>{metas}</head><body>"


async def card_of(school: School, teacher: Teacher, text: str) -> Any:
    status = await teacher.says(text)
    await school.work()
    return (await teacher.reads(f"/api/v1/statuses/{status['id']}"))["card"]


async def test_post_with_a_link_shows_what_the_page_says(school: School, website: Website) -> None:
    ada = await school.teacher("ada")
    website.has("/p.png", PICTURE.getvalue(), "image/png")
    body = page(
        og_title="Teaching &amp; fractions",
        og_description="In ten steps",
        og_image="/p.png",
        **{"og:image:alt": "A pie"},
        og_site_name="Maths weekly",
        article_published_time="2026-01-02T03:04:05+01:00",
        article_author="Grace",
    )
    link = website.has("/a", body)

    status = await ada.says(f"Read {link}#part now")
    before = status["card"]
    await school.work()
    answer = await ada.get(f"/api/v1/statuses/{status['id']}")

    assert before is None
    contract.check("GET", "/api/v1/statuses/{id}", answer)
    card = answer.json["card"]
    assert (card["url"], card["type"]) == (link, "link")
    assert (card["title"], card["description"]) == ("Teaching & fractions", "In ten steps")
    assert (card["provider_name"], card["author_name"]) == ("Maths weekly", "Grace")
    assert card["published_at"] == "2026-01-02T02:04:05.000Z"
    assert card["language"] == "en"
    assert card["image"].startswith("https://oak.test/media/cards/")
    assert (card["width"], card["height"], card["image_description"]) == (640, 320, "A pie")
    assert card["blurhash"]
    assert card["authors"] == [{"name": "Grace", "url": "", "account": None}]
    picture = await school.stranger.get(card["image"].removeprefix("https://oak.test"))
    assert picture.status == 200
    assert picture.headers["Content-Type"] == "image/jpeg"
    alone = await ada.reads(f"/api/v1/statuses/{status['id']}/card")
    contract.entity("PreviewCard", alone)
    assert alone == card


async def test_boost_shows_the_card_of_what_it_boosts(school: School, website: Website) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    status = await ada.says(website.has("/a", page()))
    boost = await ben.does(f"/api/v1/statuses/{status['id']}/reblog")
    await school.work()

    shown = await ben.reads(f"/api/v1/statuses/{boost['id']}")

    assert shown["card"]["title"] == shown["reblog"]["card"]["title"] == "Fractions"


async def test_one_visit_serves_all_who_share_a_page(
    school: School, website: Website, clock: HandClock
) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    link = website.has("/a", page())
    await asyncio.gather(*(who.says(f"{n} {link}") for n in range(5) for who in (ada, ben)))
    await school.work()
    first = await card_of(school, ben, f"Later {link}")

    assert website.asked == ["/a"]
    assert first["title"] == "Fractions"

    website.has("/a", page("Decimals"))
    clock.ahead += 15 * DAY
    again = await card_of(school, ada, f"Much later {link}")

    assert website.asked == ["/a", "/a"]
    assert again["title"] == "Decimals"


async def test_visits_wait_for_a_while_of_chance(schools: SchoolMaker, website: Website) -> None:
    clock = HandClock()
    school = await schools(allow_private="127.0.0.0/8", clock=clock)
    ada = await school.teacher("ada")
    await ada.says(website.has("/a", page()))

    await school.work()
    early = list(website.asked)
    clock.ahead += 61_000
    await school.work()

    assert early == []
    assert website.asked == ["/a"]


async def test_only_the_first_foreign_link_counts(school: School, website: Website) -> None:
    ada = await school.teacher("ada")
    await school.teacher("ben")
    first, second = website.has("/a", page("One")), website.has("/b", page("Two"))

    card = await card_of(school, ada, f"@ben #maths https://oak.test/@ben and {first} and {second}")

    assert card["title"] == "One"
    assert website.asked == ["/a"]


async def test_attachments_are_shown_instead_of_a_card(school: School, website: Website) -> None:
    ada = await school.teacher("ada")
    file = FileStorage(io.BytesIO(PICTURE.getvalue()), filename="p.png")
    upload = await ada.post("/api/v2/media", files={"file": file})
    status = await ada.says(website.has("/a", page()), media_ids=[upload.json["id"]])
    await school.work()

    assert (await ada.reads(f"/api/v1/statuses/{status['id']}"))["card"] is None
    assert website.asked == []


async def test_edit_changes_the_card_with_the_link(school: School, website: Website) -> None:
    ada = await school.teacher("ada")
    status = await ada.says(website.has("/a", page("One")))
    path = f"/api/v1/statuses/{status['id']}"
    await school.work()

    await ada.put(path, json={"status": website.has("/b", page("Two"))})
    await school.work()
    second = await ada.reads(path)
    await ada.put(path, json={"status": "No link"})
    third = await ada.reads(path)

    assert second["card"]["title"] == "Two"
    assert third["card"] is None
    assert (await ada.reads(f"{path}/card")) == {}


async def test_remote_posts_have_cards_too(school: School, website: Website) -> None:
    ada = await school.teacher("ada")
    link = website.has("/a", page())
    async with open_peer() as peer:
        eve = peer.person("eve")
        mention = f'<a href="{eve.uri}" class="u-url mention">@eve</a>'
        tag = f'<a href="{website.url("/tag")}" rel="tag">#x</a>'
        quoted = f'<p class="quote-inline">RE: <a href="{website.url("/q")}">q</a></p>'
        note = eve.note(f'{quoted}{mention} {tag} <a href="{link}">page</a>')
        await eve.tells(school, eve.creates(note))
        found = await ada.reads(f"/api/v2/search?resolve=true&type=statuses&q={note['id']}")
        await school.work()
        shown = await ada.reads(f"/api/v1/statuses/{found['statuses'][0]['id']}")

    assert shown["card"]["title"] == "Fractions"
    assert website.asked == ["/a"]


@pytest.mark.parametrize(
    ("status", "kind"), [(404, "text/html"), (410, "text/html"), (200, "application/pdf")]
)
async def test_dead_links_and_files_leave_no_card(
    school: School, website: Website, clock: HandClock, status: int, kind: str
) -> None:
    ada = await school.teacher("ada")
    link = website.has("/a", page(), kind, status)

    assert await card_of(school, ada, link) is None
    assert await card_of(school, ada, f"Again {link}") is None
    assert website.asked == ["/a"], "the failure is remembered"

    website.has("/a", page("Back"))
    clock.ahead += 2 * DAY
    assert (await card_of(school, ada, f"Once more {link}"))["title"] == "Back"


async def test_failing_site_is_tried_again_a_few_times(
    school: School, website: Website, clock: HandClock
) -> None:
    ada = await school.teacher("ada")
    status = await ada.says(website.has("/a", page(), status=500))
    await school.work()
    website.has("/a", page("Awake"))
    clock.ahead += 120_000
    await school.work()

    assert (await ada.reads(f"/api/v1/statuses/{status['id']}"))["card"]["title"] == "Awake"


async def test_page_that_vanished_takes_its_card_along(
    school: School, website: Website, clock: HandClock
) -> None:
    ada = await school.teacher("ada")
    website.has("/p.png", PICTURE.getvalue(), "image/png")
    link = website.has("/a", page(og_image="/p.png"))
    status = await ada.says(link)
    await school.work()
    [kept] = _pictures(school)
    website.lost("/a")
    clock.ahead += 20 * DAY
    await ada.says(f"Again {link}")
    await school.work()

    assert (await ada.reads(f"/api/v1/statuses/{status['id']}"))["card"] is None
    assert kept not in _pictures(school)


def _pictures(school: School) -> list[Any]:
    folder = school.site.settings.data_dir / "media" / "cards"
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_cards_without_posts_are_swept(
    school: School, website: Website, clock: HandClock
) -> None:
    ada = await school.teacher("ada")
    website.has("/p.png", PICTURE.getvalue(), "image/png")
    status = await ada.says(website.has("/a", page(og_image="/p.png")))
    kept = await ada.says(website.has("/b", page(og_image="/p.png")))
    await school.work()
    await ada.delete(f"/api/v1/statuses/{status['id']}")

    clock.ahead += 40 * DAY
    await upkeep.tick(school.site)

    assert len(_pictures(school)) == 1
    assert (await ada.reads(f"/api/v1/statuses/{kept['id']}"))["card"] is not None


# The outside is hostile.


async def test_redirects_are_followed_to_an_end(school: School, website: Website) -> None:
    ada = await school.teacher("ada")
    website.has("/c", page("There"))
    website.leads("/b", "/c")
    link = website.leads("/a", website.url("/b"))

    card = await card_of(school, ada, link)

    assert (card["title"], card["url"]) == ("There", link)


async def test_redirect_loops_end(school: School, website: Website) -> None:
    ada = await school.teacher("ada")
    website.leads("/b", "/a")

    assert await card_of(school, ada, website.leads("/a", "/b")) is None
    assert len(website.asked) <= 4


@pytest.mark.parametrize(
    "target",
    ["http://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest", "file:///etc/passwd",
     "https://oak.test/about", "https://user:pw@example.com/", "http://0x7f.1/"],
)  # fmt: skip
async def test_pages_lead_nowhere_private(school: School, website: Website, target: str) -> None:
    ada = await school.teacher("ada")

    assert await card_of(school, ada, website.leads("/a", target)) is None
    assert website.asked == ["/a"]


async def test_private_addresses_are_not_asked_at_all(
    schools: SchoolMaker, website: Website
) -> None:
    school = await schools(card_delay=0)
    ada = await school.teacher("ada")

    assert await card_of(school, ada, website.has("/a", page())) is None
    assert website.asked == []


async def test_blocked_domains_are_not_asked(school: School, website: Website) -> None:
    ada = await school.teacher("ada")
    link = website.has("/a", page()).replace("127.0.0.1", "localhost")
    lead = website.leads("/b", link)
    async with school.site.writing() as tx:
        from fedschool.ports.database.statement import Statement

        block = domain_policies.insert().values(
            domain="localhost", severity="suspend", created_at=0
        )
        await tx.run(Statement(block))

    assert await card_of(school, ada, link) is None
    assert await card_of(school, ada, lead) is None
    assert website.asked == ["/b"]


async def test_endless_page_is_read_to_its_head(school: School, website: Website) -> None:
    ada = await school.teacher("ada")
    link = website.has("/a", page("Big") + "x" * 10_000_000)

    assert (await card_of(school, ada, link))["title"] == "Big"
    assert website.sent < 5_000_000


async def test_head_without_end_is_cut(school: School, website: Website) -> None:
    ada = await school.teacher("ada")
    link = website.has("/a", "<title>Long</title>" + "<meta name=a content=b>" * 400_000)

    assert (await card_of(school, ada, link))["title"] == "Long"


async def test_packed_bomb_is_cut(school: School, website: Website) -> None:
    ada = await school.teacher("ada")
    bomb = gzip.compress(b"<title>Packed</title>" + b" " * 50_000_000)
    link = website.has("/a", bomb, Content_Encoding="gzip")

    assert (await card_of(school, ada, link))["title"] == "Packed"


async def test_slow_page_holds_nobody(
    school: School, website: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fedschool.services import page_visits

    monkeypatch.setattr(page_visits, "HOP_S", 0.2)
    website.pause = 3.0
    ada = await school.teacher("ada")

    assert await card_of(school, ada, website.has("/a", page())) is None


async def test_many_pages_of_one_host_are_not_asked_at_once(
    school: School, website: Website
) -> None:
    ada = await school.teacher("ada")
    website.pause = 0.05
    for n in range(10):
        await ada.says(website.has(f"/{n}", page(str(n))))
    await school.work()

    assert len(website.asked) == 10
    assert website.most_at_once <= 4


@pytest.mark.parametrize(
    ("body", "kind", "title"),
    [
        ("<title>Grüße</title>".encode("latin-1"), "text/html", "Grüße"),
        ("<title>Grüße</title>".encode("utf-16"), "text/html", "Grüße"),
        ("<title>日本</title>".encode("shift_jis"), "text/html; charset=Shift_JIS", "日本"),
        ("<meta charset=koi8-r><title>Мир</title>".encode("koi8-r"), "text/html", "Мир"),
        (b"<title>+ADw-b+AD4-</title>", "text/html; charset=utf-7", "+ADw-b+AD4-"),
        (b"<title>plain</title>", "text/html; charset=zlib_codec", "plain"),
        (b"<title>a\x00b\x1b[1m</title>", "text/html", "ab[1m"),
    ],
)
async def test_titles_arrive_whatever_their_charset(
    school: School, website: Website, body: bytes, kind: str, title: str
) -> None:
    ada = await school.teacher("ada")

    assert (await card_of(school, ada, website.has("/a", body, kind)))["title"] == title


async def test_hostile_page_is_only_text(school: School, website: Website) -> None:
    ada = await school.teacher("ada")
    body = page(
        og_title="&lt;script&gt;alert(1)&lt;/script&gt;",
        og_description="a\u202eb " + "x" * 100_000,
        og_image="javascript:alert(1)",
        article_author="javascript://x",
    )

    card = await card_of(school, ada, website.has("/a", body))

    assert card["title"] == "<script>alert(1)</script>"
    assert len(card["description"]) <= 1_000
    assert "\u202e" not in card["description"]
    assert (card["image"], card["author_url"], card["html"]) == (None, "", "")


@pytest.mark.parametrize("kind", ["bomb", "noise", "private"])
async def test_page_with_a_bad_picture_is_shown_without(
    school: School, website: Website, kind: str
) -> None:
    ada = await school.teacher("ada")
    image = "/p.png"
    if kind == "bomb":
        out = io.BytesIO()
        Image.new("1", (15_000, 15_000)).save(out, "PNG")
        website.has(image, out.getvalue(), "image/png")
    elif kind == "noise":
        website.has(image, b"GIF89a" + bytes(1000), "image/png")
    else:
        image = "http://10.0.0.1/p.png"

    card = await card_of(school, ada, website.has("/a", page(og_image=image)))

    assert (card["title"], card["image"], card["blurhash"]) == ("Fractions", None, None)


# oEmbed and authors.


def _embed(website: Website, **told: Any) -> str:
    website.has("/o", json.dumps({"version": "1.0", **told}), "application/json")
    link = '<link rel="alternate" type="application/json+oembed" href="/o">'
    return website.has("/a", f"<title>Page</title>{link}</head>")


async def test_oembed_video_is_one_https_frame(school: School, website: Website) -> None:
    ada = await school.teacher("ada")
    website.has("/t.png", PICTURE.getvalue(), "image/png")
    html = (
        '<script>x</script><iframe src="https://v.example/e?a=1&amp;b=2" width="560" height="315"'
        ' onload="x" srcdoc="<script>"></iframe><iframe src="https://other.example/"></iframe>'
    )
    link = _embed(
        website, type="video", title="A film", html=html, author_name="Max",
        author_url="https://v.example/max", provider_name="V", provider_url="https://v.example/",
        thumbnail_url="/t.png",
    )  # fmt: skip

    card = await card_of(school, ada, link)

    assert (card["type"], card["title"], card["provider_name"]) == ("video", "A film", "V")
    assert card["html"].startswith('<iframe src="https://v.example/e?a=1&amp;b=2"')
    assert not {"script>", "onload", "srcdoc", "other.example"} & set(card["html"].split('"'))
    assert "onload" not in card["html"]
    assert "srcdoc" not in card["html"]
    assert card["html"].count("<iframe") == 1
    assert (card["width"], card["height"]) == (560, 315)
    assert card["image"].startswith("https://oak.test/media/")
    assert card["authors"][0]["name"] == "Max"


@pytest.mark.parametrize(
    "html",
    [
        "<script>1</script>",
        '<iframe src="http://v.example/">',
        '<iframe src="data:x">',
        '<iframe src="https://oak.test/settings">',
        "",
    ],
)
async def test_rich_embeds_without_a_safe_frame_are_links(
    school: School, website: Website, html: str
) -> None:
    ada = await school.teacher("ada")

    card = await card_of(school, ada, _embed(website, type="rich", title="R", html=html))

    assert (card["type"], card["html"], card["title"]) == ("link", "", "Page")


async def test_oembed_photo_is_shown_from_here(school: School, website: Website) -> None:
    ada = await school.teacher("ada")
    website.has("/p.png", PICTURE.getvalue(), "image/png")

    card = await card_of(school, ada, _embed(website, type="photo", title="P", url="/p.png"))

    assert card["type"] == "photo"
    assert card["embed_url"] == card["image"]
    assert card["embed_url"].startswith("https://oak.test/media/")


async def test_author_is_named_where_both_sides_say_so(school: School, website: Website) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    body = '<title>T</title><meta name="fediverse:creator" content="@ben@oak.test">'
    host = f"127.0.0.1:{website.port}"

    alone = await card_of(school, ada, website.has("/a", body))
    changed = await ben.patch(
        "/api/v1/accounts/update_credentials",
        json={"attribution_domains": [f"http://{host}/", "blog.example"]},
    )
    link = website.has("/b", body)
    named = await card_of(school, ada, link)
    await ben.patch("/api/v1/accounts/update_credentials", json={"display_name": "Ben the author"})
    status = (await ada.reads(f"/api/v1/accounts/{ada.id}/statuses"))[0]

    assert alone["authors"] == []
    contract.check("PATCH", "/api/v1/accounts/update_credentials", changed)
    assert changed.json["source"]["attribution_domains"] == [host, "blog.example"]
    assert named["authors"][0]["account"]["acct"] == "ben"
    assert status["card"]["authors"][0]["account"]["display_name"] == "Ben the author"
    actor = await school.stranger.get("/users/ben", headers={"Accept": "application/activity+json"})
    assert actor.json["attributionDomains"] == [host, "blog.example"]


async def test_attribution_domains_are_names_of_websites(school: School) -> None:
    ada = await school.teacher("ada")
    path = "/api/v1/accounts/update_credentials"

    bad = await ada.patch(path, json={"attribution_domains": ["not a/name", "a..b"]})
    many = await ada.patch(
        path, json={"attribution_domains": [f"a{n}.example" for n in range(101)]}
    )

    assert (bad.status, many.status) == (422, 422)


async def test_page_of_cards_costs_the_same_statements(school: School, website: Website) -> None:
    ada = await school.teacher("ada")
    for n in range(12):
        await ada.says(website.has(f"/{n}", page(str(n))))
    await school.work()
    costs = []
    for limit in (2, 12):
        school.site.database.recent.clear()
        before = school.site.database.statements
        shown = await ada.reads(f"/api/v1/accounts/{ada.id}/statuses?limit={limit}")
        costs.append(school.site.database.statements - before)
        assert all(status["card"] for status in shown)

    assert costs[0] == costs[1]


@pytest.mark.parametrize(
    ("link", "normal"),
    [
        ("HTTPS://Example.COM:443", "https://example.com/"),
        ("https://example.com/a?b=c#d", "https://example.com/a?b=c"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://example.com/%2F?q=%20", "https://example.com/%2F?q=%20"),
        ("ftp://example.com/", None),
    ],
)
def test_a_page_has_one_address(link: str, normal: str | None) -> None:
    assert cards.normal(link) == normal


TAGS = st.sampled_from(
    ["<title>", "</title>", "<meta ", "name=", "property='og:title' ", 'content="', '"', ">",
     "<script type=application/ld+json>", "</script>", '{"@type":"Article","headline":"x"}',
     "<link rel=alternate type='application/json+oembed' href=", "</head>", "<body>", "<!--", "-->",
     "<base href=", "&#0;", "&#xD800;", "\ud800", "\x00", "http://[", "[[[[", '{"@graph":['],
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(parts=st.lists(st.one_of(TAGS, st.text(max_size=20)), max_size=40))
def test_any_page_is_read_without_failing(parts: list[str]) -> None:
    body = "".join(parts).encode("utf-8", "surrogatepass")

    facts = page_facts.facts(body, "", "https://example.com/a")

    assert len(facts.title) <= page_facts.MAX_TITLE
    assert "\n" not in facts.title
    facts.title.encode()
    for address in (facts.image_url, facts.author_url, facts.embed_url):
        assert address == "" or address.startswith(("http://", "https://"))


@settings(max_examples=100, deadline=None)
@given(body=st.binary(max_size=300), charset=st.text(max_size=20))
def test_any_bytes_are_read_without_failing(body: bytes, charset: str) -> None:
    page_facts.facts(body, charset, "https://example.com/a")
    page_facts.embed(body, "https://example.com/a")


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "html", "title", "url", "@type", "author", "name", "x"]), inner
        )
    ),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(told=JSON)
def test_any_json_is_read_without_failing(told: Any) -> None:
    text = json.dumps(told)

    page_facts.embed(text.encode(), "https://example.com/a")
    script = f'<script type="application/ld+json">{text}</script>'
    page_facts.facts(script.encode(), "", "https://example.com/a")
