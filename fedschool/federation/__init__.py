"""The face to other servers: documents, discovery, and the inbox."""

from quart import Blueprint

from fedschool.federation import discovery, documents, inbox


def blueprints() -> list[Blueprint]:
    """Every blueprint of the federation face."""
    return [discovery.bp, documents.bp, inbox.bp]
