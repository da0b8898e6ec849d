"""Streams: over real sockets, people hear at once what their timelines would show, and no more."""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image
from quart.datastructures import FileStorage
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from fedschool.services import oauth
from fedschool.services.listening import WAITING
from fedschool.site import STOPPING
from fedschool.store import users as user_store
from tests.people import School, Teacher
from tests.streams import SILENCE, Door, open_door


@pytest.fixture
async def door(school: School) -> AsyncIterator[Door]:
    async with open_door(school) as opened:
        yield opened


async def _refusal(url: str, **more: Any) -> int:
    with pytest.raises(InvalidStatus) as refused:
        async with connect(url, **more):
            pass
    return refused.value.response.status_code


async def test_token_may_come_in_the_header_the_url_or_as_a_subprotocol_that_is_echoed(
    school: School, door: Door
) -> None:
    ada = await school.teacher("ada")
    assert ada.token is not None

    async with door.listener(ada):
        pass
    async with connect(door.socket(f"?access_token={ada.token}")) as by_url:
        assert by_url.subprotocol is None
    async with connect(door.socket(), subprotocols=[Subprotocol(ada.token)]) as by_protocol:
        assert by_protocol.subprotocol == ada.token


async def test_without_a_persons_token_there_is_no_upgrade(school: School, door: Door) -> None:
    ada = await school.teacher("ada")
    app = (await school.stranger.post("/api/v1/apps", json={
        "client_name": "x", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"})).json  # fmt: skip
    alone = (await school.stranger.post("/oauth/token", json={
        "grant_type": "client_credentials", "client_id": app["client_id"],
        "client_secret": app["client_secret"]})).json["access_token"]  # fmt: skip

    assert await _refusal(door.socket("?stream=public")) == 401
    assert await _refusal(door.socket(f"?access_token={ada.token}x")) == 401
    assert await _refusal(door.socket(f"?access_token={alone}")) == 422
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{door.http}/api/v1/streaming/public")).status_code == 401


async def test_home_hears_of_own_posts_and_of_followed_people_and_of_nobody_else(
    school: School, door: Door
) -> None:
    ada, ben, eve = [await school.teacher(name) for name in ("ada", "ben", "eve")]
    await ada.does(f"/api/v1/accounts/{ben.id}/follow")
    await school.work()

    async with door.listener(ada, "user") as listener:
        own = await ada.says("Mine")
        mine = await listener.hears()
        await eve.says("Not followed")
        bens = await ben.says("Followed", visibility="private")
        await school.work()
        followed = await listener.hears()
        await listener.hears_nothing()

    assert (mine.stream, mine.event) == (["user"], "update")
    assert mine.payload == own
    assert followed.payload["id"] == bens["id"]
    assert followed.payload == await ada.reads(f"/api/v1/statuses/{bens['id']}")


async def test_boost_arrives_with_what_it_boosts(school: School, door: Door) -> None:
    ada, ben, cleo = [await school.teacher(name) for name in ("ada", "ben", "cleo")]
    await ada.does(f"/api/v1/accounts/{ben.id}/follow")
    original = await cleo.says("Boost me")
    await school.work()

    async with door.listener(ada, "user") as listener, door.listener(ben, "user") as own:
        await ben.does(f"/api/v1/statuses/{original['id']}/reblog")
        mine = await own.hears()
        await school.work()
        told = await listener.hears()

    assert told.payload["reblog"]["id"] == original["id"]
    assert told.payload["account"]["id"] == ben.id
    assert mine.payload["reblog"]["reblogged"] is True


async def test_stream_in_the_url_and_several_on_one_socket_until_unsubscribed(
    school: School, door: Door
) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")

    async with door.listener(ada, "public:local", query="?stream=public") as listener:
        first = await ben.says("One")
        await school.work()
        told = [await listener.hears(), await listener.hears()]
        await listener.says(type="unsubscribe", stream="public")
        await listener.settled()
        second = await ben.says("Two")
        await school.work()
        last = await listener.hears()
        await listener.hears_nothing()

    assert sorted(item.stream for item in told) == [["public"], ["public:local"]]
    assert {item.payload["id"] for item in told} == {first["id"]}
    assert (last.stream, last.payload["id"]) == (["public:local"], second["id"])


async def test_public_streams_hear_what_the_public_timeline_shows(
    school: School, door: Door
) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    post = await ada.says("A post")
    await school.work()

    async with (
        door.listener(ada, "public") as listener,
        door.listener(ada, "public:remote") as remote,
        door.listener(ada, "public:media") as pictures,
    ):
        await ben.says("Whispered", visibility="unlisted")
        await ben.says("@ada an answer", in_reply_to_id=post["id"])
        await ben.does(f"/api/v1/statuses/{post['id']}/reblog")
        said = await ben.says("Said aloud")
        shown = await ben.says("Look", media_ids=[await _picture(ben)])
        await school.work()
        heard = [(await listener.hears()).payload["id"] for _ in range(2)]
        seen = await pictures.hears()
        await remote.hears_nothing()
        await listener.hears_nothing()

    assert heard == [said["id"], shown["id"]]
    assert seen.payload["id"] == shown["id"]
    assert seen.stream == ["public:media"]


async def _picture(who: Teacher) -> str:
    data = BytesIO()
    Image.new("RGB", (8, 8), "green").save(data, "PNG")
    data.seek(0)
    answer = await who.post("/api/v2/media", files={"file": FileStorage(data, filename="a.png")})
    return str(answer.json["id"])


async def test_hashtag_stream_names_its_tag(school: School, door: Door) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")

    async with door.listener(ada) as listener:
        await listener.follows("hashtag", tag="Chemie")
        await listener.follows("hashtag:local", tag="physik")
        await ben.says("#biologie")
        chemistry = await ben.says("#chemie heute")
        physics = await ben.says("#Physik morgen")
        await school.work()
        first, second = await listener.hears(), await listener.hears()
        await listener.hears_nothing()

    assert (first.stream, first.payload["id"]) == (["hashtag", "Chemie"], chemistry["id"])
    assert (second.stream, second.payload["id"]) == (["hashtag:local", "physik"], physics["id"])


async def test_blocked_and_muted_people_are_not_heard(school: School, door: Door) -> None:
    names = ("ada", "ben", "cleo", "dan", "eve")
    ada, ben, cleo, dan, eve = [await school.teacher(name) for name in names]
    await ada.does(f"/api/v1/accounts/{ben.id}/block")
    await ada.does(f"/api/v1/accounts/{cleo.id}/mute")
    await dan.does(f"/api/v1/accounts/{ada.id}/block")

    async with door.listener(ada, "public", "user") as listener:
        await listener.follows("hashtag", tag="news")
        for somebody in (ben, cleo, dan):
            await somebody.says("@ada #news from somebody")
        await school.work()
        await eve.says("#news from eve")
        await school.work()
        heard = [await listener.hears(), await listener.hears()]
        await listener.hears_nothing()

    assert [told.payload["account"]["id"] for told in heard] == [eve.id, eve.id]


async def test_notification_needs_its_scope_and_arrives_on_both_user_streams(
    school: School, door: Door
) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    reader = Teacher(
        school.app.test_client(),
        await oauth.token_for(school.site, username="ada", scopes="read:statuses"),
        "ada",
        int(ada.id),
    )

    async with (
        door.listener(ada, "user") as everything,
        door.listener(ada, "user:notification") as told_only,
        door.listener(reader, "user") as statuses_only,
    ):
        await statuses_only.says(type="subscribe", stream="user:notification")
        refusal = await statuses_only.raw()
        await ben.does(f"/api/v1/accounts/{ada.id}/follow")
        first, second = await everything.hears(), await told_only.hears()
        await statuses_only.hears_nothing()

    assert refusal["status"] == 403
    assert (first.stream, second.stream) == (["user"], ["user:notification"])
    assert first.event == second.event == "notification"
    assert first.payload == second.payload
    assert first.payload["type"] == "follow"
    assert first.payload["account"]["id"] == ben.id
    kept = (await ada.reads("/api/v1/notifications"))[0]
    assert kept == first.payload


async def test_edit_and_deletion_are_told_where_the_post_is(school: School, door: Door) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    await ada.does(f"/api/v1/accounts/{ben.id}/follow")
    post = await ben.says("First #draft")
    private = await ben.says("Private", visibility="private")
    await ada.does(f"/api/v1/statuses/{post['id']}/reblog")
    await school.work()

    async with (
        door.listener(ada, "user") as home,
        door.listener(ben, "public") as public,
    ):
        await public.follows("hashtag", tag="draft")
        await public.follows("hashtag", tag="other")
        await ben.put(f"/api/v1/statuses/{post['id']}", json={"status": "Second #draft"})
        await school.work()
        edits = [await home.hears(), await home.hears(), await public.hears(), await public.hears()]
        await ben.delete(f"/api/v1/statuses/{post['id']}")
        gone = [await public.hears(), await public.hears()]
        gone_home = {(await home.hears()).payload for _ in range(2)}
        await ben.delete(f"/api/v1/statuses/{private['id']}")
        last = await home.hears()
        await public.hears_nothing()

    assert sorted(told.event for told in edits) == ["notification", *["status.update"] * 3]
    for told in edits:
        if told.event == "status.update":
            assert told.payload["content"].startswith("<p>Second")
    assert [told.stream for told in gone] == [["public"], ["hashtag", "draft"]]
    assert {(told.event, told.payload) for told in gone} == {("delete", post["id"])}
    assert post["id"] in gone_home
    assert len(gone_home) == 2
    assert (last.event, last.payload) == ("delete", private["id"])


async def test_direct_message_is_heard_by_those_it_is_for(school: School, door: Door) -> None:
    ada, ben, eve = [await school.teacher(name) for name in ("ada", "ben", "eve")]
    for somebody in (ada, eve):
        await somebody.does(f"/api/v1/accounts/{ben.id}/follow")
    await school.work()

    async with (
        door.listener(ada, "user") as hers,
        door.listener(eve, "user", "public") as strangers,
        door.listener(ben, "user") as own,
    ):
        message = await ben.says("@ada for you", visibility="direct")
        await school.work()
        told, mine = await hers.hears(), await own.hears()
        await strangers.hears_nothing()

    assert told.event == "notification"
    assert told.payload["status"]["id"] == mine.payload["id"] == message["id"]


async def test_what_cannot_be_had_is_refused_and_the_socket_stays(
    school: School, door: Door
) -> None:
    ada = await school.teacher("ada")

    async with door.listener(ada) as listener:
        await listener.says(type="subscribe", stream="gossip")
        unknown = await listener.raw()
        await listener.says(type="subscribe", stream="hashtag")
        untagged = await listener.raw()
        for nonsense in ("", "[]", "nonsense", '{"type": {"a": 1}}', "[" * 3_000, "\ud83d"[:0]):
            await listener.wire.send(nonsense)
            assert (await listener.raw())["status"] == 400
        await listener.wire.send(b"\xff\xfe")
        assert (await listener.raw())["status"] == 400
        await listener.follows("user")
        await ada.says("Still here")
        told = await listener.hears()

    assert unknown == {"error": "Unknown stream type", "status": 400}
    assert untagged["status"] == 400
    assert told.event == "update"


async def test_message_of_any_size_is_not_taken(school: School, door: Door) -> None:
    ada = await school.teacher("ada")

    async with door.listener(ada) as listener:
        await listener.wire.send("x" * 5_000)

        assert await listener.ended() == 1009


async def test_revoked_token_ends_its_streams_at_once(school: School, door: Door) -> None:
    ada = await school.teacher("ada")
    app = (await school.stranger.post("/api/v1/apps", json={
        "client_name": "x", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"})).json  # fmt: skip
    async with school.site.reading() as tx:
        user = await user_store.by_account(tx, int(ada.id))
    assert user is not None
    client = await _client(school, app["client_id"])
    async with school.site.writing() as tx:
        token = (await oauth.issue(tx, school.site, client, user.id, "read")).token
    other = Teacher(school.app.test_client(), token, "ada", int(ada.id))

    async with door.listener(other, "user") as ending, door.listener(ada, "user") as staying:
        answer = await school.stranger.post("/oauth/revoke", json={
            "client_id": app["client_id"], "client_secret": app["client_secret"], "token": token,
        })  # fmt: skip
        assert answer.status == 200
        code = await ending.ended()
        await ada.says("Still listening")
        told = await staying.hears()

    assert code == 1008
    assert told.event == "update"


async def _client(school: School, client_id: str) -> Any:
    from fedschool.store import oauth as store

    async with school.site.reading() as tx:
        found = await store.client_by_client_id(tx, client_id)
    assert found is not None
    return found[0]


async def test_disabled_person_hears_nothing_more_whoever_disabled_them(
    school: School, door: Door
) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")

    async with door.listener(ada, "public") as listener, door.listener(ben, "public") as other:
        async with school.site.writing() as tx:
            await user_store.hide(tx, int(ada.id), school.site.now())
        await ben.says("Not for ada")
        await school.work()
        told = await other.hears()
        code = await listener.ended()

    assert code == 1008
    assert told.event == "update"


async def test_listener_who_does_not_read_is_let_go(school: School, door: Door) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    tags = [f"tag{number}" for number in range(20)]
    door.narrow()

    async with door.listener(ada, "public") as listener:
        for tag in tags:
            await listener.follows("hashtag", tag=tag)
        listener.wire.transport.pause_reading()
        for _ in range(3 * WAITING // len(tags)):
            await ben.says(" ".join(f"#{tag}" for tag in tags))
            await school.work()
        await asyncio.sleep(SILENCE)
        listener.wire.transport.resume_reading()
        code = await listener.ended()

    assert code == 1013


async def test_nothing_is_looked_up_where_nobody_listens(school: School, door: Door) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")

    async def cost() -> int:
        before = school.site.database.statements
        await ben.says("Hello")
        await school.work()
        return school.site.database.statements - before

    await cost()
    silent = await cost()
    async with door.listener(ada, "user"):
        elsewhere = await cost()
    async with door.listener(ada, "public") as listener:
        heard = await cost()
        await listener.hears()
    await asyncio.sleep(0)

    assert elsewhere == silent
    assert heard > silent
    assert await cost() == silent


async def test_events_of_a_stream_over_http(school: School, door: Door) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    headers = {"Authorization": f"Bearer {ada.token}"}

    async with (
        httpx.AsyncClient(base_url=door.http, timeout=10) as client,
        client.stream("GET", "/api/v1/streaming/hashtag?tag=news", headers=headers) as stream,
    ):
        lines = stream.aiter_lines()
        first = await anext(lines)
        post = await ben.says("#news")
        await school.work()
        event = [await anext(lines), await anext(lines), await anext(lines)]

    assert stream.headers["Content-Type"].startswith("text/event-stream")
    assert first == ":)"
    assert event[0] == "event: update"
    assert event[1].startswith('data: {"id":"' + post["id"])
    assert event[2] == ""


async def test_events_over_http_end_with_the_token_and_with_the_server(
    school: School, door: Door
) -> None:
    ada = await school.teacher("ada")
    url = f"{door.http}/api/v1/streaming/user/notification?access_token={ada.token}"

    async with httpx.AsyncClient(timeout=10) as client, client.stream("GET", url) as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == ":)"
        school.site.bus.publish(STOPPING)
        rest = [line async for line in lines]

    assert rest == []


async def test_paths_over_http(school: School, door: Door) -> None:
    ada = await school.teacher("ada")
    only_statuses = await oauth.token_for(school.site, username="ada", scopes="read:statuses")
    headers = {"Authorization": f"Bearer {ada.token}"}

    health = await school.stranger.get("/api/v1/streaming/health")
    unknown = await ada.get("/api/v1/streaming/gossip")
    untagged = await ada.get("/api/v1/streaming/hashtag")
    plain = await ada.get("/api/v1/streaming")
    forbidden = await ada.get(
        "/api/v1/streaming/user/notification",
        headers={"Authorization": f"Bearer {only_statuses}"},
    )
    streams = [
        "user", "user/notification", "public", "public?only_media=true", "public/local",
        "public/remote", "hashtag?tag=x", "hashtag/local?tag=x",
    ]  # fmt: skip
    async with httpx.AsyncClient(base_url=door.http, headers=headers) as client:
        for path in streams:
            async with client.stream("GET", f"/api/v1/streaming/{path}") as stream:
                assert stream.status_code == 200, path

    assert (health.status, health.text) == (200, "OK")
    assert unknown.status == untagged.status == 400
    assert unknown.json == {"error": "Unknown stream type"}
    assert plain.status == 404
    assert forbidden.status == 403


async def test_open_streams_of_one_person_are_counted(
    school: School, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fedschool.services.streaming.PER_PERSON", 1)
    ada, ben = await school.teacher("ada"), await school.teacher("ben")

    async with door.listener(ada):
        refused = await _refusal(door.socket(f"?access_token={ada.token}"))
        async with door.listener(ben):
            pass
    async with door.listener(ada):
        pass

    assert refused == 429


async def test_stopping_server_ends_streams_in_time(school: School) -> None:
    ada = await school.teacher("ada")

    async with (
        open_door(school) as door,
        door.listener(ada, "user") as listener,
        httpx.AsyncClient() as client,
    ):
        url = f"{door.http}/api/v1/streaming/user?access_token={ada.token}"
        async with client.stream("GET", url) as stream:
            lines = stream.aiter_lines()
            assert await anext(lines) == ":)"
            school.site.bus.publish(STOPPING)
            door.server.should_exit = True
            assert [line async for line in lines] == []
        code = await listener.ended()

    assert code in (1001, 1012)
