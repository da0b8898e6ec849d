"""Posts that arrive: for whom they are kept, how they are shown, and what forgers try."""

from typing import Any

import pytest

from fedschool.activitypub.vocab import PUBLIC
from tests.federation.policies import block_domain
from tests.federation.stories import follows, home, known, notified, seen
from tests.peers import Peer, Person, moment
from tests.people import School, Teacher

ALICE = "https://oak.test/users/alice"
TAG = {"type": "Mention", "href": ALICE, "name": "@alice@oak.test"}
DAY = 86_400_000


async def status_of(teacher: Teacher, note: dict[str, Any]) -> dict[str, Any] | None:
    """The status as a signed-in teacher finds it by the notifications or the home."""
    shown = [
        *await teacher.reads("/api/v1/timelines/home"),
        *(item["status"] for item in await teacher.reads("/api/v1/notifications")),
    ]
    return next((item for item in shown if item and item["uri"] == note["id"]), None)


async def test_a_post_is_shown_as_it_was_written(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)
    note = ada.note(
        'Look <script>alert(1)</script><a href="https://x.example/" onclick="x()">here</a>',
        summary="Eyes <b>only</b>",
        sensitive=True,
        contentMap={"de": "<p>Schau</p>"},
        url=f"{peer.origin}/@ada/1",
        tag=[{"type": "Hashtag", "name": "#Physics", "href": f"{peer.origin}/tags/physics"}],
        attachment=[
            {
                "type": "Document",
                "mediaType": "image/png",
                "url": f"{peer.origin}/media/1.png",
                "name": "A <b>prism</b>",
                "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
                "width": 640,
                "height": 480,
            }
        ],
    )

    await ada.tells(school, ada.creates(note))

    status = await status_of(alice, note)
    assert status is not None
    assert "script" not in status["content"]
    assert "onclick" not in status["content"]
    assert 'href="https://x.example/"' in status["content"]
    assert status["spoiler_text"] == "Eyes only"
    assert status["sensitive"] is True
    assert status["visibility"] == "public"
    assert status["language"] == "de"
    assert status["url"] == f"{peer.origin}/@ada/1"
    assert [tag["name"] for tag in status["tags"]] == ["physics"]
    [attachment] = status["media_attachments"]
    assert attachment["type"] == "image"
    assert attachment["description"] == "A prism"
    assert attachment["meta"]["original"]["width"] == 640


@pytest.mark.parametrize("kind", ["Article", "Page", "Event", "Video"])
async def test_other_kinds_of_posts_are_shown_too(
    school: School, alice: Teacher, ada: Person, kind: str
) -> None:
    await follows(school, alice, ada)

    await ada.tells(school, ada.creates(ada.note("The text", type=kind, name="A title")))

    [content] = await home(alice)
    assert "The text" in content
    assert "A title" in content


@pytest.mark.parametrize(
    ("to", "cc", "visibility"),
    [
        (["as:Public"], [], "public"),
        (["FOLLOWERS"], [PUBLIC], "unlisted"),
        (["FOLLOWERS"], [], "private"),
        ([ALICE], [], "direct"),
        (["https://oak.test/users/bob/followers", ALICE], [], "direct"),
    ],
)
async def test_the_audience_is_the_author_s_choice(
    school: School, alice: Teacher, ada: Person, to: list[str], cc: list[str], visibility: str
) -> None:
    await follows(school, alice, ada)
    addressed = [ada.followers if each == "FOLLOWERS" else each for each in to]
    note = ada.note("Hello", to=addressed, cc=cc, tag=[TAG])

    await ada.tells(school, ada.creates(note))

    status = await status_of(alice, note)
    assert status is not None
    assert status["visibility"] == visibility


async def test_a_private_post_is_for_followers_alone(
    school: School, alice: Teacher, ada: Person
) -> None:
    bob = await school.teacher("bob")
    account = await follows(school, alice, ada)

    await ada.tells(school, ada.creates(ada.note("Friends!", to=[ada.followers])))

    assert len(await seen(alice, account)) == 1
    assert await seen(bob, account) == []


# Whom it concerns


async def test_a_person_who_is_named_is_told(school: School, alice: Teacher, ada: Person) -> None:
    note = ada.note("Hello @alice", tag=[TAG])

    await ada.tells(school, ada.creates(note))

    [notification] = await alice.reads("/api/v1/notifications")
    assert notification["type"] == "mention"
    assert [item["acct"] for item in notification["status"]["mentions"]] == ["alice"]


async def test_a_person_addressed_but_not_named_may_see_it_and_is_not_told(
    school: School, alice: Teacher, ada: Person
) -> None:
    account = await known(school, ada)

    await ada.tells(school, ada.creates(ada.note("Hello", to=[ALICE])))

    assert await notified(alice) == []
    assert [status["visibility"] for status in await seen(alice, account)] == ["direct"]


async def test_strangers_posts_are_not_kept(school: School, alice: Teacher, ada: Person) -> None:
    account = await known(school, ada)

    await ada.tells(school, ada.creates(ada.note("To whom it may concern")))
    await ada.tells(school, ada.creates(ada.note("Hello", to=["https://elsewhere.test/users/x"])))

    assert await seen(alice, account) == []


async def test_a_person_whom_the_named_one_blocked_is_not_heard(
    school: School, alice: Teacher, ada: Person
) -> None:
    account = await known(school, ada)
    await alice.does(f"/api/v1/accounts/{account}/block")

    await ada.tells(school, ada.creates(ada.note("Hello @alice", tag=[TAG])))

    assert await notified(alice) == []


async def test_unknown_people_who_are_named_are_looked_up(
    school: School, peer: Peer, other_peer: Peer, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)
    bert = other_peer.person("bert")
    lost = f"{other_peer.origin}/users/lost"
    tags = [{"type": "Mention", "href": uri, "name": "@x"} for uri in (bert.uri, lost)]
    note = ada.note("Hello you two", tag=tags)

    await ada.tells(school, ada.creates(note))

    status = await status_of(alice, note)
    assert status is not None
    assert [item["acct"] for item in status["mentions"]] == [bert.handle]


async def test_naming_a_crowd_does_not_make_us_ask_for_all_of_them(
    school: School, other_peer: Peer, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)
    crowd = [f"{other_peer.origin}/users/n{n}" for n in range(80)]
    tags = [{"type": "Mention", "href": uri, "name": "@n"} for uri in crowd]

    await ada.tells(school, ada.creates(ada.note("Hello all", tag=tags)))

    assert len(await home(alice)) == 1
    assert len(other_peer.asked) == 10


# Time


async def test_a_post_takes_its_place_by_the_time_of_its_writing(
    school: School, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)
    await alice.says("In between")

    await ada.tells(school, ada.creates(ada.note("Earlier", published=moment(3_600_000))))
    await ada.tells(school, ada.creates(ada.note("From tomorrow", published=moment(-DAY))))

    assert [content[3:-4] for content in await home(alice)] == [
        "From tomorrow",
        "In between",
        "Earlier",
    ]


# Forgeries


async def test_the_same_post_counts_once(school: School, alice: Teacher, ada: Person) -> None:
    account = await follows(school, alice, ada)
    note = ada.note("Once")

    await ada.tells(school, ada.creates(note))
    await ada.tells(school, ada.creates(note | {"content": "Twice"}))

    assert await home(alice) == ["<p>Once</p>"]
    assert (await alice.reads(f"/api/v1/accounts/{account}"))["statuses_count"] == 1


async def test_nobody_posts_in_another_name(
    school: School, peer: Peer, other_peer: Peer, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)
    eve = peer.person("eve")
    far_eve = other_peer.person("eve")

    for forger in (eve, far_eve):
        await forger.tells(school, forger.creates(ada.note("I resign")))
        await forger.tells(
            school, forger.creates(forger.note("I resign", attributedTo=ada.uri, tag=[TAG]))
        )
    # Ada herself may not put posts onto another server
    await ada.tells(school, ada.creates(ada.note("x") | {"id": other_peer.uri("notes")}))
    await ada.tells(school, ada.creates(ada.note("x") | {"id": "https://oak.test/notes/1"}))

    assert await home(alice) == []
    assert await notified(alice) == []


async def test_a_create_that_only_names_its_post_has_it_fetched(
    school: School, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)
    note = ada.note("Fetched")

    await ada.tells(school, ada.activity("Create", note["id"], to=[PUBLIC]))

    assert await home(alice) == ["<p>Fetched</p>"]


async def test_a_vote_is_no_post(school: School, alice: Teacher, ada: Person) -> None:
    status = await alice.says("Yes or no?")
    vote = ada.note("", to=[ALICE], name="Yes", inReplyTo=status["uri"])
    del vote["content"]

    await ada.tells(school, ada.creates(vote))

    context = await alice.reads(f"/api/v1/statuses/{status['id']}/context")
    assert context["descendants"] == []


# Threads


async def test_an_answer_joins_the_thread_and_is_counted(
    school: School, alice: Teacher, ada: Person
) -> None:
    status = await alice.says("Who comes?")

    note = ada.note("I do", inReplyTo=status["uri"], tag=[TAG])
    await ada.tells(school, ada.creates(note))

    context = await alice.reads(f"/api/v1/statuses/{status['id']}/context")
    assert [item["uri"] for item in context["descendants"]] == [note["id"]]
    assert context["descendants"][0]["in_reply_to_id"] == status["id"]
    assert (await alice.reads(f"/api/v1/statuses/{status['id']}"))["replies_count"] == 1
    assert await notified(alice) == ["mention"]


async def test_the_thread_above_a_post_is_fetched(
    school: School, other_peer: Peer, alice: Teacher, ada: Person
) -> None:
    account = await follows(school, alice, ada)
    bert = other_peer.person("bert")
    root = bert.note("The root", published=moment(DAY))
    middle = bert.note("The middle", inReplyTo=root["id"], published=moment(DAY // 2))
    note = ada.note("The leaf", inReplyTo=middle["id"])

    await ada.tells(school, ada.creates(note))

    [status] = await seen(alice, account)
    context = await alice.reads(f"/api/v1/statuses/{status['id']}/context")
    assert [item["uri"] for item in context["ancestors"]] == [root["id"], middle["id"]]


async def test_a_thread_is_fetched_so_far_and_no_farther(
    school: School, other_peer: Peer, alice: Teacher, ada: Person
) -> None:
    account = await follows(school, alice, ada)
    bert = other_peer.person("bert")
    above = bert.note("0")
    for n in range(60):
        above = bert.note(str(n), inReplyTo=above["id"])

    await ada.tells(school, ada.creates(ada.note("The end", inReplyTo=above["id"])))

    assert len(await seen(alice, account)) == 1
    notes = [path for path in other_peer.asked if path.startswith("/notes/")]
    assert len(notes) == 20
    assert len(other_peer.asked) <= 50


async def test_a_thread_that_bites_its_tail_ends(
    school: School, alice: Teacher, ada: Person
) -> None:
    account = await follows(school, alice, ada)
    first = ada.note("Egg")
    second = ada.note("Hen", inReplyTo=first["id"])
    ada.peer.serve(first["id"], first | {"inReplyTo": second["id"]})

    await ada.tells(school, ada.creates(second))

    assert len(await seen(alice, account)) == 2


async def test_answers_that_came_first_are_tied_to_what_they_answer(
    school: School, peer: Peer, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)
    parent = ada.note("First")
    reply = ada.note("Second", inReplyTo=parent["id"])
    peer.serve(parent["id"], status=503)

    await ada.tells(school, ada.creates(reply))
    await ada.tells(school, ada.creates(parent))

    status = await status_of(alice, parent)
    assert status is not None
    context = await alice.reads(f"/api/v1/statuses/{status['id']}/context")
    assert [item["uri"] for item in context["descendants"]] == [reply["id"]]


async def test_nobody_answers_what_they_may_not_see(
    school: School, alice: Teacher, ada: Person
) -> None:
    secret = await alice.says("For followers", visibility="private")

    note = ada.note("I guessed", inReplyTo=secret["uri"], tag=[TAG])
    await ada.tells(school, ada.creates(note))

    context = await alice.reads(f"/api/v1/statuses/{secret['id']}/context")
    assert context["descendants"] == []
    assert await notified(alice) == ["mention"]


async def test_nothing_is_fetched_from_a_blocked_server(
    school: School, other_peer: Peer, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)
    bert = other_peer.person("bert")
    await block_domain(school, other_peer.host)
    tags = [{"type": "Mention", "href": bert.uri, "name": "@bert"}]

    above = bert.note("Above")
    await ada.tells(school, ada.creates(ada.note("Below", inReplyTo=above["id"], tag=tags)))

    assert await home(alice) == ["<p>Below</p>"]
    assert other_peer.asked == []


async def test_a_person_may_be_named_by_the_page(
    school: School, alice: Teacher, ada: Person
) -> None:
    tag = TAG | {"href": "https://oak.test/@alice"}

    await ada.tells(school, ada.creates(ada.note("Hello", tag=[tag])))

    assert await notified(alice) == ["mention"]
