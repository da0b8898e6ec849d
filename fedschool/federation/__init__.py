"""The face to other servers: documents, discovery, and the inbox."""

from quart import Blueprint


def blueprints() -> list[Blueprint]:
    """Every blueprint of the federation face."""
    return []
