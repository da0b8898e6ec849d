"""Conversation."""

from typing import Any

from fedschool.entities import account as accounts
from fedschool.entities import status as statuses
from fedschool.entities.links import Links
from fedschool.model.conversation import ConversationView


def conversation(view: ConversationView, links: Links) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Conversation"""
    return {
        "id": str(view.id),
        "unread": view.unread,
        "accounts": accounts.accounts(view.accounts, links),
        "last_status": statuses.status(view.last_status, links),
    }
