"""Limits on requests: who counts as one caller."""

from typing import Any

from tests.conftest import SchoolMaker
from tests.people import Caller, School

PATH = "/api/v1/instance/rules"
PROXY = "127.0.0.1"


async def standing(school: School, address: str, *forwarded: str) -> str:
    """How many requests a caller has left, after this one from `address`."""
    headers: Any = [("X-Forwarded-For", line) for line in forwarded]
    client = school.app.test_client()
    answer = await client.get(PATH, headers=headers, scope_base={"client": (address, 1)})
    return answer.headers["X-RateLimit-Remaining"]


async def test_a_client_s_own_word_for_its_address_does_not_count(schools: SchoolMaker) -> None:
    school = await schools(rate_limits=True, trusted_proxies=PROXY)

    left = [
        await standing(school, PROXY, f"192.0.2.{n}", "198.51.100.7")
        if n % 2
        else await standing(school, PROXY, f"192.0.2.{n}, 198.51.100.7")
        for n in range(4)
    ]

    assert left == ["299", "298", "297", "296"]


async def test_all_addresses_of_one_ipv6_network_are_one_caller(schools: SchoolMaker) -> None:
    school = await schools(rate_limits=True)

    left = [await standing(school, f"2001:db8:1:2::{n}") for n in range(1, 4)]
    other = await standing(school, "2001:db8:1:3::1")

    assert left == ["299", "298", "297"]
    assert other == "299"


async def test_a_staff_room_behind_one_address_is_limited_by_person(schools: SchoolMaker) -> None:
    school = await schools(rate_limits=True)
    alice, bert = await school.teacher("alice"), await school.teacher("bert")

    async def last(who: Caller, times: int) -> tuple[int, str]:
        for _ in range(times):
            answer = await who.get("/api/v1/preferences")
        return answer.status, answer.headers["X-RateLimit-Remaining"]

    assert (await last(alice, 301))[0] == 429
    assert (await last(bert, 1))[1] == "299"
    assert (await last(school.stranger, 1))[0] != 429
