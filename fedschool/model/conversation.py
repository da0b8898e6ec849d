"""Private conversations, as one person's list shows them."""

import msgspec

from fedschool.model.account import Account
from fedschool.model.status import StatusView


class ConversationView(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation of direct statuses; `accounts` are the others in its last one."""

    id: int
    unread: bool
    accounts: tuple[Account, ...]
    last_status: StatusView
