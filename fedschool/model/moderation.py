"""What the staff sees of people, does about them, and is told of them."""

from enum import StrEnum

import msgspec

from fedschool.model.account import Account, Role, User
from fedschool.model.kit import KitView
from fedschool.model.rule import Rule
from fedschool.model.status import StatusView


class Act(StrEnum):
    """What may be done about somebody; `none` is a warning and no more."""

    NONE = "none"
    DISABLE = "disable"
    SENSITIVE = "sensitive"
    SILENCE = "silence"
    SUSPEND = "suspend"


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """An act, what the person is told of its reason, and the report that it answers."""

    act: Act
    text: str = ""
    report_id: int | None = None


class Strike(msgspec.Struct, frozen=True, kw_only=True):
    """An act of the staff as the person sees it."""

    id: int
    account_id: int
    act: Act
    text: str
    report_id: int | None
    status_ids: tuple[int, ...]
    created_at: int


class SeveranceKind(StrEnum):
    """Why relationships ended at once."""

    DOMAIN_BLOCK = "domain_block"
    USER_DOMAIN_BLOCK = "user_domain_block"
    ACCOUNT_SUSPENSION = "account_suspension"


class Severance(msgspec.Struct, frozen=True, kw_only=True):
    """What one person lost because somebody or a whole server was shut out."""

    id: int
    account_id: int
    kind: SeveranceKind
    target_name: str
    followers_count: int
    following_count: int
    created_at: int


class SeenFrom(msgspec.Struct, frozen=True):
    """An address that somebody signed in from, the last time at `used_at` (ms)."""

    ip: str
    used_at: int


class AdminAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account as the staff sees it; `user` is None for remote people and erased ones.

    `suspended` is the staff's doing; who is not let in yet is hidden and not suspended.
    """

    account: Account
    user: User | None
    suspended: bool
    ips: tuple[SeenFrom, ...] = ()


class Standing(StrEnum):
    """What an account may be listed by."""

    ACTIVE = "active"
    PENDING = "pending"
    DISABLED = "disabled"
    SILENCED = "silenced"
    SUSPENDED = "suspended"
    SENSITIZED = "sensitized"


class AccountFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which accounts; None is any. Names and e-mail addresses fit by how they begin.

    `local` False is remote. `invited_by`: an account's id.
    """

    local: bool | None = None
    standings: frozenset[Standing] = frozenset()
    roles: frozenset[Role] | None = None
    invited_by: int | None = None
    username: str | None = None
    display_name: str | None = None
    domain: str | None = None
    email: str | None = None
    ip: str | None = None


class Category(StrEnum):
    """What a report is about."""

    SPAM = "spam"
    LEGAL = "legal"
    VIOLATION = "violation"
    OTHER = "other"


class ReportDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A report as somebody files it. `forward`: also to the server of the person it is about;
    `domains` narrows that, and may name the servers of those who were answered."""

    target_id: int
    status_ids: tuple[int, ...] = ()
    comment: str = ""
    category: Category = Category.OTHER
    rule_ids: tuple[int, ...] = ()
    forward: bool = False
    domains: tuple[str, ...] = ()


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A report. Statuses stay named when they are gone. `uri`: a Flag from elsewhere."""

    id: int
    account_id: int
    target_id: int
    uri: str | None = None
    category: Category = Category.OTHER
    comment: str = ""
    forwarded: bool = False
    status_ids: tuple[int, ...] = ()
    rule_ids: tuple[int, ...] = ()
    assigned_id: int | None = None
    resolved_by_id: int | None = None
    resolved_at: int | None = None
    created_at: int
    updated_at: int


class ReportView(msgspec.Struct, frozen=True):
    """A report as those who are told of it see it."""

    report: Report
    target: Account


class AdminReport(msgspec.Struct, frozen=True, kw_only=True):
    """A report as the staff works on it; `statuses` without what was deleted meanwhile."""

    report: Report
    account: AdminAccount
    target: AdminAccount
    assigned: AdminAccount | None
    resolved_by: AdminAccount | None
    statuses: tuple[StatusView, ...]
    rules: tuple[Rule, ...] = ()


class Subjects(msgspec.Struct, frozen=True):
    """What notifications of a page are about besides statuses, by `subject_id`."""

    reports: dict[int, ReportView] = {}
    strikes: dict[int, tuple[Strike, Account]] = {}
    severances: dict[int, Severance] = {}
    kits: dict[int, KitView] = {}


NO_SUBJECTS = Subjects()
