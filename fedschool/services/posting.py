"""Posting and editing: what a client sends becomes a status, with all that follows from it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec

from fedschool import ids
from fedschool.distribution import outbox
from fedschool.distribution.notify import notify
from fedschool.errors import FieldError, Forbidden, NotFound, Unprocessable
from fedschool.model.account import Account, Viewer
from fedschool.model.quote import ApprovalPolicy, QuotePolicy, policy_of
from fedschool.model.status import Poll, Status, StatusView, Visibility
from fedschool.model.timeline import NotificationType
from fedschool.ports.database import Tx
from fedschool.services import cards, emojis, kit_links, polls, quoting, trends
from fedschool.services import media as media_cases
from fedschool.services import statuses as pieces
from fedschool.services.composing import Composed, compose_text
from fedschool.services.polls import PollDraft
from fedschool.site import Site
from fedschool.store import accounts, hydrate, media, quotes, statuses, users
from fedschool.store import polls as polls_store
from fedschool.store import words as store_words
from fedschool.text import compose

MAX_MEDIA = 4
KEY_LIFETIME = 3_600_000
MAX_KEY = 200


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What a client sends to post (docs.joinmastodon.org/methods/statuses/#create).

    `local_only`, as in GoToSocial: no other server ever gets it.
    """

    status: str | None = None
    media_ids: list[str] = []
    in_reply_to_id: str | None = None
    sensitive: bool | None = None
    spoiler_text: str | None = None
    visibility: str | None = None
    language: str | None = None
    scheduled_at: str | None = None
    poll: PollDraft | None = None
    quoted_status_id: str | None = None
    quote_approval_policy: str | None = None
    local_only: bool | None = None


class MediaAttributes(msgspec.Struct, frozen=True, kw_only=True):
    """A change of an attachment that comes with an edit."""

    id: str
    description: str | None = None
    focus: str | None = None


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """What a client sends to edit; what is absent becomes empty, as in Mastodon."""

    status: str | None = None
    spoiler_text: str | None = None
    sensitive: bool | None = None
    language: str | None = None
    media_ids: list[str] | None = None
    media_attributes: list[MediaAttributes] = []
    poll: PollDraft | None = None
    quote_approval_policy: str | None = None


async def post(
    site: Site, viewer: Viewer, draft: Draft, *, idempotency_key: str | None = None
) -> StatusView:
    """Publishes a status now; a repeated key answers with the first one's.

    Raises NotFound for an unknown parent, or a quoted status that may not be; Unprocessable.
    """
    words = _words(site, draft)
    key = idempotency_key[:MAX_KEY] if idempotency_key else None
    async with site.reading() as tx:
        if key is not None and (first := await _by_key(tx, site, viewer, key)) is not None:
            return first
        parent, traits = await _traits(tx, viewer, draft, words)
    composed = await compose_text(site, words.text)
    try:
        async with site.writing() as tx:
            status = await _write(tx, site, viewer, parent, words, composed, traits)
            if key is not None:
                await _claim_key(tx, site, viewer, key, status)
            return await _announce(tx, site, viewer, status, composed)
    except _RepeatedError as repeated:
        async with site.reading() as tx:
            first = await _by_key(tx, site, viewer, repeated.key)
        assert first is not None
        return first


async def checked(site: Site, viewer: Viewer, draft: Draft) -> Draft:
    """The draft as it would be posted now, with what it leaves open filled in; raises as `post`."""
    words = _words(site, draft)
    async with site.reading() as tx:
        _, traits = await _traits(tx, viewer, draft, words)
    files = [str(media_id) for media_id in words.media_ids]
    return msgspec.structs.replace(draft, status=words.text, media_ids=files, **traits)


async def publish(
    site: Site, viewer: Viewer, draft: Draft, take: Callable[[Tx], Awaitable[bool]]
) -> StatusView | None:
    """Posts what was planned, if `take` finds in the same transaction that it still is."""
    words = _words(site, draft)
    async with site.reading() as tx:
        parent, traits = await _traits(tx, viewer, draft, words)
    composed = await compose_text(site, words.text)
    async with site.writing() as tx:
        if not await take(tx):
            return None
        status = await _write(tx, site, viewer, parent, words, composed, traits)
        return await _announce(tx, site, viewer, status, composed)


class _RepeatedError(Exception):
    """The same key made a post in a transaction beside ours; ours is undone."""

    def __init__(self, key: str) -> None:
        self.key = key


async def _write(
    tx: Tx, site: Site, viewer: Viewer, parent: Status | None, words: "Words", composed: Composed,
    traits: Mapping[str, object],
) -> Status:  # fmt: skip
    author = await accounts.by_id(tx, viewer.me)
    assert author is not None
    if author.moved_to_uri is not None:
        raise Forbidden("This account has moved and does not post any longer")
    if parent is not None and await statuses.visible(tx, viewer, parent.id) is None:
        raise NotFound
    quoted = await quoting.wanted(tx, viewer, words.quoted)
    policy = policy_of(ApprovalPolicy(str(traits["quote_approval_policy"])))
    status = _new_status(
        site,
        author,
        parent,
        quote_policy=policy,
        content=composed.html,
        text=words.text,
        application_id=viewer.application_id,
        emojis=await emojis.found(tx, *_wordings(words.text, traits["spoiler_text"], words.poll)),
        **{name: value for name, value in traits.items() if name != "quote_approval_policy"},
    )
    await statuses.insert_new(tx, status)
    await media_cases.require_postable(tx, viewer, words.media_ids)
    if not await media.attach(tx, status.id, viewer.me, words.media_ids):
        raise _invalid("media_ids", "ERR_INVALID", "Some of the attachments were not found")
    if words.poll is not None:
        await polls.ask(tx, site, status, words.poll)
    await pieces.write_names(tx, site, status, composed)
    if quoted is not None:
        mentioned = [account.id for account in composed.mentions]
        await quoting.attach(tx, site, status, quoted, mentioned)
    linked = await cards.plan(tx, site, status, media=bool(words.media_ids))
    await kit_links.write(tx, site, status)
    await trends.register(tx, site, status, author, holds=linked or bool(composed.tags))
    await pieces.count_in(tx, status)
    await store_words.refresh(tx, status.id)
    return status


async def _traits(
    tx: Tx, viewer: Viewer, draft: Draft, words: "Words"
) -> tuple[Status | None, dict[str, Any]]:
    """What the draft answers, and what the author's own defaults fill in."""
    user = await users.by_account(tx, viewer.me)
    assert user is not None
    parent = await _parent(tx, viewer, draft.in_reply_to_id)
    quoted = await quoting.wanted(tx, viewer, words.quoted)
    asked = _visibility(draft.visibility or user.default_visibility, parent)
    visibility = quoting.narrowed(asked, quoted)
    policy = quoting.policy(draft.quote_approval_policy, user, visibility)
    stays = (parent is not None and parent.local_only) or (
        quoted is not None and quoted.status.local_only
    )
    return parent, {
        "local_only": stays or bool(draft.local_only),
        "spoiler_text": words.warning,
        "sensitive": bool(draft.sensitive or words.warning) or user.default_sensitive,
        "visibility": visibility,
        "quote_approval_policy": policy.choice.value,
        "language": _language(draft.language) or user.default_language or user.locale,
    }


async def _announce(
    tx: Tx, site: Site, viewer: Viewer, status: Status, composed: Composed
) -> StatusView:
    view = await hydrate.one(tx, viewer, status.id)
    assert view is not None
    await pieces.announce_new(tx, site, view, [account.id for account in composed.mentions])
    await quoting.ask(tx, site, view)
    return view


async def edit(site: Site, viewer: Viewer, status_id: int, change: Edit) -> StatusView:
    """A new version of the viewer's own status, sent to all who hold the old one."""
    poll = polls.drafted(site, change.poll)
    text = (change.status or "").strip()
    warning = (change.spoiler_text or "").strip()
    wanted_media = None if change.media_ids is None else _media_ids(change.media_ids)
    _require_fits(site, text, warning)
    async with site.reading() as tx:
        await pieces.own(tx, viewer, status_id)
    composed = await compose_text(site, text)

    async with site.writing() as tx:
        before = await pieces.own(tx, viewer, status_id)
        media_before = await media.of_status(tx, status_id)
        kept = media_before if wanted_media is None else wanted_media
        quote = await quotes.of_status(tx, status_id)
        quoting.require_alone(quote, kept, poll)
        if not text and not warning and not kept and quote is None:
            raise _invalid("text", "ERR_BLANK", "Validation failed: Text can't be blank")
        _require_either(kept, poll)
        now = site.now()
        await pieces.keep_version(tx, site, before, media_before)
        if wanted_media is not None:
            await media_cases.require_postable(tx, viewer, wanted_media)
            await media.retire(tx, status_id)
            if not await media.attach(tx, status_id, viewer.me, wanted_media):
                raise _invalid("media_ids", "ERR_INVALID", "Some of the attachments were not found")
        await _describe(tx, status_id, change.media_attributes)
        after = msgspec.structs.replace(
            before,
            text=text,
            content=composed.html,
            spoiler_text=warning,
            sensitive=bool(change.sensitive) or bool(warning),
            language=_language(change.language) or before.language,
            edited_at=now,
            quote_policy=_policy(change.quote_approval_policy, before),
            emojis=await emojis.found(tx, *_wordings(text, warning, poll)),
        )
        await statuses.edit(tx, after)
        await polls.ask_again(tx, site, after, await polls_store.of_status(tx, status_id), poll)
        await pieces.write_names(tx, site, after, composed)
        await quoting.keep_access(tx, after)
        files = await media.of_status(tx, status_id)
        await cards.plan(tx, site, after, media=bool(files), edited=True)
        await kit_links.write(tx, site, after, edited=True)
        await pieces.write_version(tx, site, after, files)
        await store_words.refresh(tx, status_id)
        view = await hydrate.one(tx, viewer, status_id)
        assert view is not None
        for account in composed.mentions:
            await notify(
                tx,
                site,
                to=account.id,
                kind=NotificationType.MENTION,
                sender=viewer.me,
                status_id=status_id,
            )
        await pieces.tell_boosters(tx, site, after)
        await outbox.edited(tx, site, view)
    return view


def _policy(given: str | None, before: Status) -> QuotePolicy:
    return quoting.changed_policy(given, before.visibility) if given else before.quote_policy


def _wordings(text: str, warning: object, poll: Poll | None) -> list[str]:
    """All that may name custom emojis."""
    return [text, str(warning), *(() if poll is None else poll.titles)]


def _new_status(
    site: Site,
    author: Account,
    parent: Status | None,
    **given: object,
) -> Status:
    status_id = site.ids.next()
    return msgspec.convert(
        {
            "id": status_id,
            "uri": site.uris.status(author.username, status_id),
            "url": site.uris.status_url(author.username, status_id),
            "account_id": author.id,
            "local": True,
            "in_reply_to_id": None if parent is None else parent.id,
            "in_reply_to_account_id": None if parent is None else parent.account_id,
            "in_reply_to_uri": None if parent is None else parent.uri,
            "conversation_id": status_id if parent is None else parent.conversation_id,
            "created_at": site.now(),
            **given,
        },
        Status,
    )


async def _by_key(tx: Tx, site: Site, viewer: Viewer, key: str) -> StatusView | None:
    horizon = site.now() - KEY_LIFETIME
    status_id = await statuses.status_of_key(tx, viewer.me, key, horizon)
    return None if status_id is None else await hydrate.one(tx, viewer, status_id)


async def _claim_key(tx: Tx, site: Site, viewer: Viewer, key: str, status: Status) -> None:
    now = site.now()
    new = await statuses.remember_key(
        tx, viewer.me, key, status.id, now=now, horizon=now - KEY_LIFETIME
    )
    if not new:
        raise _RepeatedError(key)


async def _parent(tx: Tx, viewer: Viewer, text: str | None) -> Status | None:
    if not text:
        return None
    status_id = ids.parse(text)
    found = None if status_id is None else await statuses.visible(tx, viewer, status_id)
    if found is None or found.reblog_of_id is not None:
        raise NotFound("The post you are trying to reply to does not appear to exist.")
    return found


async def _describe(tx: Tx, status_id: int, changes: Sequence[MediaAttributes]) -> None:
    by_id = {str(item.id): item for item in await media.of_status(tx, status_id)}
    for change in changes:
        item = by_id.get(change.id)
        if item is None:
            raise _invalid("media_attributes", "ERR_INVALID", "An attachment was not found")
        if change.description is not None:
            item = msgspec.structs.replace(item, description=change.description[:1_500])
        await media.describe(tx, item)


class Words(msgspec.Struct, frozen=True):
    """A draft's text, warning, attachments and poll, checked, and what it quotes, as given."""

    text: str
    warning: str
    media_ids: list[int]
    poll: Poll | None
    quoted: str | None


def _words(site: Site, draft: Draft) -> Words:
    text = (draft.status or "").strip()
    warning = (draft.spoiler_text or "").strip()
    media_ids = _media_ids(draft.media_ids)
    if not text and warning and not media_ids:
        # A warning with nothing behind it is the post.
        text, warning = warning, ""
    if not text and not media_ids and not draft.quoted_status_id:
        raise _invalid("text", "ERR_BLANK", "Validation failed: Text can't be blank")
    _require_fits(site, text, warning)
    poll = polls.drafted(site, draft.poll)
    _require_either(media_ids, poll)
    quoting.require_alone(draft.quoted_status_id, media_ids, poll)
    return Words(text, warning, media_ids, poll, draft.quoted_status_id)


def _require_either(files: Sequence[object], poll: Poll | None) -> None:
    # As in Mastodon: other servers show one of them at most.
    if files and poll is not None:
        raise _invalid("poll", "ERR_INVALID", "A post has either attachments or a poll")


def _media_ids(given: Sequence[str]) -> list[int]:
    if len(given) > MAX_MEDIA:
        raise _invalid("media_ids", "ERR_TOO_LONG", f"At most {MAX_MEDIA} files can be attached")
    wanted = [ids.parse(text) for text in given]
    if None in wanted:
        raise _invalid("media_ids", "ERR_INVALID", "Some of the attachments were not found")
    return list(dict.fromkeys(media_id for media_id in wanted if media_id is not None))


def _require_fits(site: Site, text: str, warning: str) -> None:
    limit = site.settings.max_characters
    if compose.length(text) + len(warning) > limit:
        raise _invalid(
            "text", "ERR_TOO_LONG", f"Validation failed: Text character limit of {limit} exceeded"
        )


def _visibility(asked: str, parent: Status | None) -> Visibility:
    try:
        visibility = Visibility(asked)
    except ValueError as error:
        raise _invalid("visibility", "ERR_INCLUSION", "Visibility is not one of ours") from error
    if parent is not None and parent.visibility is Visibility.DIRECT:
        return Visibility.DIRECT
    return visibility


def _language(given: str | None) -> str | None:
    if not given:
        return None
    code = given.strip()
    if not (2 <= len(code) <= 16 and code.replace("-", "").isalnum() and code.isascii()):
        raise _invalid("language", "ERR_INVALID", "The language is not an ISO 639 code")
    return code


def _invalid(field: str, code: str, text: str) -> Unprocessable:
    return Unprocessable(text, {field: [FieldError(code, text)]})
