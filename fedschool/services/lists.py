"""Lists of people that a person reads apart from the home."""

from collections.abc import Sequence

import msgspec

from fedschool.errors import NotFound, Unprocessable
from fedschool.model.account import Account, Viewer
from fedschool.model.lists import ReadingList, RepliesPolicy
from fedschool.model.timeline import Cursor, Page
from fedschool.ports.database import Tx
from fedschool.site import Site
from fedschool.store import list_entries, relationships, timelines
from fedschool.store import lists as store

MAX_LISTS = 50
MAX_TITLE = 256
MAX_MEMBERS = 1_000


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """What a client says of a list; None leaves it as it is."""

    title: str | None = None
    replies_policy: str | None = None
    exclusive: bool | None = None


async def of(site: Site, viewer: Viewer) -> list[ReadingList]:
    """The viewer's lists, oldest first."""
    async with site.reading() as tx:
        return await store.of(tx, viewer.me)


async def get(site: Site, viewer: Viewer, list_id: int) -> ReadingList:
    """Raises NotFound, for other people's lists as well."""
    async with site.reading() as tx:
        return await _mine(tx, viewer, list_id)


async def holding(site: Site, viewer: Viewer, account_id: int) -> list[ReadingList]:
    """The viewer's lists that somebody is in."""
    async with site.reading() as tx:
        return await store.holding(tx, viewer.me, account_id)


async def create(site: Site, viewer: Viewer, form: Form) -> ReadingList:
    """Raises Unprocessable."""
    empty = ReadingList(id=site.ids.next(), account_id=viewer.me, title="")
    item = _with(empty, form)
    async with site.writing() as tx:
        await relationships.lock(tx, viewer.me)
        if len(await store.of(tx, viewer.me)) >= MAX_LISTS:
            raise Unprocessable(f"Validation failed: There may be at most {MAX_LISTS} lists")
        await store.insert_new(tx, item)
    return item


async def update(site: Site, viewer: Viewer, list_id: int, form: Form) -> ReadingList:
    """Raises NotFound, Unprocessable."""
    async with site.writing() as tx:
        before = await _mine(tx, viewer, list_id)
        after = _with(before, form)
        await store.change(tx, after)
        if after.exclusive and not before.exclusive:
            await list_entries.keep_apart(tx, viewer.me, list_id)
        if before.exclusive and not after.exclusive:
            await list_entries.bring_home(tx, viewer.me, list_id)
    return after


async def delete(site: Site, viewer: Viewer, list_id: int) -> None:
    """Raises NotFound."""
    async with site.writing() as tx:
        item = await _mine(tx, viewer, list_id)
        if item.exclusive:
            await list_entries.bring_home(tx, viewer.me, list_id)
        await store.delete(tx, list_id)


async def members(site: Site, viewer: Viewer, list_id: int, cursor: Cursor) -> Page[Account]:
    """Who is in the list, the last added first. Raises NotFound."""
    async with site.reading() as tx:
        await _mine(tx, viewer, list_id)
        return await store.members(tx, list_id, cursor)


async def add(site: Site, viewer: Viewer, list_id: int, ids: Sequence[int]) -> None:
    """Adds people whom the viewer follows, or the viewer, with their last posts.

    All or nobody: raises NotFound for others, Unprocessable for who is in the list already.
    """
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MAX_MEMBERS:
        raise _too_many()
    async with site.writing() as tx:
        await relationships.lock(tx, viewer.me)
        item = await _mine(tx, viewer, list_id)
        if await store.may_be_added(tx, viewer.me, wanted) != set(wanted):
            raise NotFound
        if await store.already_in(tx, list_id, wanted):
            raise Unprocessable("Validation failed: Account has already been taken")
        if await store.size(tx, list_id) + len(wanted) > MAX_MEMBERS:
            raise _too_many()
        rows = [(site.ids.next(), member) for member in wanted]
        await store.add(tx, list_id, rows, site.now())
        if item.exclusive:
            await list_entries.keep_apart(tx, viewer.me, list_id)


async def remove(site: Site, viewer: Viewer, list_id: int, ids: Sequence[int]) -> None:
    """Takes people out, with what they posted; who is not in it is passed over. Raises NotFound."""
    wanted = list(dict.fromkeys(ids))[:MAX_MEMBERS]
    async with site.writing() as tx:
        item = await _mine(tx, viewer, list_id)
        await store.remove(tx, list_id, wanted)
        if item.exclusive:
            for member in await store.may_be_added(tx, viewer.me, wanted):
                await timelines.backfill_home(tx, viewer.me, member)


async def _mine(tx: Tx, viewer: Viewer, list_id: int) -> ReadingList:
    item = await store.by_id(tx, viewer.me, list_id)
    if item is None:
        raise NotFound
    return item


def _with(item: ReadingList, form: Form) -> ReadingList:
    title = item.title if form.title is None else form.title.strip()
    if not title:
        raise Unprocessable("Validation failed: Title can't be blank")
    if len(title) > MAX_TITLE:
        raise Unprocessable(
            f"Validation failed: Title is too long (maximum is {MAX_TITLE} characters)"
        )
    policy = item.replies_policy.value if form.replies_policy is None else form.replies_policy
    if policy not in {known.value for known in RepliesPolicy}:
        raise Unprocessable("Validation failed: Replies policy is none of followed, list, none")
    return ReadingList(
        id=item.id,
        account_id=item.account_id,
        title=title,
        replies_policy=RepliesPolicy(policy),
        exclusive=item.exclusive if form.exclusive is None else form.exclusive,
    )


def _too_many() -> Unprocessable:
    return Unprocessable(f"Validation failed: A list holds at most {MAX_MEMBERS} people")
