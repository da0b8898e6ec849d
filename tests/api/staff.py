"""The people who look after a school, in tests."""

from fedschool.model.account import Role
from tests.people import ALL_SCOPES, School, Teacher

STAFF_SCOPES = f"{ALL_SCOPES} admin:read admin:write"


async def admin(school: School, name: str = "ines") -> Teacher:
    return await school.teacher(name, STAFF_SCOPES, role=Role.ADMIN)


async def moderator(school: School, name: str = "mona") -> Teacher:
    return await school.teacher(name, STAFF_SCOPES, role=Role.MODERATOR)


async def teacher(school: School, name: str = "tom") -> Teacher:
    """Somebody without an office whose client asked for everything."""
    return await school.teacher(name, STAFF_SCOPES)


async def orders(who: Teacher, target: Teacher | str, act: str, **more: object) -> None:
    """An act of the staff that must succeed."""
    account_id = target if isinstance(target, str) else target.id
    await who.does(f"/api/v1/admin/accounts/{account_id}/action", type=act, **more)
