"""The school's rules: a short list that everybody is shown, and that reports point at."""

from collections.abc import Sequence

from fedschool.errors import NotFound, Unprocessable
from fedschool.model.account import Viewer
from fedschool.model.rule import Rule
from fedschool.model.staff import Permission
from fedschool.ports.database import Tx
from fedschool.services import audit, staff
from fedschool.site import Site
from fedschool.store import rules as store

MAX_RULES = 50
MAX_TEXT = 300
MAX_HINT = 2_000


async def shown(site: Site) -> list[Rule]:
    """Those that hold, in their order."""
    async with site.reading() as tx:
        return await store.live(tx)


async def require_known(tx: Tx, rule_ids: Sequence[int]) -> None:
    """What a report names. Raises Unprocessable."""
    if rule_ids and set(rule_ids) - (await store.by_ids(tx, rule_ids)).keys():
        raise Unprocessable("Validation failed: Rule ids do not reference valid rules")


async def add(site: Site, actor: Viewer, text: str, hint: str = "") -> Rule:
    """At the end of the list. Raises Forbidden, Unprocessable."""
    rule = Rule(site.ids.next(), *_checked(text, hint))
    async with site.writing() as tx:
        officer = await staff.officer(tx, actor, Permission.MANAGE_RULES)
        held = await store.live(tx)
        if len(held) >= MAX_RULES:
            raise Unprocessable(f"There may be {MAX_RULES} rules: nobody reads more")
        await store.arrange(tx, [item.id for item in held])
        await store.insert(tx, rule, position=len(held), now=site.now())
        await _record(tx, site, officer, "add", rule)
    return rule


async def edit(
    site: Site, actor: Viewer, rule_id: int, *, text: str | None = None, hint: str | None = None
) -> Rule:
    """None leaves what is there. Raises Forbidden, NotFound, Unprocessable."""
    async with site.writing() as tx:
        officer = await staff.officer(tx, actor, Permission.MANAGE_RULES)
        old = _found(await store.live(tx), rule_id)
        words = (old.text if text is None else text, old.hint if hint is None else hint)
        rule = Rule(old.id, *_checked(*words))
        await store.write(tx, rule)
        await _record(tx, site, officer, "edit", rule)
    return rule


async def remove(site: Site, actor: Viewer, rule_id: int) -> None:
    """Reports that name it go on doing so. Raises Forbidden, NotFound."""
    async with site.writing() as tx:
        officer = await staff.officer(tx, actor, Permission.MANAGE_RULES)
        rule = _found(await store.live(tx), rule_id)
        await store.remove(tx, rule.id, site.now())
        await _record(tx, site, officer, "remove", rule)


async def move(site: Site, actor: Viewer, rule_id: int, place: int) -> list[Rule]:
    """To a place in the list, counted from 1. Raises Forbidden, NotFound, Unprocessable."""
    async with site.writing() as tx:
        officer = await staff.officer(tx, actor, Permission.MANAGE_RULES)
        held = await store.live(tx)
        rule = _found(held, rule_id)
        if not 1 <= place <= len(held):
            raise Unprocessable(f"There are places from 1 to {len(held)}")
        held.remove(rule)
        held.insert(place - 1, rule)
        await store.arrange(tx, [item.id for item in held])
        await _record(tx, site, officer, "move", rule)
    return held


def _found(held: Sequence[Rule], rule_id: int) -> Rule:
    for rule in held:
        if rule.id == rule_id:
            return rule
    raise NotFound("There is no such rule")


def _checked(text: str, hint: str) -> tuple[str, str]:
    plain, more = (" ".join(given.replace("\0", "").split()) for given in (text, hint))
    if not plain:
        raise Unprocessable("The rule is empty")
    if len(plain) > MAX_TEXT or len(more) > MAX_HINT:
        raise Unprocessable(
            f"A rule may have {MAX_TEXT} characters, its hint {MAX_HINT}: put the rest on a page"
        )
    return plain, more


async def _record(tx: Tx, site: Site, officer: staff.Officer, what: str, rule: Rule) -> None:
    await audit.record(
        tx, site, actor=officer.account_id, action=f"rule.{what}",
        target=f"rule/{rule.id}", detail={"text": rule.text},
    )  # fmt: skip
