"""Clients that others wrote talk to our server over a socket: Mastodon.py, and the toot command."""

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from mastodon import Mastodon
from mastodon.errors import MastodonError, MastodonNotFoundError, MastodonUnauthorizedError
from PIL import Image

from tests.live.browsing import Browser
from tests.live.school import PASSWORD, Database, School
from tests.live.toot import Toot
from tests.live.waiting import until

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
SCOPES = ["read", "write", "follow", "push"]


@pytest.fixture
async def lenient(database: Database, tmp_path: Path) -> AsyncIterator[School]:
    """A school that takes passwords from clients, as some labs need it."""
    settings = {"OAUTH_PASSWORD_GRANT": "true"}
    async with School(tmp_path / "school", database, settings=settings) as running:
        yield running


def picture(width: int = 64, height: int = 48) -> bytes:
    """A PNG with something to see on it."""
    image = Image.new("RGB", (width, height), (30, 120, 200))
    image.paste((250, 220, 40), (8, 8, 40, 30))
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def registered(base_url: str) -> Mastodon:
    """Mastodon.py after it has made itself known to the server."""
    client_id, secret = Mastodon.create_app("pytest", scopes=SCOPES, api_base_url=base_url)
    return Mastodon(client_id=client_id, client_secret=secret, api_base_url=base_url)


async def signed_in(school: School, name: str) -> Mastodon:
    """A new person with Mastodon.py, through a browser and the code flow."""
    await school.person(name)
    client = await asyncio.to_thread(registered, school.base_url)
    # The lab has no TLS; Mastodon.py wants to hear that this is meant.
    url = client.auth_request_url(scopes=SCOPES, redirect_uris=OUT_OF_BAND, allow_http=True)
    async with Browser() as browser:
        code = await browser.allow(url, name)
    await asyncio.to_thread(client.log_in, code=code, scopes=SCOPES, allow_http=True)
    return client


async def test_mastodon_py_comes_in_by_code_posts_and_reads(school: School) -> None:
    tom = await signed_in(school, "tom")

    def story() -> None:
        assert tom.account_verify_credentials().username == "tom"
        posted = tom.status_post("Bring your rulers #maths", visibility="unlisted", language="en")
        assert posted.visibility == "unlisted"
        assert [tag.name for tag in posted.tags] == ["maths"]
        assert tom.status(posted.id).uri == posted.uri
        answer = tom.status_reply(posted, "and your compasses")
        assert answer.in_reply_to_id == posted.id
        thread = tom.status_context(posted.id)
        assert [status.id for status in thread.descendants] == [answer.id]
        edited = tom.status_update(posted.id, "Bring your rulers on Friday")
        assert edited.edited_at is not None
        assert len(tom.status_history(posted.id)) == 2
        assert [status.id for status in tom.timeline_home()] == [answer.id, posted.id]
        tom.status_delete(answer.id)
        with pytest.raises(MastodonNotFoundError):
            tom.status(answer.id)

    await asyncio.to_thread(story)


async def test_mastodon_py_pages_through_a_timeline_both_ways(school: School) -> None:
    tom = await signed_in(school, "tom")

    def story() -> None:
        made = [tom.status_post(f"Lesson {number}").id for number in range(12)]
        first = tom.timeline_local(limit=5)
        second = tom.fetch_next(first)
        third = tom.fetch_next(second)
        pages = [first, second, third]
        assert [len(page) for page in pages] == [5, 5, 2]
        assert [status.id for page in pages for status in page] == made[::-1]
        assert not tom.fetch_next(third)
        assert tom.fetch_previous(third) == second
        every = tom.fetch_remaining(tom.timeline_home(limit=5))
        assert every is not None
        assert [status.id for status in every] == made[::-1]

    await asyncio.to_thread(story)


async def test_mastodon_py_people_meet_and_hear_of_each_other(school: School) -> None:
    tom, mia = await signed_in(school, "tom"), await signed_in(school, "mia")

    def story() -> None:
        [found] = mia.account_search("tom")
        assert mia.account_follow(found.id).following
        posted = tom.status_post("Who has a spare beamer?")
        assert mia.status_favourite(posted.id).favourited
        assert mia.status_bookmark(posted.id).bookmarked
        assert mia.status_reblog(posted.id).reblog.id == posted.id
        mia.status_post("@tom I have one", in_reply_to_id=posted.id)
        assert [one.id for one in mia.favourites()] == [posted.id]
        assert [one.id for one in mia.bookmarks()] == [posted.id]
        heard = tom.notifications()
        assert {one.type for one in heard} == {"follow", "favourite", "reblog", "mention"}
        assert {one.account.username for one in heard} == {"mia"}
        assert [one.username for one in tom.account_followers(tom.me().id)] == ["mia"]
        [relation] = mia.account_relationships(found.id)
        assert relation.following
        assert not mia.account_unfollow(found.id).following
        tom.account_block(mia.me().id)
        with pytest.raises(MastodonError):
            mia.account_follow(found.id)

    await asyncio.to_thread(story)


async def test_mastodon_py_reads_of_those_it_follows(school: School) -> None:
    tom, mia = await signed_in(school, "tom"), await signed_in(school, "mia")

    def story() -> str:
        mia.account_follow(mia.account_lookup("tom").id)
        return str(tom.status_post("Only for those who follow", visibility="private").uri)

    uri = await asyncio.to_thread(story)
    stranger = await school.person("sam")

    async def at_home() -> bool:
        return uri in [status.uri for status in await asyncio.to_thread(mia.timeline_home)]

    await until(at_home, "the post to be in her home")
    assert await stranger.home() == []


async def test_mastodon_py_publishes_a_picture(school: School) -> None:
    tom = await signed_in(school, "tom")

    def story() -> None:
        made = tom.media_post(
            io.BytesIO(picture()),
            mime_type="image/png",
            file_name="chart.png",
            description="A yellow field on blue",
            focus=(0.5, -0.5),
        )
        posted = tom.status_post("Our chart", media_ids=[made])
        [shown] = posted.media_attachments
        assert shown.type == "image"
        assert shown.description == "A yellow field on blue"
        assert (shown.meta.original.width, shown.meta.original.height) == (64, 48)
        assert shown.blurhash

    await asyncio.to_thread(story)
    [status] = (await school.client.get("/api/v1/timelines/public?local=true")).json()
    for name in ("url", "preview_url"):
        file = await school.client.get(status["media_attachments"][0][name])
        assert file.status_code == 200
        assert file.headers["content-type"].startswith("image/")
        assert Image.open(io.BytesIO(file.content)).size == (64, 48)


async def test_mastodon_py_changes_the_profile_and_searches(school: School) -> None:
    tom = await signed_in(school, "tom")

    def story() -> None:
        changed = tom.account_update_credentials(
            display_name="Tom Teacher",
            note="Physics and maths",
            fields=[("Room", "12")],
            avatar=io.BytesIO(picture(200, 200)),
            avatar_mime_type="image/png",
            locked=True,
        )
        assert changed.display_name == "Tom Teacher"
        assert changed.locked
        assert changed.source.note == "Physics and maths"
        assert [(row.name, row.value) for row in changed.fields] == [("Room", "12")]
        tom.status_post("Bring your rulers #fractions")
        found = tom.search("tom", resolve=False)
        assert [account.username for account in found.accounts] == ["tom"]
        tags = tom.search("fractions", result_type="hashtags").hashtags
        assert [tag.name for tag in tags] == ["fractions"]
        [status] = tom.timeline_hashtag("fractions")
        assert status.account.display_name == "Tom Teacher"

    await asyncio.to_thread(story)


async def test_mastodon_py_password_is_taken_where_the_setting_says_so(lenient: School) -> None:
    await lenient.person("tom")

    def story() -> None:
        client = registered(lenient.base_url)
        token = client.log_in("tom@school.example", PASSWORD, scopes=SCOPES, allow_http=True)
        assert client.me().username == "tom"
        client.revoke_access_token(allow_http=True)
        again = Mastodon(access_token=token, api_base_url=lenient.base_url)
        with pytest.raises(MastodonUnauthorizedError):
            again.me()

    await asyncio.to_thread(story)


async def test_mastodon_py_password_is_refused_otherwise(school: School) -> None:
    await school.person("tom")

    def story() -> None:
        client = registered(school.base_url)
        with pytest.raises(MastodonError, match="Password flow is no"):
            client.log_in("tom@school.example", PASSWORD, scopes=SCOPES, allow_http=True)

    await asyncio.to_thread(story)


async def test_toot_comes_in_by_browser_posts_replies_and_reads(
    school: School, tmp_path: Path
) -> None:
    tom = await school.person("tom")
    toot = Toot(tmp_path / "home")

    await toot.sign_in(school.base_url, "tom")
    assert "tom" in await toot("whoami")
    posted = await toot.json("post", "Bring your rulers #maths")
    await toot("post", "and your compasses", "--reply-to", posted["id"])

    newest, first = await tom.home()
    assert "rulers" in first["content"]
    assert newest["in_reply_to_id"] == first["id"]
    assert "rulers" in await toot("thread", posted["id"])
    for timeline in (("home",), ("public", "--local"), ("tag", "maths"), ("account", "tom")):
        assert "rulers" in await toot("timelines", *timeline, "--no-pager"), timeline
    assert (await toot.json("status", posted["id"]))["replies_count"] == 1
    await toot("delete", posted["id"])
    assert len(await tom.home()) == 1


async def test_toot_follows_boosts_likes_and_shows_who_did(lenient: School, tmp_path: Path) -> None:
    tom = await lenient.person("tom")
    await lenient.person("mia")
    mias, toms = Toot(tmp_path / "mia"), Toot(tmp_path / "tom")
    status = await tom.write("Who has a spare beamer?")

    await mias.sign_in_by_password(lenient.base_url, "mia@school.example")
    await toms.sign_in_by_password(lenient.base_url, "tom@school.example")
    await mias("follow", "tom")
    await mias("reblog", status["id"])
    await mias("favourite", status["id"])
    await mias("bookmark", status["id"])

    assert "beamer" in await mias("timelines", "home", "--no-pager")
    assert "beamer" in await mias("bookmarks")
    assert "mia" in await toms("reblogged-by", status["id"])
    assert "mia" in await toms("followers", "tom")
    assert "tom" in await mias("search", "tom")
    told = {one["type"] for one in await toms.json("notifications")}
    assert told == {"follow", "reblog", "favourite"}
    await mias("unfollow", "tom")
    await mias("unreblog", status["id"])
    counts = await tom.get(f"/api/v1/statuses/{status['id']}")
    assert (counts["reblogs_count"], counts["favourites_count"]) == (0, 1)


async def test_toot_publishes_a_picture_and_shows_the_place(
    lenient: School, tmp_path: Path
) -> None:
    tom = await lenient.person("tom")
    toot = Toot(tmp_path / "home")
    (tmp_path / "chart.png").write_bytes(picture())

    await toot.sign_in_by_password(lenient.base_url, "tom@school.example")
    chart = str(tmp_path / "chart.png")
    await toot("post", "Our chart", "--media", chart, "--description", "A yellow field")
    await toot("update-account", "--display-name", "Tom Teacher")

    [status] = await tom.home()
    assert status["media_attachments"][0]["description"] == "A yellow field"
    assert status["account"]["display_name"] == "Tom Teacher"
    assert lenient.host in await toot("instance")
    assert "Tom Teacher" in await toot("whois", "tom")
