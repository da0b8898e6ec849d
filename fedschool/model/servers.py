"""What the staff decides about other servers."""

from enum import StrEnum

import msgspec


class Severity(StrEnum):
    """Each is stricter than the ones before it."""

    NOOP = "noop"
    SILENCE = "silence"
    SUSPEND = "suspend"


RANKS = {Severity.NOOP: 0, Severity.SILENCE: 1, Severity.SUSPEND: 2}


class DomainBlock(msgspec.Struct, frozen=True, kw_only=True):
    """A decision about a server. `acted_at` (ms) marks the accounts that it hides or limits."""

    id: int
    domain: str
    severity: Severity = Severity.SILENCE
    reject_media: bool = False
    reject_reports: bool = False
    obfuscate: bool = False
    private_comment: str = ""
    public_comment: str = ""
    created_at: int
    acted_at: int


class DomainAllow(msgspec.Struct, frozen=True):
    """A server that may be spoken to where only such servers may."""

    id: int
    domain: str
    created_at: int


class Standing(msgspec.Struct, frozen=True):
    """What holds for a host by all decisions that cover it: the strictest of each.

    `mark` is the `acted_at` of the strictest; `allowed` counts where only the allowed are heard.
    """

    severity: Severity = Severity.NOOP
    reject_media: bool = False
    reject_reports: bool = False
    allowed: bool = False
    mark: int = 0


class ImportLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a list of blocks: a decision that is not taken yet, and why it will not be."""

    domain: str
    severity: Severity
    reject_media: bool = False
    reject_reports: bool = False
    obfuscate: bool = False
    public_comment: str = ""
    problem: str = ""
