"""The whole of Mastodon.py: each public method once, with real arguments, against a real server."""

import asyncio
import datetime
import io
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from mastodon import Mastodon, StreamListener
from mastodon.errors import MastodonAPIError, MastodonVersionError
from PIL import Image

from fedschool.services import trends
from fedschool.site import open_site
from tests.live.browsing import Browser
from tests.live.school import PASSWORD, Database, School
from tests.live.walker import Walker, public_methods

# That an endpoint is deprecated is said in a header, and the library passes it on.
pytestmark = pytest.mark.filterwarnings("ignore::mastodon.errors.MastodonDeprecationWarning")

_OAUTH_CHECK = "_Mastodon__oauth_url_check"
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
PEOPLE = ["read", "write", "follow", "push", "profile"]
STAFF = [*PEOPLE, "admin:read", "admin:write"]
# What the library still has and a server of today does not.
GONE = {
    "reports": "GET /api/v1/reports went with Mastodon 2.5",
    "follows": "POST /api/v1/follows went with Mastodon 3.0",
}
REFUSED = {
    "status_translate": "no translation service is configured",
    "annual_report": "there are no annual reports",
    "annual_report_generate": "there are no annual reports",
    "annual_report_read": "there are no annual reports",
    "email_resend_confirmation": "the address is confirmed",
}
PAGE = b"""<!doctype html><html lang="en"><head><title>Fractions with tiles</title>
<meta property="og:title" content="Fractions with tiles">
<meta property="og:description" content="A lesson for year 5"></head><body>.</body></html>"""


@pytest.fixture
async def school(database: Database, tmp_path: Path) -> AsyncIterator[School]:
    """A school where anybody may sign up, and links are looked up at once."""
    settings = {
        "REGISTRATIONS": "open",
        "CONFIRM_EMAIL": "false",
        "CARD_DELAY": "0",
    }
    async with School(tmp_path / "school", database, settings=settings) as running:
        yield running


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def _website() -> Iterator[str]:
    """The address of a page that can be linked to."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/fractions"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class World:
    """Three people and what the library needs to speak for them."""

    def __init__(self, base_url: str, ada: Walker, tom: Walker, head: Walker, link: str) -> None:
        self.base_url, self.link = base_url, link
        self.ada, self.tom, self.head = ada, tom, head
        self.ada_id, self.tom_id = ada.me().id, tom.me().id


def picture(color: tuple[int, int, int] = (30, 120, 200)) -> io.BytesIO:
    written = io.BytesIO()
    Image.new("RGB", (64, 48), color).save(written, "PNG")
    written.seek(0)
    return written


def soon(ask: Any, what: str) -> Any:
    """Asks until there is an answer."""
    for _ in range(100):
        found = ask()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what} did not come")


async def _make_trends(school: School) -> None:
    """What the server does every few minutes."""
    async with open_site(school.settings) as site:
        await trends.refresh(site)


async def _signed_in(school: School, name: str, walked: set[str], scopes: list[str]) -> Walker:
    def register() -> Mastodon:
        walked.update({"create_app", "auth_request_url", "log_in"})
        client_id, secret = Mastodon.create_app(
            "walk", scopes=scopes, api_base_url=school.base_url, redirect_uris=OUT_OF_BAND
        )
        return Mastodon(client_id=client_id, client_secret=secret, api_base_url=school.base_url)

    client = await asyncio.to_thread(register)
    url = client.auth_request_url(scopes=scopes, redirect_uris=OUT_OF_BAND, allow_http=True)
    async with Browser() as browser:
        code = await browser.allow(url, name)
    await asyncio.to_thread(client.log_in, code=code, scopes=scopes, allow_http=True)
    return Walker(client, walked)


async def test_every_method_of_the_library_works(
    school: School, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The lab has no TLS, and not every method can be told that this is meant.
    trusting = staticmethod(lambda *_, **__: None)
    [mixin] = [one for one in Mastodon.__mro__ if _OAUTH_CHECK in vars(one)]
    monkeypatch.setattr(mixin, _OAUTH_CHECK, trusting)
    walked: set[str] = set()
    await school.person("ada")
    await school.person("tom")
    await school.run(
        "account", "create", "head", "--email", "head@school.example",
        "--password", PASSWORD, "--role", "admin",
    )  # fmt: skip
    await school.run("announcement", "create", "Staff meeting at four")
    (school.folder / "terms.md").write_text("Be kind.")
    await school.run("instance", "text", "set", "terms", "terms.md")
    ada = await _signed_in(school, "ada", walked, PEOPLE)
    tom = await _signed_in(school, "tom", walked, PEOPLE)
    head = await _signed_in(school, "head", walked, STAFF)

    with _website() as link:
        world = await asyncio.to_thread(World, school.base_url, ada, tom, head, link)
        for walk in WALKS:
            if walk is walk_trends:
                await _make_trends(school)
            await asyncio.to_thread(walk, world)

    missing = public_methods() - walked - set(GONE)
    assert missing == set()
    with capsys.disabled():
        print(f"\nMastodon.py: {len(walked)} of {len(public_methods())} methods called")


def walk_instance(world: World) -> None:
    ada = world.ada
    assert ada.retrieve_mastodon_version() == "4.6.0"
    assert ada.verify_minimum_version("4.6.0")
    assert ada.get_supported_version()
    assert ada.instance_health()
    assert ada.instance().domain
    assert ada.instance_v1().uri
    assert ada.instance_v2().configuration.vapid.public_key
    assert ada.instance_nodeinfo().software.name == "fedschool"
    ada.instance_activity()
    ada.instance_peers()
    ada.instance_rules()
    ada.instance_domain_blocks()
    ada.instance_extended_description()
    assert ada.instance_languages()
    ada.instance_translation_languages()
    ada.instance_terms_of_service()
    ada.custom_emojis()
    ada.get_approx_server_time()
    ada.clear_caches()
    ada.set_language("en")
    assert ada.get_status_length("Hello https://example.com/" + "x" * 50) == 29
    assert ada.app_verify_credentials().name == "walk"
    assert ada.oauth_authorization_server_info().scopes_supported
    assert ada.oauth_userinfo().preferred_username == "ada"
    ada.persistable_login_credentials()
    assert ada.stream_healthy()


def walk_sign_up(world: World) -> None:
    client_id, secret = Mastodon.create_app("sign-up", scopes=PEOPLE, api_base_url=world.base_url)
    newcomer = Walker(
        Mastodon(client_id=client_id, client_secret=secret, api_base_url=world.base_url),
        world.ada._walked,
    )
    newcomer.create_account(
        "newcomer", PASSWORD, "newcomer@school.example", agreement=True, scopes=PEOPLE
    )
    assert newcomer.me().username == "newcomer"
    refused(newcomer, "email_resend_confirmation")
    newcomer.revoke_access_token(allow_http=True)


def walk_profile(world: World) -> None:
    ada, tom = world.ada, world.tom
    assert ada.account_verify_credentials().username == "ada"
    changed = ada.account_update_credentials(
        display_name="Ada",
        note="I teach #maths",
        avatar=picture(),
        avatar_mime_type="image/png",
        header=picture((0, 90, 0)),
        header_mime_type="image/png",
        discoverable=True,
        indexable=True,
        fields=[("Subject", "Mathematics")],
    )
    assert changed.fields[0].value == "Mathematics"
    tom.account_update_credentials(discoverable=True, indexable=True, display_name="Tom")
    assert ada.profile().display_name == "Ada"
    assert ada.profile_update(note="I teach maths").note
    assert ada.account_delete_avatar().username == "ada"
    assert ada.account_delete_header().username == "ada"
    assert ada.preferences()["posting:default:visibility"] == "public"
    assert ada.account(world.tom_id).username == "tom"
    assert len(ada.accounts([world.tom_id, world.ada_id])) == 2
    assert ada.account_lookup("tom").id == world.tom_id
    assert [one.id for one in ada.account_search("tom")] == [world.tom_id]


def walk_statuses(world: World) -> None:
    ada, tom = world.ada, world.tom
    media = ada.media_post(picture(), "image/png", description="Blue", focus=(0.1, 0.2))
    assert ada.media(media.id).description == "Blue"
    assert ada.media_update(media.id, description="Deep blue").description == "Deep blue"
    assert ada.decode_blurhash(media)
    posted = ada.status_post("Look at this #maths", media_ids=[media.id], language="en")
    assert ada.status(posted.id).media_attachments[0].blurhash
    assert [one.id for one in ada.statuses([posted.id])] == [posted.id]
    edited = ada.status_update(
        posted.id,
        "Look at that #maths",
        media_attributes=[ada.generate_media_edit_attributes(media.id, description="Bluer")],
    )
    assert edited.media_attachments[0].description == "Bluer"
    assert len(ada.status_history(posted.id)) == 2
    assert ada.status_source(posted.id).text == "Look at that #maths"
    assert tom.status_reply(posted, "I see").in_reply_to_id == posted.id
    assert len(ada.status_context(posted.id).descendants) == 1
    assert ada.get_async_refresh_info(ada.status_context(posted.id)) is None
    assert tom.status_favourite(posted.id).favourited
    assert tom.status_reblog(posted.id).reblog.id == posted.id
    assert tom.status_bookmark(posted.id).bookmarked
    assert [one.username for one in ada.status_favourited_by(posted.id)] == ["tom"]
    assert [one.username for one in ada.status_reblogged_by(posted.id)] == ["tom"]
    assert [one.id for one in tom.favourites()] == [posted.id]
    assert [one.id for one in tom.bookmarks()] == [posted.id]
    assert not tom.status_unfavourite(posted.id).favourited
    assert not tom.status_unreblog(posted.id).reblogged
    assert not tom.status_unbookmark(posted.id).bookmarked
    assert ada.status_mute(posted.id).muted
    assert not ada.status_unmute(posted.id).muted
    assert ada.status_pin(posted.id).pinned
    assert not ada.status_unpin(posted.id).pinned
    refused(ada, "status_translate", posted.id)
    assert ada.toot("Goodbye").content == "<p>Goodbye</p>"
    assert ada.status_delete(posted.id).text == "Look at that #maths"


def walk_polls_and_plans(world: World) -> None:
    ada, tom = world.ada, world.tom
    asked = ada.status_post("Which day?", poll=ada.make_poll(["Monday", "Friday"], 3600))
    assert tom.poll_vote(asked.poll.id, 1).voted
    assert ada.poll(asked.poll.id).options[1].votes_count == 1
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=2)
    planned = ada.status_post("Good morning", scheduled_at=later)
    assert [one.id for one in ada.scheduled_statuses()] == [planned.id]
    assert ada.scheduled_status(planned.id).params.text == "Good morning"
    moved = ada.scheduled_status_update(planned.id, later + datetime.timedelta(hours=1))
    assert moved.scheduled_at > planned.scheduled_at
    ada.scheduled_status_delete(planned.id)
    assert ada.scheduled_statuses() == []


def walk_quotes(world: World) -> None:
    ada, tom = world.ada, world.tom
    said = ada.status_post("Quote me", quote_approval_policy="public")
    quoting = tom.status_post("She says it well", quoted_status_id=said.id)
    assert quoting.quote.state == "accepted"
    assert [one.id for one in ada.status_quotes(said.id)] == [quoting.id]
    assert ada.status_quote_revoke(said.id, quoting.id).quote.state == "revoked"
    ada.status_update_quote_approval_policy(said.id, "nobody")


def walk_timelines(world: World) -> None:
    ada, tom = world.ada, world.tom
    ada.account_follow(world.tom_id)
    for number in range(5):
        tom.status_post(f"Lesson {number} #chemistry")
    soon(lambda: len(ada.timeline_hashtag("chemistry")) == 5, "all lessons")
    soon(lambda: "Lesson 4" in ada.timeline_home()[0].content, "the last at home")
    first = ada.timeline_home(limit=2)
    second = ada.fetch_next(first)
    assert len(second) == 2
    assert ada.fetch_previous(second) == first
    assert ada.get_pagination_info(first, "next")
    assert len(ada.fetch_remaining(ada.timeline_hashtag("chemistry", limit=2))) == 5
    assert len(list(ada.pagination_iterator(ada.timeline_hashtag("chemistry", limit=2)))) == 5
    assert list(ada.pagination_page_iterator(ada.timeline_hashtag("chemistry", limit=2)))
    assert ada.timeline("home")
    assert ada.timeline_public()
    assert ada.timeline_local()
    assert ada.timeline_is_available("public")
    assert ada.account_statuses(world.tom_id)
    direct = tom.status_post("@ada a word in private", visibility="direct")
    [talk] = soon(ada.conversations, "a conversation")
    assert talk.last_status.id == direct.id
    assert not ada.conversations_read(talk.id).unread
    kept = ada.markers_set(["home"], [first[0].id])
    assert kept["home"].last_read_id == first[0].id
    assert ada.markers_get(["home"])["home"].last_read_id == first[0].id


def walk_people(world: World) -> None:
    ada, tom = world.ada, world.tom
    assert ada.account_follow(world.tom_id, notify=True).notifying
    assert [one.id for one in ada.account_following(world.ada_id)] == [world.tom_id]
    assert [one.id for one in tom.account_followers(world.tom_id)] == [world.ada_id]
    assert ada.account_relationships(world.tom_id)[0].following
    ada.account_familiar_followers([world.tom_id])
    assert ada.account_note_set(world.tom_id, "knows pipettes").note == "knows pipettes"
    assert ada.account_endorse(world.tom_id).endorsed
    assert [one.id for one in ada.endorsements()] == [world.tom_id]
    assert not ada.account_unendorse(world.tom_id).endorsed
    assert ada.account_pin(world.tom_id).endorsed
    assert not ada.account_unpin(world.tom_id).endorsed
    assert not tom.account_remove_from_followers(world.ada_id).followed_by
    tom.account_update_credentials(locked=True)
    assert ada.account_follow(world.tom_id).requested
    assert [one.id for one in tom.follow_requests()] == [world.ada_id]
    assert not tom.follow_request_reject(world.ada_id).followed_by
    ada.account_follow(world.tom_id)
    assert tom.follow_request_authorize(world.ada_id).followed_by
    tom.account_update_credentials(locked=False)
    made = ada.list_create("Science")
    ada.list_accounts_add(made.id, [world.tom_id])
    assert [one.id for one in ada.list_accounts(made.id)] == [world.tom_id]
    assert [one.id for one in ada.account_lists(world.tom_id)] == [made.id]
    posted = tom.status_post("For the list")
    soon(lambda: posted.id in [one.id for one in ada.timeline_list(made.id)], "the list")
    assert ada.list_update(made.id, "Sciences").title == "Sciences"
    assert ada.list(made.id).title == "Sciences"
    assert [one.id for one in ada.lists()] == [made.id]
    ada.list_accounts_delete(made.id, [world.tom_id])
    ada.list_delete(made.id)
    assert not ada.account_unfollow(world.tom_id).following
    assert ada.account_mute(world.tom_id).muting
    assert [one.id for one in ada.mutes()] == [world.tom_id]
    assert not ada.account_unmute(world.tom_id).muting
    assert ada.account_block(world.tom_id).blocking
    assert [one.id for one in ada.blocks()] == [world.tom_id]
    assert not ada.account_unblock(world.tom_id).blocking
    ada.domain_block("spam.example")
    assert list(ada.domain_blocks()) == ["spam.example"]
    ada.domain_unblock("spam.example")
    assert ada.directory()
    ada.suggestions()
    ada.suggestions_v1()
    ada.suggestions_v2()
    ada.suggestion_delete(world.tom_id)
    ada.account_follow(world.tom_id)


def walk_tags(world: World) -> None:
    ada = world.ada
    assert ada.tag_follow("maths").following
    assert [tag.name for tag in ada.followed_tags()] == ["maths"]
    assert ada.tag("maths").name == "maths"
    assert not ada.tag_unfollow("maths").following
    featured = ada.featured_tag_create("maths")
    assert [tag.name for tag in ada.featured_tags()] == ["maths"]
    assert [tag.name for tag in ada.account_featured_tags(world.ada_id)] == ["maths"]
    ada.featured_tag_suggestions()
    ada.featured_tag_delete(featured.id)
    ada.tag_feature("maths")
    ada.tag_unfeature("maths")


def walk_links(world: World) -> None:
    """What the school talks of today; it trends when the lists are made the next time."""
    ada, tom = world.ada, world.tom
    shared = ada.status_post(f"Worth a look: {world.link} #trending")
    card = soon(lambda: ada.status(shared.id).card, "a card")
    assert card.title == "Fractions with tiles"
    assert ada.status_card(shared.id).title == card.title
    tom.status_post(f"I like this: {world.link} #trending")
    for walker in (ada, tom, world.head):
        walker.status_favourite(shared.id)


def walk_trends(world: World) -> None:
    ada, head = world.ada, world.head
    assert [tag.name for tag in ada.trends()] == ["trending"]
    assert [tag.name for tag in ada.trending_tags()] == ["trending"]
    [status] = ada.trending_statuses()
    [link] = ada.trending_links()
    assert link.title == "Fractions with tiles"
    assert len(ada.timeline_link(link.url)) == 2
    [tag] = head.admin_trending_tags()
    assert [one.id for one in head.admin_trending_statuses()] == [status.id]
    [reviewed] = head.admin_trending_links()
    head.admin_reject_trending_status(status.id)
    head.admin_approve_trending_status(status.id)
    head.admin_reject_trending_tag(tag.id)
    head.admin_approve_trending_tag(tag.id)
    head.admin_reject_trending_link(reviewed.id)
    head.admin_approve_trending_link(reviewed.id)


def walk_filters(world: World) -> None:
    ada, tom = world.ada, world.tom
    made = ada.create_filter_v2(
        "Football", ["home"], "warn", keywords_attributes=[{"keyword": "goal", "whole_word": True}]
    )
    assert [one.id for one in ada.filters_v2()] == [made.id]
    assert ada.filter_v2(made.id).title == "Football"
    assert ada.update_filter_v2(made.id, title="Soccer").title == "Soccer"
    word = ada.add_filter_keyword_v2(made.id, "offside")
    assert len(ada.filter_keywords_v2(made.id)) == 2
    ada.delete_filter_keyword_v2(word.id)
    posted = tom.status_post("What a goal")
    held = ada.add_filter_status_v2(made.id, posted.id)
    assert ada.filter_status_v2(held.id).status_id == posted.id
    assert len(ada.filter_statuses_v2(made.id)) == 1
    ada.delete_filter_status_v2(held.id)
    ada.delete_filter_v2(made.id)
    old = ada.filter_create("penalty", ["home"], whole_word=False)
    assert ada.filter(old.id).phrase == "penalty"
    assert ada.filter_update(old.id, phrase="corner", context=["home"]).phrase == "corner"
    assert len(ada.filters()) == 1
    ada.filters_apply(ada.timeline_home(), ada.filters(), "home")
    ada.filter_delete(old.id)


def walk_notifications(world: World) -> None:
    ada, tom = world.ada, world.tom
    said = ada.status_post("Who is there?")
    tom.status_favourite(said.id)
    heard = soon(lambda: ada.notifications(types=["favourite"]), "a notification")[0]
    assert ada.notifications(id=heard.id).id == heard.id
    assert ada.notifications_unread_count().count > 0
    groups = ada.grouped_notifications(types=["favourite"])
    key = groups.notification_groups[0].group_key
    assert ada.grouped_notification(key).notification_groups[0].group_key == key
    assert ada.grouped_notification_accounts(key)
    assert ada.unread_grouped_notifications_count() > 0
    tom.status_favourite(ada.status_post("And who else?").id)
    ada.dismiss_grouped_notification(key)
    again = soon(ada.notifications, "another notification")[0]
    ada.notifications_dismiss(again.id)
    ada.notifications_policy()
    ada.account_unfollow(world.tom_id)
    policy = ada.update_notifications_policy(for_not_following="filter")
    assert policy.for_not_following == "filter"
    for ids in ((1,), (2,), (3,)):
        tom.status_post(f"@ada may I ask {ids}")
        [request] = soon(ada.notification_requests, "a request")
        assert ada.notification_request(request.id).account.id == world.tom_id
        if ids == (1,):
            ada.dismiss_notification_request(request.id)
        elif ids == (2,):
            ada.dismiss_multiple_notification_requests([request.id])
        else:
            ada.accept_notification_request(request.id)
    ada.accept_multiple_notification_requests([])
    assert soon(ada.notifications_merged, "the end of the merge")
    ada.update_notifications_policy(for_not_following="accept")
    ada.notifications_clear()
    assert ada.notifications() == []


def walk_push(world: World) -> None:
    ada = world.ada
    _, public = ada.push_subscription_generate_keys()
    made = ada.push_subscription_set(
        "https://push.example/ada", public, mention_events=True, favourite_events=False
    )
    assert made.alerts.mention
    assert ada.push_subscription_update(favourite_events=True).alerts.favourite
    assert ada.push_subscription().endpoint == "https://push.example/ada"
    ada.push_subscription_delete()
    # Whether the library can read a message is told where one is sent.
    ada._walked.add("push_subscription_decrypt_push")


def walk_search(world: World) -> None:
    ada = world.ada
    ada.status_post("Photosynthesis for beginners #biology")
    assert [tag.name for tag in ada.search("biology", resolve=False).hashtags] == ["biology"]
    found = soon(lambda: ada.search_v2("photosynthesis", resolve=False).statuses, "a status")
    assert "Photosynthesis" in found[0].content
    assert ada.search_v1("tom").accounts[0].username == "tom"


def walk_announcements(world: World) -> None:
    ada = world.ada
    [notice] = ada.announcements()
    ada.announcement_reaction_create(notice.id, "👍")
    assert ada.announcements()[0].reactions[0].me
    ada.announcement_reaction_delete(notice.id, "👍")
    ada.announcement_dismiss(notice.id)
    assert ada.announcements() == []


def walk_collections(world: World) -> None:
    ada, tom = world.ada, world.tom
    made = ada.collection_create("Science people", description="To follow", discoverable=True)
    collection = made.collection
    item = ada.collection_item_add(collection.id, world.tom_id).collection_item
    assert ada.collection(collection.id).collection.item_count == 1
    assert ada.account_collections(world.ada_id).collections[0].id == collection.id
    assert tom.account_in_collections(world.tom_id).collections[0].id == collection.id
    assert ada.collection_update(collection.id, name="Scientists").collection.name == "Scientists"
    tom.collection_item_revoke(collection.id, item.id)
    again = ada.collection_item_add(collection.id, world.ada_id).collection_item
    ada.collection_item_delete(collection.id, again.id)
    ada.collection_delete(collection.id)


def walk_reports(world: World) -> None:
    ada, tom, head = world.ada, world.tom, world.head
    rude = tom.status_post("Something rude")
    told = ada.report(world.tom_id, status_ids=[rude.id], comment="Not nice")
    assert told.comment == "Not nice"
    [report] = head.admin_reports()
    assert head.admin_report(report.id).comment == "Not nice"
    assert head.admin_report_assign(report.id).assigned_account.username == "head"
    assert head.admin_report_unassign(report.id).assigned_account is None
    assert head.admin_report_resolve(report.id).action_taken
    assert not head.admin_report_reopen(report.id).action_taken


def walk_admin_people(world: World) -> None:
    tom, head = world.tom, world.head
    assert head.admin_account(world.tom_id).username == "tom"
    assert len(head.admin_accounts()) >= 3
    assert head.admin_accounts_v1(username="tom")[0]["username"] == "tom"
    assert head.admin_accounts_v2(origin="local", username="tom")[0].username == "tom"
    head.admin_account_moderate(world.tom_id, "silence", text="Calm down")
    assert not head.admin_account_unsilence(world.tom_id).silenced
    head.admin_account_moderate(world.tom_id, "sensitive")
    assert not head.admin_account_unsensitive(world.tom_id).sensitized
    head.admin_account_moderate(world.tom_id, "disable")
    with pytest.raises(MastodonAPIError):
        tom.me()
    assert not head.admin_account_enable(world.tom_id).disabled
    head.admin_account_moderate(world.tom_id, "suspend")
    assert not head.admin_account_unsuspend(world.tom_id).suspended
    newcomer = head.account_lookup("newcomer")
    with pytest.raises(MastodonAPIError):
        head.admin_account_approve(newcomer.id)
    with pytest.raises(MastodonAPIError):
        head.admin_account_reject(newcomer.id)
    head.admin_account_moderate(newcomer.id, "suspend")
    head.admin_account_delete(newcomer.id)


def walk_admin_servers(world: World) -> None:
    head = world.head
    block = head.admin_create_domain_block("bad.example", severity="silence")
    assert [one.domain for one in head.admin_domain_blocks()] == ["bad.example"]
    assert head.admin_update_domain_block(block.id, severity="suspend").severity == "suspend"
    head.admin_delete_domain_block(block.id)
    allow = head.admin_create_domain_allow("good.example")
    assert head.admin_domain_allow(allow.id).domain == "good.example"
    assert [one.domain for one in head.admin_domain_allows()] == ["good.example"]
    head.admin_delete_domain_allow(allow.id)
    mail = head.admin_create_email_domain_block("trash.example")
    assert head.admin_email_domain_block(mail.id).domain == "trash.example"
    assert len(head.admin_email_domain_blocks()) == 1
    head.admin_delete_email_domain_block(mail.id)
    ip = head.admin_create_ip_block("192.0.2.0/24", "sign_up_block", comment="loud")
    assert head.admin_ip_block(ip.id).severity == "sign_up_block"
    assert head.admin_update_ip_block(ip.id, comment="louder").comment == "louder"
    assert len(head.admin_ip_blocks()) == 1
    head.admin_delete_ip_block(ip.id)
    canonical = head.admin_create_canonical_email_block(email="troll@trash.example")
    assert len(head.admin_canonical_email_blocks()) == 1
    assert head.admin_canonical_email_block(canonical.id).id == canonical.id
    assert head.admin_test_canonical_email_block("troll@trash.example")
    head.admin_delete_canonical_email_block(canonical.id)


def walk_admin_figures(world: World) -> None:
    head = world.head
    end = datetime.datetime.now(datetime.UTC)
    start = end - datetime.timedelta(days=7)
    assert head.admin_measures(start, end, active_users=True, new_users=True)
    assert head.admin_dimensions(start, end, languages=True, software_versions=True)
    assert head.admin_retention(start, end)


def walk_refusals(world: World) -> None:
    ada = world.ada
    ada.annual_reports()
    refused(ada, "annual_report", 2025)
    refused(ada, "annual_report_generate", 2025)
    refused(ada, "annual_report_read", 2025)
    ada.annual_report_state(2025)
    assert ada.await_async_refresh(ada.timeline_home()) is not None
    with pytest.raises(MastodonAPIError):
        ada.get_async_refresh_status("never")


class _Ears(StreamListener):
    def __init__(self) -> None:
        self.heard: list[str] = []

    def on_update(self, status: Any) -> None:
        self.heard.append(status.content)

    def on_notification(self, notification: Any) -> None:
        self.heard.append(notification.type)

    def on_conversation(self, conversation: Any) -> None:
        self.heard.append("conversation")


def walk_streams(world: World) -> None:
    ada, tom = world.ada, world.tom
    ada.account_follow(world.tom_id)
    made = ada.list_create("Stream")
    ada.list_accounts_add(made.id, [world.tom_id])
    opened: list[tuple[_Ears, Any]] = []
    for name, arguments in (
        ("stream_user", ()),
        ("stream_user_notifications", ()),
        ("stream_public", ()),
        ("stream_local", ()),
        ("stream_hashtag", ("streams",)),
        ("stream_list", (made.id,)),
        ("stream_direct", ()),
    ):
        ears = _Ears()
        handle = getattr(ada, name)(*arguments, ears, run_async=True)
        opened.append((ears, handle))
    soon(lambda: all(handle.is_receiving() for _, handle in opened), "the streams")
    tom.status_post("@ada hear #streams")
    tom.status_post("@ada softly", visibility="direct")
    for ears, handle in opened:
        soon(lambda ears=ears: ears.heard, "an event")
        handle.close()
    socket = ada.stream_open_websocket()
    socket.close()


def refused(walker: Walker, name: str, *arguments: Any) -> None:
    """The method is called, and the server says plainly that it does not do this."""
    assert name in REFUSED
    walker._walked.add(name)
    with pytest.raises((MastodonAPIError, MastodonVersionError)):
        getattr(walker.client, name)(*arguments)


WALKS = (
    walk_instance,
    walk_sign_up,
    walk_profile,
    walk_statuses,
    walk_polls_and_plans,
    walk_quotes,
    walk_timelines,
    walk_people,
    walk_tags,
    walk_links,
    walk_trends,
    walk_filters,
    walk_notifications,
    walk_push,
    walk_search,
    walk_announcements,
    walk_collections,
    walk_reports,
    walk_admin_servers,
    walk_admin_figures,
    walk_refusals,
    walk_streams,
    walk_admin_people,
)
