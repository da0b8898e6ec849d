"""Our server and a Fedify server, both real: what either side writes reaches the other."""

from typing import Any

import httpx
import pytest

from tests.live.peer_views import Attachment
from tests.live.scene import PIXEL, Scene
from tests.live.waiting import stays


async def test_our_post_is_delivered_edited_and_deleted(scene: Scene) -> None:
    await scene.ada_follows_tom()

    status = await scene.tom.write(
        "Fractions <tomorrow> #maths", spoiler_text="homework", language="en"
    )
    note = await scene.peer.wait_note(status["uri"])
    create = await scene.peer.wait_received("ada", type="Create", sender=scene.tom_uri)
    assert "&lt;tomorrow&gt;" in (note.content or "")
    assert note.summary == "homework"
    assert "#maths" in str(create.json["object"]["tag"]).lower()
    assert create.error is None
    fetched = await scene.peer.lookup(status["uri"])
    assert fetched is not None
    assert fetched["id"] == status["uri"]

    await scene.tom.put(f"/api/v1/statuses/{status['id']}", status="Fractions on Friday")
    await scene.peer.wait_note(status["uri"], lambda note: "Friday" in (note.content or ""))

    await scene.tom.delete(f"/api/v1/statuses/{status['id']}")
    await scene.peer.wait_note(status["uri"], lambda note: note.deleted)
    assert (await scene.peer.fetch(status["uri"], actor="ada")).status in (404, 410)


async def test_picture_of_ours_carries_its_description(scene: Scene) -> None:
    await scene.ada_follows_tom()

    answer = await scene.tom.client.post(
        "/api/v2/media",
        files={"file": ("pixel.png", PIXEL, "image/png")},
        data={"description": "one pixel"},
    )
    assert answer.is_success, answer.text
    media = answer.json()
    await scene.tom.wait(f"/api/v1/media/{media['id']}", lambda found: found["url"], "the picture")
    await scene.tom.write("look", media_ids=[media["id"]])

    create = await scene.peer.wait_received("ada", type="Create", sender=scene.tom_uri)
    picture = create.json["object"]["attachment"]
    picture = picture[0] if isinstance(picture, list) else picture
    assert "one pixel" in (picture.get("name"), picture.get("summary"))
    url = picture["url"] if isinstance(picture["url"], str) else picture["url"]["href"]
    assert (await scene.peer.fetch(url)).headers["content-type"].startswith("image/")


async def test_mention_reaches_somebody_who_does_not_follow(scene: Scene) -> None:
    status = await scene.tom.write(f"{scene.ada.handle} have you a minute?")

    note = await scene.peer.wait_note(status["uri"])

    assert scene.ada.uri in note.to + note.cc


async def test_private_post_goes_to_followers_only(scene: Scene) -> None:
    await scene.peer.create_actor("eve")
    await scene.ada_follows_tom()

    private = await scene.tom.write("for followers", visibility="private")

    note = await scene.peer.wait_note(private["uri"])
    assert not any("Public" in uri for uri in note.to + note.cc)
    assert (await scene.peer.fetch(private["uri"], actor="ada")).status == 200
    for reader in ("eve", None):
        assert (await scene.peer.fetch(private["uri"], actor=reader)).status in (401, 403, 404)


async def test_private_post_stays_here_without_followers_there(scene: Scene) -> None:
    await scene.tom.write("for followers", visibility="private")

    async def any_create() -> list[Any]:
        return await scene.peer.received(type="Create")

    await stays(any_create, "nobody there follows tom")


async def test_direct_messages_go_both_ways(scene: Scene) -> None:
    sent = await scene.tom.write(f"{scene.ada.handle} between us", visibility="direct")
    note = await scene.peer.wait_note(sent["uri"])
    assert note.to + note.cc == [scene.ada.uri]

    answer = await scene.peer.post(
        "ada", "agreed", visibility="direct", mentions=[scene.tom.handle], in_reply_to=sent["uri"]
    )
    told = await scene.tom.wait_notification("mention", scene.ada_acct)
    assert told["status"]["uri"] == answer
    assert told["status"]["visibility"] == "direct"
    assert told["status"]["in_reply_to_id"] == sent["id"]


# The peer's posts here


async def test_their_post_arrives_is_edited_and_deleted(scene: Scene) -> None:
    await scene.tom_follows_ada()

    uri = await scene.peer.post(
        "ada",
        html="<p>Rulers <script>alert(1)</script><b onclick='x()'>needed</b></p>",
        summary="materials",
        hashtags=["Geometry"],
        attachments=[Attachment("image/png", PIXEL, "one pixel", 1, 1)],
    )
    status = await scene.tom.wait_home(uri)
    assert "needed" in status["content"]
    assert "script" not in status["content"]
    assert "onclick" not in status["content"]
    assert status["spoiler_text"] == "materials"
    assert [tag["name"].lower() for tag in status["tags"]] == ["geometry"]
    assert [media["description"] for media in status["media_attachments"]] == ["one pixel"]

    await scene.peer.edit("ada", uri, "Rulers and pencils")
    path = f"/api/v1/statuses/{status['id']}"
    edited = await scene.tom.wait(path, lambda s: s if "pencils" in s["content"] else {}, "edit")
    assert edited["edited_at"] is not None

    await scene.peer.delete("ada", uri)
    await scene.tom.wait(
        "/api/v1/timelines/home",
        lambda page: all(found["uri"] != uri for found in page),
        "the deletion",
    )
    assert (await scene.tom.client.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("visibility", "expected"),
    [("public", "public"), ("unlisted", "unlisted"), ("followers", "private")],
)
async def test_their_audience_is_kept(scene: Scene, visibility: Any, expected: str) -> None:
    await scene.tom_follows_ada()

    uri = await scene.peer.post("ada", "hello", visibility=visibility)

    assert (await scene.tom.wait_home(uri))["visibility"] == expected


async def test_their_private_post_is_hidden_from_others_here(scene: Scene) -> None:
    eve = await scene.school.person("eve")
    await scene.tom_follows_ada()

    uri = await scene.peer.post("ada", "for my followers", visibility="followers")
    status = await scene.tom.wait_home(uri)

    path = f"/api/v1/statuses/{status['id']}"
    assert (await eve.client.get(path)).status_code == 404
    assert (await scene.school.client.get(path)).status_code in (401, 404)


async def test_their_reply_threads_under_ours_and_notifies(scene: Scene) -> None:
    question = await scene.tom.write("Who has a globe?")

    answer = await scene.peer.post(
        "ada", "I have", in_reply_to=question["uri"], mentions=[scene.tom.handle]
    )
    told = await scene.tom.wait_notification("mention", scene.ada_acct)
    thread = await scene.tom.get(f"/api/v1/statuses/{question['id']}/context")

    assert told["status"]["uri"] == answer
    assert told["status"]["in_reply_to_id"] == question["id"]
    assert [reply["uri"] for reply in thread["descendants"]] == [answer]
    await scene.wait_counts(question["id"], replies=1)


async def test_our_reply_threads_under_theirs(scene: Scene) -> None:
    await scene.tom_follows_ada()
    question = await scene.peer.post("ada", "Who has a map?")
    status = await scene.tom.wait_home(question)

    reply = await scene.tom.write(f"{scene.ada.handle} I have", in_reply_to_id=status["id"])

    note = await scene.peer.wait_note(reply["uri"])
    assert note.in_reply_to == question
    assert scene.ada.uri in note.to + note.cc


# Likes and boosts


async def test_their_like_and_boost_count_notify_and_can_be_undone(scene: Scene) -> None:
    status = await scene.tom.write("likeable")

    await scene.peer.like("ada", status["uri"])
    await scene.peer.announce("ada", status["uri"])
    await scene.wait_counts(status["id"], favourites=1, reblogs=1)
    await scene.tom.wait_notification("favourite", scene.ada_acct)
    await scene.tom.wait_notification("reblog", scene.ada_acct)

    await scene.peer.unlike("ada", status["uri"])
    await scene.peer.unannounce("ada", status["uri"])
    await scene.wait_counts(status["id"], favourites=0, reblogs=0)


async def test_our_like_and_boost_reach_them_and_can_be_undone(scene: Scene) -> None:
    await scene.tom_follows_ada()
    uri = await scene.peer.post("ada", "likeable")
    path = f"/api/v1/statuses/{(await scene.tom.wait_home(uri))['id']}"

    await scene.tom.post(f"{path}/favourite")
    await scene.tom.post(f"{path}/reblog")
    await scene.peer.wait_state(
        "ada",
        lambda ada: ada.note(uri).likes == [scene.tom_uri] == ada.note(uri).shares,
        "like and boost",
    )

    await scene.tom.post(f"{path}/unfavourite")
    await scene.tom.post(f"{path}/unreblog")
    await scene.peer.wait_state(
        "ada", lambda ada: not ada.note(uri).likes and not ada.note(uri).shares, "both undone"
    )


async def test_boost_of_an_unknown_post_brings_the_post(scene: Scene) -> None:
    ben = await scene.peer.create_actor("ben")
    await scene.tom_follows_ada()
    uri = await scene.peer.post("ben", "found by ada")

    await scene.peer.announce("ada", uri)

    def boosted(page: list[dict[str, Any]]) -> dict[str, Any]:
        return next((s["reblog"] for s in page if s["reblog"] and s["reblog"]["uri"] == uri), {})

    post = await scene.tom.wait("/api/v1/timelines/home", boosted, "the boost")
    assert post["account"]["acct"] == ben.handle[1:]


# Restarts


async def test_post_survives_a_kill_before_it_was_delivered(scene: Scene) -> None:
    await scene.ada_follows_tom()

    status = await scene.tom.write("written a moment before the power cut")
    scene.school.kill()
    await scene.school.start()

    await scene.peer.wait_note(status["uri"], timeout=30)


async def test_server_stops_cleanly_and_comes_back(scene: Scene) -> None:
    await scene.ada_follows_tom()

    await scene.school.restart()

    status = await scene.tom.write("after the restart")
    await scene.peer.wait_note(status["uri"])
    with pytest.raises(httpx.HTTPStatusError):
        (await scene.school.client.get("/api/v1/accounts/verify_credentials")).raise_for_status()
