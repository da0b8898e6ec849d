"""What an instance needs to be well; each check says what it saw, or raises what to do."""

import msgspec

from fedschool.activitypub.keys import SigningKey
from fedschool.errors import FedschoolError, RemoteFailure, StartupFailure
from fedschool.ports.database import open_database
from fedschool.settings import Settings
from fedschool.site import open_http, system_clock
from fedschool.store import accounts, migrate


async def database(settings: Settings) -> str:
    """Reachable, and at this version's tables. Raises StartupFailure."""
    opened = await open_database(settings.database, system_clock)
    try:
        version = await migrate.check(opened)
    finally:
        await opened.close()
    if version != migrate.head():
        raise StartupFailure(
            "The tables are not up to date. Run: fedschool db migrate (serve does it, too)"
        )
    return f"{opened.dialect}, migration {version}"


async def keys(settings: Settings) -> str:
    """Every local account has a signing key that loads. Raises StartupFailure."""
    opened = await open_database(settings.database, system_clock)
    try:
        async with opened.reading() as tx:
            count, sample = await accounts.local_keys(tx)
    except Exception as error:
        raise StartupFailure("The keys cannot be read before the database is up to date") from error
    finally:
        await opened.close()
    if sample is not None and sample.private_pem is not None:
        try:
            SigningKey(sample.key_id, sample.private_pem)
        except (FedschoolError, ValueError) as error:
            raise StartupFailure(
                "A signing key is damaged. Restore the database from a backup"
            ) from error
    return f"{count} accounts with a key"


async def public_address(settings: Settings) -> str:
    """The instance answers at its own public address. Raises StartupFailure."""
    # The instance may live on this machine: its own address is always allowed here.
    http = open_http(settings, "fedschool doctor", settings.host)
    try:
        response = await http.get(f"{settings.url}/api/v2/instance")
        domain = msgspec.json.decode(response.body).get("domain")
    except (RemoteFailure, msgspec.DecodeError, AttributeError) as error:
        raise StartupFailure(
            f"{settings.url} does not answer as this instance. Is `fedschool serve` running, "
            "and does the proxy or DNS lead to it?"
        ) from error
    finally:
        await http.aclose()
    if domain != settings.host:
        raise StartupFailure(
            f"{settings.url} answers, but as {domain}. Check FEDSCHOOL_URL and the proxy"
        )
    return f"{settings.url} answers as this instance"
