"""ScheduledStatus."""

from typing import Any

import msgspec

from fedschool.entities import status
from fedschool.entities.links import Links, moment
from fedschool.model.scheduled import Scheduled


def scheduled(item: Scheduled, links: Links) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/ScheduledStatus"""
    params = item.params
    return {
        "id": str(item.id),
        "scheduled_at": moment(item.scheduled_at),
        "params": {
            "text": params.text,
            "media_ids": [str(media_id) for media_id in params.media_ids] or None,
            "sensitive": params.sensitive,
            "spoiler_text": params.spoiler_text or None,
            "visibility": params.visibility,
            "language": params.language,
            "in_reply_to_id": params.in_reply_to_id,
            "poll": None if params.poll is None else msgspec.structs.asdict(params.poll),
            "idempotency": item.key,
            # Clients read a number.
            "application_id": item.application_id or 0,
            "allowed_mentions": None,
            "quote_approval_policy": params.quote_approval_policy,
            "quoted_status_id": None
            if params.quoted_status_id is None
            else str(params.quoted_status_id),
            "scheduled_at": None,
            "with_rate_limit": False,
        },
        "media_attachments": [status.attachment(file, links) for file in item.attachments],
    }
