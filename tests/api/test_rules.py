"""The school's rules: shown to everybody, and named by reports."""

import pytest

from fedschool.errors import Forbidden, NotFound, Unprocessable
from fedschool.model.account import Viewer
from fedschool.services import rules
from fedschool.services.staff import OPERATOR
from tests.api import contract
from tests.api.staff import moderator
from tests.people import School

RULES = "/api/v1/instance/rules"


async def texts(school: School) -> list[str]:
    return [rule["text"] for rule in (await school.stranger.get(RULES)).json]


async def test_rules_are_shown_in_their_order(school: School) -> None:
    before = await school.stranger.get(RULES)

    await rules.add(school.site, OPERATOR, "Be kind", "Also to  pupils")
    await rules.add(school.site, OPERATOR, "Name your sources")

    after = await school.stranger.get(RULES)
    contract.check("GET", RULES, after)
    assert before.json == []
    assert [(rule["text"], rule["hint"]) for rule in after.json] == [
        ("Be kind", "Also to pupils"),
        ("Name your sources", ""),
    ]
    assert all(rule["translations"] == {} for rule in after.json)


async def test_both_documents_of_the_instance_and_its_pages_show_them(school: School) -> None:
    await rules.add(school.site, OPERATOR, "Be <kind>", "Always")

    shown = (await school.stranger.get(RULES)).json
    documents = [(await school.stranger.get(f"/api/{v}/instance")) for v in ("v1", "v2")]
    about = (await school.stranger.get("/about")).text
    sign_up = (await school.stranger.get("/auth/sign_up")).text

    assert [document.json["rules"] for document in documents] == [shown, shown]
    assert "Be &lt;kind&gt;" in about
    assert "Be &lt;kind&gt;" in sign_up


async def test_rules_are_changed_moved_and_removed(school: School) -> None:
    site = school.site
    first, second, third = [await rules.add(site, OPERATOR, text) for text in ("a", "b", "c")]

    await rules.edit(site, OPERATOR, second.id, text="B", hint="why")
    await rules.move(site, OPERATOR, third.id, 1)
    await rules.remove(site, OPERATOR, first.id)
    await rules.add(site, OPERATOR, "d")

    assert await texts(school) == ["c", "B", "d"]


async def test_report_names_rules_and_the_staff_reads_them_after_their_end(school: School) -> None:
    ada, bo = await school.teacher("ada"), await school.teacher("bo")
    mo = await moderator(school)
    rule = await rules.add(school.site, OPERATOR, "Be kind")

    filed = await ada.post(
        "/api/v1/reports", json={"account_id": bo.id, "rule_ids": [str(rule.id)]}
    )
    await rules.remove(school.site, OPERATOR, rule.id)

    contract.check("POST", "/api/v1/reports", filed)
    assert (filed.json["category"], filed.json["rule_ids"]) == ("violation", [str(rule.id)])
    shown = await mo.get(f"/api/v1/admin/reports/{filed.json['id']}")
    contract.check("GET", "/api/v1/admin/reports/:id", shown)
    assert [named["text"] for named in shown.json["rules"]] == ["Be kind"]


async def test_report_names_no_rules_that_never_were(school: School) -> None:
    ada, bo = await school.teacher("ada"), await school.teacher("bo")
    mo = await moderator(school)
    filed = await ada.post("/api/v1/reports", json={"account_id": bo.id})

    refused = await ada.post("/api/v1/reports", json={"account_id": bo.id, "rule_ids": ["77"]})
    changed = await mo.put(f"/api/v1/admin/reports/{filed.json['id']}", json={"rule_ids": ["77"]})

    assert (refused.status, changed.status) == (422, 422)


@pytest.mark.parametrize("text", [" \0 ", "x" * 301])
async def test_rule_is_a_sentence(school: School, text: str) -> None:
    with pytest.raises(Unprocessable):
        await rules.add(school.site, OPERATOR, text)

    assert await texts(school) == []


async def test_rules_are_written_by_those_who_lead_alone(school: School) -> None:
    rule = await rules.add(school.site, OPERATOR, "Be kind")
    ada = await school.teacher("ada")
    teacher = Viewer(account_id=int(ada.id), local=True)

    with pytest.raises(Forbidden):
        await rules.add(school.site, teacher, "Obey me")
    with pytest.raises(Forbidden):
        await rules.remove(school.site, teacher, rule.id)
    with pytest.raises(NotFound):
        await rules.edit(school.site, OPERATOR, rule.id + 1, text="x")
    with pytest.raises(Unprocessable):
        await rules.move(school.site, OPERATOR, rule.id, 2)

    assert await texts(school) == ["Be kind"]
