"""A school where much has happened, so that answers hold everything they can hold."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from fedschool.model.account import Role
from fedschool.model.texts import TextKind
from fedschool.services import announcements, emojis, texts, trends
from fedschool.services.announcements import Draft
from fedschool.services.staff import OPERATOR
from tests.api import elsewhere
from tests.api.admins import STAFF_SCOPES
from tests.api.test_cards import Website, page
from tests.api.test_media import picture, uploaded
from tests.api.test_notification_policies import mentioned_by
from tests.people import Caller, School, Teacher

APP = {
    "client_name": "Pine",
    "redirect_uris": ["https://pine.example/back"],
    "scopes": "read write follow push",
    "website": "https://pine.example",
}
PERSON = {
    "username": "newcomer",
    "email": "newcomer@mail.example",
    "password": "correct-horse",
    "agreement": True,
    "locale": "en",
}


class World(msgspec.Struct, kw_only=True):
    """ada looks at it all; ben answers her; cleo is locked; head is an admin. The rest are ids."""

    school: School
    ada: Teacher
    ben: Teacher
    cleo: Teacher
    head: Teacher
    posts: dict[str, str] = {}
    """By what is special about them."""
    at: dict[str, str] = {}
    """Other things, by what they are."""

    def path(self, template: str) -> str:
        """`/api/v1/statuses/{poll}/context` with the ids that are meant."""
        return template.format(**self.posts, **self.at)


async def build(school: School, website: Website) -> World:
    """Everything there is, from pictures to trends."""
    await emojis.add(school.site, "owl", picture("PNG", (64, 64)), "Animals")
    people = [await school.teacher(name) for name in ("ada", "ben", "cleo")]
    head = await school.teacher("head", STAFF_SCOPES, role=Role.ADMIN)
    world = World(school=school, ada=people[0], ben=people[1], cleo=people[2], head=head)
    world.at |= {who.name: who.id for who in (*people, head)}
    await _profiles(world)
    await _follows(world)
    await _posts(world, website)
    await school.work()
    await _deeds(world)
    await _private_things(world)
    await _moderation(world)
    await trends.refresh(school.site)
    await school.work()
    return world


async def _profiles(world: World) -> None:
    for who in (world.ada, world.ben, world.cleo, world.head):
        answer = await who.patch(
            "/api/v1/accounts/update_credentials",
            json={
                "display_name": f"{who.name.title()} :owl:",
                "note": "Teaches #maths :owl:",
                "discoverable": True,
                "locked": who is world.cleo,
                "fields_attributes": [{"name": "Room", "value": "12 :owl:"}],
                "source": {"language": "en", "privacy": "public"},
            },
        )
        assert answer.status == 200, answer.text


async def _follows(world: World) -> None:
    ada, ben, cleo = world.ada, world.ben, world.cleo
    for who, whom in ((ada, ben), (ben, ada), (cleo, ada), (ada, cleo), (world.head, ada)):
        await who.does(f"/api/v1/accounts/{whom.id}/follow", notify=True, languages=["en"])
    await cleo.does(f"/api/v1/follow_requests/{ada.id}/authorize")
    await ada.does(f"/api/v1/accounts/{ben.id}/note", comment="From the staff room")
    await ada.does(f"/api/v1/accounts/{ben.id}/endorse")
    rose = await elsewhere.peer(world.school)
    await mentioned_by(world.school, ada, rose)
    world.at["rose"] = str(rose.id)


async def _posts(world: World, website: Website) -> None:
    ada, ben = world.ada, world.ben
    website.has("/picture.png", picture("PNG"), "image/png")
    address = website.has(
        "/fractions",
        page(og_title="Fractions", og_image=website.url("/picture.png"), author="Rosa"),
    )
    media = await uploaded(ada, description="A red wall", focus="-0.5,0.25")
    poll = {"options": ["Red :owl:", "Blue"], "expires_in": 600}
    wanted: dict[str, dict[str, Any]] = {
        "plain": {"status": "Hello @ben, see #maths and #art :owl:", "spoiler_text": "Long"},
        "card": {"status": f"Read {address} #art"},
        "media": {"status": "Look", "media_ids": [media["id"]], "sensitive": True},
        "poll": {"status": "Which?", "poll": poll},
        "direct": {"status": "@ben, a word", "visibility": "direct"},
    }
    for name, draft in wanted.items():
        world.posts[name] = (await ada.does("/api/v1/statuses", **draft))["id"]
    root = world.posts["plain"]
    world.posts["reply"] = (await ben.says("Hello @ada #maths", in_reply_to_id=root))["id"]
    world.posts["answer"] = (await ada.says("Well", in_reply_to_id=world.posts["reply"]))["id"]
    world.posts["quote"] = (await ben.says("This! #maths", quoted_status_id=root))["id"]
    await ben.says(f"I read {address} #art")
    for text, tag in (
        ("Hello @ben, changed #maths :owl:", "en"),
        ("Hello @ben, again #maths :owl:", "en"),
    ):
        changed = await ada.put(f"/api/v1/statuses/{root}", json={"status": text, "language": tag})
        assert changed.status == 200, changed.text
    world.at["upload"] = (await uploaded(ada, description="Kept"))["id"]
    world.at |= {"link": address, "tag": "maths"}


async def _deeds(world: World) -> None:
    ada, ben, cleo = world.ada, world.ben, world.cleo
    shown = await ben.reads(f"/api/v1/statuses/{world.posts['poll']}")
    world.at["vote"] = shown["poll"]["id"]
    await ben.does(f"/api/v1/polls/{world.at['vote']}/votes", choices=[0])
    for who in (ben, cleo):
        for deed in ("favourite", "reblog"):
            await who.does(f"/api/v1/statuses/{world.posts['plain']}/{deed}")
    for deed in ("favourite", "bookmark"):
        for name in ("reply", "quote", "card", "poll", "media"):
            await ada.does(f"/api/v1/statuses/{world.posts[name]}/{deed}")
    await ada.does(f"/api/v1/statuses/{world.posts['media']}/pin")
    await ben.says("@ada, in confidence", visibility="direct")


async def _private_things(world: World) -> None:
    ada, at = world.ada, world.at
    at["list"] = (await ada.does("/api/v1/lists", title="Maths"))["id"]
    await ada.does(f"/api/v1/lists/{at['list']}/accounts", account_ids=[world.ben.id])
    made = await ada.does(
        "/api/v2/filters",
        title="Greetings",
        context=["home", "public", "thread", "account", "notifications"],
        keywords_attributes=[{"keyword": "hello", "whole_word": False}],
        expires_in=3_600,
    )
    at["filter"], at["keyword"] = made["id"], made["keywords"][0]["id"]
    entry = await ada.does(
        f"/api/v2/filters/{at['filter']}/statuses", status_id=world.posts["reply"]
    )
    at["entry"] = entry["id"]
    tag = await ada.does("/api/v1/featured_tags", name="maths")
    at["featured"] = tag["id"]
    await ada.does("/api/v1/tags/maths/follow")
    await ada.does("/api/v1/markers", home={"last_read_id": world.posts["plain"]})
    await ada.does("/api/v1/domain_blocks", domain="spam.example")
    later = datetime.fromtimestamp(world.school.site.now() / 1000 + 3_600, UTC).isoformat()
    image = await uploaded(ada, description="For later")
    for name in ("planned", "given_up"):
        media = [image["id"]] if name == "planned" else []
        at[name] = (await ada.does(
            "/api/v1/statuses", status="Later", scheduled_at=later, media_ids=media,
        ))["id"]  # fmt: skip
    made = await ada.does(
        "/api/v1/collections", name="Who knows", account_ids=[world.ben.id], description="Maths"
    )
    at["collection"] = made["collection"]["id"]


async def _moderation(world: World) -> None:
    ada, site = world.ada, world.school.site
    item = await announcements.create(
        site, OPERATOR, Draft(text="Trip with @ben #Trip :owl:", starts_at=site.now() + 1)
    )
    world.at["announcement"] = str(item.id)
    put = await ada.put(f"/api/v1/announcements/{item.id}/reactions/owl")
    assert put.status == 200, put.text
    await texts.write(site, OPERATOR, TextKind.ABOUT, "# Under oaks")
    await texts.write(site, OPERATOR, TextKind.TERMS, "Be kind.")
    noisy = await world.school.teacher("noisy")
    rude = await noisy.says("Rude")
    await ada.does(f"/api/v1/accounts/{noisy.id}/mute", duration=3_600)
    report = await ada.does(
        "/api/v1/reports", account_id=noisy.id, status_ids=[rude["id"]], comment="Rude",
        category="violation",
    )  # fmt: skip
    world.at |= {"noisy": noisy.id, "report": report["id"]}
    hated = await world.school.teacher("hated")
    await ada.does(f"/api/v1/accounts/{hated.id}/block")
    world.at["hated"] = hated.id
    await world.head.does(
        "/api/v1/admin/domain_blocks", domain="bad.example", severity="suspend",
        public_comment="Spam",
    )  # fmt: skip


async def application(school: School) -> Caller:
    """A client with a token of its own, and nobody behind it."""
    app = (await school.stranger.post("/api/v1/apps", json=APP)).json
    token = await school.stranger.post(
        "/oauth/token",
        json={
            "grant_type": "client_credentials",
            "client_id": app["client_id"],
            "client_secret": app["client_secret"],
            "scope": "read write",
        },
    )
    return Caller(school.app.test_client(), token.json["access_token"])
