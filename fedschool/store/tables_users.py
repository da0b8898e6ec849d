"""Tables of who signs in: people of this server, their applications, tokens and sessions."""

import sqlalchemy as sa

from fedschool.store.base import Key, Text, _count, _flag, _id, _ms, _ref, _text, metadata

users = sa.Table(
    "users",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    sa.Column("email", Text, nullable=False),
    sa.Column("email_key", Key, nullable=False, unique=True),
    sa.Column("password_hash", Text, nullable=False),
    sa.Column("role", Text, nullable=False, server_default="teacher"),
    _ms("confirmed_at", nullable=True),
    _ms("approved_at", nullable=True),
    _ms("disabled_at", nullable=True),
    sa.Column("locale", Text, nullable=False, server_default="en"),
    sa.Column("default_visibility", Text, nullable=False, server_default="public"),
    _flag("default_sensitive"),
    sa.Column("default_language", Text),
    _text("reason"),
    _ms("created_at"),
    sa.Column("default_quote_policy", Text, nullable=False, server_default="public"),
    sa.UniqueConstraint("account_id"),
)

applications = sa.Table(
    "applications",
    metadata,
    _id(),
    sa.Column("name", Text, nullable=False),
    sa.Column("website", Text),
    sa.Column("redirect_uris", Text, nullable=False),
    sa.Column("scopes", Text, nullable=False),
    sa.Column("client_id", Key, nullable=False, unique=True),
    sa.Column("secret_hash", Key, nullable=False),
    _ms("created_at"),
)

tokens = sa.Table(
    "tokens",
    metadata,
    _id(),
    sa.Column("token_hash", Key, nullable=False, unique=True),
    _ref("application_id", "applications", index=True),
    _ref("user_id", "users", nullable=True, index=True),
    sa.Column("scopes", Text, nullable=False),
    _ms("created_at"),
)

# `sealed_token` is readable with the instance's secret alone: messages must carry the token.
push_subscriptions = sa.Table(
    "push_subscriptions",
    metadata,
    _id(),
    _ref("token_id", "tokens"),
    _ref("account_id", "accounts", index=True),
    sa.Column("endpoint", Text, nullable=False),
    sa.Column("p256dh", Text, nullable=False),
    sa.Column("auth", Text, nullable=False),
    _flag("standard"),
    _text("alerts"),
    sa.Column("policy", Text, nullable=False),
    sa.Column("sealed_token", Text, nullable=False),
    _ms("created_at"),
    sa.UniqueConstraint("token_id"),
)

grants = sa.Table(
    "grants",
    metadata,
    _id(),
    sa.Column("code_hash", Key, nullable=False, unique=True),
    _ref("application_id", "applications"),
    _ref("user_id", "users", index=True),
    sa.Column("redirect_uri", Text, nullable=False),
    sa.Column("scopes", Text, nullable=False),
    sa.Column("code_challenge", Text),
    _ms("expires_at"),
    _ms("used_at", nullable=True),
    _ref("token_id", "tokens", nullable=True, index=True),
)

sessions = sa.Table(
    "sessions",
    metadata,
    _id(),
    sa.Column("session_hash", Key, nullable=False, unique=True),
    _ref("user_id", "users", index=True),
    _ms("created_at"),
    _ms("expires_at"),
)

email_tokens = sa.Table(
    "email_tokens",
    metadata,
    _id(),
    sa.Column("token_hash", Key, nullable=False, unique=True),
    _ref("user_id", "users"),
    sa.Column("purpose", Text, nullable=False),
    _ms("expires_at"),
)

invites = sa.Table(
    "invites",
    metadata,
    _id(),
    sa.Column("code_hash", Key, nullable=False, unique=True),
    _ref("user_id", "users", nullable=True),
    _ms("expires_at", nullable=True),
    sa.Column("max_uses", sa.Integer),
    _count("uses"),
    _ms("created_at"),
)
