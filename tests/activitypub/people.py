"""A teacher of the school and her posts, as the tests of this room need them."""

from fedschool.activitypub.uris import Uris
from fedschool.model.account import Account, ProfileField
from fedschool.model.emoji import Emoji
from fedschool.model.status import Attachment, Mention, Status, StatusView, Visibility

SCHOOL = Uris("https://school.example")
NOW = 1_714_552_200_000  # 2024-05-01T08:30:00Z


def media_url(key: str) -> str:
    return f"https://school.example/media/{key}"


def alice() -> Account:
    return Account(
        id=1,
        username="alice",
        domain=None,
        uri=SCHOOL.actor("alice"),
        url=SCHOOL.profile("alice"),
        display_name="Alice",
        note="<p>Physics</p>",
        fields=(ProfileField("Room", "12"),),
        inbox_url=SCHOOL.inbox("alice"),
        followers_url=SCHOOL.followers("alice"),
        created_at=NOW,
        discoverable=True,
        locked=True,
    )


def bob_elsewhere() -> Account:
    return Account(
        id=2,
        username="bob",
        domain="other.example",
        uri="https://other.example/users/bob",
        url="https://other.example/@bob",
        followers_url="https://other.example/users/bob/followers",
        created_at=NOW,
    )


def post(
    *,
    status_id: int = 42,
    visibility: Visibility = Visibility.PUBLIC,
    content: str = "<p>Hello</p>",
    spoiler_text: str = "",
    language: str | None = "en",
    edited_at: int | None = None,
    mentions: tuple[Mention, ...] = (),
    tags: tuple[str, ...] = (),
    emojis: tuple[Emoji, ...] = (),
    attachments: tuple[Attachment, ...] = (),
    reblog: StatusView | None = None,
) -> StatusView:
    status = Status(
        id=status_id,
        uri=SCHOOL.status("alice", status_id),
        url=SCHOOL.status_url("alice", status_id),
        account_id=1,
        local=True,
        visibility=visibility,
        content=content,
        spoiler_text=spoiler_text,
        sensitive=bool(spoiler_text),
        language=language,
        conversation_id=7,
        created_at=NOW,
        edited_at=edited_at,
        emojis=emojis,
    )
    return StatusView(
        status=status,
        account=alice(),
        mentions=mentions,
        tags=tags,
        attachments=attachments,
        reblog=reblog,
    )


BOB = Mention(
    account_id=2,
    username="bob",
    domain="other.example",
    uri="https://other.example/users/bob",
    url="https://other.example/@bob",
)
