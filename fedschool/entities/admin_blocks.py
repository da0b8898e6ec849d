"""Admin::IpBlock, Admin::EmailDomainBlock and Admin::CanonicalEmailBlock."""

from typing import Any

from fedschool.entities.links import moment
from fedschool.model.blocks import CanonicalEmailBlock, EmailDomainBlock, IpBlock


def ip_block(item: IpBlock) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Admin_IpBlock"""
    return {
        "id": str(item.id),
        "ip": item.ip,
        "severity": item.severity.value,
        "comment": item.comment,
        "created_at": moment(item.created_at),
        "expires_at": None if item.expires_at is None else moment(item.expires_at),
    }


def email_domain_block(item: EmailDomainBlock) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Admin_EmailDomainBlock; days are seconds since 1970."""
    return {
        "id": str(item.id),
        "domain": item.domain,
        "created_at": moment(item.created_at),
        "history": [
            {"day": str(day.day // 1000), "accounts": str(day.accounts), "uses": str(day.uses)}
            for day in item.history
        ],
        "allow_with_approval": item.allow_with_approval,
    }


def canonical_email_block(item: CanonicalEmailBlock) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Admin_CanonicalEmailBlock"""
    return {"id": str(item.id), "canonical_email_hash": item.hash}
