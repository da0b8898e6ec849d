"""Admin::DomainBlock, Admin::DomainAllow, and DomainBlock as visitors read it."""

from typing import Any

from fedschool.entities.links import moment
from fedschool.model.servers import DomainAllow, DomainBlock


def block(item: DomainBlock, digest: str) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Admin_DomainBlock"""
    return {
        "id": str(item.id),
        "domain": item.domain,
        "digest": digest,
        "created_at": moment(item.created_at),
        "severity": item.severity.value,
        "reject_media": item.reject_media,
        "reject_reports": item.reject_reports,
        "private_comment": item.private_comment or None,
        "public_comment": item.public_comment or None,
        "obfuscate": item.obfuscate,
    }


def allow(item: DomainAllow) -> dict[str, Any]:
    """docs.joinmastodon.org/entities/Admin_DomainAllow"""
    return {"id": str(item.id), "domain": item.domain, "created_at": moment(item.created_at)}
