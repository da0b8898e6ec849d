"""How people come to a school: teachers sign up from a client, administrators are made by hand."""

import httpx

from demo import story
from demo.place import DemoFailure
from demo.school import School

SCOPES = "read write follow"
_CLIENT = {
    "client_name": "Demo",
    "redirect_uris": "urn:ietf:wg:oauth:2.0:oob",
    "scopes": SCOPES,
}


async def staff(school: School, known: dict[str, str]) -> dict[str, str]:
    """A token for each person of the school, by name; `known` are there already."""
    missing = [each for each in story.of_school(school.plan.name) if each.name not in known]
    if not missing:
        return {}
    async with httpx.AsyncClient(
        base_url=school.address, headers={"Host": school.host}, timeout=60, trust_env=False
    ) as client:
        headers = await _client_program(client)
        return {person.name: await _join(client, headers, person, school) for person in missing}


async def _client_program(client: httpx.AsyncClient) -> dict[str, str]:
    """The headers of a program that nobody has signed in to yet."""
    app = (await client.post("/api/v1/apps", json=_CLIENT)).raise_for_status().json()
    asked = {
        "grant_type": "client_credentials",
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "scope": SCOPES,
    }
    token = (await client.post("/oauth/token", json=asked)).raise_for_status().json()
    return {"Authorization": f"Bearer {token['access_token']}"}


async def _join(
    client: httpx.AsyncClient, headers: dict[str, str], person: story.Person, school: School
) -> str:
    if await _is_here(client, person):
        # Made by an earlier run that was cut short.
        return await school.command("token", "create", person.name, "--scopes", SCOPES)
    if person.role == "admin":
        await school.command(
            "account", "create", person.name,
            "--email", person.email, "--password", story.PASSWORD, "--role", person.role,
        )  # fmt: skip
        return await school.command("token", "create", person.name, "--scopes", SCOPES)
    answer = await client.post(
        "/api/v1/accounts",
        headers=headers,
        json={
            "username": person.name,
            "email": person.email,
            "password": story.PASSWORD,
            "agreement": True,
            "locale": "en",
        },
    )
    if answer.is_error:
        raise DemoFailure(f"{person.name} cannot join: {answer.status_code} {answer.text[:300]}")
    return str(answer.json()["access_token"])


async def _is_here(client: httpx.AsyncClient, person: story.Person) -> bool:
    answer = await client.get("/api/v1/accounts/lookup", params={"acct": person.name})
    return answer.is_success
