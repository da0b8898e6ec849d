"""What an admin decides about other servers, as the admin's tools do it."""

from fedschool.model.servers import Severity
from fedschool.services import servers
from fedschool.services.audit import COMMAND_LINE
from fedschool.services.servers import Decision
from tests.people import School


async def block_domain(school: School, domain: str) -> None:
    """Nothing goes to this server nor comes from it any more."""
    await servers.decide(school.site, COMMAND_LINE, domain, Decision(severity=Severity.SUSPEND))
