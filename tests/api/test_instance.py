"""What clients ask the instance before anything else."""

from datetime import UTC, datetime

import pytest

from fedschool.model.account import Account, Role
from fedschool.settings import Federation, Registrations
from fedschool.store import accounts
from tests.api import contract
from tests.conftest import SchoolMaker
from tests.people import School


async def know(school: School, domain: str) -> None:
    """Somebody of that server is known here."""
    uri = f"https://{domain}/users/rose"
    account = Account(
        id=school.site.ids.next(), username="rose", domain=domain, uri=uri, url=uri, created_at=0
    )
    async with school.site.writing() as tx:
        assert await accounts.insert_new(tx, account)


@pytest.mark.parametrize("version", ["v1", "v2"])
async def test_instance_has_the_shape_that_clients_expect(school: School, version: str) -> None:
    await school.teacher("head", role=Role.ADMIN)

    for path in (f"/api/{version}/instance", f"/api/{version}/instance/"):
        answer = await school.stranger.get(path)

        contract.check("GET", f"/api/{version}/instance", answer)
        assert answer.json["version"] == "4.6.0+fedschool-0.1.0"
        body = answer.json
        assert (body.get("contact_account") or body["contact"]["account"])["username"] == "head"


async def test_instance_says_what_fits_and_where_to_stream(schools: SchoolMaker) -> None:
    school = await schools("oak.test:8443", title="Oak School", max_characters=700)

    v1 = (await school.stranger.get("/api/v1/instance")).json
    v2 = (await school.stranger.get("/api/v2/instance")).json

    assert v1["uri"] == v2["domain"] == "oak.test:8443"
    assert v1["title"] == v2["title"] == "Oak School"
    assert v1["urls"]["streaming_api"] == "wss://oak.test:8443"
    assert v2["configuration"]["urls"]["streaming"] == "wss://oak.test:8443"
    for statuses in (v1["configuration"]["statuses"], v2["configuration"]["statuses"]):
        assert statuses["max_characters"] == 700
        assert statuses["max_media_attachments"] == 4
    assert "image/png" in v2["configuration"]["media_attachments"]["supported_mime_types"]
    assert v2["api_versions"] == {"mastodon": 10}


@pytest.mark.parametrize(
    ("federation", "limited"),
    [(Federation.OPEN, False), (Federation.ALLOWLIST, True)],
)
async def test_instance_says_whether_every_server_may_talk_to_it(
    schools: SchoolMaker, federation: Federation, limited: bool
) -> None:
    school = await schools(federation=federation)

    configuration = (await school.stranger.get("/api/v2/instance")).json["configuration"]

    assert configuration["limited_federation"] is limited


async def test_timelines_are_as_open_as_the_instance_says(school: School) -> None:
    access = (await school.stranger.get("/api/v2/instance")).json["configuration"][
        "timelines_access"
    ]
    opened = {"local": "public", "remote": "public"}

    answers = [
        await school.stranger.get(f"/api/v1/timelines/{path}")
        for path in ("public", "tag/maths", "link?url=https://news.test/")
    ]

    assert access == dict.fromkeys(("live_feeds", "hashtag_feeds", "trending_link_feeds"), opened)
    assert [answer.status for answer in answers if answer.status == 401] == []


async def test_deprecated_calls_say_so(school: School) -> None:
    ada = await school.teacher("ada")
    ben = await school.teacher("ben")
    answers = [
        await ada.get("/api/v1/filters"),
        await ada.get("/api/v1/instance"),
        await ada.get("/api/v1/suggestions"),
        await ada.get("/api/v1/trends"),
        await ada.post("/api/v1/media"),
        await ada.post(f"/api/v1/accounts/{ben.id}/pin"),
    ]
    good = await ada.get("/api/v2/instance")

    days = [
        datetime.fromtimestamp(int(answer.headers["Deprecation"].removeprefix("@")), UTC)
        for answer in answers
    ]
    assert [day.year for day in days] == [2022, 2022, 2021, 2022, 2020, 2025]
    assert "Deprecation" not in good.headers
    assert "Deprecation" in good.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(
    ("registrations", "enabled", "approval", "invites"),
    [
        (Registrations.OPEN, True, False, False),
        (Registrations.APPROVAL, True, True, False),
        (Registrations.INVITE, False, False, True),
        (Registrations.CLOSED, False, False, False),
    ],
)
async def test_instance_says_who_may_join(
    schools: SchoolMaker, registrations: Registrations, enabled: bool, approval: bool, invites: bool
) -> None:
    school = await schools(registrations=registrations)

    v1 = (await school.stranger.get("/api/v1/instance")).json
    v2 = (await school.stranger.get("/api/v2/instance")).json

    assert v1["registrations"] is v2["registrations"]["enabled"] is enabled
    assert v1["approval_required"] is v2["registrations"]["approval_required"] is approval
    assert v1["invites_enabled"] is invites
    assert v1["contact_account"] is None


async def test_figures_are_counted(school: School) -> None:
    ada = await school.teacher("ada")
    await school.teacher("ben")
    await ada.says("One")
    await ada.says("Two", visibility="private")
    for domain in ("elm.test", "yew.test", "ash.test"):
        await know(school, domain)

    v1 = (await school.stranger.get("/api/v1/instance")).json
    v2 = (await school.stranger.get("/api/v2/instance")).json
    peers = await school.stranger.get("/api/v1/instance/peers")

    assert v1["stats"] == {"user_count": 2, "status_count": 2, "domain_count": 3}
    assert v2["usage"]["users"]["active_month"] == 1
    contract.check("GET", "/api/v1/instance/peers", peers)
    assert peers.json == ["ash.test", "elm.test", "yew.test"]


async def test_activity_covers_twelve_weeks_from_monday(school: School) -> None:
    ada = await school.teacher("ada")
    await ada.says("Public")
    await ada.says("Private", visibility="private")

    answer = await school.stranger.get("/api/v1/instance/activity")

    contract.check("GET", "/api/v1/instance/activity", answer)
    weeks = answer.json
    assert len(weeks) == 12
    assert (weeks[0]["statuses"], weeks[0]["registrations"]) == ("1", "1")
    assert weeks[0]["logins"] == "1"
    assert weeks[1]["statuses"] == "0"
    begin = datetime.fromtimestamp(int(weeks[0]["week"]), UTC)
    assert (begin.weekday(), begin.hour) == (0, 0)
    assert int(weeks[0]["week"]) - int(weeks[1]["week"]) == 7 * 86_400


async def test_what_does_not_exist_yet_is_an_empty_list(school: School) -> None:
    for path in ("/api/v1/instance/rules", "/api/v1/custom_emojis", "/api/v1/instance/peers"):
        answer = await school.stranger.get(path)

        contract.check("GET", path, answer)
        assert answer.json == []
