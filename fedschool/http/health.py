"""`/health`: whether the process answers and its database does."""

import sqlalchemy as sa
from quart import Blueprint, Response

from fedschool.http.context import answer, site
from fedschool.ports.database import statement

bp = Blueprint("health", __name__)


@statement
def _one() -> sa.sql.base.Executable:
    return sa.select(sa.literal_column("1"))


@bp.get("/health")
async def health() -> Response:
    async with site().reading() as tx:
        alive = await tx.value(_one()) == 1
    return answer({"status": "ok" if alive else "failing"}, 200 if alive else 503)
