"""Ids become views: one batch for a page, the same number of statements whatever its length.

What the viewer may not see is left out here, so that no caller can forget to ask.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from fedschool.model.account import Viewer
from fedschool.model.kit import KitView
from fedschool.model.quote import SHOWING, Quote, QuoteState, policy
from fedschool.model.status import (
    NO_FLAGS,
    UNPINNED,
    Application,
    Attachment,
    Mention,
    Poll,
    PollOption,
    QuoteView,
    Status,
    StatusView,
    ViewerFlags,
    Visibility,
)
from fedschool.ports.database import Call, Row, Tx, among, p, statement
from fedschool.store import accounts as accounts_store
from fedschool.store import cards as cards_store
from fedschool.store import filters, media
from fedschool.store import kits as kits_store
from fedschool.store import quote_standing as standing
from fedschool.store import quotes as quotes_store
from fedschool.store.emoji_texts import decode_emojis
from fedschool.store.tables_accounts import accounts
from fedschool.store.tables_cards import cards, status_cards
from fedschool.store.tables_interactions import bookmarks, conversation_mutes, favourites, pins
from fedschool.store.tables_media import media_attachments
from fedschool.store.tables_polls import poll_options, poll_votes, polls
from fedschool.store.tables_quotes import quotes
from fedschool.store.tables_relationships import follows
from fedschool.store.tables_statuses import mentions, status_tags, statuses, tags
from fedschool.store.tables_users import applications
from fedschool.store.visibility import Eyes, eyes, viewer_id, visible_to
from fedschool.text import fallback

s = statuses.c
COLUMNS: list[sa.ColumnElement[Any]] = [
    s.id, s.uri, s.url, s.account_id, s.local, s.visibility, s.content, s.text, s.spoiler_text,
    s.sensitive, s.language, s.local_only, s.in_reply_to_id, s.in_reply_to_account_id,
    s.in_reply_to_uri, s.reblog_of_id, s.conversation_id, s.created_at, s.edited_at,
    s.application_id, s.replies_count, s.reblogs_count, s.favourites_count, s.emojis,
    s.quotes_count, s.quote_policy,
]  # fmt: skip


def status(row: Row) -> Status:
    """A row of COLUMNS as a Status."""
    (
        id_, uri, url, account_id, local, visibility, content, text, spoiler_text, sensitive,
        language, local_only, in_reply_to_id, in_reply_to_account_id, in_reply_to_uri,
        reblog_of_id, conversation_id, created_at, edited_at, application_id, replies_count,
        reblogs_count, favourites_count, emojis, quotes_count, quote_policy,
    ) = row  # fmt: skip
    return Status(
        id=id_,
        uri=uri,
        url=url,
        account_id=account_id,
        local=bool(local),
        visibility=Visibility(visibility),
        content=content,
        text=text,
        spoiler_text=spoiler_text,
        sensitive=bool(sensitive),
        language=language,
        local_only=bool(local_only),
        in_reply_to_id=in_reply_to_id,
        in_reply_to_account_id=in_reply_to_account_id,
        in_reply_to_uri=in_reply_to_uri,
        reblog_of_id=reblog_of_id,
        conversation_id=conversation_id,
        created_at=created_at,
        edited_at=edited_at,
        application_id=application_id,
        replies_count=replies_count,
        reblogs_count=reblogs_count,
        favourites_count=favourites_count,
        emojis=decode_emojis(emojis),
        quotes_count=quotes_count,
        quote_policy=policy(quote_policy),
    )


def _page() -> sa.Select[Any]:
    """The ids asked for, those of the boosted originals behind them, and of what these quote."""
    asked = sa.select(s.id).where(among(s.id, "ids"))
    originals = sa.select(s.reblog_of_id).where(among(s.id, "ids"), s.reblog_of_id.is_not(None))
    shown = sa.union_all(asked, originals).cte("shown")
    q = quotes.c
    quoted = sa.select(q.quoted_status_id).join_from(shown, quotes, q.status_id == shown.c.id)
    page = sa.union_all(sa.select(shown.c.id), quoted).cte("page")
    return sa.select(page.c.id)


# Which of the page's statuses and originals the viewer may see, and their versions, by primary
# keys. Everything else is asked for what this lets through.
@statement
def _heads(kind: Eyes) -> sa.Select[Any]:
    # Versions only grow, so the sum names the state of the author and of the card's.
    writer = accounts.alias("writer")
    version = accounts.c.version + sa.func.coalesce(writer.c.version, 0)
    carded = (
        sa.join(statuses, accounts, accounts.c.id == s.account_id)
        .outerjoin(status_cards, status_cards.c.status_id == s.id)
        .outerjoin(cards, cards.c.id == status_cards.c.card_id)
    )
    return (
        sa.select(s.id, s.version, version, s.reblog_of_id)
        .select_from(carded.outerjoin(writer, writer.c.id == cards.c.author_account_id))
        .where(s.id.in_(_page()), visible_to(kind))
    )


# How the page's quotes, and those within what is quoted, stand for the viewer: by primary keys.
@statement
def _quotes(kind: Eyes) -> sa.Select[Any]:
    return standing.of_page(kind, _page())


# Which collections of people the page links to: by primary keys.
@statement
def _kits() -> sa.Select[Any]:
    return kits_store.linked_from(_page())


# The same for whatever was reported, by primary key: nobody but the staff reads this.
@statement
def _unveiled() -> sa.Select[Any]:
    return (
        sa.select(s.id, s.version, accounts.c.version)
        .join_from(statuses, accounts, accounts.c.id == s.account_id)
        .where(among(s.id, "ids"), s.reblog_of_id.is_(None))
    )


@statement
def _statuses() -> sa.Select[Any]:
    return sa.select(*COLUMNS).where(among(s.id, "ids"))


@statement
def _authors() -> sa.Select[Any]:
    authors = sa.select(s.account_id).where(among(s.id, "ids"))
    return sa.select(*accounts_store.COLUMNS).where(accounts.c.id.in_(authors))


@statement
def _attachments() -> sa.Select[Any]:
    m = media_attachments.c
    return (
        sa.select(*media.COLUMNS)
        .where(among(m.status_id, "ids"), m.position > media.RETIRED)
        .order_by(m.status_id, m.position)
    )


@statement
def _mentions() -> sa.Select[Any]:
    a, m = accounts.c, mentions.c
    return (
        sa.select(m.status_id, a.id, a.username, a.domain, a.uri, a.url, m.silent)
        .join_from(mentions, accounts, a.id == m.account_id)
        .where(among(m.status_id, "ids"), m.position > media.RETIRED)
        .order_by(m.status_id, m.position)
    )


@statement
def _tags() -> sa.Select[Any]:
    return (
        sa.select(status_tags.c.status_id, tags.c.name)
        .join_from(status_tags, tags, tags.c.id == status_tags.c.tag_id)
        .where(among(status_tags.c.status_id, "ids"))
        .order_by(status_tags.c.status_id, tags.c.id)
    )


@statement
def _applications() -> sa.Select[Any]:
    return (
        sa.select(s.id, applications.c.name, applications.c.website)
        .join_from(statuses, applications, applications.c.id == s.application_id)
        .where(among(s.id, "ids"))
    )


# The polls, one row for each option, by primary keys.
@statement
def polls_of() -> sa.Select[Any]:
    q, o = polls.c, poll_options.c
    return (
        sa.select(
            q.status_id, q.multiple, q.hide_totals, q.expires_at, q.closed, q.voters_count,
            o.title, o.votes_count,
        )
        .join_from(polls, poll_options, o.status_id == q.status_id)
        .where(among(q.status_id, "ids"))
        .order_by(q.status_id, o.position)
    )  # fmt: skip


# What the viewer did with the page's statuses: one row for each deed, by unique indexes.
@statement
def _deeds() -> sa.Select[Any]:
    me, page = p("viewer", sa.BigInteger), _page()

    def deed(name: str, table: sa.Table) -> sa.Select[Any]:
        return sa.select(sa.literal_column(f"'{name}'"), table.c.status_id).where(
            table.c.account_id == me, table.c.status_id.in_(page)
        )

    boosted = statuses.alias("boost")
    boosts = sa.select(sa.literal_column("'reblogged'"), boosted.c.reblog_of_id).where(
        boosted.c.account_id == me, boosted.c.reblog_of_id.in_(page)
    )
    muted = (
        sa.select(sa.literal_column("'muted'"), s.id)
        .join_from(
            statuses, conversation_mutes, conversation_mutes.c.conversation_id == s.conversation_id
        )
        .where(conversation_mutes.c.account_id == me, s.id.in_(page))
    )
    votes = sa.select(sa.cast(poll_votes.c.choice, sa.Text), poll_votes.c.status_id).where(
        poll_votes.c.account_id == me, poll_votes.c.status_id.in_(page)
    )
    # Where a policy asks how the viewer stands to the author.
    f, policed = follows.c, s.quote_policy.like(sa.literal_column("'%follow%'"))

    def standing_to(name: str, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
        found = sa.exists(sa.select(f.id).where(*conditions))
        return sa.select(sa.literal_column(f"'{name}'"), s.id).where(s.id.in_(page), policed, found)

    return sa.union_all(
        standing_to("following", f.account_id == me, f.target_id == s.account_id),
        standing_to("followed", f.target_id == me, f.account_id == s.account_id),
        deed("favourited", favourites),
        deed("bookmarked", bookmarks),
        deed("pinned", pins),
        boosts,
        muted,
        votes,
    )  # type: ignore[return-value]


def calls(viewer: Viewer, ids: Sequence[int]) -> list[Call]:
    """What `views` starts from: hand it to `Tx.batch`, alone or with more."""
    wanted, who = list(ids), viewer_id(viewer)
    made = [
        _heads(eyes(viewer))(ids=wanted, viewer=who),
        _quotes(eyes(viewer))(ids=wanted, viewer=who),
        _kits()(ids=wanted, viewer=who or 0),
    ]
    if viewer.account_id is not None:
        made.append(_deeds()(ids=wanted, viewer=who))
        made.append(filters.version_call(viewer.account_id))
    return made


async def views(
    tx: Tx, viewer: Viewer, ids: Sequence[int], results: Sequence[Sequence[Row]]
) -> list[StatusView]:
    """Views in the order of `ids`, without what is hidden or gone; `results` are of `calls`."""
    heads = {row[0]: _Head(row[1], row[2], row[3]) for row in results[0]}
    bodies = await _bodies(tx, heads)
    linked = await _linked(tx, viewer, results[2])
    sieve = await filters.sieve(tx, viewer, results[4] if len(results) > 4 else ())
    now = tx.now()
    quoting = {row[0]: row for row in results[1]}
    deeds: defaultdict[int, set[str]] = defaultdict(set)
    for name, status_id in results[3] if len(results) > 3 else ():
        deeds[status_id].add(name)

    def quote(status_id: int, *, nested: bool) -> QuoteView | None:
        row = quoting.get(status_id)
        if row is None:
            return None
        quoted = None if nested or row[2] is None else shown(row[2], nested=True)
        state = standing.state(row, now)
        if quoted is None and not nested and state in SHOWING:
            # It went between two reads.
            return QuoteView(QuoteState.UNAUTHORIZED)
        return QuoteView(state, row[2] if row[3] else None, quoted)

    def shown(status_id: int, *, nested: bool = False) -> StatusView | None:
        body = bodies.get(status_id)
        if body is None:
            return None
        original = None
        if body.status.reblog_of_id is not None:
            original = shown(body.status.reblog_of_id)
            if original is None:
                return None
        return StatusView(
            status=body.status,
            account=body.account,
            attachments=body.attachments,
            mentions=body.mentions,
            tags=body.tags,
            application=body.application,
            poll=body.poll,
            card=body.card,
            quoting=body.quoting,
            reblog=original,
            quote=quote(status_id, nested=nested),
            kits=linked.get(status_id, ()),
            may_quote=standing.verdict(body.status, viewer, deeds.get(status_id, ())),
            flags=_flags(body.status, viewer, deeds.get(status_id)),
            choices=() if body.poll is None else _choices(deeds.get(status_id)),
            filtered=() if sieve is None else sieve.results(body, original, now),
            signed_in=viewer.account_id is not None,
            version=body.version,
        )

    return [view for status_id in ids if (view := shown(status_id)) is not None]


async def _linked(tx: Tx, viewer: Viewer, rows: Sequence[Row]) -> Mapping[int, tuple[KitView, ...]]:
    """The collections of people that statuses link to, as the viewer sees them."""
    if not rows:
        return {}
    wanted = list(dict.fromkeys(row[1] for row in rows))
    found = await kits_store.by_ids(tx, wanted, viewer.account_id or 0)
    return _grouped([row for row in rows if row[1] in found], 0, lambda row: found[row[1]])


class _Head(msgspec.Struct, frozen=True):
    """The versions that tell whether what is kept of a status still holds."""

    version: int
    author_version: int
    reblog_of_id: int | None


async def _bodies(tx: Tx, heads: Mapping[int, _Head]) -> dict[int, StatusView]:
    """What does not depend on the viewer: from memory where it is current, else in one batch."""
    bodies: dict[int, StatusView] = {}
    missing: list[int] = []
    for status_id, head in heads.items():
        key = (status_id, head.version, head.author_version)
        kept: StatusView | None = None if tx.recent is None else tx.recent.get(key)
        if kept is None:
            missing.append(status_id)
        else:
            bodies[status_id] = kept
    if not missing:
        return bodies
    for status_id, body in (await _load(tx, missing)).items():
        head = heads[status_id]
        if tx.recent is None:
            bodies[status_id] = body
            continue
        key = (status_id, head.version, head.author_version)
        bodies[status_id] = kept = msgspec.structs.replace(body, version=key)
        tx.recent.put(key, kept)
    return bodies


async def _load(tx: Tx, ids: list[int]) -> dict[int, StatusView]:
    results = await tx.batch(
        [
            _statuses()(ids=ids),
            _authors()(ids=ids),
            _attachments()(ids=ids),
            _mentions()(ids=ids),
            _tags()(ids=ids),
            _applications()(ids=ids),
            polls_of()(ids=ids),
            quotes_store.kept()(ids=ids),
            cards_store.of_statuses()(ids=ids),
        ]
    )
    authors = {row[0]: accounts_store.account(row) for row in results[1]}
    attachments = _grouped(results[2], 2, media.attachment)
    mentioned = _grouped(results[3], 0, _mention)
    tagged = _grouped(results[4], 0, lambda row: row[1])
    clients = {row[0]: Application(row[1], row[2]) for row in results[5]}
    asked = _grouped(results[6], 0, tuple)
    quoting = {row[0]: quotes_store.quote(row) for row in results[7]}
    previews = {row[0]: cards_store.card(row[1:]) for row in results[8]}
    loaded: dict[int, StatusView] = {}
    for row in results[0]:
        item = _as_shown(status(row), quoting.get(row[0]))
        # The author can be erased between two reads; then the status is going, too.
        if (author := authors.get(item.account_id)) is not None:
            loaded[item.id] = StatusView(
                status=item,
                account=author,
                attachments=attachments.get(item.id, ()),
                mentions=mentioned.get(item.id, ()),
                tags=tagged.get(item.id, ()),
                application=clients.get(item.id),
                poll=poll(asked[item.id]) if item.id in asked else None,
                card=previews.get(item.id),
                quoting=quoting.get(item.id),
            )
    return loaded


def _as_shown(item: Status, quoting: Quote | None) -> Status:
    """Beside a quote that stands, the words that stood for it are not wanted."""
    if quoting is None or quoting.state is not QuoteState.ACCEPTED:
        return item
    return msgspec.structs.replace(item, content=fallback.without(item.content))


def poll(rows: Sequence[Row]) -> Poll:
    """The rows of one poll, as `polls_of` reads them."""
    _, multiple, hide_totals, expires_at, closed, voters, _, _ = rows[0]
    return Poll(
        options=tuple(PollOption(row[6], row[7]) for row in rows),
        multiple=bool(multiple),
        hide_totals=bool(hide_totals),
        expires_at=expires_at,
        closed=bool(closed),
        voters=voters,
    )


def _choices(did: set[str] | None) -> tuple[int, ...]:
    """Votes stand among the deeds under their numbers."""
    return tuple(sorted(int(name) for name in did or () if name.isdigit()))


def _flags(item: Status, viewer: Viewer, did: set[str] | None) -> ViewerFlags:
    mine = item.account_id == viewer.account_id
    if did is None:
        return UNPINNED if mine else NO_FLAGS
    return ViewerFlags(
        favourited="favourited" in did,
        reblogged="reblogged" in did,
        bookmarked="bookmarked" in did,
        muted="muted" in did,
        pinned="pinned" in did if mine else None,
    )


async def statuses_of(tx: Tx, viewer: Viewer, ids: Sequence[int]) -> list[StatusView]:
    """Views in the order of `ids`, without what the viewer may not see."""
    if not ids:
        return []
    return await views(tx, viewer, ids, await tx.batch(calls(viewer, ids)))


async def unveiled(tx: Tx, ids: Sequence[int]) -> dict[int, StatusView]:
    """Reported posts as the staff sees them: whoever may see them, without anybody's own part."""
    if not ids:
        return {}
    rows = await tx.all(_unveiled(), ids=list(ids))
    bodies = await _bodies(tx, {row[0]: _Head(row[1], row[2], None) for row in rows})
    return {id_: msgspec.structs.replace(body, signed_in=True) for id_, body in bodies.items()}


async def page(
    tx: Tx, viewer: Viewer, query: Call, *, oldest_first: bool = False
) -> tuple[list[int], list[StatusView]]:
    """The ids that `query` reads (its first column), newest first, and their views."""
    rows, results = await tx.chain(query, lambda found: calls(viewer, [row[0] for row in found]))
    ids = [row[0] for row in rows]
    if oldest_first:
        ids.reverse()
    return ids, await views(tx, viewer, ids, results) if ids else []


async def one(tx: Tx, viewer: Viewer, status_id: int) -> StatusView | None:
    shown = await statuses_of(tx, viewer, [status_id])
    return shown[0] if shown else None


def _mention(row: Row) -> Mention:
    return Mention(
        account_id=row[1],
        username=row[2],
        domain=row[3] or None,
        uri=row[4],
        url=row[5],
        silent=bool(row[6]),
    )


def _grouped(rows: Sequence[Row], key: int, read: Any) -> dict[int, tuple[Any, ...]]:
    groups: dict[int, list[Any]] = {}
    for row in rows:
        groups.setdefault(row[key], []).append(read(row))
    return {status_id: tuple(items) for status_id, items in groups.items()}


__all__ = ["COLUMNS", "Attachment", "calls", "one", "status", "statuses_of", "views"]
