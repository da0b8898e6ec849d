"""The Mastodon client API: handlers decode, call one use case, and encode."""
