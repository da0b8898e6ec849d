"""What the instance says about itself, and what it says it does not have."""

from typing import Any

import pytest

from fedschool.model.servers import Severity
from fedschool.model.texts import TextKind
from fedschool.services import servers, texts
from fedschool.services.servers import Decision
from fedschool.services.staff import OPERATOR
from fedschool.settings import ShowBlocks
from tests.api import contract
from tests.conftest import SchoolMaker
from tests.people import School
from tests.test_upkeep import HandClock

INSTANCE = "/api/v1/instance"
DAY = 86_400_000


async def say(school: School, kind: TextKind, text: str, day: str | None = None) -> None:
    await texts.write(school.site, OPERATOR, kind, text, day)


def day_after(school: School, days: int) -> str:
    return str(texts.today_of(school.site.now() + days * DAY))


async def test_page_about_the_school_is_empty_until_somebody_writes_it(school: School) -> None:
    path = f"{INSTANCE}/extended_description"
    before = await school.stranger.get(path)

    await say(school, TextKind.ABOUT, "# Under oaks\n\nSince 1905. <b>")

    after = await school.stranger.get(path)
    contract.check("GET", path, after)
    assert before.json == {"updated_at": None, "content": ""}
    assert after.json["content"] == "<h1>Under oaks</h1>\n<p>Since 1905. &lt;b&gt;</p>\n"
    page = await school.stranger.get("/about")
    assert "<h1>Under oaks</h1>" in page.text


async def test_description_is_told_everywhere(school: School) -> None:
    await say(school, TextKind.DESCRIPTION, "A school under oaks.")

    v1, v2 = [(await school.stranger.get(f"/api/{v}/instance")).json for v in ("v1", "v2")]
    nodeinfo = (await school.stranger.get("/nodeinfo/2.0")).json

    assert v1["short_description"] == v2["description"] == "A school under oaks."
    assert nodeinfo["metadata"]["nodeDescription"] == "A school under oaks."
    assert "A school under oaks." in (await school.stranger.get("/")).text


async def test_there_is_always_a_privacy_policy(schools: SchoolMaker) -> None:
    school = await schools(contact_email="head@oak.test", title="Oak {School}")
    path = f"{INSTANCE}/privacy_policy"

    default = await school.stranger.get(path)
    await say(school, TextKind.PRIVACY, "We keep *nothing*.")
    written = await school.stranger.get(path)

    for answer in (default, written):
        contract.check("GET", path, answer)
    assert "Oak {School}" in default.json["content"]
    assert 'href="mailto:head@oak.test"' in default.json["content"]
    assert "not encrypted end to end" in default.json["content"]
    assert written.json["content"] == "<p>We keep <em>nothing</em>.</p>\n"
    v2 = (await school.stranger.get("/api/v2/instance")).json
    assert v2["configuration"]["urls"]["privacy_policy"] == "https://oak.test/privacy-policy"
    assert "We keep <em>nothing</em>." in (await school.stranger.get("/privacy-policy")).text


async def test_terms_keep_their_history(schools: SchoolMaker) -> None:
    clock = HandClock()
    school = await schools(clock=clock)
    path = f"{INSTANCE}/terms_of_service"
    assert (await school.stranger.get(path)).status == 404
    v2 = (await school.stranger.get("/api/v2/instance")).json
    assert v2["configuration"]["urls"]["terms_of_service"] is None
    today, soon = day_after(school, 0), day_after(school, 3)
    await say(school, TextKind.TERMS, "Typo")
    await say(school, TextKind.TERMS, "Old")
    await say(school, TextKind.TERMS, "New", soon)

    now = await school.stranger.get(path)
    to_come = await school.stranger.get(f"{path}/{soon}")
    clock.ahead = 4 * DAY
    later = await school.stranger.get(path)
    past = await school.stranger.get(f"{path}/{today}")

    for answer in (now, later):
        contract.check("GET", path, answer)
    for answer in (to_come, past):
        contract.check("GET", f"{path}/{{date}}", answer)
    assert now.json == {
        "effective_date": today,
        "effective": True,
        "content": "<p>Old</p>\n",
        "succeeded_by": soon,
    }
    assert past.json == now.json
    assert (to_come.json["effective"], to_come.json["content"]) == (False, "<p>New</p>\n")
    assert later.json == to_come.json | {"effective": True}
    v2 = (await school.stranger.get("/api/v2/instance")).json
    assert v2["configuration"]["urls"]["terms_of_service"] == "https://oak.test/terms-of-service"
    assert "<p>New</p>" in (await school.stranger.get("/terms-of-service")).text
    assert "<p>Old</p>" in (await school.stranger.get(f"/terms-of-service/{today}")).text
    for wrong in ("2001-01-01", "2001-02-31", "x", "20261123"):
        assert (await school.stranger.get(f"{path}/{wrong}")).status == 404


async def test_languages_are_known_and_none_is_translated(school: School) -> None:
    languages = await school.stranger.get(f"{INSTANCE}/languages")
    translated = await school.stranger.get(f"{INSTANCE}/translation_languages")

    contract.check("GET", f"{INSTANCE}/languages", languages)
    contract.check("GET", f"{INSTANCE}/translation_languages", translated)
    known = {item["code"]: item["name"] for item in languages.json}
    assert len(known) == len(languages.json) > 180
    assert (known["de"], known["en"], known["zu"]) == ("German", "English", "Zulu")
    assert translated.json == {}


async def _blocking(school: School) -> None:
    for domain, severity, comment, obfuscate in (
        ("limits.test", Severity.SILENCE, "", False),
        ("spam.test", Severity.SUSPEND, "Spam", False),
        ("secret.test", Severity.SUSPEND, "", True),
        ("noop.test", Severity.NOOP, "", False),
    ):
        wanted = Decision(severity=severity, public_comment=comment, obfuscate=obfuscate)
        await servers.decide(school.site, 0, domain, wanted)


async def test_blocked_servers_are_listed_as_the_school_publishes_them(
    schools: SchoolMaker,
) -> None:
    school = await schools(show_blocks=ShowBlocks.EVERYBODY)
    path = f"{INSTANCE}/domain_blocks"
    assert (await school.stranger.get(path)).json == []
    await _blocking(school)

    answer = await school.stranger.get(path)

    contract.check("GET", path, answer)
    secret, spam, limits = answer.json
    assert (spam["domain"], spam["severity"], spam["comment"]) == ("spam.test", "suspend", "Spam")
    assert (limits["domain"], limits["comment"]) == ("limits.test", None)
    assert "*" in secret["domain"]
    assert secret["digest"] == servers.digest("secret.test")


@pytest.mark.parametrize(
    ("show", "stranger", "teacher"),
    [
        (ShowBlocks.NOBODY, 404, 404),
        (ShowBlocks.MEMBERS, 401, 200),
        (ShowBlocks.EVERYBODY, 200, 200),
    ],
)
async def test_the_school_decides_who_reads_which_servers_are_blocked(
    schools: SchoolMaker, show: ShowBlocks, stranger: int, teacher: int
) -> None:
    school = await schools(show_blocks=show)
    ada = await school.teacher("ada")

    assert (await school.stranger.get(f"{INSTANCE}/domain_blocks")).status == stranger
    assert (await ada.get(f"{INSTANCE}/domain_blocks")).status == teacher


async def test_posts_are_not_translated_and_closed_ones_could_not_be(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    await ben.does(f"/api/v1/accounts/{ada.id}/follow")
    status = {
        visibility: (await ada.says("Hallo", visibility=visibility))["id"]
        for visibility in ("public", "private", "direct")
    }

    async def asked(visibility: str) -> int:
        answer = await ben.post(f"/api/v1/statuses/{status[visibility]}/translate")
        assert answer.json["error"]
        return answer.status

    assert [await asked(v) for v in ("public", "private", "direct")] == [404, 403, 404]
    v2: dict[str, Any] = (await school.stranger.get("/api/v2/instance")).json
    assert v2["configuration"]["translation"] == {"enabled": False}


async def test_nobody_has_an_annual_report(school: School) -> None:
    ada = await school.teacher("ada")
    path = "/api/v1/annual_reports"

    assert await ada.reads(path) == {"annual_reports": [], "accounts": [], "statuses": []}
    assert await ada.reads(f"{path}/2025/state") == {"state": "ineligible"}
    assert (await ada.get(f"{path}/2025")).status == 404
    assert (await ada.post(f"{path}/2025/read")).status == 404
    assert (await ada.post(f"{path}/2025/generate")).status == 404
    assert (await school.stranger.get(path)).status == 401


async def test_nobody_proves_identities_any_more(school: School) -> None:
    ada = await school.teacher("ada")

    proofs = await ada.get(f"/api/v1/accounts/{ada.id}/identity_proofs")

    contract.check("GET", "/api/v1/accounts/{id}/identity_proofs", proofs)
    assert proofs.json == []
    assert (await ada.get("/api/v1/accounts/1/identity_proofs")).status == 404
    assert (await school.stranger.get("/api/proofs?username=ada")).status == 404


async def test_confirmed_address_needs_no_other_confirmation(school: School) -> None:
    ada = await school.teacher("ada")

    answer = await ada.post("/api/v1/emails/confirmations", json={"email": "ada@oak.test"})

    assert answer.status == 403
    assert "awaiting confirmation" in answer.json["error"]


async def test_direct_posts_are_a_timeline(school: School) -> None:
    ada, ben, cleo = [await school.teacher(name) for name in ("ada", "ben", "cleo")]
    path = "/api/v1/timelines/direct"
    await ada.says("For all")
    sent = await ada.says("@ben psst", visibility="direct")
    got = await ben.says("@ada what?", visibility="direct")
    await ben.says("@cleo not for ada", visibility="direct")
    unwanted = await cleo.says("@ada hey", visibility="direct")

    answer = await ada.get(path)
    contract.check("GET", "/api/v1/timelines/home", answer)
    assert [item["id"] for item in answer.json] == [unwanted["id"], got["id"], sent["id"]]
    await ada.does(f"/api/v1/accounts/{cleo.id}/mute")
    first = await ada.get(f"{path}?limit=1")
    assert [item["id"] for item in first.json] == [got["id"]]
    assert f"max_id={got['id']}" in first.headers["Link"]
    rest = await ada.reads(f"{path}?max_id={got['id']}")
    assert [item["id"] for item in rest] == [sent["id"]]
    newer = await ada.reads(f"{path}?min_id={sent['id']}&limit=1")
    assert [item["id"] for item in newer] == [got["id"]]
    assert (await school.stranger.get(path)).status == 401


async def test_direct_timeline_costs_no_more_for_many_than_for_few(school: School) -> None:
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    for n in range(6):
        await ben.says(f"@ada {n}", visibility="direct")

    async def cost(limit: int) -> int:
        await ada.reads(f"/api/v1/timelines/direct?limit={limit}")
        before = school.site.database.statements
        await ada.reads(f"/api/v1/timelines/direct?limit={limit}")
        return school.site.database.statements - before

    assert await cost(1) == await cost(6)
