"""May this stranger ask to join? What the staff's blocks of networks and e-mail say."""

from fedschool.errors import FieldError, Forbidden
from fedschool.model import registration
from fedschool.model.blocks import Admittance
from fedschool.services import email_blocks, ip_blocks
from fedschool.site import Site


async def judge(site: Site, email: str, ip: str | None) -> bool:
    """Whether somebody of the staff must look first.

    Raises Forbidden for who comes from a network that may not, Unprocessable for an e-mail
    address that may not.
    """
    async with site.reading() as tx:
        by_ip = await ip_blocks.judge(tx, site, ip)
    if by_ip is Admittance.REFUSED:
        raise Forbidden("Sign-ups from your network are not accepted")
    by_email = await email_blocks.judge(site, email)
    if by_email is Admittance.REFUSED:
        error = FieldError("ERR_BLOCKED", "is of a provider, or a person, that is not accepted")
        raise registration.refusal({"email": [error]})
    return Admittance.APPROVAL in (by_ip, by_email)
