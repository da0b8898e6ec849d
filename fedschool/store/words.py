"""The words of posts and of names, kept in the same transaction as these, and how to ask for them.

SQLite holds them as a text that FTS5 indexes, PostgreSQL as a tsvector; `text.words` makes them,
so neither database cuts words itself. Words with `MARK` say what a post is: `¤a7` by account 7.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import insert

from fedschool.model.search import Term
from fedschool.ports.database import Tx, p, statement
from fedschool.store.tables_media import media_attachments
from fedschool.store.tables_polls import poll_options
from fedschool.store.tables_search import account_words, status_words
from fedschool.store.tables_statuses import mentions, statuses
from fedschool.text import words
from fedschool.text.words import MARK

EVERY = MARK + "s"
LOCAL = MARK + "here"
MAX_MENTIONS = 50
s = statuses.c


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """What of a post can be looked for. `media`: kind and description; `options`: of its poll."""

    account_id: int
    content: str
    spoiler_text: str
    sensitive: bool
    language: str | None
    reply: bool
    mentioned: Sequence[int] = ()
    media: Sequence[tuple[str, str]] = ()
    options: Sequence[str] = ()


def words_of(item: Document) -> list[str]:
    """What is kept of a post: marks first, then its words, the pieces parted by MARK."""
    found = _marks(item)
    texts = [item.spoiler_text, words.of_html(item.content)]
    for text in (*texts, *(description for _, description in item.media), *item.options):
        if piece := words.words(text, words.MAX_WORDS):
            found.extend((*piece, MARK))
    return found[: words.MAX_WORDS]


def words_of_name(username: str, display_name: str, *, local: bool) -> list[str]:
    """What is kept of a person."""
    return [*([LOCAL] if local else []), *words.words(username), *words.words(display_name, 40)]


def stored(dialect: str, found: Sequence[str]) -> str:
    """Words as the column takes them."""
    if dialect == "sqlite":
        return " ".join(found)
    places: dict[str, list[str]] = {}
    for place, word in enumerate(found, 1):
        places.setdefault(word, []).append(str(place))
    return " ".join(f"'{word}':{','.join(at[:255])}" for word, at in places.items())


def expression(dialect: str, terms: Sequence[Term], *, any_of: Sequence[str] = ()) -> str:
    """What fits all `terms` (and has one of the words `any_of`), in the database's own language.

    Words hold letters, digits and MARK alone, so nothing in them speaks that language.
    """
    wanted = [_one(dialect, term) for term in terms if term.wanted]
    unwanted = [_one(dialect, term) for term in terms if not term.wanted]
    either = [_one(dialect, Term(words=(word,))) for word in any_of]
    if not wanted:
        wanted = [_one(dialect, Term(words=(EVERY,)))]
    if dialect == "sqlite":
        text = " AND ".join([*wanted, *([f"({' OR '.join(either)})"] if either else [])])
        return f"({text}) NOT ({' OR '.join(unwanted)})" if unwanted else text
    parts = [*wanted, *([f"({' | '.join(either)})"] if either else [])]
    return " & ".join([*parts, *(f"!{part}" for part in unwanted)])


def by(account_id: int) -> str:
    return f"{MARK}a{account_id}"


def naming(account_id: int) -> str:
    return f"{MARK}m{account_id}"


def being(trait: str) -> str:
    """The mark of `reply`, `sensitive`, `media`, `image`, `poll`, `link` and the like."""
    return f"{MARK}is{trait}"


def in_language(code: str) -> str:
    return f"{MARK}l{code.lower()}"


@statement
def _put(table: sa.Table, dialect: str) -> sa.sql.dml.Insert:
    key = next(iter(table.primary_key.columns)).name
    value: Any = p("words", sa.Text)
    if dialect == "postgresql":
        value = sa.cast(value, postgresql.TSVECTOR)
    new = insert(table).values({key: p("id"), "words": value})
    return new.on_conflict_do_update(index_elements=[key], set_={"words": new.excluded.words})


# All that `refresh` needs of one status, by primary keys and the index on media.
@statement
def _status() -> sa.Select[Any]:
    return sa.select(
        s.account_id, s.content, s.spoiler_text, s.sensitive, s.language, s.in_reply_to_uri
    ).where(s.id == p("id"), s.reblog_of_id.is_(None))


@statement
def _mentioned() -> sa.Select[Any]:
    return (
        sa.select(mentions.c.account_id)
        .where(mentions.c.status_id == p("id"))
        .order_by(mentions.c.position)
        .limit(MAX_MENTIONS)
    )


@statement
def _media() -> sa.Select[Any]:
    m = media_attachments.c
    return (
        sa.select(m.kind, m.description)
        .where(m.status_id == p("id"), m.position >= 0)
        .order_by(m.position)
    )


@statement
def _options() -> sa.Select[Any]:
    o = poll_options.c
    return sa.select(o.title).where(o.status_id == p("id")).order_by(o.position)


async def refresh(tx: Tx, status_id: int) -> None:
    """After a status was written or edited with all that hangs on it; boosts have no words."""
    found, named, media, options = await tx.batch(
        [
            _status()(id=status_id),
            _mentioned()(id=status_id),
            _media()(id=status_id),
            _options()(id=status_id),
        ]
    )
    if not found:
        return
    account_id, content, warning, sensitive, language, answers = found[0]
    document = Document(
        account_id=account_id,
        content=content,
        spoiler_text=warning,
        sensitive=bool(sensitive),
        language=language,
        reply=answers is not None,
        mentioned=[row[0] for row in named],
        media=[(row[0], row[1]) for row in media],
        options=[row[0] for row in options],
    )
    kept = stored(tx.dialect, words_of(document))
    await tx.run(_put(status_words, tx.dialect), id=status_id, words=kept)


async def put_name(tx: Tx, account_id: int, username: str, display_name: str, local: bool) -> None:
    """After an account was written."""
    kept = stored(tx.dialect, words_of_name(username, display_name, local=local))
    await tx.run(_put(account_words, tx.dialect), id=account_id, words=kept)


def _marks(item: Document) -> list[str]:
    kinds = {kind for kind, _ in item.media}
    if "gifv" in kinds:
        kinds.add("video")
    traits = {
        "reply": item.reply,
        "sensitive": item.sensitive,
        "media": bool(item.media),
        "poll": bool(item.options),
        "link": words.has_link(item.content),
    }
    marks = [EVERY, by(item.account_id), *(naming(id_) for id_ in item.mentioned[:MAX_MENTIONS])]
    marks.extend(being(name) for name in sorted({name for name, on in traits.items() if on}))
    marks.extend(being(kind) for kind in sorted(kinds))
    if item.language and item.language.replace("-", "").isalnum():
        code = item.language.lower()
        marks.extend(in_language(part) for part in dict.fromkeys((code, code.partition("-")[0])))
    marks.append(MARK)
    return marks


def _one(dialect: str, term: Term) -> str:
    if dialect == "sqlite":
        return f'"{" ".join(term.words)}"' + ("*" if term.begins else "")
    quoted = [f"'{word}'" for word in term.words]
    if term.begins:
        quoted[-1] += ":*"
    return quoted[0] if len(quoted) == 1 else f"({' <-> '.join(quoted)})"
