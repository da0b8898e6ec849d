"""The instance before it is measured: a small school's people, posts, and followers elsewhere.

Everything local is made by the use cases that clients reach; remote followers are written as
the inbox would have written them.
"""

import asyncio
from collections.abc import Sequence

import msgspec

from fedschool.model.account import Account, Viewer
from fedschool.services import following, interactions, oauth, posting, relationships, users
from fedschool.services.posting import Draft
from fedschool.services.relationships import FollowOptions
from fedschool.site import Site
from fedschool.store import accounts
from fedschool.store.accounts import KeyPair
from fedschool.worker.loop import drain
from tests.live.elsewhere import Neighbour

SCOPES = "read write follow push"
TAGS = ("fractions", "chemistry", "reading", "excursion", "homework", "maps", "music", "sports")
MINUTE = 60_000


class Size(msgspec.Struct, frozen=True):
    """How large the school is."""

    authors: int = 10
    followers: int = 100
    posts: int = 2_000
    replies: int = 50
    remote_followers: int = 500
    hosts: int = 100
    sockets: int = 1_000


class Login(msgspec.Struct, frozen=True):
    """A person and the token of their client."""

    account: Account
    token: str


class Cast(msgspec.Struct, frozen=True):
    """The people of the school.

    The authors follow one another; `reader` is one of them. `popular`, another, has the local
    `followers`, `lonely` none, `known` and `unlucky` will have remote ones.
    """

    authors: list[Account]
    followers: list[Account]
    reader: Login
    popular: Login
    lonely: Login
    known: Login
    unlucky: Login


class Posts(msgspec.Struct, frozen=True):
    """`root` is the status with the replies, `last` any other; many have `tag`."""

    root: int
    last: int
    tag: str


class Calendar:
    """A clock for the past: each look at it is a little later, and never in the future."""

    def __init__(self, start: int, now: int, looks: int) -> None:
        self._at = start
        self._end = now
        self._step = max(1, (now - start) // looks)

    def __call__(self) -> int:
        self._at = min(self._at + self._step, self._end)
        return self._at


async def people(site: Site, size: Size) -> Cast:
    """Fills an empty instance with people. Takes its time mostly for keys and passwords."""
    authors = await _people(site, [f"author{n}" for n in range(size.authors)])
    followers = await _people(site, [f"follower{n}" for n in range(size.followers)])
    lonely, known, unlucky = await _people(site, ["lonely", "known", "unlucky"])
    popular, reader = authors[:2]
    for author in authors:
        for other in authors:
            if author is not other:
                await _follow(site, author, other)
    for follower in followers:
        await _follow(site, follower, popular)
    return Cast(
        authors=authors,
        followers=followers,
        reader=await _login(site, reader),
        popular=await _login(site, popular),
        lonely=await _login(site, lonely),
        known=await _login(site, known),
        unlucky=await _login(site, unlucky),
    )


async def posts(site: Site, cast: Cast, size: Size) -> Posts:
    """The authors' posts in turn, in the middle of them a thread; with all that they set off."""
    root, last = await _posts(site, cast.authors, size)
    await drain(site)
    return Posts(root, last, TAGS[0])


async def follow_from_elsewhere(
    site: Site, target: Account, people: Sequence[Neighbour], public_pem: str
) -> None:
    """Remote people follow `target`."""
    for person in people:
        account = await remote(site, person, public_pem)
        async with site.writing() as tx:
            await following.begin(tx, site, account, target, following.new(site, account, target))


async def followed_here(
    site: Site, person: Neighbour, readers: Sequence[Account], public_pem: str
) -> Account:
    """A remote person whom `readers` follow."""
    account = await remote(site, person, public_pem)
    async with site.writing() as tx:
        for reader in readers:
            await following.begin(tx, site, reader, account, following.new(site, reader, account))
    return account


async def remote(site: Site, person: Neighbour, public_pem: str) -> Account:
    """A remote person and their key, known here since just now."""
    account = Account(
        id=site.ids.next(),
        username=person.name,
        domain=person.host,
        uri=person.uri,
        url=person.uri,
        display_name=person.name.title(),
        inbox_url=person.inbox,
        outbox_url=f"{person.uri}/outbox",
        followers_url=f"{person.uri}/followers",
        created_at=site.now(),
        fetched_at=site.now(),
    )
    async with site.writing() as tx:
        assert await accounts.insert_new(tx, account)
        key = KeyPair(account.id, person.key_id, public_pem, None, site.now())
        await accounts.put_key(tx, key)
    return account


async def _people(site: Site, names: Sequence[str]) -> list[Account]:
    turns = asyncio.Semaphore(4)

    async def one(name: str) -> Account:
        async with turns:
            return await users.create_by_admin(
                site, username=name, email=f"{name}@school.example", password="correct horse"
            )

    return list(await asyncio.gather(*(one(name) for name in names)))


def viewer_of(account: Account) -> Viewer:
    return Viewer(account_id=account.id, local=True, scopes=frozenset(SCOPES.split()))


async def _login(site: Site, account: Account) -> Login:
    return Login(account, await oauth.token_for(site, username=account.username, scopes=SCOPES))


async def _follow(site: Site, follower: Account, target: Account) -> None:
    await relationships.follow(site, viewer_of(follower), target.id, FollowOptions())


async def _posts(site: Site, authors: Sequence[Account], size: Size) -> tuple[int, int]:
    """The thread's root and another status: posts in turn, the thread in the middle of them."""
    reader = authors[1]
    middle = size.posts // 2
    root = last = 0
    for number in range(size.posts - size.replies - 1):
        author = authors[number % len(authors)]
        if number == middle:
            root = await _write(site, authors[2], "Who takes the 7b on Friday? #excursion")
            await _replies(site, authors, root, size.replies)
        last = await _write(site, author, _text(number, reader))
        if author is reader:
            fan = authors[(number // len(authors)) % (len(authors) - 1) + 1]
            if fan is not reader:
                await interactions.favourite(site, viewer_of(fan), last)
    return root, last


async def _replies(site: Site, authors: Sequence[Account], root: int, count: int) -> None:
    """A thread as people write it: some answer the root, some the answer before."""
    above = root
    for number in range(count):
        text = f"I could, if somebody takes my lesson number {number}."
        parent = root if number % 3 == 0 else above
        above = await _write(site, authors[number % len(authors)], text, parent=parent)


async def _write(site: Site, author: Account, text: str, *, parent: int | None = None) -> int:
    draft = Draft(status=text, in_reply_to_id=None if parent is None else str(parent))
    view = await posting.post(site, viewer_of(author), draft)
    return view.status.id


def _text(number: int, reader: Account) -> str:
    tag = TAGS[number % len(TAGS)]
    mention = f" Thanks to @{reader.username} for the idea." if number % 5 == 0 else ""
    return (
        f"Lesson {number}: the class worked in pairs, and it took twice as long as I had "
        f"thought. The worksheets are in the cupboard of room {number % 40}.{mention} #{tag}"
    )
