"""What the staff does about people: warnings, limits, suspensions, and their undoing.

Each act is in the audit log and, where the person may know, a strike that they are told of.
"""

import msgspec

from fedschool.activitypub import render
from fedschool.distribution import doors, outbox
from fedschool.distribution.notify import notify
from fedschool.errors import Conflict, Forbidden, NotFound, Unprocessable
from fedschool.model.account import Account, Role, User, Viewer
from fedschool.model.moderation import Act, AdminAccount, Order, Report, SeveranceKind, Strike
from fedschool.model.servers import Severity
from fedschool.model.staff import Permission
from fedschool.model.timeline import NotificationType
from fedschool.ports.database import Tx
from fedschool.services import audit, following, severances, staff
from fedschool.services.staff import Officer
from fedschool.site import TOKENS, Site
from fedschool.store import accounts, activities, admin_accounts, reports
from fedschool.store import moderation as store
from fedschool.store import relationships as relations

DAY = 86_400_000
KEPT = 30 * DAY
"""How long (ms) what a suspended person wrote is kept, in case the suspension is lifted."""

MAX_TEXT = 2_000
_LIMITS = (Severity.SILENCE, Severity.SUSPEND)


async def act(site: Site, viewer: Viewer, account_id: int, order: Order) -> None:
    """Does something about somebody and settles the report that it answers.

    Raises NotFound, Forbidden, and Unprocessable for what cannot be done to remote people.
    """
    if len(order.text) > MAX_TEXT:
        raise Unprocessable(f"Validation failed: Text is too long (maximum is {MAX_TEXT})")
    async with site.writing() as tx:
        officer, target = await held(tx, viewer, account_id)
        report = await _report(tx, order, target)
        await _carry_out(tx, site, officer, target, order)
        if target.user is not None and not target.suspended:
            await _strike(tx, site, officer, target, order, report)
        await _settle(tx, site, officer, target, order, report)


async def enable(site: Site, viewer: Viewer, account_id: int) -> AdminAccount:
    """The login works again. Raises NotFound, Forbidden."""
    async with site.writing() as tx:
        officer, target = await held(tx, viewer, account_id)
        if target.user is None or target.user.disabled_at is None:
            raise Forbidden("The login is not disabled")
        await store.disable(tx, account_id, None)
        return await done(tx, site, officer, target, "enable")


async def unsilence(site: Site, viewer: Viewer, account_id: int) -> AdminAccount:
    """The account is limited no longer. Raises NotFound, Forbidden."""
    async with site.writing() as tx:
        officer, target = await held(tx, viewer, account_id)
        server = await doors.standing(tx, target.account.domain or site.uris.host)
        await store.silence(tx, account_id, server.mark if server.severity in _LIMITS else None)
        return await done(tx, site, officer, target, "unsilence")


async def unsensitive(site: Site, viewer: Viewer, account_id: int) -> AdminAccount:
    """Media are sensitive where their author says so. Raises NotFound, Forbidden."""
    async with site.writing() as tx:
        officer, target = await held(tx, viewer, account_id)
        await store.sensitize(tx, account_id, None)
        return await done(tx, site, officer, target, "unsensitive")


async def unsuspend(site: Site, viewer: Viewer, account_id: int) -> AdminAccount:
    """The account is back with all it wrote. Raises NotFound, Forbidden, and Conflict once its
    data are erased."""
    async with site.writing() as tx:
        officer, target = await held(tx, viewer, account_id)
        if not await store.is_suspended(tx, account_id):
            raise Forbidden("The account is not suspended")
        if not await store.unsuspend(tx, account_id, await _hidden_since(tx, site, target)):
            raise Conflict("What the account wrote is erased already")
        back = await done(tx, site, officer, target, "unsuspend")
        if back.account.local and back.account.suspended_at is None:
            await _announce(tx, site, back.account)
        return back


async def set_role(site: Site, viewer: Viewer, account_id: int, role: Role) -> AdminAccount:
    """Gives somebody an office, or takes it. Raises NotFound, Forbidden, Unprocessable."""
    async with site.writing() as tx:
        officer = await staff.officer(tx, viewer, Permission.MANAGE_ROLES)
        target = await _found(tx, officer, account_id)
        if target.user is None:
            raise Unprocessable("Only people with a login here can have a role")
        if role is not Role.ADMIN:
            await staff.require_another_admin(tx, target.user)
        await store.set_role(tx, account_id, role)
        return await done(tx, site, officer, target, "role", role=role.value)


async def strikes(site: Site, viewer: Viewer, account_id: int, limit: int = 40) -> list[Strike]:
    """What was done about somebody, the latest first. Raises Forbidden."""
    async with site.reading() as tx:
        await staff.officer(tx, viewer, Permission.MANAGE_USERS)
        return await store.strikes_of(tx, account_id, limit)


async def id_of(site: Site, handle: str) -> int:
    """The account with this handle, `ada` or `ada@host`, whatever its standing. Raises NotFound."""
    username, _, domain = handle.removeprefix("@").partition("@")
    elsewhere = None if domain.lower() in ("", site.uris.host) else domain.lower()
    async with site.reading() as tx:
        found = await accounts.by_handle(tx, username, elsewhere)
    if found is None:
        raise NotFound(f"There is no account {handle}")
    return found.id


async def held(tx: Tx, viewer: Viewer, account_id: int) -> tuple[Officer, AdminAccount]:
    """Who acts and who is acted on, held until the end of the transaction.

    Raises Forbidden for who may not act on that person, NotFound.
    """
    officer = await staff.officer(tx, viewer, Permission.MANAGE_USERS)
    return officer, await _found(tx, officer, account_id)


async def done(
    tx: Tx, site: Site, officer: Officer, target: AdminAccount, action: str, **detail: str
) -> AdminAccount:
    """Writes down an act, has open streams look again, and reads the account anew."""
    await audit.record(
        tx,
        site,
        actor=officer.account_id,
        action=f"account.{action}",
        target=f"account/{target.account.id}",
        detail={"acct": target.account.acct, **detail},
    )
    tx.after_commit(lambda: site.bus.publish(TOKENS))
    return await admin_accounts.one(tx, target.account.id) or target


async def _hidden_since(tx: Tx, site: Site, target: AdminAccount) -> int | None:
    """When (ms) the account was hidden for another reason than its own suspension, if it is:
    with its whole server, or because nobody let it in yet."""
    if target.account.domain is not None:
        server = await doors.standing(tx, target.account.domain)
        return server.mark if server.severity is Severity.SUSPEND else None
    user = target.user
    pending = user is not None and not (user.confirmed_at and user.approved_at)
    return site.now() if pending else None


async def _found(tx: Tx, officer: Officer, account_id: int) -> AdminAccount:
    await relations.lock(tx, account_id)
    target = await admin_accounts.one(tx, account_id)
    if target is None:
        raise NotFound
    staff.require_above(officer, target.user)
    return target


async def _carry_out(
    tx: Tx, site: Site, officer: Officer, target: AdminAccount, order: Order
) -> None:
    account_id, now = target.account.id, site.now()
    match order.act:
        case Act.DISABLE:
            await _require_login(tx, target.user)
            await store.disable(tx, account_id, now)
        case Act.SENSITIVE:
            await store.sensitize(tx, account_id, now)
        case Act.SILENCE:
            await store.silence(tx, account_id, now)
        case Act.SUSPEND:
            await staff.require_another_admin(tx, target.user)
            await _suspend(tx, site, target)
    detail = {"text": order.text} if order.text else {}
    if order.report_id is not None:
        detail["report"] = str(order.report_id)
    action = "warn" if order.act is Act.NONE else order.act.value
    await done(tx, site, officer, target, action, **detail)


async def _require_login(tx: Tx, user: User | None) -> None:
    if user is None:
        raise Unprocessable("Validation failed: Only people with a login here can be disabled")
    await staff.require_another_admin(tx, user)


async def _suspend(tx: Tx, site: Site, target: AdminAccount) -> None:
    account = target.account
    if not account.local:
        # While the account still gets what is sent: its server hears that the follows are over.
        await _turn_away(tx, site, account)
    if not await store.suspend(tx, account.id, site.now(), site.now() + KEPT):
        return
    if account.local:
        await activities.withhold(tx, account.id)
        suspended = await accounts.by_id(tx, account.id)
        assert suspended is not None
        await _announce(tx, site, suspended)


async def _turn_away(tx: Tx, site: Site, follower: Account) -> None:
    """A remote person follows nobody here any longer; ours hear what they lost."""
    ids = await store.followed_here(tx, follower.id)
    if not ids:
        return
    await relations.lock(tx, follower.id, *ids)
    for person in (await accounts.by_ids(tx, ids)).values():
        was_follower = await relations.find(tx, relations.Edge.FOLLOW, follower.id, person.id)
        if ended := await following.end(tx, follower, person):
            await following.tell_reject(tx, site, follower, person, ended.uri)
        if was_follower is not None:
            await severances.tell(
                tx,
                site,
                to=person.id,
                kind=SeveranceKind.ACCOUNT_SUSPENSION,
                target_name=follower.acct,
                followers=1,
            )


async def _announce(tx: Tx, site: Site, account: Account) -> None:
    """The followers' servers hear what the profile is now: empty, or back."""
    key = await accounts.key_of(tx, account.id)
    if key is None:
        return
    document = render.actor(
        account,
        site.uris,
        key.public_pem,
        avatar_url=None
        if account.avatar.key is None
        else outbox.media_url(site, account.avatar.key),
        header_url=None
        if account.header.key is None
        else outbox.media_url(site, account.header.key),
        media_url=lambda key: outbox.media_url(site, key),
    )
    update_id = f"{account.uri}#updates/{site.ids.next()}"
    await outbox.send(tx, site, account, render.update_actor(update_id, document), followers=True)


async def _report(tx: Tx, order: Order, target: AdminAccount) -> Report | None:
    if order.report_id is None:
        return None
    report = await reports.by_id(tx, order.report_id)
    if report is None or report.target_id != target.account.id:
        raise NotFound
    return report


async def _strike(
    tx: Tx,
    site: Site,
    officer: Officer,
    target: AdminAccount,
    order: Order,
    report: Report | None,
) -> None:
    item = Strike(
        id=site.ids.next(),
        account_id=target.account.id,
        act=order.act,
        text=order.text,
        report_id=order.report_id,
        status_ids=() if report is None else report.status_ids,
        created_at=site.now(),
    )
    await store.add_strike(tx, item, officer.account_id)
    await notify(
        tx,
        site,
        to=item.account_id,
        kind=NotificationType.MODERATION_WARNING,
        sender=item.account_id,
        subject_id=item.id,
    )


async def _settle(
    tx: Tx,
    site: Site,
    officer: Officer,
    target: AdminAccount,
    order: Order,
    report: Report | None,
) -> None:
    """The report that was answered is resolved; after a suspension, so is every other."""
    now = site.now()
    if order.act is Act.SUSPEND:
        await reports.resolve_all(tx, target.account.id, officer.account_id, now)
    elif report is not None and report.resolved_at is None:
        resolved = msgspec.structs.replace(
            report, resolved_at=now, resolved_by_id=officer.account_id, updated_at=now
        )
        await reports.update(tx, resolved)
