"""People hear what they lost because somebody or a whole server was shut out."""

from fedschool.distribution.notify import notify
from fedschool.model.moderation import Severance, SeveranceKind
from fedschool.model.timeline import NotificationType
from fedschool.ports.database import Tx
from fedschool.site import Site
from fedschool.store import moderation


async def tell(
    tx: Tx,
    site: Site,
    *,
    to: int,
    kind: SeveranceKind,
    target_name: str,
    followers: int = 0,
    following: int = 0,
) -> None:
    """One of our people lost so many relationships. `target_name`: a handle or a domain."""
    item = Severance(
        id=site.ids.next(),
        account_id=to,
        kind=kind,
        target_name=target_name,
        followers_count=followers,
        following_count=following,
        created_at=site.now(),
    )
    await moderation.add_severance(tx, item)
    await notify(
        tx,
        site,
        to=to,
        kind=NotificationType.SEVERED_RELATIONSHIPS,
        sender=to,
        subject_id=item.id,
    )
