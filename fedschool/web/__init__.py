"""The web face: pages for people, rendered on the server, useful without JavaScript."""

from quart import Blueprint


def blueprints() -> list[Blueprint]:
    """Every blueprint of the pages."""
    from fedschool.web import (  # noqa: PLC0415  faces load when the application is made
        access,
        consent,
        embed,
        files,
        interact,
        pages,
        signin,
        signup,
        texts,
    )

    return [
        files.bp,
        signin.bp,
        consent.bp,
        embed.bp,
        signup.bp,
        interact.bp,
        access.bp,
        texts.bp,
        pages.bp,
    ]
