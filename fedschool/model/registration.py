"""What a new person must bring: rules for names, e-mail addresses and passwords."""

import re
from collections.abc import Iterator

import msgspec

from fedschool.errors import FieldError, Unprocessable

USERNAME_LIMIT = 30
PASSWORD_MIN = 8
PASSWORD_MAX = 128
EMAIL_LIMIT = 254
REASON_LIMIT = 420

_USERNAME = re.compile(r"[A-Za-z0-9_]+")
# Names that could pass for the school itself, its staff or a part of its address
RESERVED = frozenset({
    "abuse", "about", "account", "accounts", "actor", "admin", "administrator", "all", "api",
    "auth", "everyone", "fedschool", "help", "here", "hostmaster", "inbox", "info", "instance",
    "mastodon", "moderator", "moderators", "nobody", "noreply", "null", "oauth", "owner",
    "postmaster", "relay", "root", "security", "settings", "staff", "staffroom", "support",
    "system", "tags", "team", "undefined", "web", "webmaster",
})  # fmt: skip
# Stricter than RFC 5322 on purpose: no quotes, comments, routes (`%`, `!`) or address literals,
# so that the domain after the one `@` is the only domain that anybody can read in it.
_EMAIL_LOCAL = re.compile(r"[A-Za-z0-9_+&'~=-]+(?:\.[A-Za-z0-9_+&'~=-]+)*")
_EMAIL_LABEL = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)")
_LOCALE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,4})?")


class SignUp(msgspec.Struct, frozen=True, kw_only=True):
    """A person's request to join. `agreement`: to the rules of the place."""

    username: str = ""
    email: str = ""
    password: str = ""
    reason: str = ""
    locale: str = "en"
    agreement: bool = False


def check(asked: SignUp, *, by_admin: bool) -> None:
    """Raises Unprocessable naming every field that is wrong. Admins may give reserved names."""
    problems: dict[str, list[FieldError]] = {}
    found = {
        "username": _username(asked.username, by_admin),
        "email": _email(asked.email),
        "password": _password(asked.password),
        "agreement": _agreement(asked.agreement or by_admin),
        "reason": _reason(asked.reason),
    }
    for name, errors in found.items():
        if listed := list(errors):
            problems[name] = listed
    if problems:
        raise refusal(problems)


def refusal(problems: dict[str, list[FieldError]]) -> Unprocessable:
    """One sentence for all of them, and the details by field."""
    told = ", ".join(
        f"{name.capitalize()} {error.description}"
        for name, errors in problems.items()
        for error in errors
    )
    return Unprocessable(f"Validation failed: {told}", problems)


def taken(field: str) -> Unprocessable:
    return refusal({field: [FieldError("ERR_TAKEN", "has already been taken")]})


def email_key(email: str) -> str:
    """One spelling of an address, for uniqueness and look-up."""
    return email.lower()


def is_email(text: str) -> bool:
    """Whether the text is an address that we accept."""
    local, at, domain = text.partition("@")
    labels = domain.split(".")
    return bool(
        at
        and len(text) <= EMAIL_LIMIT
        and len(local) <= 64
        and _EMAIL_LOCAL.fullmatch(local)
        and all(_EMAIL_LABEL.fullmatch(label) for label in labels)
        and (len(labels) > 1 or domain == "localhost")
    )


def locale(text: str) -> str:
    """The language that was asked for, or English."""
    return text if _LOCALE.fullmatch(text) else "en"


def _username(name: str, by_admin: bool) -> Iterator[FieldError]:
    if not name:
        yield FieldError("ERR_BLANK", "can't be blank")
    elif not _USERNAME.fullmatch(name):
        yield FieldError("ERR_INVALID", "must contain only letters, numbers and underscores")
    elif len(name) > USERNAME_LIMIT:
        yield FieldError("ERR_TOO_LONG", f"is too long (maximum is {USERNAME_LIMIT} characters)")
    elif name.lower() in RESERVED and not by_admin:
        yield FieldError("ERR_RESERVED", "is reserved")


def _email(email: str) -> Iterator[FieldError]:
    if not email:
        yield FieldError("ERR_BLANK", "can't be blank")
    elif not is_email(email):
        yield FieldError("ERR_INVALID", "is not an address that we can use")


def _password(password: str) -> Iterator[FieldError]:
    if not password:
        yield FieldError("ERR_BLANK", "can't be blank")
    elif len(password) < PASSWORD_MIN:
        yield FieldError("ERR_TOO_SHORT", f"is too short (minimum is {PASSWORD_MIN} characters)")
    elif len(password) > PASSWORD_MAX:
        yield FieldError("ERR_TOO_LONG", f"is too long (maximum is {PASSWORD_MAX} characters)")


def _agreement(given: bool) -> Iterator[FieldError]:
    if not given:
        yield FieldError("ERR_ACCEPTED", "must be accepted")


def _reason(reason: str) -> Iterator[FieldError]:
    if len(reason) > REASON_LIMIT:
        yield FieldError("ERR_TOO_LONG", f"is too long (maximum is {REASON_LIMIT} characters)")
