"""Quotes between servers: asked for, let stand, refused, forged and taken back (FEP-044f)."""

from typing import Any

import pytest

from fedschool.activitypub.vocab import PUBLIC
from tests.federation.stories import follows, is_followed, known
from tests.peers import Document, Peer, Person, moment
from tests.people import School, Teacher


def quotes(person: Person, uri: str, **more: Any) -> Document:
    """A post of the peer's person that quotes what has this URI."""
    fallback = f'<p class="quote-inline">RE: <a href="{uri}">{uri}</a></p><p>Look</p>'
    return person.note("Look", **{"content": fallback, "quote": uri, "quoteUri": uri, **more})


def policy(*whom: str) -> Document:
    return {"interactionPolicy": {"canQuote": {"automaticApproval": list(whom)}}}


def authorization(author: Person, quoting: str, quoted: str, **changes: Any) -> Document:
    """The author's consent, served at their server."""
    document = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": author.peer.uri("authorizations"),
        "type": "QuoteAuthorization",
        "attributedTo": author.uri,
        "interactingObject": quoting,
        "interactionTarget": quoted,
        **changes,
    }
    author.peer.serve(document["id"], document)
    return document


async def asks(school: School, person: Person, quoted: str, note: Document, **how: Any) -> Document:
    """The peer's person asks to quote one of ours; what is answered."""
    instrument = note["id"] if how.get("by_name") else note
    request = person.activity("QuoteRequest", quoted, instrument=instrument)
    before = len(person.peer.inbox)
    await person.tells(school, request)
    told = [each for each in person.peer.inbox[before:] if each["type"] in ("Accept", "Reject")]
    return told[-1] if told else {}


async def found(teacher: Teacher, note: Document) -> dict[str, Any]:
    """The note as the teacher finds it by its address."""
    answer = await teacher.reads(f"/api/v2/search?type=statuses&resolve=true&q={note['id']}")
    [status] = answer["statuses"]
    shown: dict[str, Any] = status
    return shown


async def shown(teacher: Teacher, note: Document) -> dict[str, Any]:
    """The note in the teacher's home."""
    home: list[dict[str, Any]] = await teacher.reads("/api/v1/timelines/home")
    return next(status for status in home if status["uri"] == note["id"])


# Ours, quoted by others.


@pytest.mark.parametrize("by_name", [False, True])
async def test_request_is_granted_by_the_policy_and_documented(
    school: School, alice: Teacher, ada: Person, by_name: bool
) -> None:
    original = await alice.says("Mine")
    note = quotes(ada, original["uri"])

    answer = await asks(school, ada, original["uri"], note, by_name=by_name)

    assert answer["type"] == "Accept"
    assert answer["object"]["instrument"] == note["id"]
    stamp = await school.stranger.get(answer["result"].removeprefix("https://oak.test"))
    assert stamp.status == 200
    assert stamp.json["type"] == "QuoteAuthorization"
    assert stamp.json["id"] == answer["result"]
    assert stamp.json["attributedTo"] == "https://oak.test/users/alice"
    assert stamp.json["interactingObject"] == note["id"]
    assert stamp.json["interactionTarget"] == original["uri"]
    [told] = await alice.reads("/api/v1/notifications?types[]=quote")
    assert told["status"]["uri"] == note["id"]
    assert told["status"]["quote"]["quoted_status"]["id"] == original["id"]
    assert "RE:" not in told["status"]["content"]
    assert "Look" in told["status"]["content"]


async def test_quote_without_a_request_waits(school: School, alice: Teacher, ada: Person) -> None:
    original = await alice.says("Mine")
    note = quotes(ada, original["uri"])

    await ada.tells(school, ada.creates(note))

    status = await found(alice, note)
    assert status["quote"] == {"state": "pending", "quoted_status": None}
    assert "RE:" in status["content"]
    assert await alice.reads("/api/v1/notifications") == []

    assert (await asks(school, ada, original["uri"], note))["type"] == "Accept"
    assert (await found(alice, note))["quote"]["state"] == "accepted"


@pytest.mark.parametrize("choice", ["nobody", "followers"])
async def test_request_is_refused_by_the_policy(
    school: School, alice: Teacher, ada: Person, choice: str
) -> None:
    original = await alice.says("Mine", quote_approval_policy=choice)
    note = quotes(ada, original["uri"])

    answer = await asks(school, ada, original["uri"], note)

    assert answer["type"] == "Reject"
    assert "result" not in answer
    if choice == "followers":
        await is_followed(school, alice, ada)
        assert (await asks(school, ada, original["uri"], note))["type"] == "Accept"


async def test_what_the_sender_may_not_see_is_not_answered(
    school: School, alice: Teacher, ada: Person
) -> None:
    await is_followed(school, alice, ada)
    seen = await alice.says("For followers", visibility="private")
    secret = await alice.says("Mine", visibility="direct")

    refused = await asks(school, ada, seen["uri"], quotes(ada, seen["uri"]))
    silent = await asks(school, ada, secret["uri"], quotes(ada, secret["uri"]))

    assert refused["type"] == "Reject"
    assert silent == {}


async def test_nobody_asks_for_somebody_else(
    school: School, alice: Teacher, peer: Peer, ada: Person, other_peer: Peer
) -> None:
    original = await alice.says("Mine")
    bob, eve = peer.person("bob"), other_peer.person("eve")
    theirs = quotes(ada, original["uri"])
    other = await alice.says("Other")

    assert (await asks(school, bob, original["uri"], theirs)).get("type") != "Accept"
    assert (await asks(school, eve, original["uri"], theirs)).get("type") != "Accept"
    assert (await asks(school, ada, other["uri"], theirs)).get("type") != "Accept"


async def test_consent_that_was_taken_back_is_gone_for_good(
    school: School, alice: Teacher, ada: Person
) -> None:
    await is_followed(school, alice, ada)
    original = await alice.says("Mine")
    note = quotes(ada, original["uri"])
    stamp = (await asks(school, ada, original["uri"], note))["result"]
    status = await found(alice, note)

    answer = await alice.does(f"/api/v1/statuses/{original['id']}/quotes/{status['id']}/revoke")
    await school.work()

    assert answer["quote"] == {"state": "revoked", "quoted_status": None}
    [delete] = [each for each in ada.peer.told("Delete") if each["object"]["id"] == stamp]
    assert delete["object"]["type"] == "QuoteAuthorization"
    assert delete["actor"] == "https://oak.test/users/alice"
    assert (await school.stranger.get(stamp.removeprefix("https://oak.test"))).status == 404
    without = {key: value for key, value in note.items() if key not in ("quote", "quoteUri")}
    await ada.tells(school, ada.activity("Update", without | {"updated": moment()}))
    await ada.tells(school, ada.activity("Update", note | {"updated": moment(-1_000)}))
    assert (await asks(school, ada, original["uri"], note))["type"] == "Reject"
    assert (await found(alice, note))["quote"]["state"] == "pending"


# Others, quoted by ours.


async def test_quote_of_a_remote_post_is_asked_for(
    school: School, alice: Teacher, ada: Person
) -> None:
    original = ada.note("Theirs", **policy(PUBLIC), url=f"{ada.peer.origin}/@ada/1")
    quoted = await found(alice, original)
    assert quoted["quote_approval"]["current_user"] == "automatic"

    quoting = await alice.says("Yes", quoted_status_id=quoted["id"])
    await school.work()

    assert quoting["quote"] == {"state": "pending", "quoted_status": None}
    assert quoting["content"] == "<p>Yes</p>"
    [request] = ada.peer.told("QuoteRequest")
    assert request["object"] == original["id"]
    note = request["instrument"]
    assert note["id"] == quoting["uri"]
    assert {note[name] for name in ("quote", "quoteUri", "quoteUrl", "_misskey_quote")} == {
        original["id"]
    }
    assert "quoteAuthorization" not in note
    assert note["content"].startswith('<p class="quote-inline">RE: <a href="')
    assert f"{ada.peer.origin}/@ada/1" in note["content"]
    assert note["interactionPolicy"] == {"canQuote": {"automaticApproval": [PUBLIC]}}
    [create] = ada.peer.told("Create")
    assert create["object"]["quote"] == original["id"]


async def test_answer_lets_the_quote_stand_and_a_deletion_ends_it(
    school: School, alice: Teacher, ada: Person
) -> None:
    original = ada.note("Theirs", **policy(PUBLIC))
    quoted = await found(alice, original)
    quoting = await alice.says("Yes", quoted_status_id=quoted["id"])
    await school.work()
    [request] = ada.peer.told("QuoteRequest")
    stamp = authorization(ada, quoting["uri"], original["id"])

    await ada.tells(school, ada.activity("Accept", request, result=stamp["id"]))

    status = await alice.reads(f"/api/v1/statuses/{quoting['id']}")
    assert status["quote"]["state"] == "accepted"
    assert status["quote"]["quoted_status"]["id"] == quoted["id"]
    document = (await school.stranger.get(f"/users/alice/statuses/{quoting['id']}")).json
    assert document["quoteAuthorization"] == stamp["id"]
    assert ada.peer.told("Update")[-1]["object"]["quoteAuthorization"] == stamp["id"]

    await ada.tells(school, ada.activity("Delete", stamp))
    status = await alice.reads(f"/api/v1/statuses/{quoting['id']}")
    assert status["quote"] == {"state": "revoked", "quoted_status": None}
    assert "quoteAuthorization" not in ada.peer.told("Update")[-1]["object"]


@pytest.mark.parametrize("named", [False, True])
async def test_refusal_is_told(school: School, alice: Teacher, ada: Person, named: bool) -> None:
    quoted = await found(alice, ada.note("Theirs", **policy(PUBLIC)))
    quoting = await alice.says("Yes", quoted_status_id=quoted["id"])
    await school.work()
    [request] = ada.peer.told("QuoteRequest")

    await ada.tells(school, ada.activity("Reject", request["id"] if named else request))

    status = await alice.reads(f"/api/v1/statuses/{quoting['id']}")
    assert status["quote"] == {"state": "rejected", "quoted_status": None}
    document = (await school.stranger.get(f"/users/alice/statuses/{quoting['id']}")).json
    assert "quoteUri" not in document
    assert "RE:" not in document["content"]


async def test_only_who_was_asked_answers(
    school: School, alice: Teacher, peer: Peer, ada: Person, other_peer: Peer
) -> None:
    original = ada.note("Theirs", **policy(PUBLIC))
    quoted = await found(alice, original)
    quoting = await alice.says("Yes", quoted_status_id=quoted["id"])
    await school.work()
    [request] = ada.peer.told("QuoteRequest")
    bob, eve = peer.person("bob"), other_peer.person("eve")
    elsewhere = authorization(eve, quoting["uri"], original["id"])

    for forger in (bob, eve):
        stamp = authorization(forger, quoting["uri"], original["id"])
        await forger.tells(school, forger.activity("Accept", request, result=stamp["id"]))
        await forger.tells(school, forger.activity("Reject", request["id"]))
    await ada.tells(school, ada.activity("Accept", request, result=elsewhere["id"]))
    await ada.tells(school, ada.activity("Accept", request))

    assert (await alice.reads(f"/api/v1/statuses/{quoting['id']}"))["quote"]["state"] == "pending"


async def test_policy_of_a_remote_post_is_kept(school: School, alice: Teacher, ada: Person) -> None:
    closed = await found(alice, ada.note("Theirs"))
    friends = ada.note("Theirs", **policy(ada.followers))
    asked = await found(
        alice,
        ada.note(
            "Theirs",
            interactionPolicy={
                "canQuote": {"automaticApproval": ada.uri, "manualApproval": [PUBLIC]}
            },
        ),
    )
    strange = await found(alice, ada.note("Theirs", **policy(f"{ada.uri}/friends")))

    before = (await found(alice, friends))["quote_approval"]
    await follows(school, alice, ada)
    after = (await found(alice, friends))["quote_approval"]

    assert closed["quote_approval"]["current_user"] == "denied"
    assert asked["quote_approval"] == {
        "automatic": [],
        "manual": ["public"],
        "current_user": "manual",
    }
    assert strange["quote_approval"]["automatic"] == ["unsupported_policy"]
    assert strange["quote_approval"]["current_user"] == "unknown"
    assert (before["current_user"], after["current_user"]) == ("denied", "automatic")
    draft = {"status": "Yes", "quoted_status_id": closed["id"]}
    assert (await alice.post("/api/v1/statuses", json=draft)).status == 404


# Others, quoted by others.


async def test_quote_with_its_author_s_consent_stands(
    school: School, alice: Teacher, ada: Person, other_peer: Peer
) -> None:
    eve = other_peer.person("eve")
    original = eve.note("Theirs", **policy(PUBLIC))
    note = quotes(ada, original["id"])
    stamp = authorization(eve, note["id"], original["id"])
    note["quoteAuthorization"] = stamp["id"]

    await follows(school, alice, ada)
    await ada.tells(school, ada.creates(note))

    [status] = await alice.reads("/api/v1/timelines/home")
    assert status["quote"]["state"] == "accepted"
    assert status["quote"]["quoted_status"]["uri"] == original["id"]
    assert "RE:" not in status["content"]

    await eve.tells(school, eve.activity("Delete", stamp["id"]))
    [status] = await alice.reads("/api/v1/timelines/home")
    assert status["quote"]["state"] == "revoked"


@pytest.mark.parametrize(
    "forgery",
    ["other origin", "other quote", "other target", "other author", "other type", "gone"],
)
async def test_forged_consent_lets_nothing_stand_and_spoils_nothing(
    school: School, alice: Teacher, ada: Person, other_peer: Peer, forgery: str
) -> None:
    eve, bob = other_peer.person("eve"), other_peer.person("bob")
    original, another = eve.note("Theirs", **policy(PUBLIC)), eve.note("Another")
    note = quotes(ada, original["id"])
    right = (note["id"], original["id"])
    match forgery:
        case "other origin":
            forged = authorization(ada, *right, attributedTo=eve.uri)
        case "other quote":
            forged = authorization(eve, f"{ada.peer.origin}/notes/other", original["id"])
        case "other target":
            forged = authorization(eve, note["id"], another["id"])
        case "other author":
            forged = authorization(bob, *right)
        case "other type":
            forged = authorization(eve, *right, type="Note")
        case _:
            forged = authorization(eve, *right)
            other_peer.gone(forged["id"])
    await follows(school, alice, ada)

    await ada.tells(school, ada.creates(note | {"quoteAuthorization": forged["id"]}))

    [status] = await alice.reads("/api/v1/timelines/home")
    assert status["quote"] == {"state": "pending", "quoted_status": None}

    stamp = authorization(eve, *right)
    true = note | {"quoteAuthorization": stamp["id"], "updated": moment(-1_000)}
    await ada.tells(school, ada.activity("Update", true))
    [status] = await alice.reads("/api/v1/timelines/home")
    assert status["quote"]["state"] == "accepted"
    assert (await found(alice, original))["quotes_count"] == 1


async def test_consent_to_one_quote_is_none_to_another(
    school: School, alice: Teacher, ada: Person, other_peer: Peer
) -> None:
    """Once a quote stands, the post is edited to quote somebody who never agreed."""
    eve, bob = other_peer.person("eve"), other_peer.person("bob")
    agreed, refused = eve.note("Quote me", **policy(PUBLIC)), bob.note("Leave me out", **policy())
    note = quotes(ada, agreed["id"])
    stamp = authorization(eve, note["id"], agreed["id"])
    note |= {"quoteAuthorization": stamp["id"]}
    await follows(school, alice, ada)
    await ada.tells(school, ada.creates(note))
    assert (await shown(alice, note))["quote"]["state"] == "accepted"

    moved = {"quote": refused["id"], "quoteUri": refused["id"], "updated": moment(-1_000)}
    await ada.tells(school, ada.activity("Update", note | moved))

    assert (await shown(alice, note))["quote"]["state"] == "pending"
    assert (await found(alice, refused))["quotes_count"] == 0


async def test_only_the_author_takes_consent_back(
    school: School, alice: Teacher, ada: Person, other_peer: Peer
) -> None:
    eve, bob = other_peer.person("eve"), other_peer.person("bob")
    original = eve.note("Theirs", **policy(PUBLIC))
    note = quotes(ada, original["id"])
    note["quoteAuthorization"] = authorization(eve, note["id"], original["id"])["id"]
    await follows(school, alice, ada)
    await ada.tells(school, ada.creates(note))

    for forger in (bob, ada):
        await forger.tells(school, forger.activity("Delete", note["quoteAuthorization"]))

    [status] = await alice.reads("/api/v1/timelines/home")
    assert status["quote"]["state"] == "accepted"


@pytest.mark.parametrize("word", ["quoteUri", "quoteUrl", "_misskey_quote"])
async def test_older_words_stand_for_one_s_own_posts_alone(
    school: School, alice: Teacher, peer: Peer, ada: Person, word: str
) -> None:
    await follows(school, alice, ada)
    mine, theirs = ada.note("Mine"), peer.person("bob").note("Theirs", **policy(PUBLIC))

    notes = [ada.note("Look", **{word: quoted["id"]}) for quoted in (theirs, mine)]
    for note in notes:
        await ada.tells(school, ada.creates(note))

    other, own = [await shown(alice, note) for note in notes]
    assert own["quote"]["quoted_status"]["uri"] == mine["id"]
    assert other["quote"] is None


async def test_a_chain_of_quotes_is_followed_no_further_than_shown(
    school: School, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)
    notes = [ada.note("The first")]
    for _ in range(6):
        notes.append(quotes(ada, notes[-1]["id"]))
    circle = f"{ada.peer.origin}/notes/circle"
    notes[0]["quote"] = circle
    ada.note("A circle", id=circle, quote=notes[-1]["id"])

    await ada.tells(school, ada.creates(notes[-1]))

    status = await shown(alice, notes[-1])
    quoted = status["quote"]["quoted_status"]
    assert quoted["uri"] == notes[-2]["id"]
    assert quoted["quote"]["state"] == "accepted"
    asked = [path for path in ada.peer.asked if path.startswith("/notes/")]
    assert len(asked) <= 2


async def test_deleted_remote_post_leaves_a_quote_of_nothing(
    school: School, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)
    original = ada.note("Mine")
    await ada.tells(school, ada.creates(original))
    await ada.tells(school, ada.creates(quotes(ada, original["id"])))

    await ada.tells(school, ada.activity("Delete", original["id"]))

    [status] = await alice.reads("/api/v1/timelines/home")
    assert status["quote"] == {"state": "deleted", "quoted_status": None}


async def test_quote_may_not_borrow_what_is_for_followers(
    school: School, alice: Teacher, peer: Peer, ada: Person
) -> None:
    await follows(school, alice, ada)
    bob = peer.person("bob")
    await follows(school, alice, bob)
    secret = bob.note("For followers", to=[bob.followers])
    await bob.tells(school, bob.creates(secret))
    note = quotes(ada, secret["id"])
    note["quoteAuthorization"] = authorization(bob, note["id"], secret["id"])["id"]

    await ada.tells(school, ada.creates(note))

    shown = await found(alice, note)
    assert shown["quote"] is None


async def test_edits_of_others_posts_reach_our_quoters(
    school: School, alice: Teacher, ada: Person
) -> None:
    original = ada.note("Theirs", **policy(PUBLIC))
    quoted = await found(alice, original)
    quoting = await alice.says("Yes", quoted_status_id=quoted["id"])
    await school.work()
    [request] = ada.peer.told("QuoteRequest")
    stamp = authorization(ada, quoting["uri"], original["id"])
    await ada.tells(school, ada.activity("Accept", request["id"], result=stamp))

    edited = original | {"content": "<p>Changed</p>", "updated": moment(-1_000)}
    await ada.tells(school, ada.activity("Update", edited))

    [told] = await alice.reads("/api/v1/notifications?types[]=quoted_update")
    assert told["status"]["id"] == quoting["id"]
    assert "Changed" in told["status"]["quote"]["quoted_status"]["content"]


async def test_private_quote_of_a_known_author_is_shown_to_them(
    school: School, alice: Teacher, ada: Person
) -> None:
    await known(school, ada)
    original = await alice.says("Mine")
    note = quotes(ada, original["uri"], to=[ada.followers])

    answer = await asks(school, ada, original["uri"], note)

    assert answer["type"] == "Accept"
    [told] = await alice.reads("/api/v1/notifications?types[]=quote")
    assert told["status"]["visibility"] == "private"
    stamp = await school.stranger.get(answer["result"].removeprefix("https://oak.test"))
    assert stamp.status == 200


async def test_history_of_a_quote_is_without_its_fallback(
    school: School, alice: Teacher, ada: Person
) -> None:
    original = await alice.says("Mine")
    note = quotes(ada, original["uri"])
    await asks(school, ada, original["uri"], note)
    content = note["content"].replace("Look", "Look here")
    edited = note | {"content": content, "updated": moment(-1_000)}
    await ada.tells(school, ada.activity("Update", edited))

    status = await found(alice, note)
    versions = await alice.reads(f"/api/v1/statuses/{status['id']}/history")

    assert [version["content"] for version in versions] == ["<p>Look</p>", "<p>Look here</p>"]
    assert versions[0]["quote"]["quoted_status"]["id"] == original["id"]


async def test_quotes_of_who_leaves_go_and_are_not_counted(
    school: School, alice: Teacher, ada: Person
) -> None:
    original = await alice.says("Mine")
    await asks(school, ada, original["uri"], quotes(ada, original["uri"]))
    theirs = await found(alice, ada.note("Theirs", **policy(PUBLIC)))
    quoting = await alice.says("Yes", quoted_status_id=theirs["id"])
    assert (await alice.reads(f"/api/v1/statuses/{original['id']}"))["quotes_count"] == 1

    await ada.tells(school, ada.activity("Delete", ada.uri))

    assert (await alice.reads(f"/api/v1/statuses/{original['id']}"))["quotes_count"] == 0
    shown_now = await alice.reads(f"/api/v1/statuses/{quoting['id']}")
    assert shown_now["quote"] == {"state": "deleted", "quoted_status": None}
