"""What other servers send is text and pictures, and a bounded number of them."""

from typing import Any

from tests.federation.stories import follows
from tests.peers import Person
from tests.people import School, Teacher

SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
HTML = {"Accept": "text/html"}


async def page_with_answer(school: School, alice: Teacher, ada: Person, **more: Any) -> str:
    """The page of a teacher's post that Ada has answered."""
    post = await alice.says("Hello", visibility="public")
    tag = {"type": "Mention", "href": "https://oak.test/users/alice", "name": "@alice"}
    tags = [tag, *more.pop("tag", [])]
    answer = ada.note("Answer", inReplyTo=post["uri"], tag=tags, **more)
    await ada.tells(school, ada.creates(answer))
    page = await school.stranger.get(post["url"].removeprefix("https://oak.test"), headers=HTML)
    assert page.status == 200
    assert "Answer" in page.text
    return page.text


async def test_pleroma_2_0_1_pages_hold_nothing_active_of_others(
    school: School, alice: Teacher, ada: Person
) -> None:
    ada.publish(name=f"Ada {SCRIPT}", summary=SCRIPT, url=f"{ada.uri}/{SCRIPT}")

    page = await page_with_answer(
        school, alice, ada, summary=SCRIPT, content=f"<p>Answer {SCRIPT}</p>"
    )

    assert "alert(1)</script" not in page
    assert "<img src=x" not in page


async def test_lemmy_2023_emoji_neither_emojis_nor_descriptions_are_markup(
    school: School, alice: Teacher, ada: Person
) -> None:
    emoji = {
        "id": f"{ada.uri}/emojis/x",
        "type": "Emoji",
        "name": f":x{SCRIPT}:",
        "icon": {"type": "Image", "url": f"{ada.peer.origin}/x.png{SCRIPT}"},
    }
    picture = {"type": "Image", "url": f"{ada.peer.origin}/a.png", "name": SCRIPT}

    page = await page_with_answer(school, alice, ada, tag=[emoji], attachment=[picture])

    assert "<script>alert" not in page
    assert "<img src=x" not in page


async def test_cve_2026_23962_a_poll_has_few_options(
    school: School, alice: Teacher, ada: Person
) -> None:
    await follows(school, alice, ada)
    options = [{"type": "Note", "name": f"Option {n} " + "x" * 10_000} for n in range(3_000)]
    question = ada.note("Which?", type="Question", oneOf=options[:60], anyOf=None)

    await ada.tells(school, ada.creates(question))
    endless = await ada.sends(school, ada.creates(question | {"oneOf": options}))

    [status] = await alice.reads("/api/v1/timelines/home")
    assert len(status["poll"]["options"]) <= 20
    assert all(len(option["title"]) <= 500 for option in status["poll"]["options"])
    assert endless.status == 413
