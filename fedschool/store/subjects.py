"""What notifications are about besides statuses: reports, strikes, severed relationships."""

from collections.abc import Iterable

from fedschool.model.moderation import NO_SUBJECTS, ReportView, Subjects
from fedschool.model.timeline import NotificationType
from fedschool.ports.database import Tx
from fedschool.store import accounts, kits, moderation, reports

_OF_COLLECTIONS = (NotificationType.ADDED_TO_COLLECTION, NotificationType.COLLECTION_UPDATE)


async def load(tx: Tx, told: Iterable[tuple[NotificationType, int | None]]) -> Subjects:
    """The subjects of a page's notifications in two batches, in none where there are none."""
    wanted: dict[NotificationType, list[int]] = {}
    for kind, subject_id in told:
        if subject_id is not None:
            wanted.setdefault(kind, []).append(subject_id)
    if not wanted:
        return NO_SUBJECTS
    reported, struck, severed = await tx.batch(
        [
            reports.by_ids_call(wanted.get(NotificationType.ADMIN_REPORT, [])),
            moderation.strikes_call(wanted.get(NotificationType.MODERATION_WARNING, [])),
            moderation.severances_call(wanted.get(NotificationType.SEVERED_RELATIONSHIPS, [])),
        ]
    )
    collected = [id_ for kind in _OF_COLLECTIONS for id_ in wanted.get(kind, [])]
    filed = [reports.report(row) for row in reported]
    strikes = [moderation.strike(row) for row in struck]
    about = [item.target_id for item in filed] + [item.account_id for item in strikes]
    known = await accounts.by_ids(tx, list(dict.fromkeys(about))) if about else {}
    return Subjects(
        reports={
            item.id: ReportView(item, known[item.target_id])
            for item in filed
            if item.target_id in known
        },
        strikes={
            item.id: (item, known[item.account_id]) for item in strikes if item.account_id in known
        },
        severances={item.id: item for item in map(moderation.severance, severed)},
        kits=await kits.by_ids(tx, collected, 0) if collected else {},
    )
