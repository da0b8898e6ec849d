"""Whoever knows the ids of what is somebody else's opens nothing by them, and changes nothing."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug.routing import Rule

from tests.api.staff import STAFF_SCOPES
from tests.api.staff import admin as admin_of
from tests.api.test_abuse import uploads
from tests.api.test_collections import made
from tests.people import ALL_SCOPES, Answer, Caller, School, Teacher
from tests.pushing import Browser

# No word of the server's own; whoever reads it read something that was not for them.
SECRET = "zuckerwatte"
MINE = (
    "/api/v1/accounts/verify_credentials",
    "/api/v1/lists",
    "/api/v2/filters",
    "/api/v1/scheduled_statuses",
    "/api/v1/conversations",
    "/api/v1/notifications",
    "/api/v2/notifications",
    "/api/v1/notifications/requests",
    "/api/v2/notifications/policy",
    "/api/v1/push/subscription",
    "/api/v1/featured_tags",
    "/api/v1/followed_tags",
    "/api/v1/markers?timeline[]=home",
    "/api/v1/reports",
    "/api/v1/bookmarks",
    "/api/v1/favourites",
    "/api/v1/blocks",
    "/api/v1/mutes",
    "/api/v1/domain_blocks",
    "/api/v1/preferences",
)
TAKEN = {
    "status": "taken over",
    "title": "taken over",
    "name": "taken over",
    "keyword": "taken",
    "phrase": "taken",
    "description": "taken over",
    "context": ["home"],
    "choices": [0],
    "type": "suspend",
    "category": "spam",
    "scheduled_at": "2099-01-01T00:00:00Z",
    "quote_approval_policy": "nobody",
}


class Scene:
    """What vera has that is nobody else's, and others who know each id of it."""

    def __init__(self, school: School, vera: Teacher, eve: Teacher) -> None:
        self.school, self.vera, self.eve = school, vera, eve
        self.ids: dict[str, list[str]] = {}

    def know(self, name: str, *ids: Any) -> None:
        self.ids.setdefault(name, []).extend(str(id_) for id_ in ids)

    @property
    def routes(self) -> list[tuple[str, Rule]]:
        return [
            (method, rule)
            for rule in self.school.app.url_map.iter_rules()
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
            if rule.rule.startswith("/api/") and not rule.websocket
            and not rule.rule.startswith("/api/v1/streaming/")
        ]  # fmt: skip

    def paths(self, rule: Rule, ids: dict[str, list[str]]) -> list[str]:
        """The rule with each of the ids that are of the kind that it takes."""
        found = [rule.rule]
        for name in rule.arguments:
            part = next(p for p in rule.rule.split("<") if p.split(">")[0].endswith(name))
            hole = f"<{part.split('>')[0]}>"
            found = [path.replace(hole, id_) for path in found for id_ in ids.get(name, ())]
        return found

    async def mine(self) -> str:
        """All that vera sees of her own."""
        own = [
            *MINE,
            *(f"/api/v1/accounts/{self.vera.id}/{x}" for x in ("statuses", "collections")),
        ]
        own += [f"/api/v1/lists/{id_}/accounts" for id_ in self.ids["list_id"]]
        own += [f"/api/v1/media/{id_}" for id_ in self.ids["media_id"]]
        own += [f"/api/v1/statuses/{id_}" for id_ in self.ids["status_id"]]
        return json.dumps([await self.vera.reads(path) for path in own], sort_keys=True)


@pytest.fixture
async def scene(school: School) -> Scene:
    vera, eve = await school.teacher("vera"), await school.teacher("eve", STAFF_SCOPES)
    friend = await school.teacher("friend", ALL_SCOPES)
    scene = Scene(school, vera, eve)
    for person in (vera, friend):
        await person.patch("/api/v1/profile", json={"discoverable": True})
    await vera.does(f"/api/v1/accounts/{friend.id}/follow")
    await friend.does(f"/api/v1/accounts/{vera.id}/follow")

    private = await vera.says(f"{SECRET} #{SECRET}tag", visibility="private", spoiler_text=SECRET)
    direct = await vera.says(f"@friend {SECRET} to you", visibility="direct")
    asked = await vera.says(
        f"{SECRET}?",
        visibility="private",
        poll={"options": [f"{SECRET} yes", "no"], "expires_in": 3600},
    )
    pictured = (await uploads(vera)).json
    shown = await vera.says(f"{SECRET} seen", visibility="private", media_ids=[pictured["id"]])
    quoting = await vera.says(
        f"{SECRET} again", visibility="private", quoted_status_id=private["id"]
    )
    scene.know("status_id", *(x["id"] for x in (private, direct, asked, shown, quoting)))
    scene.know("quoting_id", quoting["id"])
    scene.know("poll_id", asked["poll"]["id"])

    await friend.says(f"@vera {SECRET} back", visibility="direct", in_reply_to_id=direct["id"])
    await friend.does(f"/api/v1/statuses/{private['id']}/favourite")
    await school.work()
    told = await vera.reads("/api/v1/notifications")
    scene.know("notification_id", *(item["id"] for item in told))
    scene.know("group_key", *(item["group_key"] for item in told))
    talks = await vera.reads("/api/v1/conversations")
    scene.know("conversation_id", *(talk["id"] for talk in talks))

    shelf = await vera.does("/api/v1/lists", title=SECRET)
    await vera.does(f"/api/v1/lists/{shelf['id']}/accounts", account_ids=[friend.id])
    scene.know("list_id", shelf["id"])
    sieve = await vera.does(
        "/api/v2/filters", title=SECRET, context=["home"], keywords_attributes=[{"keyword": SECRET}]
    )
    entry = await vera.does(f"/api/v2/filters/{sieve['id']}/statuses", status_id=private["id"])
    scene.know("filter_id", sieve["id"])
    scene.know("keyword_id", sieve["keywords"][0]["id"])
    scene.know("entry_id", entry["id"])
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    planned = await vera.does("/api/v1/statuses", status=SECRET, scheduled_at=later)
    scene.know("scheduled_id", planned["id"])
    waiting = (await uploads(vera)).json
    await vera.put(f"/api/v1/media/{waiting['id']}", json={"description": SECRET})
    scene.know("media_id", waiting["id"])

    tag = await vera.does("/api/v1/featured_tags", name="maths")
    scene.know("row_id", tag["id"])
    await vera.does(f"/api/v1/tags/{SECRET}followed/follow")
    kit = await made(vera, friend)
    scene.know("collection_id", kit["id"])
    scene.know("item_id", kit["items"][0]["id"])
    await vera.does("/api/v1/markers", home={"last_read_id": private["id"]})
    await vera.does(f"/api/v1/accounts/{eve.id}/note", comment=f"{SECRET} about eve")
    await vera.does(
        "/api/v1/push/subscription",
        subscription={"endpoint": f"https://{SECRET}.example/x", "keys": Browser().keys},
    )
    report = await vera.does("/api/v1/reports", account_id=friend.id, comment=SECRET)
    scene.know("report_id", report["id"])
    chief = await admin_of(school)
    blocked = await chief.does("/api/v1/admin/domain_blocks", domain="elm.test")
    scene.know("block_id", blocked["id"])
    return scene


def _is_refused(answer: Answer, method: str, rule: Rule) -> bool:
    if rule.rule.startswith("/api/v1/admin/"):
        return answer.status == 403
    if rule.rule.startswith("/api/v2/notifications/<group_key>"):
        # groups of nothing are as good as dismissed, and as empty
        return answer.status == 404 or answer.json in ({}, [])
    return answer.status in (403, 404)


async def test_ids_of_others_open_and_change_nothing(scene: Scene) -> None:
    before = await scene.mine()
    tried = 0

    wrong: dict[str, object] = {}
    for method, rule in scene.routes:
        if not rule.arguments or (method, rule.endpoint) == ("GET", "collections.show"):
            continue
        for path in scene.paths(rule, scene.ids):
            sent: dict[str, Any] = (
                {} if method == "GET" else {"json": TAKEN | {"account_id": scene.eve.id}}
            )
            answer = await scene.eve.call(method, path, **sent)
            tried += 1
            if not _is_refused(answer, method, rule):
                wrong[f"{method} {rule.rule}"] = (answer.status, answer.text[:200])

    assert wrong == {}
    assert tried > 150
    assert await scene.mine() == before


async def test_ids_of_others_are_refused_inside_of_what_is_sent(scene: Scene) -> None:
    ids, eve = scene.ids, scene.eve
    mine = await eve.does("/api/v2/filters", title="Mine", context=["home"])
    said = await eve.says("Hello")
    attributes = [{"id": ids["keyword_id"][0], "keyword": "taken"}]
    before = await scene.mine()

    answers = [
        await eve.post("/api/v1/statuses", json={"status": "x", "media_ids": ids["media_id"]}),
        await eve.post(
            "/api/v1/statuses", json={"status": "x", "in_reply_to_id": ids["status_id"][0]}
        ),
        await eve.post(
            "/api/v1/statuses", json={"status": "x", "quoted_status_id": ids["status_id"][0]}
        ),
        await eve.put(
            f"/api/v1/statuses/{said['id']}", json={"status": "x", "media_ids": ids["media_id"]}
        ),
        await eve.put(f"/api/v2/filters/{mine['id']}", json={"keywords_attributes": attributes}),
        await eve.post(
            f"/api/v2/filters/{mine['id']}/statuses", json={"status_id": ids["status_id"][0]}
        ),
    ]
    for act in ("accept", "dismiss"):
        await eve.post(f"/api/v1/notifications/requests/{act}", json={"id": ids["notification_id"]})

    assert [answer.status in (404, 422) for answer in answers] == [True] * len(answers)
    assert not any(SECRET in answer.text for answer in answers)
    assert await scene.mine() == before


@pytest.mark.parametrize("signed_in", [True, False], ids=["signed in", "stranger"])
async def test_no_answer_tells_others_what_is_private(scene: Scene, signed_in: bool) -> None:
    caller: Caller = scene.eve if signed_in else scene.school.stranger
    ids = scene.ids
    everything = [id_ for kind in ids.values() for id_ in kind]
    places = {name: [*ids.get(name, ()), scene.vera.id] for name in (*ids, "account_id")}
    places |= {"name": [f"{SECRET}tag", "vera"], "tag_id": ["1"], "card_id": ["1"]}
    asked: list[dict[str, Any]] = [
        {},
        {"q": SECRET[:5], "type": "statuses"},
        {"q": f"{SECRET} from:vera"},
        {"q": f"#{SECRET[:6]}"},
        {"q": "vera@oak.test", "resolve": "true"},
        {"q": f"https://oak.test/@vera/{ids['status_id'][0]}", "resolve": "true"},
        {"url": f"https://oak.test/@vera/{ids['status_id'][0]}"},
        {"url": f"https://oak.test/users/vera/statuses/{ids['status_id'][1]}"},
        {"id[]": everything},
        {"account_id": scene.vera.id, "list": ids["list_id"][0], "tag": f"{SECRET}tag"},
        {"acct": "vera"},
        {"acct": "vera@oak.test"},
    ]

    told: dict[str, str] = {}
    for method, rule in scene.routes:
        if method != "GET":
            continue
        whole = not rule.arguments
        for path in scene.paths(rule, places):
            for query in asked if whole else asked[:1]:
                answer = await caller.get(path, query_string=query)
                text = answer.text.lower() + str(answer.headers).lower()
                echoed = text.replace(str(query.get("q", "-")).lower(), "")
                # eve hears what she asked for, and no more of it
                if f"{SECRET} " in echoed or f">{SECRET}" in echoed or f'"{SECRET}"' in echoed:
                    told[f"{path} {query}"] = answer.text[:300]
                if "vera@oak.test" in echoed and "/oembed" not in path:
                    told[f"{path} {query}"] = answer.text[:300]

    assert told == {}
