"""What clients are answered where much has happened: each endpoint in its known shape."""

from typing import Any

import pytest

from fedschool.settings import ShowBlocks
from tests.api.contract import check
from tests.api.test_cards import Website, website  # noqa: F401  a fixture
from tests.api.world import APP, PERSON, World, application, build
from tests.conftest import SchoolMaker
from tests.people import Answer, School

# What is called, and where the shape's name for it differs, that.
READ = [
    "/api/v1/timelines/home",
    "/api/v1/timelines/public",
    "/api/v1/timelines/direct",
    "/api/v1/timelines/tag/{tag}",
    "/api/v1/timelines/list/{list}",
    "/api/v1/timelines/link?url={link}",
    "/api/v1/statuses?id[]={poll}&id[]={quote}",
    "/api/v1/statuses/{plain}",
    "/api/v1/statuses/{card}",
    "/api/v1/statuses/{media}",
    "/api/v1/statuses/{poll}",
    "/api/v1/statuses/{quote}",
    "/api/v1/statuses/{reply}",
    "/api/v1/statuses/{reply}/context",
    "/api/v1/statuses/{plain}/history",
    "/api/v1/statuses/{plain}/source",
    "/api/v1/statuses/{plain}/quotes",
    "/api/v1/statuses/{plain}/favourited_by",
    "/api/v1/statuses/{plain}/reblogged_by",
    "/api/v1/polls/{vote}",
    "/api/v1/accounts/{ben}",
    "/api/v1/accounts?id[]={ben}&id[]={rose}",
    "/api/v1/accounts/{ada}/statuses",
    "/api/v1/accounts/{ada}/followers",
    "/api/v1/accounts/{ada}/following",
    "/api/v1/accounts/{ada}/featured_tags",
    "/api/v1/accounts/{ada}/endorsements",
    "/api/v1/accounts/{ben}/lists",
    "/api/v1/accounts/lookup?acct=ben",
    "/api/v1/accounts/search?q=ben",
    "/api/v1/accounts/relationships?id[]={ben}&id[]={noisy}&id[]={hated}",
    "/api/v1/accounts/familiar_followers?id[]={cleo}&id[]={head}",
    "/api/v1/accounts/verify_credentials",
    "/api/v1/profile",
    "/api/v1/preferences",
    "/api/v1/notifications",
    "/api/v2/notifications",
    "/api/v1/notifications/unread_count",
    "/api/v2/notifications/unread_count",
    "/api/v2/notifications/policy",
    "/api/v1/conversations",
    "/api/v1/favourites",
    "/api/v1/bookmarks",
    "/api/v1/blocks",
    "/api/v1/mutes",
    "/api/v1/domain_blocks",
    "/api/v1/endorsements",
    "/api/v1/lists",
    "/api/v1/lists/{list}",
    "/api/v1/lists/{list}/accounts",
    "/api/v1/filters",
    "/api/v1/filters/{keyword}",
    "/api/v2/filters",
    "/api/v2/filters/{filter}",
    "/api/v2/filters/{filter}/keywords",
    "/api/v2/filters/{filter}/statuses",
    "/api/v2/filters/keywords/{keyword}",
    "/api/v2/filters/statuses/{entry}",
    "/api/v1/featured_tags",
    "/api/v1/featured_tags/suggestions",
    "/api/v1/followed_tags",
    "/api/v1/tags/{tag}",
    "/api/v1/markers?timeline[]=home",
    "/api/v1/scheduled_statuses",
    "/api/v1/scheduled_statuses/{planned}",
    "/api/v1/announcements",
    "/api/v1/custom_emojis",
    "/api/v1/collections/{collection}",
    "/api/v1/trends/tags",
    "/api/v1/trends/links",
    "/api/v1/trends/statuses",
    "/api/v1/directory",
    "/api/v1/suggestions",
    "/api/v2/suggestions",
    "/api/v1/media/{upload}",
    "/api/v2/search?q=ben",
    "/api/v2/search?q=maths",
    "/api/v2/search?q=hello",
    "/api/v1/instance",
    "/api/v2/instance",
    "/api/v1/instance/activity",
    "/api/v1/instance/peers",
    "/api/v1/instance/rules",
    "/api/v1/instance/domain_blocks",
    "/api/v1/instance/languages",
    "/api/v1/instance/translation_languages",
    "/api/v1/instance/extended_description",
    "/api/v1/instance/privacy_policy",
    "/api/v1/instance/terms_of_service",
    "/.well-known/nodeinfo",
    "/.well-known/oauth-authorization-server",
    "/nodeinfo/2.0",
]
# Of these, nothing is what there is.
EMPTY = {"/api/v1/instance/translation_languages", "/api/v1/instance/rules"}
PUSH_KEY = "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"


@pytest.fixture
async def world(schools: SchoolMaker, website: Website) -> World:  # noqa: F811  the fixture
    school = await schools(
        allow_private="127.0.0.0/8", card_delay=0, show_blocks=ShowBlocks.EVERYBODY
    )
    return await build(school, website)


async def test_all_that_can_be_read_has_its_shape(world: World) -> None:
    for place in READ:
        answer = await world.ada.get(world.path(place))

        check("GET", place.partition("?")[0], answer)
        assert answer.json or place in EMPTY, place


async def test_strangers_are_answered_in_the_same_shapes(world: World) -> None:
    for place in READ:
        path = world.path(place)
        answer = await world.school.stranger.get(path)
        if answer.status != 401:
            check("GET", place.partition("?")[0], answer, stranger=True)


async def test_posts_hold_all_that_they_can_hold(world: World) -> None:
    posts = {name: await world.ada.reads(f"/api/v1/statuses/{id_}") for name, id_ in
             world.posts.items()}  # fmt: skip

    assert posts["card"]["card"]["title"] == "Fractions"
    assert posts["card"]["card"]["image"]
    assert posts["media"]["media_attachments"][0]["meta"]["focus"] == {"x": -0.5, "y": 0.25}
    assert posts["poll"]["poll"]["votes_count"] == 1
    assert posts["quote"]["quote"]["quoted_status"]["id"] == world.posts["plain"]
    assert posts["plain"]["edited_at"]
    assert posts["plain"]["mentions"][0]["acct"] == "ben"
    assert [emoji["shortcode"] for emoji in posts["plain"]["emojis"]] == ["owl"]
    assert posts["reply"]["filtered"][0]["filter"]["id"] == world.at["filter"]
    assert posts["plain"]["reblogs_count"] == 2


async def test_each_notification_has_its_shape(world: World) -> None:
    told: dict[str, Any] = {}
    for who in (world.ada, world.ben, world.head):
        for item in await who.reads("/api/v1/notifications?limit=80"):
            one = await who.get(f"/api/v1/notifications/{item['id']}")
            check("GET", "/api/v1/notifications/{id}", one)
            told[item["type"]] = item
        for group in (await who.reads("/api/v2/notifications?limit=80"))["notification_groups"]:
            place = f"/api/v2/notifications/{group['group_key']}"
            check("GET", "/api/v2/notifications/{group_key}", await who.get(place))
            check(
                "GET",
                "/api/v2/notifications/{group_key}/accounts",
                await who.get(f"{place}/accounts"),
            )

    assert set(told) >= {
        "mention", "status", "reblog", "follow", "favourite", "quote", "quoted_update",
        "added_to_collection", "admin.report",
    }  # fmt: skip


async def test_what_people_do_to_each_other_has_its_shape(world: World) -> None:
    ada, ben, cleo = world.ada, world.ben, world.cleo
    await ben.does(f"/api/v1/accounts/{cleo.id}/follow")
    await world.head.does(f"/api/v1/accounts/{cleo.id}/follow")

    for who, whom, deed in (
        (cleo, ben, "authorize"),
        (cleo, world.head, "reject"),
    ):
        answer = await who.post(f"/api/v1/follow_requests/{whom.id}/{deed}")
        check("POST", f"/api/v1/follow_requests/{{account_id}}/{deed}", answer)
    for deed in (
        "follow", "note", "endorse", "unendorse", "pin", "unpin", "mute", "unmute",
        "remove_from_followers", "unfollow", "block", "unblock",
    ):  # fmt: skip
        answer = await ada.post(f"/api/v1/accounts/{ben.id}/{deed}", json={"comment": "Kind"})
        check("POST", f"/api/v1/accounts/{{id}}/{deed}", answer)
    for method in ("POST", "DELETE"):
        answer = await ada.call(method, "/api/v1/domain_blocks", json={"domain": "loud.example"})
        _says_nothing(method, "/api/v1/domain_blocks", answer)


async def test_what_is_done_to_posts_has_its_shape(world: World) -> None:
    for name in ("plain", "card", "media", "poll", "answer"):
        for deed in ("favourite", "bookmark", "reblog", "mute", "pin"):
            for step in (f"un{deed}", deed):
                answer = await world.ada.post(f"/api/v1/statuses/{world.posts[name]}/{step}")
                check("POST", f"/api/v1/statuses/{{id}}/{step}", answer)
    policy = {"quote_approval_policy": "followers"}
    place = f"/api/v1/statuses/{world.posts['plain']}"
    changed = await world.ada.put(f"{place}/interaction_policy", json=policy)
    revoked = await world.ada.post(f"{place}/quotes/{world.posts['quote']}/revoke")
    check("PUT", "/api/v1/statuses/{id}/interaction_policy", changed)
    check("POST", "/api/v1/statuses/{id}/quotes/{quoting_status_id}/revoke", revoked)
    check("DELETE", "/api/v1/statuses/{id}", await world.ada.delete(place))


async def test_what_is_put_away_is_an_empty_object(world: World) -> None:
    ada, at = world.ada, world.at
    members = f"/api/v1/lists/{at['list']}/accounts"
    await ada.delete(members, json={"account_ids": [world.ben.id]})
    added = await ada.post(members, json={"account_ids": [world.ben.id]})
    _says_nothing("POST", "/api/v1/lists/{id}/accounts", added)
    keys = {"p256dh": PUSH_KEY, "auth": "c2l4dGVlbi1ieXRlcy1vaw"}
    await ada.does(
        "/api/v1/push/subscription",
        subscription={"endpoint": "https://push.example/1", "keys": keys},
    )

    for template in (
        "/api/v1/push/subscription",
        "/api/v1/scheduled_statuses/{given_up}",
        "/api/v1/featured_tags/{featured}",
        "/api/v1/lists/{list}/accounts?account_ids[]={ben}",
        "/api/v1/lists/{list}",
        "/api/v2/filters/statuses/{entry}",
        "/api/v2/filters/keywords/{keyword}",
        "/api/v2/filters/{filter}",
    ):
        answer = await ada.delete(world.path(template))
        _says_nothing("DELETE", template.partition("?")[0], answer)
    for path in ("/api/v1/tags/maths/unfollow", "/api/v1/tags/maths/unfeature"):
        check("POST", path.replace("maths", "{name}"), await ada.post(path))


async def test_notifications_put_away_are_an_empty_object(world: World) -> None:
    ada = world.ada
    [request] = await ada.reads("/api/v1/notifications/requests")
    check(
        "GET",
        "/api/v1/notifications/requests",
        await ada.get("/api/v1/notifications/requests"),
    )
    accepted = await ada.post(f"/api/v1/notifications/requests/{request['id']}/accept")
    _says_nothing("POST", "/api/v1/notifications/requests/{id}/accept", accepted)
    newest = (await ada.reads("/api/v1/notifications"))[0]["id"]
    dismissed = await ada.post(f"/api/v1/notifications/{newest}/dismiss")
    _says_nothing("POST", "/api/v1/notifications/{id}/dismiss", dismissed)
    group = (await ada.reads("/api/v2/notifications"))["notification_groups"][0]
    away = await ada.post(f"/api/v2/notifications/{group['group_key']}/dismiss")
    _says_nothing("POST", "/api/v2/notifications/{group_key}/dismiss", away)
    cleared = await ada.post("/api/v1/notifications/clear")
    _says_nothing("POST", "/api/v1/notifications/clear", cleared)


async def test_picture_that_waits_can_be_described_anew(world: World) -> None:
    place = f"/api/v1/media/{world.at['upload']}"

    changed = await world.ada.put(place, json={"description": "Another", "focus": "0.1,0.2"})

    check("PUT", "/api/v1/media/{id}", changed)
    assert changed.json["description"] == "Another"
    _says_nothing("DELETE", "/api/v1/media/{id}", await world.ada.delete(place), known=False)


async def test_client_that_signs_up_somebody_is_answered_in_shape(school: School) -> None:
    app = await school.stranger.post("/api/v1/apps", json=APP)
    client = await application(school)
    itself = await client.get("/api/v1/apps/verify_credentials")
    token = await school.stranger.post(
        "/oauth/token",
        json={"grant_type": "client_credentials", "client_id": app.json["client_id"],
              "client_secret": app.json["client_secret"]},
    )  # fmt: skip
    person = await client.post("/api/v1/accounts", json=PERSON)

    check("POST", "/api/v1/apps", app)
    check("GET", "/api/v1/apps/verify_credentials", itself)
    check("POST", "/oauth/token", token)
    check("POST", "/api/v1/accounts", person)


def _says_nothing(method: str, template: str, answer: Answer, *, known: bool = True) -> None:
    assert (answer.status, answer.json) == (200, {}), f"{template}: {answer.text}"
    if known:
        check(method, template, answer)
