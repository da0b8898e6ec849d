"""Posting, showing, editing and deleting through the client API."""

import asyncio

from tests.api import contract
from tests.people import School

JSON = {"Content-Type": "application/json"}


async def test_post_is_shown_with_its_words_people_and_tags(school: School) -> None:
    ada = await school.teacher("ada")
    ben = await school.teacher("ben")

    status = await ada.says("Hello @ben, a #Maths idea: https://example.com/page?x=1")

    assert status["visibility"] == "public"
    assert 'href="https://oak.test/@ben"' in status["content"]
    assert [m["acct"] for m in status["mentions"]] == ["ben"]
    assert [(t["name"], t["url"]) for t in status["tags"]] == [
        ("maths", "https://oak.test/tags/maths")
    ]
    assert status["url"] == f"https://oak.test/@ada/{status['id']}"
    assert status["uri"] == f"https://oak.test/users/ada/statuses/{status['id']}"
    assert (await ben.reads(f"/api/v1/statuses/{status['id']}"))["content"] == status["content"]


async def test_answers_have_the_shape_that_clients_expect(school: School) -> None:
    ada = await school.teacher("ada")

    posted = await ada.post("/api/v1/statuses", json={"status": "Hello #maths"})
    status_id = posted.json["id"]

    contract.check("POST", "/api/v1/statuses", posted)
    for template in (
        "/api/v1/statuses/{id}",
        "/api/v1/statuses/{id}/context",
        "/api/v1/statuses/{id}/source",
        "/api/v1/statuses/{id}/history",
        "/api/v1/statuses/{id}/favourited_by",
    ):
        contract.check("GET", template, await ada.get(template.replace("{id}", status_id)))
    for deed in ("favourite", "reblog", "bookmark", "pin", "mute"):
        for name in (deed, f"un{deed}"):
            answer = await ada.post(f"/api/v1/statuses/{status_id}/{name}")
            contract.check("POST", f"/api/v1/statuses/{{id}}/{name}", answer)
    contract.check(
        "PUT",
        "/api/v1/statuses/{id}",
        await ada.put(f"/api/v1/statuses/{status_id}", json={"status": "Hello again"}),
    )
    contract.check(
        "DELETE", "/api/v1/statuses/{id}", await ada.delete(f"/api/v1/statuses/{status_id}")
    )


async def test_form_and_json_post_the_same(school: School) -> None:
    ada = await school.teacher("ada")

    by_form = await ada.post(
        "/api/v1/statuses",
        form={"status": "Form", "sensitive": "True", "visibility": "unlisted"},
    )
    by_json = await ada.post(
        "/api/v1/statuses", json={"status": "Json", "sensitive": "1", "visibility": "unlisted"}
    )

    assert by_form.json["sensitive"] is True
    assert by_json.json["sensitive"] is True
    assert by_form.json["visibility"] == by_json.json["visibility"] == "unlisted"


async def test_repeated_idempotency_key_answers_with_the_first_post(school: School) -> None:
    ada = await school.teacher("ada")
    key = {"Idempotency-Key": "once"}

    first = await ada.post("/api/v1/statuses", json={"status": "Once"}, headers=key)
    second = await ada.post("/api/v1/statuses", json={"status": "Once"}, headers=key)
    other = await ada.post(
        "/api/v1/statuses", json={"status": "Once"}, headers={"Idempotency-Key": "twice"}
    )

    assert first.json["id"] == second.json["id"]
    assert other.json["id"] != first.json["id"]


async def test_thread_reads_from_the_root_down(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    root = await ada.says("Root")
    first = await ben.says("@ada first", in_reply_to_id=root["id"])
    deeper = await ada.says("@ben deeper", in_reply_to_id=first["id"])
    second = await ben.says("@ada second", in_reply_to_id=root["id"])

    around = await ada.reads(f"/api/v1/statuses/{first['id']}/context")
    whole = await ada.reads(f"/api/v1/statuses/{root['id']}/context")

    assert [s["id"] for s in around["ancestors"]] == [root["id"]]
    assert [s["id"] for s in around["descendants"]] == [deeper["id"]]
    assert [s["id"] for s in whole["descendants"]] == [first["id"], deeper["id"], second["id"]]
    assert (await ada.reads(f"/api/v1/statuses/{root['id']}"))["replies_count"] == 2


async def test_edit_keeps_every_version(school: School) -> None:
    ada = await school.teacher("ada")
    status = await ada.says("First #one")

    edited = await ada.put(
        f"/api/v1/statuses/{status['id']}", json={"status": "Second #two", "spoiler_text": "note"}
    )
    history = await ada.reads(f"/api/v1/statuses/{status['id']}/history")
    source = await ada.reads(f"/api/v1/statuses/{status['id']}/source")

    assert edited.json["edited_at"] is not None
    assert [tag["name"] for tag in edited.json["tags"]] == ["two"]
    assert ["First" in v["content"] for v in history] == [True, False]
    assert source == {"id": status["id"], "text": "Second #two", "spoiler_text": "note"}


async def test_nobody_edits_or_deletes_what_is_not_theirs(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    status = await ada.says("Mine")

    edit = await ben.put(f"/api/v1/statuses/{status['id']}", json={"status": "Yours"})
    delete = await ben.delete(f"/api/v1/statuses/{status['id']}")

    assert (edit.status, delete.status) == (404, 404)
    assert "Mine" in (await ada.reads(f"/api/v1/statuses/{status['id']}"))["content"]


async def test_deleted_status_gives_its_source_back_and_is_gone(school: School) -> None:
    ada = await school.teacher("ada")
    status = await ada.says("Draft me #again")

    deleted = await ada.delete(f"/api/v1/statuses/{status['id']}")

    assert deleted.json["text"] == "Draft me #again"
    assert "content" not in deleted.json
    assert (await ada.get(f"/api/v1/statuses/{status['id']}")).status == 404
    assert (await ada.reads("/api/v1/accounts/verify_credentials"))["statuses_count"] == 0


async def test_direct_post_is_seen_by_the_people_named_alone(school: School) -> None:
    ada, ben, eve = [await school.teacher(name) for name in ("ada", "ben", "eve")]
    status = await ada.says("@ben a word", visibility="direct")
    path = f"/api/v1/statuses/{status['id']}"

    assert (await ben.get(path)).status == 200
    assert (await eve.get(path)).status == 404
    assert (await school.stranger.get(path)).status == 404
    assert (await eve.post(f"{path}/favourite")).status == 404
    assert (await ben.post(f"{path}/reblog")).status == 404


async def test_private_post_is_for_followers(school: School) -> None:
    ada, ben, eve = [await school.teacher(name) for name in ("ada", "ben", "eve")]
    await ben.does(f"/api/v1/accounts/{ada.id}/follow")
    status = await ada.says("For my followers", visibility="private")
    path = f"/api/v1/statuses/{status['id']}"

    assert (await ben.get(path)).status == 200
    assert (await eve.get(path)).status == 404
    assert (await ben.post(f"{path}/reblog")).status == 404
    assert (await ada.post(f"{path}/reblog")).json["visibility"] == "private"


async def test_blocked_person_sees_nothing_of_the_author(school: School) -> None:
    ada, eve = await school.teacher("ada"), await school.teacher("eve")
    status = await ada.says("Public")
    await ada.does(f"/api/v1/accounts/{eve.id}/block")

    assert (await eve.get(f"/api/v1/statuses/{status['id']}")).status == 404
    assert await eve.reads(f"/api/v1/accounts/{ada.id}/statuses") == []


async def test_boosts_go_to_whom_posts_go_unless_told_otherwise(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    first, second = await ada.says("one"), await ada.says("two")
    answer = await ben.patch(
        "/api/v1/accounts/update_credentials", json={"source": {"privacy": "private"}}
    )
    assert answer.status == 200

    usual = await ben.does(f"/api/v1/statuses/{first['id']}/reblog")
    told = await ben.does(f"/api/v1/statuses/{second['id']}/reblog", visibility="public")

    assert usual["visibility"] == "private"
    assert told["visibility"] == "public"


async def test_favourite_boost_and_bookmark_count_once_and_come_back(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    status = await ada.says("Like me")
    path = f"/api/v1/statuses/{status['id']}"

    for _ in range(2):
        await ben.does(f"{path}/favourite")
        boost = await ben.does(f"{path}/reblog")
        await ben.does(f"{path}/bookmark")
    seen = await ben.reads(path)

    assert boost["reblog"]["id"] == status["id"]
    assert (seen["favourites_count"], seen["reblogs_count"]) == (1, 1)
    assert (seen["favourited"], seen["reblogged"], seen["bookmarked"]) == (True, True, True)
    assert [s["id"] for s in await ben.reads("/api/v1/favourites")] == [status["id"]]
    assert [s["id"] for s in await ben.reads("/api/v1/bookmarks")] == [status["id"]]
    assert [a["acct"] for a in await ada.reads(f"{path}/favourited_by")] == ["ben"]
    assert [a["acct"] for a in await ada.reads(f"{path}/reblogged_by")] == ["ben"]

    for name in ("unfavourite", "unreblog", "unbookmark"):
        await ben.does(f"{path}/{name}")
    after = await ben.reads(path)

    assert (after["favourites_count"], after["reblogs_count"]) == (0, 0)
    assert (after["favourited"], after["reblogged"], after["bookmarked"]) == (False, False, False)
    assert await ben.reads("/api/v1/bookmarks") == []


async def test_pinned_posts_show_on_the_profile(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    status = await ada.says("Welcome")
    await ada.says("Later")

    await ada.does(f"/api/v1/statuses/{status['id']}/pin")

    pinned = await ben.reads(f"/api/v1/accounts/{ada.id}/statuses?pinned=true")
    assert [s["id"] for s in pinned] == [status["id"]]
    assert (await ben.post(f"/api/v1/statuses/{status['id']}/pin")).status == 422


async def test_bad_posts_change_nothing_and_say_why(school: School) -> None:
    ada = await school.teacher("ada")
    before = await ada.reads("/api/v1/accounts/verify_credentials")

    refused = [
        await ada.post("/api/v1/statuses", json={"status": "x" * 501}),
        await ada.post("/api/v1/statuses", json={"status": "   "}),
        await ada.post("/api/v1/statuses", json={"status": "x", "visibility": "everyone"}),
        await ada.post("/api/v1/statuses", json={"status": "x", "media_ids": ["1"]}),
        await ada.post("/api/v1/statuses", json={"status": "x", "in_reply_to_id": "1"}),
        await ada.post("/api/v1/statuses", json={"status": {"a": 1}}),
        await ada.post("/api/v1/statuses", json={"status": "x", "poll": {"options": ["a", "a"]}}),
        await ada.post(
            "/api/v1/statuses", data=b"{broken", headers={"Content-Type": "application/json"}
        ),
        await ada.post("/api/v1/statuses", json=["x"]),
        await school.stranger.post("/api/v1/statuses", json={"status": "x"}),
    ]

    assert [answer.status for answer in refused] == [
        422, 422, 422, 422, 404, 422, 422, 400, 400, 401,
    ]  # fmt: skip
    assert all(answer.json["error"] for answer in refused)
    after = await ada.reads("/api/v1/accounts/verify_credentials")
    assert after["statuses_count"] == before["statuses_count"] == 0


async def test_urls_and_handles_count_as_mastodon_counts(school: School) -> None:
    ada = await school.teacher("ada")
    url = "https://example.com/" + "x" * 400

    assert (await ada.post("/api/v1/statuses", json={"status": f"{'a' * 476} {url}"})).status == 200
    assert (await ada.post("/api/v1/statuses", json={"status": f"{'a' * 477} {url}"})).status == 422


async def test_token_without_the_scope_may_not_post(school: School) -> None:
    ada = await school.teacher("ada", scopes="read")

    answer = await ada.post("/api/v1/statuses", json={"status": "x"})

    assert answer.status == 403
    assert answer.json == {"error": "This action is outside the authorized scopes"}


async def test_boost_can_be_deleted_like_a_post(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    status = await ada.says("Boost me")
    boost = await ben.does(f"/api/v1/statuses/{status['id']}/reblog")

    deleted = await ben.delete(f"/api/v1/statuses/{boost['id']}")

    assert deleted.status == 200
    assert (await ada.reads(f"/api/v1/statuses/{status['id']}"))["reblogs_count"] == 0


async def test_deleting_what_others_boosted_and_answered_leaves_true_counts(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    status = await ada.says("Boost and answer me")
    await ben.does(f"/api/v1/statuses/{status['id']}/reblog")
    answer = await ben.says("@ada answer", in_reply_to_id=status["id"])

    await ada.delete(f"/api/v1/statuses/{status['id']}")

    assert (await ben.reads("/api/v1/accounts/verify_credentials"))["statuses_count"] == 1
    assert (await ben.reads(f"/api/v1/statuses/{answer['id']}"))["in_reply_to_id"] is None


async def test_posts_sent_together_with_one_key_are_one(school: School) -> None:
    ada = await school.teacher("ada")
    key = {"Idempotency-Key": "at once"}

    answers = await asyncio.gather(
        *(ada.post("/api/v1/statuses", json={"status": "Once"}, headers=key) for _ in range(5))
    )

    assert {answer.status for answer in answers} == {200}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert (await ada.reads("/api/v1/accounts/verify_credentials"))["statuses_count"] == 1
