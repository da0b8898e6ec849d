"""Web push: clients subscribe, and a push service hears what their people are told."""

import dataclasses
from typing import Any

import pytest
import sqlalchemy as sa

from fedschool.ports.database import p, statement
from fedschool.ports.secrets import Secrets
from fedschool.services import oauth
from fedschool.store.tables_users import push_subscriptions, users
from fedschool.worker.loop import drain
from tests.api import contract
from tests.conftest import SchoolMaker
from tests.people import Answer, School, Teacher
from tests.pushing import Browser, PushService, claims, open_push_service
from tests.test_upkeep import HandClock

PATH = "/api/v1/push/subscription"
EVERYTHING = (
    "mention", "quote", "status", "reblog", "follow", "follow_request", "favourite", "poll",
    "update", "quoted_update", "admin.sign_up", "admin.report",
)  # fmt: skip


class Scene:
    """A school whose push service is `service`; ada has a browser."""

    def __init__(self, school: School, service: PushService, clock: HandClock) -> None:
        self.school, self.service, self.clock = school, service, clock
        self.browser = Browser()

    async def subscribes(
        self, who: Teacher, *alerts: str, policy: str = "all", name: str = "one", **more: Any
    ) -> Answer:
        answer = await who.post(
            PATH,
            json={
                "subscription": {
                    "endpoint": self.service.endpoint(name), "keys": self.browser.keys, **more
                },
                "data": {"alerts": dict.fromkeys(alerts, True), "policy": policy},
            },
        )  # fmt: skip
        assert answer.status == 200, answer.text
        return answer

    async def told(self) -> list[str]:
        """The kinds of what came, after all jobs that are due."""
        await self.school.work()
        return [self.browser.reads(message)["notification_type"] for message in self.service.came]


@pytest.fixture
async def scene(schools: SchoolMaker) -> Any:
    clock = HandClock()
    async with open_push_service() as service:
        school = await schools(clock=clock, allow_private=service.authority)
        yield Scene(school, service, clock)


async def trio(scene: Scene) -> tuple[Teacher, Teacher, Teacher]:
    """ada follows ben and is followed by cleo."""
    ada, ben, cleo = [await scene.school.teacher(name) for name in ("ada", "ben", "cleo")]
    await ada.does(f"/api/v1/accounts/{ben.id}/follow")
    await cleo.does(f"/api/v1/accounts/{ada.id}/follow")
    await scene.school.work()
    return ada, ben, cleo


async def test_subscription_is_made_shown_changed_and_removed(scene: Scene) -> None:
    ada = await scene.school.teacher("ada")
    assert (await ada.get(PATH)).status == 404
    assert (await ada.put(PATH, json={"data": {"alerts": {"mention": True}}})).status == 404

    made = await scene.subscribes(ada, "mention", "admin.sign_up", standard=True)

    shown = await ada.get(PATH)
    changed = await ada.put(
        PATH,
        data="data[alerts][poll]=true&data[alerts][mention]=0&policy=follower",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    removed = await ada.delete(PATH)
    for method, answer in (("POST", made), ("GET", shown), ("PUT", changed)):
        _check(method, answer)
    assert made.json == shown.json
    assert made.json["endpoint"] == scene.service.endpoint()
    assert made.json["standard"] is True
    assert [name for name, on in made.json["alerts"].items() if on] == ["mention", "admin.sign_up"]
    assert tuple(made.json["alerts"]) == EVERYTHING
    assert [name for name, on in changed.json["alerts"].items() if on] == ["poll"]
    assert (made.json["policy"], changed.json["policy"]) == ("all", "follower")
    assert (removed.status, removed.json) == (200, {})
    assert (await ada.get(PATH)).status == 404
    assert (await ada.delete(PATH)).status == 200


def _check(method: str, answer: Answer) -> None:
    """The document says that `id` is a text; real servers send a number, and apps want it."""
    assert isinstance(answer.json["id"], int)
    text = answer.body.replace(b'"id":%d' % answer.json["id"], b'"id":"%d"' % answer.json["id"])
    contract.check(method, PATH, Answer(answer.status, answer.headers, text))


async def test_key_is_the_same_wherever_it_is_told(scene: Scene) -> None:
    ada = await scene.school.teacher("ada")

    key = (await scene.subscribes(ada)).json["server_key"]

    v2 = (await scene.school.stranger.get("/api/v2/instance")).json
    app = (await scene.school.stranger.post("/api/v1/apps", json={
        "client_name": "x", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"})).json  # fmt: skip
    mine = await ada.reads("/api/v1/apps/verify_credentials")
    assert v2["configuration"]["vapid"]["public_key"] == key
    assert app["vapid_key"] == mine["vapid_key"] == key


@pytest.mark.parametrize("standard", [False, True])
async def test_message_says_who_did_what_and_is_signed(scene: Scene, standard: bool) -> None:
    ada, ben, _ = await trio(scene)
    await ben.patch("/api/v1/accounts/update_credentials", json={"display_name": "Ben {0}"})
    await scene.subscribes(ada, "mention", standard=standard)

    await ben.says("@ada how is the 5b? " + "x" * 400)
    await scene.school.work()

    [message] = scene.service.came
    assert message.headers["content-encoding"] == ("aes128gcm" if standard else "aesgcm")
    assert (int(message.headers["ttl"]), message.headers["urgency"]) == (172_800, "normal")
    [notification] = await ada.reads("/api/v1/notifications?types[]=mention")
    payload = scene.browser.reads(message)
    body = payload.pop("body")
    assert payload == {
        "access_token": ada.token,
        "preferred_locale": "en",
        "notification_id": int(notification["id"]),
        "notification_type": "mention",
        "icon": notification["account"]["avatar"],
        "title": "Ben {0} mentioned you",
    }
    assert body.startswith("@ada how is the 5b? xxx")
    assert len(body) == 140
    said = claims(message)
    hours = (said["exp"] - scene.clock() / 1000) / 3600
    assert (said["aud"], said["sub"]) == (scene.service.origin, "https://oak.test")
    assert 0 < hours <= 24


async def test_warning_is_told_instead_of_what_it_warns_of(scene: Scene) -> None:
    ada, ben, _ = await trio(scene)
    await scene.subscribes(ada, "mention")

    await ben.says("@ada the murderer is the gardener", spoiler_text="Ending")
    await scene.school.work()

    assert scene.browser.reads(scene.service.came[0])["body"] == "Ending"


async def test_only_what_was_asked_for_is_told(scene: Scene) -> None:
    ada, ben, _ = await trio(scene)
    status = await ada.says("Hello")
    await scene.subscribes(ada, "reblog", "follow")

    await ben.does(f"/api/v1/statuses/{status['id']}/favourite")
    await ben.does(f"/api/v1/statuses/{status['id']}/reblog")
    await ben.does(f"/api/v1/accounts/{ada.id}/follow")

    assert sorted(await scene.told()) == ["follow", "reblog"]
    await ada.put(PATH, json={"data": {"alerts": {"favourite": True}}})
    await ben.does(f"/api/v1/statuses/{status['id']}/unfavourite")
    await ben.does(f"/api/v1/statuses/{status['id']}/favourite")
    assert sorted(await scene.told()) == ["favourite", "follow", "reblog"]


@pytest.mark.parametrize(
    ("policy", "heard"),
    [
        ("all", {"ben", "cleo", "dora"}),
        ("followed", {"ben"}),
        ("follower", {"cleo"}),
        ("none", set()),
    ],
)
async def test_policy_says_whose_deeds_are_told(scene: Scene, policy: str, heard: set[str]) -> None:
    ada, *others = await trio(scene)
    others.append(await scene.school.teacher("dora"))
    await scene.subscribes(ada, "mention", policy=policy)

    for who in others:
        await who.says("Hello @ada")
    await scene.school.work()

    titles = [scene.browser.reads(message)["title"] for message in scene.service.came]
    assert {title.split()[0] for title in titles} == heard


async def test_blocked_and_muted_people_wake_nobody(scene: Scene) -> None:
    ada, ben, cleo = await trio(scene)
    dora = await scene.school.teacher("dora")
    await scene.subscribes(ada, "mention")
    await ada.does(f"/api/v1/accounts/{ben.id}/block")
    await ada.does(f"/api/v1/accounts/{cleo.id}/mute")

    for who in (ben, cleo):
        await who.says("Hello @ada")
    await dora.says("Hello @ada, then I am blocked")
    await ada.does(f"/api/v1/accounts/{dora.id}/block")

    assert await scene.told() == []


async def test_what_is_put_aside_or_filtered_wakes_nobody(scene: Scene) -> None:
    ada, ben, _ = await trio(scene)
    stranger = await scene.school.teacher("dora")
    await ada.patch("/api/v2/notifications/policy", json={"for_not_following": "filter"})
    await ada.does(
        "/api/v2/filters",
        title="Sports",
        context=["notifications"],
        filter_action="hide",
        keywords_attributes=[{"keyword": "goal"}],
    )
    await scene.subscribes(ada, "mention")

    await stranger.says("Hello @ada")
    await ben.says("A goal @ada")
    assert await scene.told() == []

    await ben.says("Good morning @ada")
    assert await scene.told() == ["mention"]


async def test_deleted_before_it_was_told_is_not_told(scene: Scene) -> None:
    ada, ben, _ = await trio(scene)
    await scene.subscribes(ada, "mention")

    status = await ben.says("Hello @ada")
    await ben.delete(f"/api/v1/statuses/{status['id']}")

    assert await scene.told() == []


async def test_each_token_has_one_subscription_and_the_last_counts(scene: Scene) -> None:
    ada, ben, _ = await trio(scene)
    secret = await oauth.token_for(scene.school.site, username="ada", scopes="read push")
    phone = Teacher(scene.school.app.test_client(), secret, "ada", int(ada.id))
    await scene.subscribes(ada, "mention", name="old")
    await scene.subscribes(ada, "mention", name="new")
    await scene.subscribes(phone, "mention", name="phone")

    await ben.says("Hello @ada")
    await scene.school.work()

    came = {
        message.path: scene.browser.reads(message)["access_token"] for message in scene.service.came
    }
    assert came == {"/push/new": ada.token, "/push/phone": secret}


async def test_token_that_is_gone_hears_nothing(scene: Scene) -> None:
    ada, ben, _ = await trio(scene)
    await scene.subscribes(ada, "mention")
    await ben.says("Hello @ada")
    viewer = await oauth.authenticate(scene.school.site, ada.token or "")
    assert viewer.token_id is not None

    async with scene.school.site.writing() as tx:
        await oauth.withdraw(tx, scene.school.site, viewer.token_id)
    await ben.says("Again @ada")

    assert await scene.told() == []


@statement
def _switch_off() -> sa.sql.dml.Update:
    return sa.update(users).values(disabled_at=1).where(users.c.account_id == p("account_id"))


async def test_person_who_may_not_act_hears_nothing(scene: Scene) -> None:
    ada, ben, _ = await trio(scene)
    await scene.subscribes(ada, "mention")
    await ben.says("Hello @ada")

    async with scene.school.site.writing() as tx:
        await tx.run(_switch_off(), account_id=int(ada.id))

    assert await scene.told() == []


@pytest.mark.parametrize("status", [404, 410])
async def test_subscription_that_the_push_service_forgot_is_forgotten(
    scene: Scene, status: int
) -> None:
    ada, ben, _ = await trio(scene)
    await scene.subscribes(ada, "mention")
    scene.service.status = status

    await ben.says("Hello @ada")
    await scene.school.work()

    assert (await ada.get(PATH)).status == 404


@pytest.mark.parametrize(("status", "wait"), [(500, 61), (503, 61), (429, 301), (408, 61)])
async def test_push_service_that_is_not_well_is_asked_again(
    scene: Scene, status: int, wait: int
) -> None:
    ada, ben, _ = await trio(scene)
    await scene.subscribes(ada, "mention")
    scene.service.status = status
    scene.service.headers = {"Retry-After": "300"} if status == 429 else {}
    await ben.says("Hello @ada")
    assert await scene.told() == ["mention"]
    scene.service.status = 201

    scene.clock.ahead += (wait - 5) * 1_000
    assert await scene.told() == ["mention"]
    scene.clock.ahead += 10_000

    assert await scene.told() == ["mention", "mention"]
    scene.clock.ahead += 86_400_000
    assert await scene.told() == ["mention", "mention"]


async def test_after_two_days_it_is_no_news(scene: Scene) -> None:
    ada, ben, _ = await trio(scene)
    await scene.subscribes(ada, "mention")
    scene.service.status = 503
    await ben.says("Hello @ada")

    for _ in range(80):
        await scene.school.work()
        scene.clock.ahead += 3_600_000

    tries = len(scene.service.came)
    scene.clock.ahead += 40 * 86_400_000
    await scene.school.work()
    assert tries == len(scene.service.came) > 5
    assert (await ada.get(PATH)).status == 200


@pytest.mark.parametrize("status", [400, 401, 403, 413, 302])
async def test_refused_message_is_dropped(scene: Scene, status: int) -> None:
    ada, ben, _ = await trio(scene)
    await scene.subscribes(ada, "mention")
    scene.service.status = status
    await ben.says("Hello @ada")
    await scene.school.work()

    scene.clock.ahead += 86_400_000

    assert await scene.told() == ["mention"]
    assert (await ada.get(PATH)).status == 200


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "push.example",
        "http://push.example/x",
        "https://10.0.0.1/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://user:secret@push.example/x",
        "https://pu\u2100sh.example/x",
        "ftp://push.example/x",
        "https://push.example/" + "x" * 5_000,
    ],
)
async def test_endpoint_that_this_server_does_not_ask_is_refused(
    school: School, endpoint: str
) -> None:
    ada = await school.teacher("ada")

    answer = await ada.post(
        PATH, json={"subscription": {"endpoint": endpoint, "keys": Browser().keys}}
    )

    assert answer.status == 422
    assert "endpoint" in answer.json["details"]
    assert (await ada.get(PATH)).status == 404


async def test_name_that_leads_inside_is_not_asked(scene: Scene) -> None:
    ada, ben, _ = await trio(scene)
    inside = f"https://localhost:{scene.service.origin.rpartition(':')[2]}/push/x"
    keys = scene.browser.keys
    answer = await ada.post(
        PATH,
        json={
            "subscription": {"endpoint": inside, "keys": keys},
            "data": {"alerts": {"mention": True}},
        },
    )
    assert answer.status == 200

    await ben.says("Hello @ada")

    assert await scene.told() == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"subscription": "x"},
        {"subscription": None},
        {"subscription": {"endpoint": "https://push.example/x"}},
        {"subscription": {"endpoint": "https://push.example/x", "keys": {"p256dh": 5}}},
        {"subscription": {"endpoint": "https://push.example/x", "keys": "OTHER"}},
        {"subscription": {"endpoint": ["https://push.example/x"]}},
        {"subscription": "GOOD", "data": {"policy": "sometimes"}},
        {"subscription": "GOOD", "data": "x"},
    ],
)
async def test_what_cannot_be_understood_is_refused(scene: Scene, body: dict[str, Any]) -> None:
    ada = await scene.school.teacher("ada")
    good = {"endpoint": "https://push.example/x", "keys": scene.browser.keys}
    sent = body | ({"subscription": good} if body.get("subscription") == "GOOD" else {})

    answer = await ada.post(PATH, json=sent)

    assert answer.status in (400, 422), answer.text
    assert (await ada.get(PATH)).status == 404


async def test_scope_is_needed(scene: Scene) -> None:
    ada = await scene.school.teacher("ada", scopes="read write follow")

    assert (await ada.get(PATH)).status == 403
    assert (await scene.school.stranger.post(PATH)).status == 401


@statement
def _kept() -> sa.Select[Any]:
    return sa.select(push_subscriptions.c.sealed_token)


async def test_token_is_kept_so_that_the_database_alone_does_not_give_it_away(
    scene: Scene,
) -> None:
    ada, ben, _ = await trio(scene)
    await scene.subscribes(ada, "mention")
    async with scene.school.site.reading() as tx:
        sealed = await tx.value(_kept())
    assert ada.token not in sealed

    await ben.says("Hello @ada")
    await drain(dataclasses.replace(scene.school.site, secrets=Secrets(bytes(32))))

    assert await scene.told() == []
    assert (await ada.get(PATH)).status == 404
