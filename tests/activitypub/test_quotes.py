"""Quotes and policies about quoting, between documents and our own words."""

from typing import Any

import msgspec
import pytest

from fedschool.activitypub import parse, render, render_quote
from fedschool.activitypub.vocab import PUBLIC
from fedschool.errors import Malformed
from fedschool.model.quote import NOBODY, Quote, QuotePolicy, Quoters, QuoteState, policy
from tests.activitypub.people import SCHOOL, alice, bob_elsewhere, media_url, post

BOB = "https://other.example/users/bob"
NOTE: dict[str, Any] = {
    "id": "https://other.example/notes/1",
    "type": "Note",
    "attributedTo": BOB,
    "content": "<p>Look</p>",
}
QUOTED = "https://third.example/notes/2"


def quote(**changes: Any) -> Quote:
    given: dict[str, Any] = {
        "status_id": 42,
        "account_id": 1,
        "quoted_status_id": 7,
        "quoted_account_id": 2,
        "quoted_uri": QUOTED,
        "quoted_url": "https://third.example/@eve/2?a=1&b=2",
    }
    return Quote(**given | changes)


@pytest.mark.parametrize(
    ("said", "legacy"),
    [
        ({"quote": QUOTED, "quoteUri": "https://third.example/notes/3"}, False),
        ({"quote": {"type": "Note", "id": QUOTED}}, False),
        ({"quote": {"type": "Tombstone"}, "quoteUrl": QUOTED}, True),
        ({"_misskey_quote": QUOTED}, True),
    ],
)
def test_the_newest_words_count(said: dict[str, Any], legacy: bool) -> None:
    claimed = parse.note(NOTE | said)

    assert (claimed.quote, claimed.quote_is_legacy) == (QUOTED, legacy)


def test_note_that_quotes_nothing() -> None:
    claimed = parse.note(NOTE)

    assert (claimed.quote, claimed.quote_is_legacy, claimed.quote_authorization) == (
        None,
        False,
        None,
    )


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (None, NOBODY),
        ("anything", NOBODY),
        ({"canQuote": {"automaticApproval": BOB}}, NOBODY),
        ({"canQuote": {"automaticApproval": "as:Public"}}, QuotePolicy((Quoters.PUBLIC,))),
        (
            {"canQuote": {"automaticApproval": [f"{BOB}/followers"], "manualApproval": [PUBLIC]}},
            QuotePolicy((Quoters.FOLLOWERS,), (Quoters.PUBLIC,)),
        ),
        (
            {"canQuote": {"automaticApproval": [f"{BOB}/friends", 5, None]}},
            QuotePolicy((Quoters.UNSUPPORTED,)),
        ),
    ],
)
def test_policies_are_read_as_their_author_means_them(said: Any, meant: QuotePolicy) -> None:
    claimed = parse.note(NOTE | {"interactionPolicy": said})

    found = parse.quote_policy(claimed.quote_policy, bob_elsewhere())

    assert found == meant
    assert policy(found.text) == found


@pytest.mark.parametrize("missing", ["type", "id", "attributedTo", "interactingObject"])
def test_authorization_says_all_or_nothing(missing: str) -> None:
    document = render_quote.authorization(
        "https://third.example/auth/1", "https://third.example/eve", quoting=BOB, quoted=QUOTED
    )
    assert parse.authorization(document).quoted == QUOTED

    with pytest.raises(Malformed):
        parse.authorization(document | {missing: None})


@pytest.mark.parametrize("state", [QuoteState.REJECTED, QuoteState.REVOKED])
def test_refused_quote_is_told_to_nobody_who_would_show_it(state: QuoteState) -> None:
    view = msgspec.structs.replace(post(), quoting=quote(state=state))

    document = render.note(view, SCHOOL, media_url)

    assert document["quote"] == QUOTED
    assert document["content"] == view.status.content
    assert not {"quoteUri", "quoteUrl", "_misskey_quote", "quoteAuthorization"} & set(document)


def test_quote_that_stands_is_told_with_its_authorization() -> None:
    remote = quote(state=QuoteState.ACCEPTED, approval_uri="https://third.example/auth/1")
    local = quote(state=QuoteState.ACCEPTED, quoted_local=True, quoted_username="ben")

    documents = [
        render.note(msgspec.structs.replace(post(), quoting=each), SCHOOL, media_url)
        for each in (remote, local, quote(state=QuoteState.DELETED))
    ]

    assert [document.get("quoteAuthorization") for document in documents] == [
        "https://third.example/auth/1",
        "https://school.example/users/ben/quote_authorizations/42",
        None,
    ]
    assert documents[0]["content"].startswith('<p class="quote-inline">RE: <a href="')
    assert "?a=1&amp;b=2" in documents[0]["content"]
    assert documents[0]["contentMap"]["en"] == documents[0]["content"]
    assert documents[2]["quote"] == {"type": "Tombstone"}


def test_policy_for_nobody_names_the_author() -> None:
    document = render.note(post(), SCHOOL, media_url)

    assert document["interactionPolicy"]["canQuote"]["automaticApproval"] == [alice().uri]
