"""ExtendedDescription, PrivacyPolicy, TermsOfService, and languages."""

from typing import Any

from fedschool.entities.links import moment
from fedschool.model.languages import LANGUAGES
from fedschool.model.texts import InstanceText


def page(item: InstanceText | None, html: str) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/ExtendedDescription, and PrivacyPolicy, which is the same.

    `html` is the text as it is shown.
    """
    if item is None:
        return {"updated_at": None, "content": ""}
    return {"updated_at": moment(item.created_at), "content": html}


def terms(item: InstanceText, html: str, today: str) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/TermsOfService"""
    return {
        "effective_date": item.effective_on,
        "effective": item.effective_on <= today,
        "content": html,
        "succeeded_by": item.succeeded_on,
    }


def languages() -> list[dict[str, str]]:
    """The languages that posts may say they are in."""
    return [{"code": code, "name": name} for code, name in LANGUAGES.items()]
