"""Custom emojis across servers: ours as they go out, others' as they come, change and misbehave."""

import io
from typing import Any

import pytest
from PIL import Image

from fedschool.services import emojis
from tests.api.test_media import path_of, picture
from tests.federation.policies import block_domain
from tests.federation.stories import follows, known
from tests.federation.test_posts import status_of
from tests.peers import Peer, Person, moment
from tests.people import School, Teacher

JSON = {"Accept": "application/activity+json"}


def tag(peer: Peer, name: str = "blobcat", path: str = "/cat.png", **more: Any) -> dict[str, Any]:
    return {
        "id": f"{peer.origin}/emojis/{name}",
        "type": "Emoji",
        "name": f":{name}:",
        "icon": {"type": "Image", "mediaType": "image/png", "url": f"{peer.origin}{path}"},
        **more,
    }


async def arrives(
    school: School, alice: Teacher, ada: Person, text: str, *tags: dict[str, Any]
) -> dict[str, Any]:
    note = ada.note(text, tag=list(tags))
    await ada.tells(school, ada.creates(note))
    status = await status_of(alice, note)
    assert status is not None
    return status


async def test_an_emoji_of_another_server_is_shown_through_ours(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)
    peer.pages["/cat.png"] = picture("PNG", (48, 48))

    status = await arrives(
        school, alice, ada, "Look :blobcat:", tag(peer), tag(peer, "unused", "/other.png")
    )

    [item] = status["emojis"]
    assert item["shortcode"] == "blobcat"
    assert item["visible_in_picker"] is False
    assert "/cat.png" not in peer.asked
    for name in ("url", "static_url", "url"):
        seen = await school.stranger.get(path_of(school, item[name]))
        assert seen.status == 200
        assert seen.headers["Content-Type"] in ("image/png", "image/jpeg")
        assert Image.open(io.BytesIO(seen.body)).size == (48, 48)
    assert peer.asked.count("/cat.png") == 1
    assert "/other.png" not in peer.asked
    assert (await school.stranger.get("/api/v1/custom_emojis")).json == []


async def test_emojis_of_a_remote_profile_come_with_the_account(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    ada.publish(name="Ada :blobcat:", tag=[tag(peer)])

    account = await alice.reads(f"/api/v1/accounts/{await known(school, ada)}")

    assert [item["shortcode"] for item in account["emojis"]] == ["blobcat"]


async def test_an_emoji_changes_when_its_server_says_so_later(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)
    peer.pages["/cat.png"] = picture("PNG", (48, 48))
    peer.pages["/new.png"] = picture("PNG", (40, 40))
    peer.pages["/old.png"] = picture("PNG", (8, 8))
    first = await arrives(school, alice, ada, ":blobcat:", tag(peer, updated=moment(60_000)))

    newer = await arrives(
        school, alice, ada, ":blobcat: again", tag(peer, path="/new.png", updated=moment(30_000))
    )
    older = await arrives(
        school, alice, ada, ":blobcat: late", tag(peer, path="/old.png", updated=moment(90_000))
    )

    assert first["emojis"] == newer["emojis"] == older["emojis"]
    seen = await school.stranger.get(path_of(school, first["emojis"][0]["url"]))
    assert Image.open(io.BytesIO(seen.body)).size == (40, 40)


async def test_the_same_name_on_two_servers_is_two_emojis(
    school: School, peer: Peer, other_peer: Peer, alice: Teacher, ada: Person
) -> None:
    await emojis.add(school.site, "blobcat", picture("PNG", (16, 16)))
    ben = other_peer.person("ben")
    await follows(school, alice, ada)
    await follows(school, alice, ben)

    first = await arrives(school, alice, ada, ":blobcat:", tag(peer))
    second = await arrives(school, alice, ben, ":blobcat:", tag(other_peer))
    untagged = await arrives(school, alice, ben, "no tag :blobcat:")
    ours = await alice.says(":blobcat:")

    shown = {first["emojis"][0]["url"], second["emojis"][0]["url"], ours["emojis"][0]["url"]}
    assert len(shown) == 3
    assert untagged["emojis"] == []


@pytest.mark.parametrize(
    "body",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        picture("PNG") + bytes(600_000),
        b"GIF89a",
    ],
)
async def test_what_is_no_small_picture_does_not_pass(
    school: School, peer: Peer, alice: Teacher, ada: Person, body: bytes
) -> None:
    await follows(school, alice, ada)
    peer.pages["/cat.png"] = body

    status = await arrives(school, alice, ada, ":blobcat:", tag(peer))

    path = path_of(school, status["emojis"][0]["url"])
    assert (await school.stranger.get(path)).status == 404
    assert (await school.stranger.get(path[:-1] + "0")).status == 404


@pytest.mark.parametrize(
    "name", ["a b", "<script>", "x" * 65, "", "a:b", "a/b", 'a"b', "owl\u202e"]
)
async def test_hostile_shortcodes_are_left_out(
    school: School, peer: Peer, alice: Teacher, ada: Person, name: str
) -> None:
    await follows(school, alice, ada)

    status = await arrives(school, alice, ada, f"Look :{name}:", tag(peer, name))

    assert status["emojis"] == []


async def test_a_thousand_emojis_are_a_few(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)
    many = [f"cat{n}" for n in range(1_000)]

    status = await arrives(
        school, alice, ada, " ".join(f":{name}:" for name in many), *(tag(peer, n) for n in many)
    )

    assert 0 < len(status["emojis"]) <= emojis.MAX_IN_TEXT


async def test_pictures_of_refused_servers_are_not_shown(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)
    peer.pages["/cat.png"] = picture("PNG", (48, 48))
    status = await arrives(school, alice, ada, ":blobcat:", tag(peer))

    await block_domain(school, peer.host)

    path = path_of(school, status["emojis"][0]["url"])
    assert (await school.stranger.get(path)).status == 404


async def test_our_emojis_go_out_with_posts_and_profiles(
    school: School, peer: Peer, alice: Teacher
) -> None:
    await emojis.add(school.site, "owl", picture("PNG", (64, 64)))
    await alice.patch("/api/v1/accounts/update_credentials", json={"display_name": "A :owl:"})
    status = await alice.says("An :owl:")

    note = await school.stranger.get(status["uri"].removeprefix("https://oak.test"), headers=JSON)
    actor = await school.stranger.get("/users/alice", headers=JSON)

    [said] = [item for item in note.json["tag"] if item["type"] == "Emoji"]
    assert said["name"] == ":owl:"
    assert said["id"] == "https://oak.test/emojis/owl"
    assert said["icon"]["mediaType"] == "image/png"
    assert said["icon"]["url"] == status["emojis"][0]["url"]
    assert said in actor.json["tag"]
    document = await school.stranger.get("/emojis/owl", headers=JSON)
    assert document.json["icon"] == said["icon"]
    assert (await school.stranger.get("/emojis/dog", headers=JSON)).status == 404


async def test_an_edited_post_of_another_server_brings_its_emojis(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)
    note = ada.note("plain")
    await ada.tells(school, ada.creates(note))
    edited = {**note, "content": "<p>:blobcat:</p>", "tag": [tag(peer)], "updated": moment()}

    await ada.tells(school, ada.activity("Update", edited, to=note["to"], cc=note["cc"]))

    status = await status_of(alice, note)
    assert status is not None
    assert [item["shortcode"] for item in status["emojis"]] == ["blobcat"]


async def test_films_of_other_servers_come_with_what_is_said_of_them(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)
    peer.pages["/film.jpg"] = picture(size=(64, 36))
    note = ada.note(
        "A film",
        attachment=[
            {
                "type": "Document",
                "mediaType": "video/mp4",
                "url": f"{peer.origin}/film.mp4",
                "name": "A bar",
                "width": 640,
                "height": 360,
                "duration": "PT1M2.5S",
                "icon": {"type": "Image", "url": f"{peer.origin}/film.jpg"},
            }
        ],
    )

    await ada.tells(school, ada.creates(note))

    status = await status_of(alice, note)
    assert status is not None
    [film] = status["media_attachments"]
    assert film["type"] == "video"
    assert film["meta"]["original"] == {"width": 640, "height": 360, "duration": 62.5}
    assert film["meta"]["length"] == "0:01:02.50"
    assert film["preview_remote_url"] == f"{peer.origin}/film.jpg"
    shown = await school.stranger.get(path_of(school, film["preview_url"]))
    assert Image.open(io.BytesIO(shown.body)).size == (64, 36)
