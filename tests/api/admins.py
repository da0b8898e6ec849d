"""Staff of a school, with tokens for all that the staff may do."""

from fedschool.model.account import Role
from tests.people import ALL_SCOPES, School, Teacher

STAFF_SCOPES = f"{ALL_SCOPES} admin:read admin:write"


async def staff(school: School, name: str, role: Role, scopes: str = STAFF_SCOPES) -> Teacher:
    return await school.teacher(name, scopes, role=role)


async def admin(school: School, scopes: str = STAFF_SCOPES) -> Teacher:
    return await staff(school, "principal", Role.ADMIN, scopes)
