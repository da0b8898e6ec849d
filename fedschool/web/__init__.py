"""The web face: pages for people, rendered on the server, useful without JavaScript."""

from quart import Blueprint


def blueprints() -> list[Blueprint]:
    """Every blueprint of the pages."""
    return []
