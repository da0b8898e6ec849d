"""What a signed stranger, a thief or a broken peer must not achieve at our server."""

from typing import Any

import pytest

from tests.live.peer_views import CAVAGE, RFC9421, Reply, Spec
from tests.live.scene import Scene


@pytest.mark.parametrize("spec", [RFC9421, CAVAGE])
async def test_forgeries_are_refused_and_change_nothing(scene: Scene, spec: Spec) -> None:
    status = await scene.tom.write("likeable")
    document = await scene.peer.lookup(scene.tom_uri)
    assert document is not None
    inbox = document["inbox"]
    eve = await scene.peer.create_actor("eve")

    def like(actor: str, number: int) -> dict[str, Any]:
        return {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"{actor}#likes/{number}",
            "type": "Like",
            "actor": actor,
            "object": status["uri"],
        }

    async def send(number: int, actor: str = scene.ada.uri, **how: Any) -> Reply:
        return await scene.peer.deliver(inbox, like(actor, number), spec=spec, **how)

    refused = [
        await send(1, signer="eve"),
        await send(2, signer="eve", key_id=f"{scene.ada.uri}#main-key"),
        await send(3, signer="ada", tamper="body"),
        await send(4, signer="ada", tamper="host"),
        await send(5, signer="ada", skew_seconds=-90_000),
        await send(6),
        await send(7, actor=scene.tom_uri, signer="ada"),
    ]
    assert all(reply.status in (401, 403) for reply in refused), refused

    assert (await send(8, actor=eve.uri, signer="eve")).status in (200, 202)
    await scene.wait_counts(status["id"], favourites=1)


async def test_note_of_another_host_is_not_taken_from_a_signed_stranger(scene: Scene) -> None:
    await scene.tom_follows_ada()
    victim = f"{scene.school.base_url}/forged/1"
    document = await scene.peer.lookup(scene.tom_uri)
    assert document is not None

    forged = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{scene.ada.uri}#forged",
        "type": "Create",
        "actor": scene.ada.uri,
        "to": ["https://www.w3.org/ns/activitystreams#Public"],
        "object": {
            "id": victim,
            "type": "Note",
            "attributedTo": scene.tom_uri,
            "content": "<p>tom never said so</p>",
            "to": ["https://www.w3.org/ns/activitystreams#Public"],
            "published": "2026-01-01T00:00:00Z",
        },
    }
    await scene.peer.deliver(document["inbox"], forged, signer="ada")
    marker = await scene.peer.post("ada", "an honest note, sent later")

    await scene.tom.wait_home(marker)
    assert all("never said" not in status["content"] for status in await scene.tom.home())
    for query in (victim, scene.tom_uri):
        found = await scene.tom.get("/api/v2/search", q=query, type="statuses", resolve="true")
        assert found["statuses"] == []


async def test_delete_of_somebody_elses_post_is_ignored(scene: Scene) -> None:
    status = await scene.tom.write("mine to delete")
    document = await scene.peer.lookup(scene.tom_uri)
    assert document is not None

    await scene.peer.deliver(
        document["inbox"],
        {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"{scene.ada.uri}#forged-delete",
            "type": "Delete",
            "actor": scene.ada.uri,
            "object": status["uri"],
        },
        signer="ada",
    )
    await scene.peer.like("ada", status["uri"])

    await scene.wait_counts(status["id"], favourites=1)


async def test_garbage_at_the_inbox_is_a_plain_refusal(scene: Scene) -> None:
    document = await scene.peer.lookup(scene.tom_uri)
    assert document is not None

    for body in ("", "{", "[]", '"x"', "null", "{}", '{"type":"Like"}', "[" * 5000):
        reply = await scene.peer.deliver(document["inbox"], body, signer="ada")
        assert 400 <= reply.status < 500, (body, reply.text)
