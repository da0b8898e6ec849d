"""The tables. Times are integer milliseconds UTC, flags 0 or 1, lists and objects JSON text.

A local account's `domain` is the empty string here (so that uniqueness holds) and None in the
model. `*_key` columns are folded for look-ups by equality and by prefix.
"""

import sqlalchemy as sa

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Ms = sa.BigInteger()
Flag = sa.SmallInteger()
Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
Text = sa.Text()

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> sa.Column[int]:
    return sa.Column("id", Id, primary_key=True, autoincrement=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, Text, nullable=False, server_default="")


def _flag(name: str) -> sa.Column[int]:
    return sa.Column(name, Flag, nullable=False, server_default="0")


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def _ms(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, Ms, nullable=nullable)


def _ref(name: str, target: str, *, nullable: bool = False, index: bool = False) -> sa.Column[int]:
    return sa.Column(
        name, Id, sa.ForeignKey(f"{target}.id", ondelete="CASCADE"), nullable=nullable, index=index
    )


def _pair(name: str, *columns: sa.Column[int] | sa.Column[str]) -> sa.Table:
    """A relation `account_id → target_id`; ids order the lists that clients page through."""
    return sa.Table(
        name,
        metadata,
        _id(),
        _ref("account_id", "accounts"),
        _ref("target_id", "accounts"),
        *columns,
        _ms("created_at"),
        sa.UniqueConstraint("account_id", "target_id"),
        sa.Index(f"ix_{name}_account_id_id", "account_id", "id"),
        sa.Index(f"ix_{name}_target_id_id", "target_id", "id"),
    )


accounts = sa.Table(
    "accounts",
    metadata,
    _id(),
    sa.Column("username", Text, nullable=False),
    sa.Column("username_key", Key, nullable=False),
    sa.Column("domain", Key, nullable=False, server_default=""),
    sa.Column("uri", Key, nullable=False, unique=True),
    _text("url"),
    sa.Column("actor_type", Text, nullable=False, server_default="Person"),
    _text("display_name"),
    sa.Column("display_name_key", Key, nullable=False, server_default=""),
    _text("note"),
    _text("note_source"),
    sa.Column("fields", Text, nullable=False, server_default="[]"),
    sa.Column("fields_source", Text, nullable=False, server_default="[]"),
    sa.Column("avatar_key", Text),
    sa.Column("avatar_remote_url", Text),
    _text("avatar_description"),
    sa.Column("header_key", Text),
    sa.Column("header_remote_url", Text),
    _text("header_description"),
    _text("inbox_url"),
    sa.Column("shared_inbox_url", Text),
    _text("outbox_url"),
    _text("followers_url"),
    _text("following_url"),
    _text("featured_url"),
    sa.Column("also_known_as", Text, nullable=False, server_default="[]"),
    sa.Column("moved_to_uri", Text),
    _flag("locked"),
    _flag("discoverable"),
    _flag("indexable"),
    _flag("hide_collections"),
    sa.Column("show_featured", Flag, nullable=False, server_default="1"),
    sa.Column("show_media", Flag, nullable=False, server_default="1"),
    sa.Column("show_media_replies", Flag, nullable=False, server_default="1"),
    _ms("moved_at", nullable=True),
    sa.Column("moved_to", Text),
    _text("attribution_domains"),
    _ms("created_at"),
    _ms("fetched_at", nullable=True),
    _ms("last_status_at", nullable=True),
    _ms("suspended_at", nullable=True),
    _ms("silenced_at", nullable=True),
    _ms("sensitized_at", nullable=True),
    _count("followers_count"),
    _count("following_count"),
    _count("statuses_count"),
    _count("version"),
    sa.Column("emojis", Text, nullable=False, server_default="[]"),
    sa.UniqueConstraint("username_key", "domain"),
    sa.Index("ix_accounts_display_name_key", "display_name_key"),
    sa.Index("ix_accounts_domain", "domain"),
    sa.Index(
        "ix_accounts_discoverable_active",
        "last_status_at",
        "id",
        sqlite_where=sa.text("discoverable = 1"),
        postgresql_where=sa.text("discoverable = 1"),
    ),
    sa.Index(
        "ix_accounts_discoverable_new",
        "id",
        sqlite_where=sa.text("discoverable = 1"),
        postgresql_where=sa.text("discoverable = 1"),
    ),
    sa.Index(
        "ix_accounts_discoverable_followed",
        "followers_count",
        "id",
        sqlite_where=sa.text("discoverable = 1"),
        postgresql_where=sa.text("discoverable = 1"),
    ),
)

account_keys = sa.Table(
    "account_keys",
    metadata,
    _ref("account_id", "accounts"),
    sa.Column("key_id", Key, nullable=False),
    sa.Column("public_pem", Text, nullable=False),
    sa.Column("private_pem", Text),
    _ms("fetched_at"),
    sa.PrimaryKeyConstraint("account_id"),
    sa.UniqueConstraint("key_id"),
)

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

follows = _pair(
    "follows",
    sa.Column("uri", Key, nullable=False),
    sa.Column("show_reblogs", Flag, nullable=False, server_default="1"),
    _flag("notify"),
    sa.Column("languages", Text),
)

follow_requests = _pair(
    "follow_requests",
    sa.Column("uri", Key, nullable=False),
    sa.Column("show_reblogs", Flag, nullable=False, server_default="1"),
    _flag("notify"),
    sa.Column("languages", Text),
)

blocks = _pair("blocks", sa.Column("uri", Key, nullable=False))

mutes = _pair(
    "mutes",
    sa.Column("hide_notifications", Flag, nullable=False, server_default="1"),
    sa.Column("expires_at", Ms),
)

endorsements = _pair("endorsements")

account_notes = _pair("account_notes", sa.Column("comment", Text, nullable=False))

account_domain_blocks = sa.Table(
    "account_domain_blocks",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    sa.Column("domain", Key, nullable=False),
    _ms("created_at"),
    sa.UniqueConstraint("account_id", "domain"),
    sa.Index("ix_account_domain_blocks_account_id_id", "account_id", "id"),
)

statuses = sa.Table(
    "statuses",
    metadata,
    _id(),
    sa.Column("uri", Key, nullable=False, unique=True),
    _text("url"),
    _ref("account_id", "accounts"),
    _flag("local"),
    _flag("local_only"),
    sa.Column("visibility", Text, nullable=False),
    _text("content"),
    _text("text"),
    _text("spoiler_text"),
    _flag("sensitive"),
    sa.Column("language", Text),
    sa.Column("in_reply_to_id", Id, sa.ForeignKey("statuses.id", ondelete="SET NULL")),
    sa.Column("in_reply_to_account_id", Id),
    sa.Column("in_reply_to_uri", Key),
    _ref("reblog_of_id", "statuses", nullable=True),
    sa.Column("conversation_id", Id, nullable=False),
    sa.Column("application_id", Id, sa.ForeignKey("applications.id", ondelete="SET NULL")),
    _ms("created_at"),
    _ms("edited_at", nullable=True),
    _count("replies_count"),
    _count("reblogs_count"),
    _count("favourites_count"),
    _count("version"),
    sa.Column("emojis", Text, nullable=False, server_default="[]"),
    _count("quotes_count"),
    _text("quote_policy"),
    sa.Index("ix_statuses_account_id_id", "account_id", "id"),
    sa.Index("ix_statuses_in_reply_to_id", "in_reply_to_id"),
    sa.Index("ix_statuses_in_reply_to_uri", "in_reply_to_uri"),
    sa.Index("ix_statuses_conversation_id", "conversation_id"),
    sa.Index("ix_statuses_application_id", "application_id"),
    sa.Index(
        "uq_statuses_reblog_of_id_account_id",
        "reblog_of_id",
        "account_id",
        unique=True,
        sqlite_where=sa.text("reblog_of_id IS NOT NULL"),
        postgresql_where=sa.text("reblog_of_id IS NOT NULL"),
    ),
    sa.Index(
        "ix_statuses_public",
        "id",
        sqlite_where=sa.text("visibility = 'public' AND reblog_of_id IS NULL"),
        postgresql_where=sa.text("visibility = 'public' AND reblog_of_id IS NULL"),
    ),
    sa.Index(
        "ix_statuses_public_by_origin",
        "local",
        "id",
        sqlite_where=sa.text("visibility = 'public' AND reblog_of_id IS NULL"),
        postgresql_where=sa.text("visibility = 'public' AND reblog_of_id IS NULL"),
    ),
    sa.Index(
        "ix_statuses_emojis",
        "id",
        sqlite_where=sa.text("emojis <> '[]'"),
        postgresql_where=sa.text("emojis <> '[]'"),
    ),
)

status_edits = sa.Table(
    "status_edits",
    metadata,
    _id(),
    _ref("status_id", "statuses", index=True),
    _text("content"),
    _text("text"),
    _text("spoiler_text"),
    _flag("sensitive"),
    sa.Column("attachments", Text, nullable=False, server_default="[]"),
    sa.Column("poll_options", Text),
    _ms("created_at"),
)

polls = sa.Table(
    "polls",
    metadata,
    _ref("status_id", "statuses"),
    _flag("multiple"),
    _flag("hide_totals"),
    _ms("expires_at", nullable=True),
    _flag("closed"),
    sa.Column("voters_count", sa.BigInteger),
    _ms("tell_at", nullable=True),
    sa.PrimaryKeyConstraint("status_id"),
)

poll_options = sa.Table(
    "poll_options",
    metadata,
    sa.Column("status_id", Id, sa.ForeignKey("polls.status_id", ondelete="CASCADE")),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("title", Text, nullable=False),
    sa.Column("votes_count", sa.BigInteger, nullable=False, server_default="0"),
    sa.PrimaryKeyConstraint("status_id", "position"),
)

poll_votes = sa.Table(
    "poll_votes",
    metadata,
    _ref("account_id", "accounts"),
    sa.Column("status_id", Id, sa.ForeignKey("polls.status_id", ondelete="CASCADE")),
    sa.Column("choice", sa.Integer, nullable=False),
    _ms("created_at"),
    sa.PrimaryKeyConstraint("account_id", "status_id", "choice"),
    sa.Index("ix_poll_votes_status_id", "status_id"),
)

idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    _ref("account_id", "accounts"),
    sa.Column("key", Key, nullable=False),
    _ref("status_id", "statuses", index=True),
    _ms("created_at"),
    sa.PrimaryKeyConstraint("account_id", "key"),
)

media_attachments = sa.Table(
    "media_attachments",
    metadata,
    _id(),
    _ref("account_id", "accounts", index=True),
    _ref("status_id", "statuses", nullable=True),
    _count("position"),
    sa.Column("kind", Text, nullable=False),
    _text("mime_type"),
    sa.Column("key", Text),
    sa.Column("preview_key", Text),
    sa.Column("remote_url", Text),
    _text("description"),
    sa.Column("blurhash", Text),
    sa.Column("width", sa.Integer),
    sa.Column("height", sa.Integer),
    sa.Column("preview_width", sa.Integer),
    sa.Column("preview_height", sa.Integer),
    sa.Column("focus_x", sa.Float, nullable=False, server_default="0"),
    sa.Column("focus_y", sa.Float, nullable=False, server_default="0"),
    _count("size"),
    _ms("created_at"),
    sa.Column("state", Text, nullable=False, server_default="ready"),
    sa.Column("details", Text, nullable=False, server_default="{}"),
    sa.Column("preview_remote_url", Text),
    sa.Column("source_key", Text),
    sa.Index("ix_media_attachments_status_id_position", "status_id", "position"),
)

scheduled_statuses = sa.Table(
    "scheduled_statuses",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    _ms("scheduled_at"),
    sa.Column("params", Text, nullable=False),
    sa.Column("application_id", Id, sa.ForeignKey("applications.id", ondelete="SET NULL")),
    sa.Column("key", Key),
    _ms("created_at"),
    sa.UniqueConstraint("account_id", "key"),
    sa.Index("ix_scheduled_statuses_account_id_id", "account_id", "id"),
    sa.Index("ix_scheduled_statuses_account_id_scheduled_at", "account_id", "scheduled_at"),
    sa.Index("ix_scheduled_statuses_application_id", "application_id"),
)

scheduled_media = sa.Table(
    "scheduled_media",
    metadata,
    _ref("media_id", "media_attachments"),
    _ref("scheduled_id", "scheduled_statuses", index=True),
    _count("position"),
    sa.PrimaryKeyConstraint("media_id"),
)

mentions = sa.Table(
    "mentions",
    metadata,
    _ref("status_id", "statuses"),
    _ref("account_id", "accounts"),
    _count("position"),
    _flag("silent"),
    sa.PrimaryKeyConstraint("status_id", "account_id"),
    sa.Index("ix_mentions_account_id_status_id", "account_id", "status_id"),
)

tags = sa.Table(
    "tags",
    metadata,
    _id(),
    sa.Column("name", Key, nullable=False, unique=True),
    sa.Column("display", Text, nullable=False),
    _ms("created_at"),
)

status_tags = sa.Table(
    "status_tags",
    metadata,
    _ref("tag_id", "tags"),
    _ref("status_id", "statuses"),
    sa.PrimaryKeyConstraint("tag_id", "status_id"),
    sa.Index("ix_status_tags_status_id", "status_id"),
)

tag_follows = sa.Table(
    "tag_follows",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    _ref("tag_id", "tags"),
    _ms("created_at"),
    sa.UniqueConstraint("account_id", "tag_id"),
    sa.Index("ix_tag_follows_tag_id", "tag_id"),
)

featured_tags = sa.Table(
    "featured_tags",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    _ref("tag_id", "tags", index=True),
    _ms("created_at"),
    sa.UniqueConstraint("account_id", "tag_id"),
)

emojis = sa.Table(
    "emojis",
    metadata,
    _id(),
    sa.Column("shortcode", Key, nullable=False),
    sa.Column("domain", Key, nullable=False, server_default=""),
    sa.Column("uri", Key),
    sa.Column("remote_url", Text),
    sa.Column("key", Text),
    _ms("updated_at"),
    sa.Column("static_key", Text),
    sa.Column("category", Text),
    sa.UniqueConstraint("shortcode", "domain"),
)


def _act(name: str, *columns: sa.Column[str]) -> sa.Table:
    """What an account did with a status; ids order the lists that clients page through."""
    return sa.Table(
        name,
        metadata,
        _id(),
        _ref("account_id", "accounts"),
        _ref("status_id", "statuses"),
        *columns,
        _ms("created_at"),
        sa.UniqueConstraint("account_id", "status_id"),
        sa.Index(f"ix_{name}_account_id_id", "account_id", "id"),
        sa.Index(f"ix_{name}_status_id_id", "status_id", "id"),
    )


favourites = _act("favourites", sa.Column("uri", Key, nullable=False))
bookmarks = _act("bookmarks")
pins = _act("pins")

conversation_mutes = sa.Table(
    "conversation_mutes",
    metadata,
    _ref("account_id", "accounts"),
    sa.Column("conversation_id", Id, nullable=False),
    _ms("created_at"),
    sa.PrimaryKeyConstraint("account_id", "conversation_id"),
)

home_entries = sa.Table(
    "home_entries",
    metadata,
    _ref("account_id", "accounts"),
    _ref("status_id", "statuses"),
    sa.PrimaryKeyConstraint("account_id", "status_id"),
    sa.Index("ix_home_entries_status_id", "status_id"),
    sqlite_with_rowid=False,
)

lists = sa.Table(
    "lists",
    metadata,
    _id(),
    _ref("account_id", "accounts", index=True),
    sa.Column("title", Text, nullable=False),
    sa.Column("replies_policy", Text, nullable=False, server_default="list"),
    _flag("exclusive"),
)

list_members = sa.Table(
    "list_members",
    metadata,
    _id(),
    _ref("list_id", "lists"),
    _ref("account_id", "accounts", index=True),
    sa.UniqueConstraint("list_id", "account_id"),
    sa.Index("ix_list_members_list_id_id", "list_id", "id"),
)

list_entries = sa.Table(
    "list_entries",
    metadata,
    _ref("list_id", "lists"),
    _ref("status_id", "statuses"),
    sa.PrimaryKeyConstraint("list_id", "status_id"),
    sa.Index("ix_list_entries_status_id", "status_id"),
    sqlite_with_rowid=False,
)

conversations = sa.Table(
    "conversations",
    metadata,
    _ref("account_id", "accounts"),
    sa.Column("conversation_id", Id, nullable=False),
    _ref("last_status_id", "statuses", index=True),
    _flag("unread"),
    sa.PrimaryKeyConstraint("account_id", "conversation_id"),
    sa.Index("ix_conversations_account_id_last_status_id", "account_id", "last_status_id"),
)

filters = sa.Table(
    "filters",
    metadata,
    _id(),
    _ref("account_id", "accounts", index=True),
    sa.Column("title", Text, nullable=False),
    sa.Column("action", Text, nullable=False),
    sa.Column("contexts", Text, nullable=False),
    _ms("expires_at", nullable=True),
)

filter_keywords = sa.Table(
    "filter_keywords",
    metadata,
    _id(),
    _ref("filter_id", "filters", index=True),
    sa.Column("keyword", Text, nullable=False),
    _flag("whole_word"),
)

filter_statuses = sa.Table(
    "filter_statuses",
    metadata,
    _id(),
    _ref("filter_id", "filters"),
    _ref("status_id", "statuses", index=True),
    sa.UniqueConstraint("filter_id", "status_id"),
)

# Who has filters, and how often these changed: what is kept of them in memory is known by it.
filter_versions = sa.Table(
    "filter_versions",
    metadata,
    _ref("account_id", "accounts"),
    _count("version"),
    sa.PrimaryKeyConstraint("account_id"),
)

notifications = sa.Table(
    "notifications",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    sa.Column("type", Text, nullable=False),
    _ref("from_account_id", "accounts", index=True),
    _ref("status_id", "statuses", nullable=True, index=True),
    sa.Column("group_key", Key, nullable=False),
    _flag("filtered"),
    # A report, a strike or a severance, by the type; what is told about one is told once each.
    sa.Column("subject_id", Id),
    _ms("created_at"),
    sa.Index("ix_notifications_account_id_id", "account_id", "id"),
    sa.Index("ix_notifications_account_id_group_key_id", "account_id", "group_key", "id"),
    sa.Index(
        "ix_notifications_filtered",
        "account_id",
        "from_account_id",
        "id",
        sqlite_where=sa.text("filtered = 1"),
        postgresql_where=sa.text("filtered = 1"),
    ),
    sa.UniqueConstraint("account_id", "type", "from_account_id", "status_id"),
    sa.Index(
        "uq_notifications_of_person",
        "account_id",
        "type",
        "from_account_id",
        unique=True,
        sqlite_where=sa.text("status_id IS NULL AND subject_id IS NULL"),
        postgresql_where=sa.text("status_id IS NULL AND subject_id IS NULL"),
    ),
)


def _verdict(name: str, default: str) -> sa.Column[str]:
    return sa.Column(name, Text, nullable=False, server_default=default)


notification_policies = sa.Table(
    "notification_policies",
    metadata,
    _ref("account_id", "accounts"),
    _verdict("for_not_following", "accept"),
    _verdict("for_not_followers", "accept"),
    _verdict("for_new_accounts", "accept"),
    _verdict("for_private_mentions", "filter"),
    _verdict("for_limited_accounts", "filter"),
    _verdict("for_bots", "accept"),
    sa.PrimaryKeyConstraint("account_id"),
)

notification_requests = sa.Table(
    "notification_requests",
    metadata,
    _id(),
    _ref("account_id", "accounts"),
    _ref("from_account_id", "accounts", index=True),
    _ms("created_at"),
    _ms("updated_at"),
    sa.UniqueConstraint("account_id", "from_account_id"),
    sa.Index("ix_notification_requests_account_id_id", "account_id", "id"),
)

notification_permissions = sa.Table(
    "notification_permissions",
    metadata,
    _ref("account_id", "accounts"),
    _ref("from_account_id", "accounts", index=True),
    _ms("created_at"),
    sa.PrimaryKeyConstraint("account_id", "from_account_id"),
)

markers = sa.Table(
    "markers",
    metadata,
    _ref("account_id", "accounts"),
    sa.Column("timeline", Key, nullable=False),
    sa.Column("last_read_id", Id, nullable=False),
    _count("version"),
    _ms("updated_at"),
    sa.PrimaryKeyConstraint("account_id", "timeline"),
)

domain_policies = sa.Table(
    "domain_policies",
    metadata,
    sa.Column("domain", Key, primary_key=True),
    sa.Column("severity", Text, nullable=False),
    _flag("reject_media"),
    _text("public_comment"),
    _text("private_comment"),
    _ms("created_at"),
    sa.Column("id", Id, nullable=False, server_default="0"),
    _flag("reject_reports"),
    _flag("obfuscate"),
    sa.Column("acted_at", Ms, nullable=False, server_default="0"),
    sa.Index("ix_domain_policies_id", "id"),
)

jobs = sa.Table(
    "jobs",
    metadata,
    _id(),
    sa.Column("kind", Text, nullable=False),
    sa.Column("lane", Key, nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),
    _ms("run_at"),
    _count("attempts"),
    sa.Column("claimed_by", Key),
    sa.Column("last_error", Text),
    _ms("created_at"),
    sa.Index("ix_jobs_run_at_id", "run_at", "id"),
    sa.Index("ix_jobs_lane", "lane"),
    sa.Index(
        "ix_jobs_claimed_by",
        "claimed_by",
        sqlite_where=sa.text("claimed_by IS NOT NULL"),
        postgresql_where=sa.text("claimed_by IS NOT NULL"),
    ),
)

hosts = sa.Table(
    "hosts",
    metadata,
    sa.Column("host", Key, primary_key=True),
    _count("failures"),
    _ms("failing_since", nullable=True),
    _ms("retry_at", nullable=True),
    _ms("updated_at"),
)

activities = sa.Table(
    "activities",
    metadata,
    _id(),
    sa.Column("uri", Key, nullable=False),
    _ref("account_id", "accounts", index=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
    _ms("created_at"),
    sa.Index("ix_activities_created_at", "created_at"),
)

received_activities = sa.Table(
    "received_activities",
    metadata,
    sa.Column("uri", Key, primary_key=True),
    _ms("received_at"),
    sa.Index("ix_received_activities_received_at", "received_at"),
    sqlite_with_rowid=False,
)

tombstones = sa.Table(
    "tombstones",
    metadata,
    sa.Column("uri", Key, primary_key=True),
    _ms("deleted_at"),
    sa.Index("ix_tombstones_deleted_at", "deleted_at"),
    sqlite_with_rowid=False,
)


timetable = sa.Table(
    "timetable",
    metadata,
    sa.Column("name", Key, primary_key=True),
    _ms("ran_at"),
)


def changed(table: sa.Table) -> sa.sql.dml.Update:
    """The only way to update accounts and statuses: what is kept of them in memory is known by
    its version, which moves here."""
    return sa.update(table).values(version=table.c.version + 1)
