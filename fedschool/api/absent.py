"""What clients may ask for and this school does not have: each says so in a way they can bear."""

from quart import Blueprint, Response

from fedschool.api import auth
from fedschool.api.auth import number
from fedschool.errors import Forbidden, NotFound
from fedschool.http.context import answer, site
from fedschool.model.account import Viewer
from fedschool.model.status import Visibility
from fedschool.services import accounts, statuses

bp = Blueprint("absent", __name__)

_TRANSLATABLE = (Visibility.PUBLIC, Visibility.UNLISTED)


@bp.post("/api/v1/statuses/<status_id>/translate")
@auth.application("read:statuses")
async def translate(viewer: Viewer, status_id: str) -> Response:
    """As servers without a translating service: only open posts could be, and none is."""
    view = await statuses.get(site(), viewer, number(status_id))
    if view.status.visibility not in _TRANSLATABLE:
        raise Forbidden
    raise NotFound("This server translates no posts")


@bp.get("/api/v1/annual_reports")
@auth.user("read:accounts")
async def annual_reports(_viewer: Viewer) -> Response:
    """A school does not rank its teachers' years: there are no reports, and none is made."""
    return answer({"annual_reports": [], "accounts": [], "statuses": []})


@bp.get("/api/v1/annual_reports/<int:year>/state")
@auth.user("read:accounts")
async def annual_report_state(_viewer: Viewer, year: int) -> Response:  # noqa: ARG001
    return answer({"state": "ineligible"})


@bp.get("/api/v1/annual_reports/<int:year>")
@auth.user("read:accounts")
async def annual_report(_viewer: Viewer, year: int) -> Response:  # noqa: ARG001
    raise NotFound


@bp.post("/api/v1/annual_reports/<int:year>/read")
@bp.post("/api/v1/annual_reports/<int:year>/generate")
@auth.user("write:accounts")
async def annual_report_act(_viewer: Viewer, year: int) -> Response:  # noqa: ARG001
    raise NotFound


@bp.get("/api/v1/accounts/<account_id>/identity_proofs")
@auth.user("read:accounts")
async def identity_proofs(viewer: Viewer, account_id: str) -> Response:
    """The service that proved them is gone; every account has none."""
    await accounts.get(site(), viewer, number(account_id))
    return answer([])


@bp.get("/api/proofs")
async def proofs() -> Response:
    """Asked by that service alone, about people whom nobody proves any more."""
    raise NotFound


@bp.post("/api/v1/emails/confirmations")
@auth.user()
async def confirm_email(_viewer: Viewer) -> Response:
    """Whoever gets here is confirmed: others are refused with the token already."""
    raise Forbidden("This method is only available while the e-mail is awaiting confirmation")
