"""The Mastodon client API: handlers decode, call one use case, and encode."""

from quart import Blueprint


def blueprints() -> list[Blueprint]:
    """Every blueprint of the client API."""
    from fedschool.api import (  # noqa: PLC0415  faces load when the application is made
        accounts,
        conversations,
        curation,
        domain_blocks,
        featured_tags,
        files,
        filters,
        filters_v1,
        instance,
        lists,
        markers,
        media,
        notification_groups,
        notification_policies,
        notifications,
        oauth,
        polls,
        push,
        relationships,
        scheduled_statuses,
        search,
        signup,
        statuses,
        streaming,
        timelines,
    )

    return [
        accounts.bp,
        conversations.bp,
        curation.bp,
        domain_blocks.bp,
        featured_tags.bp,
        files.bp,
        filters.bp,
        filters_v1.bp,
        instance.bp,
        lists.bp,
        markers.bp,
        media.bp,
        notification_groups.bp,
        notification_policies.bp,
        notifications.bp,
        oauth.bp,
        polls.bp,
        push.bp,
        relationships.bp,
        scheduled_statuses.bp,
        search.bp,
        signup.bp,
        statuses.bp,
        streaming.bp,
        timelines.bp,
    ]
