"""The viewer's own profile and preferences: reading and changing them."""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

import msgspec

from fedschool.activitypub import render, uris, values
from fedschool.distribution import outbox
from fedschool.errors import FieldError
from fedschool.model.account import (
    Account,
    ActorType,
    Picture,
    ProfileField,
    User,
    Viewer,
)
from fedschool.model.quote import ApprovalPolicy
from fedschool.model.registration import refusal
from fedschool.model.status import Visibility
from fedschool.ports.database import Tx
from fedschool.ports.images import Processed
from fedschool.services import emojis, relationships, verification
from fedschool.services.composing import compose_text
from fedschool.site import Site
from fedschool.store import accounts, people, users
from fedschool.store import relationships as relationship_store
from fedschool.text import compose
from fedschool.text.characters import tame

T = TypeVar("T")

NAME_LIMIT = 30
NOTE_LIMIT = 500
MAX_FIELDS = 4
FIELD_LIMIT = 255
DESCRIPTION_LIMIT = 1_500
MAX_DOMAINS = 100

_VISIBILITIES = (Visibility.PUBLIC.value, Visibility.UNLISTED.value, Visibility.PRIVATE.value)


class Credentials(msgspec.Struct, frozen=True):
    """The viewer's account, login, and how many people wait to follow."""

    account: Account
    user: User
    follow_requests: int


class FieldDraft(msgspec.Struct, frozen=True):
    """A row of the profile's table as typed."""

    name: str = ""
    value: str = ""


class ProfileChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change; None leaves it. `avatar`, `header`: image files, as they came.

    `language`: the empty string is no preference.
    """

    display_name: str | None = None
    note: str | None = None
    fields: tuple[FieldDraft, ...] | None = None
    avatar: bytes | None = None
    avatar_description: str | None = None
    header: bytes | None = None
    header_description: str | None = None
    locked: bool | None = None
    bot: bool | None = None
    discoverable: bool | None = None
    indexable: bool | None = None
    hide_collections: bool | None = None
    show_featured: bool | None = None
    show_media: bool | None = None
    show_media_replies: bool | None = None
    attribution_domains: tuple[str, ...] | None = None
    privacy: str | None = None
    sensitive: bool | None = None
    language: str | None = None
    quote_policy: str | None = None


async def credentials(site: Site, viewer: Viewer) -> Credentials:
    async with site.reading() as tx:
        return Credentials(*await people.me(tx, viewer.me))


async def update(site: Site, viewer: Viewer, change: ProfileChange) -> Credentials:
    """Changes the profile and tells the followers' servers.

    Raises Unprocessable naming every field that is wrong, TooManyRequests for images.
    """
    change = _tidied(change)
    _check(change)
    bio = None if change.note is None else (await compose_text(site, change.note)).html
    pictures = {
        "avatar": await _stored(site, "avatars", change.avatar, site.images.avatar),
        "header": await _stored(site, "headers", change.header, site.images.header),
    }
    new_keys = {name: key for name, key in pictures.items() if key is not None}

    def changed(before: Account) -> Account:
        return _changed(before, change, bio, new_keys)

    try:
        after, replaced = await _write(site, viewer, changed, change)
    except BaseException:
        await _discard(site, list(new_keys.values()))
        raise
    await _discard(site, replaced)
    return after


async def remove_avatar(site: Site, viewer: Viewer) -> Credentials:
    """Back to the picture that everybody has at first."""
    return await _remove_picture(
        site, viewer, lambda before: msgspec.structs.replace(before, avatar=Picture())
    )


async def remove_header(site: Site, viewer: Viewer) -> Credentials:
    """As `remove_avatar`."""
    return await _remove_picture(
        site, viewer, lambda before: msgspec.structs.replace(before, header=Picture())
    )


async def _remove_picture(
    site: Site, viewer: Viewer, without: Callable[[Account], Account]
) -> Credentials:
    after, replaced = await _write(site, viewer, without, ProfileChange())
    await _discard(site, replaced)
    return after


async def _write(
    site: Site, viewer: Viewer, changed: Callable[[Account], Account], change: ProfileChange
) -> tuple[Credentials, list[str]]:
    """Writes what differs; also the keys of files that nothing refers to any more."""
    async with site.writing() as tx:
        before = await _held(tx, viewer)
        after = await _with_emojis(tx, changed(before))
        if before.locked and not after.locked:
            await relationships.admit_waiting(tx, site, after)
        if after != before:
            await accounts.update(tx, after)
            await announce(tx, site, after)
            if after.fields != before.fields:
                await verification.plan(tx, site, after)
        await _set_defaults(tx, viewer, change)
        written = Credentials(*await people.me(tx, viewer.me))
    kept = (after.avatar.key, after.header.key)
    gone = [key for key in (before.avatar.key, before.header.key) if key and key not in kept]
    return written, gone


async def _with_emojis(tx: Tx, account: Account) -> Account:
    rows = (text for field in account.fields_source for text in (field.name, field.value))
    found = await emojis.found(tx, account.display_name, account.note_source, *rows)
    return msgspec.structs.replace(account, emojis=found)


async def _held(tx: Tx, viewer: Viewer) -> Account:
    """The viewer's account, which nobody else changes until the end of the transaction."""
    waiting = await relationship_store.waiting(tx, viewer.me)
    await relationship_store.lock(tx, viewer.me, *(item.account_id for item in waiting))
    account = await accounts.by_id(tx, viewer.me)
    assert account is not None
    return account


async def announce(tx: Tx, site: Site, account: Account) -> None:
    """The followers' servers hear how the profile is now."""
    key = await accounts.key_of(tx, account.id)
    assert key is not None
    document = render.actor(
        account,
        site.uris,
        key.public_pem,
        avatar_url=_url(site, account.avatar),
        header_url=_url(site, account.header),
        media_url=lambda key: outbox.media_url(site, key),
    )
    update_id = f"{account.uri}#updates/{site.ids.next()}"
    await outbox.send(tx, site, account, render.update_actor(update_id, document), followers=True)


async def _set_defaults(tx: Tx, viewer: Viewer, change: ProfileChange) -> None:
    user = await users.by_account(tx, viewer.me)
    assert user is not None
    language = user.default_language if change.language is None else change.language or None
    sensitive = user.default_sensitive if change.sensitive is None else change.sensitive
    quote_policy = ApprovalPolicy(change.quote_policy or user.default_quote_policy)
    wanted = (change.privacy or user.default_visibility, sensitive, language, quote_policy)
    if wanted != (
        user.default_visibility,
        user.default_sensitive,
        user.default_language,
        user.default_quote_policy,
    ):
        await users.set_defaults(tx, user.id, *wanted)


async def _stored(
    site: Site, folder: str, data: bytes | None, process: Callable[[bytes], Awaitable[Processed]]
) -> str | None:
    if data is None:
        return None
    image = await process(data)
    # Nobody finds a picture by guessing, nor the old one by the account
    key = f"{folder}/{secrets.token_hex(16)}.{image.extension}"
    await site.media.put(key, image.data)
    return key


async def _discard(site: Site, keys: Sequence[str]) -> None:
    for key in keys:
        await site.media.delete(key)


def _tidied(change: ProfileChange) -> ProfileChange:
    """As it will be kept: no control characters, names in one line, no empty rows."""
    fields = change.fields
    if fields is not None:
        rows = (FieldDraft(_line(row.name), _line(row.value)) for row in fields)
        fields = tuple(row for row in rows if row.name or row.value)
    return msgspec.structs.replace(
        change,
        display_name=_line_of(change.display_name),
        note=None if change.note is None else tame(change.note).strip(),
        fields=fields,
        attribution_domains=None if change.attribution_domains is None else _domains(change),
        avatar_description=_line_of(change.avatar_description),
        header_description=_line_of(change.header_description),
        avatar=change.avatar or None,  # clients send an empty file for "as it is"
        header=change.header or None,
    )


def _domains(change: ProfileChange) -> tuple[str, ...]:
    """Websites in their normal form, each once; what is none stays for `_check` to name."""
    lines = (part for text in change.attribution_domains or () for part in text.split())
    return tuple(dict.fromkeys(_domain(line) for line in lines))


def _domain(text: str) -> str:
    """People paste addresses where a name is asked for."""
    return uris.host_of(text) or uris.authority_of(text) or text


def _line(text: str) -> str:
    return " ".join(tame(text).split())


def _line_of(text: str | None) -> str | None:
    return None if text is None else _line(text)


def _check(change: ProfileChange) -> None:
    problems: dict[str, list[FieldError]] = {}

    def too_long(name: str, length: int, limit: int) -> None:
        if length > limit:
            text = f"is too long (maximum is {limit} characters)"
            problems.setdefault(name, []).append(FieldError("ERR_TOO_LONG", text))

    too_long("display_name", len(change.display_name or ""), NAME_LIMIT)
    # First the plain length: counting addresses takes time that a megabyte should not get
    note = change.note or ""
    too_long("note", compose.length(note) if len(note) < 20 * NOTE_LIMIT else len(note), NOTE_LIMIT)
    too_long("avatar_description", len(change.avatar_description or ""), DESCRIPTION_LIMIT)
    too_long("header_description", len(change.header_description or ""), DESCRIPTION_LIMIT)
    _check_fields(change.fields or (), problems)
    domains = change.attribution_domains or ()
    if len(domains) > MAX_DOMAINS or any(uris.authority_of(name) is None for name in domains):
        text = f"must be at most {MAX_DOMAINS} names of websites"
        problems["attribution_domains"] = [FieldError("ERR_INVALID", text)]
    if change.privacy is not None and change.privacy not in _VISIBILITIES:
        problems["source[privacy]"] = [FieldError("ERR_INVALID", "is not a visibility for posts")]
    if change.quote_policy and change.quote_policy not in tuple(ApprovalPolicy):
        wrong = FieldError("ERR_INVALID", "is not a policy for quotes")
        problems["source[quote_policy]"] = [wrong]
    if change.language and values.language(change.language) is None:
        problems["source[language]"] = [FieldError("ERR_INVALID", "is not a language code")]
    if problems:
        raise refusal(problems)


def _check_fields(fields: Sequence[FieldDraft], problems: dict[str, list[FieldError]]) -> None:
    found = []
    if len(fields) > MAX_FIELDS:
        found.append(FieldError("ERR_TOO_LONG", f"are too many (maximum is {MAX_FIELDS})"))
    if any(not row.name for row in fields):
        found.append(FieldError("ERR_BLANK", "need a name in each row"))
    if any(max(len(row.name), len(row.value)) > FIELD_LIMIT for row in fields):
        text = f"are too long (maximum is {FIELD_LIMIT} characters)"
        found.append(FieldError("ERR_TOO_LONG", text))
    if found:
        problems["fields"] = found


def _changed(
    before: Account, change: ProfileChange, bio: str | None, new_keys: Mapping[str, str]
) -> Account:
    after = msgspec.structs.replace(
        before,
        display_name=_or(change.display_name, before.display_name),
        note=_or(bio, before.note),
        note_source=_or(change.note, before.note_source),
        avatar=_picture(before.avatar, new_keys.get("avatar"), change.avatar_description),
        header=_picture(before.header, new_keys.get("header"), change.header_description),
        locked=_or(change.locked, before.locked),
        discoverable=_or(change.discoverable, before.discoverable),
        indexable=_or(change.indexable, before.indexable),
        hide_collections=_or(change.hide_collections, before.hide_collections),
        show_featured=_or(change.show_featured, before.show_featured),
        show_media=_or(change.show_media, before.show_media),
        show_media_replies=_or(change.show_media_replies, before.show_media_replies),
        attribution_domains=_or(change.attribution_domains, before.attribution_domains),
    )
    if change.bot is not None and change.bot != before.bot:
        kind = ActorType.SERVICE if change.bot else ActorType.PERSON
        after = msgspec.structs.replace(after, actor_type=kind)
    if change.fields is not None:
        source = tuple(ProfileField(row.name, row.value) for row in change.fields)
        shown = tuple(_field(row, before.fields) for row in change.fields)
        after = msgspec.structs.replace(after, fields_source=source, fields=shown)
    return after


def _field(row: FieldDraft, before: Sequence[ProfileField]) -> ProfileField:
    """A row as it is shown; what was verified stays so while it stays the same."""
    field = ProfileField(row.name, compose.render_field(row.value))
    for old in before:
        if (old.name, old.value) == (field.name, field.value):
            return old
    return field


def _picture(before: Picture, key: str | None, description: str | None) -> Picture:
    if key is None:
        return msgspec.structs.replace(before, description=_or(description, before.description))
    return Picture(key, None, description or "")


def _url(site: Site, picture: Picture) -> str | None:
    return None if picture.key is None else outbox.media_url(site, picture.key)


def _or(new: T | None, old: T) -> T:
    return old if new is None else new
