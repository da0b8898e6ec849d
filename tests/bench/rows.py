"""The operations, each with its budget from the design, and how each is measured."""

from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import quote

import msgspec

from tests.bench import wire
from tests.bench.measure import Bench, Cost
from tests.bench.seed import Cast, Login, Posts
from tests.live.elsewhere import Neighbour

FEW_READS, MANY_READS = 300, 800
FEW_WRITES, MANY_WRITES = 60, 150
ROUNDS = 3


class Row(msgspec.Struct, frozen=True):
    """An operation and what it cost: alone, and with others at once where that was measured."""

    operation: str
    budget_ms: float
    costs: tuple[Cost, ...]


class Plan(msgspec.Struct, frozen=True):
    """A row to be measured."""

    operation: str
    budget_ms: float
    measure: Callable[[], Awaitable[tuple[Cost, ...]]]


class Scene(msgspec.Struct, frozen=True):
    """Whom and what the rows are about: `press` is a remote person whom the reader follows."""

    cast: Cast
    posts: Posts
    press: Neighbour


def reads(bench: Bench, scene: Scene, thrift: int) -> list[Plan]:
    """`thrift` divides the repetitions, here and below."""
    cast, posts = scene.cast, scene.posts
    host = bench.server.host
    counts = (FEW_READS // thrift, MANY_READS // thrift)
    acct = quote(f"acct:{cast.popular.account.username}@{host}")

    def get(
        operation: str, budget_ms: float, target: str, token: str | None = cast.reader.token
    ) -> Plan:
        sent = wire.request("GET", host, target, token=token)
        return Plan(operation, budget_ms, lambda: bench.reading(sent, counts))

    return [
        get("health: the floor of HTTP", 0.2, "/health", None),
        get("home timeline, 20", 0.6, "/api/v1/timelines/home"),
        get("home timeline, 40", 0.9, "/api/v1/timelines/home?limit=40"),
        get("hashtag timeline, 20", 0.7, f"/api/v1/timelines/tag/{posts.tag}"),
        get("local timeline, 20", 0.7, "/api/v1/timelines/public?local=true"),
        get("account's statuses, 20", 0.7, f"/api/v1/accounts/{cast.popular.account.id}/statuses"),
        get("context of 50 replies", 1.2, f"/api/v1/statuses/{posts.root}/context"),
        get("notifications, 20", 0.9, "/api/v1/notifications?limit=20"),
        get("one status", 0.35, f"/api/v1/statuses/{posts.last}"),
        get("verify_credentials", 0.3, "/api/v1/accounts/verify_credentials"),
        get("WebFinger", 0.1, f"/.well-known/webfinger?resource={acct}", None),
        get("account search", 1.5, "/api/v1/accounts/search?q=author"),
    ]


def writes(bench: Bench, scene: Scene, thrift: int) -> list[Plan]:
    counts = (FEW_WRITES // thrift, MANY_WRITES // thrift)
    reader = scene.cast.reader.account.id

    def post(operation: str, budget_ms: float, author: Login) -> Plan:
        sent = poster(bench, author, operation)
        return Plan(operation, budget_ms, lambda: bench.writing(sent, counts))

    return [
        post("post, no followers", 4, scene.cast.lonely),
        post("post, 100 local followers", 6, scene.cast.popular),
        Plan(
            "inbox Create, signed, until visible",
            3,
            lambda: bench.arriving(scene.press, reader, counts),
        ),
    ]


def deliveries(bench: Bench, author: Login, count: int, thrift: int) -> Plan:
    """Posts to `count` followers elsewhere, all of whom can be reached."""
    sent = poster(bench, author, "delivery")
    rounds = max(1, ROUNDS // thrift)

    async def measure() -> tuple[Cost, ...]:
        await bench.delivering(sent, 1, count, quiet_after=True)
        return (await bench.delivering(sent, rounds, count, quiet_after=True),)

    return Plan(f"delivery, each of {count} inboxes", 1.2, measure)


def deliveries_among_dead(bench: Bench, author: Login, reachable: int) -> Plan:
    """One post to followers some of whose hosts are dead; their jobs are left over."""
    sent = poster(bench, author, "delivery among dead hosts")

    async def measure() -> tuple[Cost, ...]:
        return (await bench.delivering(sent, 1, reachable, quiet_after=False),)

    return Plan(f"the same, {reachable} of them alive", 1.2, measure)


def poster(bench: Bench, author: Login, about: str) -> Callable[[int], bytes]:
    """A client's post, a new one for each number."""

    def sent(number: int) -> bytes:
        text = f"Number {number} of {about}: bring your calculators. #fractions"
        body = msgspec.json.encode({"status": text})
        headers = [("Content-Type", "application/json")]
        host, token = bench.server.host, author.token
        return wire.request(
            "POST", host, "/api/v1/statuses", token=token, headers=headers, body=body
        )

    return sent


async def measured(wanted: Sequence[Plan], progress: Callable[[str], None]) -> list[Row]:
    rows = []
    for plan in wanted:
        progress(plan.operation)
        rows.append(Row(plan.operation, plan.budget_ms, await plan.measure()))
    return rows
