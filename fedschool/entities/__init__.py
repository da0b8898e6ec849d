"""Views become the Mastodon API's JSON objects; pure. Shapes: docs.joinmastodon.org/entities."""
