"""The clause that decides who sees a status, against an oracle of ten lines, case by case."""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from fedschool.model.account import ANYBODY, Account, Viewer
from fedschool.model.status import Status, Visibility
from fedschool.model.timeline import Cursor
from fedschool.ports.database import Tx
from fedschool.site import Site
from fedschool.store import accounts, hydrate, relationships, statuses, timelines, users
from tests.people import School


class Case(NamedTuple):
    """A status' circumstances; `mentioned` holds the ids of the people it names."""

    status: Status
    author_blocks: bool
    author_suspended: bool
    mentioned: frozenset[int]


def may_see(case: Case, viewer: Viewer, follows: bool) -> bool:
    """The oracle."""
    status = case.status
    if viewer.account_id == status.account_id:
        return True
    if case.author_suspended or (status.local_only and not viewer.local):
        return False
    if viewer.account_id is not None and case.author_blocks:
        return False
    if status.visibility in (Visibility.PUBLIC, Visibility.UNLISTED):
        return True
    if viewer.account_id in case.mentioned:
        return True
    return status.visibility is Visibility.PRIVATE and follows


def _account(site: Site, name: str, domain: str | None) -> Account:
    host = domain or site.uris.host
    return Account(
        id=site.ids.next(),
        username=name,
        domain=domain,
        uri=f"https://{host}/users/{name}",
        url=f"https://{host}/@{name}",
        inbox_url=f"https://{host}/users/{name}/inbox",
        created_at=site.now(),
    )


async def _people(tx: Tx, site: Site) -> dict[str, Account]:
    names: list[tuple[str, str | None]] = [
        ("author", None),
        ("blocker", None),
        ("suspended", None),
        ("booster", None),
    ]
    names += [
        (f"{kind}_{place}", None if place == "here" else "elm.test")
        for kind, place in product(("follower", "stranger"), ("here", "there"))
    ]
    people = {name: _account(site, name, domain) for name, domain in names}
    for person in people.values():
        await accounts.insert_new(tx, person)
    await users.hide(tx, people["suspended"].id, site.now())
    return people


def _cases(site: Site, people: dict[str, Account]) -> Iterator[Case]:
    readers = [person for name, person in people.items() if name.endswith(("_here", "_there"))]
    for author, visibility, local_only, named in product(
        ("author", "blocker", "suspended"), Visibility, (False, True), (False, True)
    ):
        status_id = site.ids.next()
        status = Status(
            id=status_id,
            uri=f"https://oak.test/statuses/{status_id}",
            url="",
            account_id=people[author].id,
            local=True,
            visibility=visibility,
            local_only=local_only,
            conversation_id=status_id,
            created_at=site.now(),
        )
        mentioned = frozenset(person.id for person in readers) if named else frozenset()
        yield Case(status, author == "blocker", author == "suspended", mentioned)


async def test_clause_agrees_with_the_oracle_on_every_case(school: School) -> None:
    site = school.site
    async with site.writing() as tx:
        people = await _people(tx, site)
        readers = {n: a for n, a in people.items() if n.endswith(("_here", "_there"))}
        authors = [people[name] for name in ("author", "blocker", "suspended")]
        for name, reader in readers.items():
            for author in authors:
                if name.startswith("follower"):
                    await _follow(tx, site, reader, author)
        for person in people.values():
            if person.id != people["blocker"].id:
                await _block(tx, site, people["blocker"], person)
        cases = list(_cases(site, people))
        boosts = {}
        for case in cases:
            await statuses.insert_new(tx, case.status)
            await statuses.set_mentions(tx, case.status.id, sorted(case.mentioned))
            boost = _boost_of(site, case.status, people["booster"])
            await statuses.insert_new(tx, boost)
            boosts[case.status.id] = boost
    viewers = [(ANYBODY, False)]
    viewers += [
        (Viewer(account_id=a.id, local=a.local), name.startswith("follower"))
        for name, a in readers.items()
    ]
    viewers += [(Viewer(account_id=a.id, local=True), False) for a in authors]

    compared = 0
    for viewer, follows in viewers:
        wanted = {c.status.id for c in cases if may_see(c, viewer, follows)}
        async with site.reading() as tx:
            shown = await hydrate.statuses_of(tx, viewer, [c.status.id for c in cases])
            boosted = await hydrate.statuses_of(tx, viewer, [b.id for b in boosts.values()])
            single = {
                c.status.id
                for c in cases
                if await statuses.visible(tx, viewer, c.status.id) is not None
            }
            listed = set()
            for author in authors:
                query = timelines.of_account(viewer, author.id, Cursor(limit=100))
                ids, views = await hydrate.page(tx, viewer, query)
                assert len(ids) == len(views)
                listed.update(ids)
        extra = {v.status.id for v in shown} ^ wanted
        assert not extra, [c for c in cases if c.status.id in extra][:3]
        assert single == wanted, viewer
        assert listed == wanted, viewer
        assert {v.reblog.status.id for v in boosted if v.reblog} == wanted, viewer
        compared += len(cases)
    assert compared == len(cases) * len(viewers) > 350


async def _follow(tx: Tx, site: Site, follower: Account, target: Account) -> None:
    follow_id = site.ids.next()
    row = relationships.Follow(
        id=follow_id,
        account_id=follower.id,
        target_id=target.id,
        uri=f"https://oak.test/follows/{follow_id}",
        created_at=site.now(),
    )
    assert await relationships.insert_new(tx, relationships.Edge.FOLLOW, row)


async def _block(tx: Tx, site: Site, blocker: Account, target: Account) -> None:
    await relationships.insert_block(
        tx,
        block_id=(block_id := site.ids.next()),
        account_id=blocker.id,
        target_id=target.id,
        uri=f"https://oak.test/blocks/{block_id}",
        now=site.now(),
    )


def _boost_of(site: Site, original: Status, booster: Account) -> Status:
    boost_id = site.ids.next()
    return Status(
        id=boost_id,
        uri=f"https://oak.test/boosts/{boost_id}",
        url="",
        account_id=booster.id,
        local=True,
        visibility=Visibility.PUBLIC,
        reblog_of_id=original.id,
        conversation_id=boost_id,
        created_at=site.now(),
    )
