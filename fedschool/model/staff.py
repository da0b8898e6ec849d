"""What the people who look after a school may do, by their role."""

from enum import StrEnum

import msgspec

from fedschool.model.account import Role


class Permission(StrEnum):
    """A kind of act that not everybody may do."""

    VIEW_AUDIT_LOG = "view_audit_log"
    VIEW_DASHBOARD = "view_dashboard"
    MANAGE_REPORTS = "manage_reports"
    MANAGE_FEDERATION = "manage_federation"
    MANAGE_SETTINGS = "manage_settings"
    MANAGE_BLOCKS = "manage_blocks"
    MANAGE_TAXONOMIES = "manage_taxonomies"
    MANAGE_USERS = "manage_users"
    MANAGE_RULES = "manage_rules"
    MANAGE_ANNOUNCEMENTS = "manage_announcements"
    MANAGE_CUSTOM_EMOJIS = "manage_custom_emojis"
    MANAGE_ROLES = "manage_roles"
    DELETE_USER_DATA = "delete_user_data"


_MODERATOR = frozenset(
    {
        Permission.VIEW_AUDIT_LOG,
        Permission.VIEW_DASHBOARD,
        Permission.MANAGE_REPORTS,
        Permission.MANAGE_TAXONOMIES,
        Permission.MANAGE_USERS,
    }
)

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.TEACHER: frozenset(),
    Role.MODERATOR: _MODERATOR,
    Role.ADMIN: frozenset(Permission),
}

# Which bit of the client API's number stands for a permission (docs.joinmastodon.org/entities/Role)
_BITS = {
    Permission.VIEW_AUDIT_LOG: 2,
    Permission.VIEW_DASHBOARD: 3,
    Permission.MANAGE_REPORTS: 4,
    Permission.MANAGE_FEDERATION: 5,
    Permission.MANAGE_SETTINGS: 6,
    Permission.MANAGE_BLOCKS: 7,
    Permission.MANAGE_TAXONOMIES: 8,
    Permission.MANAGE_USERS: 10,
    Permission.MANAGE_RULES: 12,
    Permission.MANAGE_ANNOUNCEMENTS: 13,
    Permission.MANAGE_CUSTOM_EMOJIS: 14,
    Permission.MANAGE_ROLES: 17,
    Permission.DELETE_USER_DATA: 19,
}
_ADMINISTRATOR = 1

RANKS = {Role.TEACHER: 0, Role.MODERATOR: 1, Role.ADMIN: 2}
ROLE_IDS = {Role.TEACHER: "1", Role.MODERATOR: "2", Role.ADMIN: "3"}


def may(role: Role, permission: Permission) -> bool:
    return permission in PERMISSIONS[role]


def above(one: Role, other: Role) -> bool:
    """Whether the first may act on people of the second; admins may also act on admins."""
    return one is Role.ADMIN or RANKS[one] > RANKS[other]


def bits(role: Role) -> int:
    """All that the role may do as the client API's number."""
    number = sum(1 << _BITS[permission] for permission in PERMISSIONS[role])
    return number | _ADMINISTRATOR if role is Role.ADMIN else number


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One act of the staff. `actor` is the account's id, 0 the command line or the school itself.

    `target` says what was acted on, as `account/123` or `domain/example.org`.
    """

    id: int
    actor: int
    actor_name: str
    action: str
    target: str
    detail: dict[str, str]
    created_at: int
