"""Words for the kinds of notifications that a client has none for itself."""

from typing import Any

import pytest

from tests.api.contract import check
from tests.people import School, Teacher


@pytest.fixture
async def ben(school: School) -> Teacher:
    """Somebody whom ada put into a collection, after having followed him."""
    ada, ben = await school.teacher("ada"), await school.teacher("ben")
    await ben.patch("/api/v1/profile", json={"discoverable": True})
    await ada.does(f"/api/v1/accounts/{ben.id}/follow")
    form = {"name": "<Maths>", "description": "Fractions", "account_ids": [ben.id]}
    await ada.does("/api/v1/collections", **form)
    return ben


def fallbacks(told: list[dict[str, Any]]) -> dict[str, Any]:
    return {item["type"]: item.get("fallback") for item in told}


async def test_unknown_kinds_come_with_words(ben: Teacher) -> None:
    answer = await ben.get("/api/v1/notifications?supported_types[]=mention")

    check("GET", "/api/v1/notifications", answer)
    shown = fallbacks(answer.json)
    assert shown["follow"] is None
    assert shown["added_to_collection"]["title"] == (
        '<span class="h-card" translate="no"><a href="https://oak.test/@ada" '
        'class="u-url mention">@<span>ada</span></a></span> added you to a collection'
    )
    assert shown["added_to_collection"]["details"] == "&lt;Maths&gt;: Fractions"
    assert shown["added_to_collection"]["summary"]


async def test_one_and_grouped_say_the_same(ben: Teacher) -> None:
    [told, _] = await ben.reads("/api/v1/notifications?supported_types[]=follow")

    one = await ben.reads(f"/api/v1/notifications/{told['id']}?supported_types[]=follow")
    grouped = await ben.get("/api/v2/notifications?supported_types[]=follow")
    key = told["group_key"]
    group = await ben.reads(f"/api/v2/notifications/{key}?supported_types[]=follow")

    assert one["fallback"] == told["fallback"]
    assert fallbacks(grouped.json["notification_groups"]) == {
        "added_to_collection": told["fallback"],
        "follow": None,
    }
    assert group["notification_groups"][0]["fallback"] == told["fallback"]


@pytest.mark.parametrize("query", ["", "?supported_types[]=added_to_collection"])
async def test_nothing_falls_back_where_it_is_known_or_not_asked(ben: Teacher, query: str) -> None:
    told = await ben.reads(f"/api/v1/notifications{query}")
    grouped = await ben.reads(f"/api/v2/notifications{query}")

    assert not any("fallback" in item for item in [*told, *grouped["notification_groups"]])
