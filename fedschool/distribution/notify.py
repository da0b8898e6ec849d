"""Tells local people what concerns them, once, unless they do not want to hear it."""

from fedschool.distribution import push, streams
from fedschool.model.timeline import NotificationType
from fedschool.ports.database import Tx
from fedschool.site import Site
from fedschool.store import notifications

# What nobody did to the receiver: polls that end, and what the staff decided.
_IN_OWN_NAME = (
    NotificationType.POLL,
    NotificationType.MODERATION_WARNING,
    NotificationType.SEVERED_RELATIONSHIPS,
)


async def notify(
    tx: Tx,
    site: Site,
    *,
    to: int,
    kind: NotificationType,
    sender: int,
    status_id: int | None = None,
    subject_id: int | None = None,
) -> None:
    """`to` hears that `sender` did `kind`. Nothing for remote people, oneself (but for what is
    told in one's own name), the muted. `subject_id`: the report, strike or severance, by `kind`.

    The same deed notifies once, however often it arrives.
    """
    if to == sender and kind not in _IN_OWN_NAME:
        return
    notification_id = site.ids.next()
    written = await notifications.insert_if_wanted(
        tx,
        notification_id=notification_id,
        account_id=to,
        kind=kind,
        from_account_id=sender,
        status_id=status_id,
        subject_id=subject_id,
        now=site.now(),
    )
    if written:
        streams.notified(tx, site, to, notification_id)
        await push.plan(tx, site, to=to, kind=kind, sender=sender, notification_id=notification_id)
