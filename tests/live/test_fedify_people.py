"""Our server and a Fedify server, both real: finding, following, blocking and losing people."""

from typing import Any

import pytest

from tests.live.peer_views import CAVAGE, RFC9421, Spec
from tests.live.scene import Scene
from tests.live.waiting import stays


async def test_each_side_finds_the_other(scene: Scene) -> None:
    finger = await scene.peer.webfinger(f"acct:{scene.tom.handle[1:]}")
    by_uri = await scene.peer.lookup(scene.tom_uri)
    info, valid = await scene.peer.nodeinfo(scene.school.base_url)
    ada = await scene.tom.get(f"/api/v1/accounts/{scene.ada_id}")
    again = await scene.tom.find(scene.ada.uri)

    assert finger is not None
    assert finger["subject"] == f"acct:{scene.tom.handle[1:]}"
    assert by_uri is not None
    assert by_uri["preferredUsername"] == "tom"
    assert info["software"]["name"] == "fedschool"
    assert valid
    assert ada["acct"] == scene.ada_acct
    assert ada["display_name"] == "Ada L."
    assert ada["uri"] == scene.ada.uri
    assert again["id"] == scene.ada_id


async def test_unknown_names_are_not_found(scene: Scene) -> None:
    nobody = await scene.tom.get(
        "/api/v2/search", q=f"@nobody@{scene.peer.host}", resolve="true", type="accounts"
    )

    assert nobody["accounts"] == []
    assert await scene.peer.lookup(f"@nobody@{scene.school.host}") is None


async def test_public_collections_can_be_walked(scene: Scene) -> None:
    await scene.ada_follows_tom()
    shown = await scene.tom.write("on the notice board")
    await scene.tom.write("for followers", visibility="private")

    document = await scene.peer.lookup(scene.tom_uri)
    assert document is not None
    outbox = await scene.peer.traverse(document["outbox"], actor="ada")
    followers = await scene.peer.fetch(document["followers"], actor="ada")

    assert [item["object"]["id"] for item in outbox if isinstance(item["object"], dict)] in (
        [shown["uri"]],
        [],
    )
    assert shown["uri"] in str(outbox)
    assert "for followers" not in str(outbox)
    assert followers.json["totalItems"] == 1


# Following


@pytest.mark.parametrize("spec", [RFC9421, CAVAGE])
async def test_follows_go_both_ways_and_end(scene: Scene, spec: Spec) -> None:
    await scene.peer.knock_first(spec)

    await scene.ada_follows_tom()
    await scene.tom.wait_notification("follow", scene.ada_acct)
    await scene.tom_follows_ada()
    await scene.tom_relation("followed_by", True)
    knocks = await scene.peer.knocks()
    assert knocks[scene.school.base_url] == spec

    await scene.peer.unfollow("ada", scene.tom_uri)
    await scene.tom_relation("followed_by", False)
    await scene.tom.post(f"/api/v1/accounts/{scene.ada_id}/unfollow")
    await scene.peer.wait_state("ada", lambda ada: not ada.followers, "tom unfollowed")


async def test_locked_account_here_decides_on_requests(scene: Scene) -> None:
    await scene.tom.patch("/api/v1/accounts/update_credentials", locked=True)
    await scene.peer.create_actor("ben")

    await scene.peer.follow("ada", scene.tom.handle)
    await scene.peer.follow("ben", scene.tom.handle)
    await scene.tom.wait_notification("follow_request", scene.ada_acct)
    await scene.tom.wait_notification("follow_request", f"ben@{scene.peer.host}")
    requests = await scene.tom.get("/api/v1/follow_requests")
    assert {account["acct"] for account in requests} == {
        scene.ada_acct,
        f"ben@{scene.peer.host}",
    }
    assert not (await scene.peer.state("ada")).follows(scene.tom_uri)

    await scene.tom.post(f"/api/v1/follow_requests/{scene.ada_id}/authorize")
    ben_id = next(a["id"] for a in requests if a["id"] != scene.ada_id)
    await scene.tom.post(f"/api/v1/follow_requests/{ben_id}/reject")

    await scene.peer.wait_state("ada", lambda ada: ada.follows(scene.tom_uri), "an Accept")
    await scene.peer.wait_state("ben", lambda ben: not ben.following, "a Reject")


async def test_locked_account_there_decides_on_requests(scene: Scene) -> None:
    await scene.peer.update_actor("ada", locked=True)

    await scene.tom.post(f"/api/v1/accounts/{scene.ada_id}/follow")
    await scene.peer.wait_state("ada", lambda ada: ada.requests == [scene.tom_uri], "a request")
    relation = await scene.tom.relationship(scene.ada_id)
    assert relation["requested"]
    assert not relation["following"]

    await scene.peer.accept_request("ada", scene.tom_uri)
    await scene.tom_relation("following", True)
    await scene.peer.reject_follower("ada", scene.tom_uri)
    await scene.tom_relation("following", False)


async def test_remover_of_a_follower_is_believed(scene: Scene) -> None:
    await scene.ada_follows_tom()

    await scene.tom.post(f"/api/v1/accounts/{scene.ada_id}/remove_from_followers")

    await scene.peer.wait_state("ada", lambda ada: not ada.following, "a Reject")


async def test_our_block_ends_follows_and_silences(scene: Scene) -> None:
    await scene.ada_follows_tom()
    await scene.tom_follows_ada()

    await scene.tom.post(f"/api/v1/accounts/{scene.ada_id}/block")
    await scene.peer.wait_state("ada", lambda ada: not ada.followers, "tom unfollowed")
    since = await scene.peer.mark()
    await scene.tom.write("not for ada")

    async def anything_new() -> list[Any]:
        return await scene.peer.received(type="Create", since=since)

    await stays(anything_new, "ada is blocked")

    await scene.tom.post(f"/api/v1/accounts/{scene.ada_id}/unblock")
    await scene.ada_follows_tom()


async def test_their_block_ends_our_follow(scene: Scene) -> None:
    await scene.tom_follows_ada()

    await scene.peer.block("ada", scene.tom.handle)

    await scene.tom_relation("following", False)


async def test_new_keys_are_found_when_the_old_ones_fail(scene: Scene) -> None:
    await scene.tom_follows_ada()
    await scene.tom.wait_home(await scene.peer.post("ada", "with the first key"))

    await scene.peer.rotate_keys("ada")

    await scene.tom.wait_home(await scene.peer.post("ada", "with the second key"))


async def test_profile_change_arrives(scene: Scene) -> None:
    await scene.tom_follows_ada()

    await scene.peer.update_actor("ada", display_name="Ada Lovelace", summary="<p>Engines</p>")

    account = await scene.tom.wait(
        f"/api/v1/accounts/{scene.ada_id}",
        lambda found: found if found["display_name"] == "Ada Lovelace" else {},
        "the new name",
    )
    assert "Engines" in account["note"]


async def test_departed_person_takes_their_posts_along(scene: Scene) -> None:
    await scene.tom_follows_ada()
    status = await scene.tom.wait_home(await scene.peer.post("ada", "farewell"))

    await scene.peer.delete_actor("ada")

    await scene.tom.wait(
        "/api/v1/timelines/home",
        lambda page: all(found["id"] != status["id"] for found in page),
        "the farewell",
    )
    assert (await scene.tom.client.get(f"/api/v1/statuses/{status['id']}")).status_code == 404
