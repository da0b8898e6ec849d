"""Steps of stories between a school and scripted servers elsewhere."""

from collections.abc import Sequence

from fedschool.activitypub.uris import Uris
from tests.live.elsewhere import Elsewhere, Neighbour, gathered
from tests.live.school import Person, School
from tests.live.waiting import until


async def follow(
    school: School, target: Person, people: Sequence[Neighbour], *places: Elsewhere
) -> None:
    """People of `places` follow somebody here, as they do: signed, and answered with Accept."""
    uris = Uris(school.base_url)
    before = _accepts(places)

    async def one(number: int) -> None:
        person = people[number]
        activity = person.follow(uris.actor(target.name))
        answer = await person.send(school.client, uris.inbox(target.name), activity)
        assert answer.status_code == 202, answer.text

    async def accepted() -> bool:
        return _accepts(places) == before + len(people)

    await gathered(one, len(people))
    await until(accepted, f"{target.name} to have {len(people)} more followers", timeout=60)


def _accepts(places: Sequence[Elsewhere]) -> int:
    return sum(len(place.of_type("Accept")) for place in places)


async def accept(school: School, follower: Person, target: Neighbour) -> None:
    """A remote person says yes to the follow that they were sent."""
    uris = Uris(school.base_url)
    activity = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": f"{target.uri}#accept/{follower.name}",
        "type": "Accept",
        "actor": target.uri,
        "object": {
            "type": "Follow",
            "actor": uris.actor(follower.name),
            "object": target.uri,
        },
    }
    answer = await target.send(school.client, uris.inbox(follower.name), activity)
    assert answer.status_code == 202, answer.text
    account_id = (await follower.find(target.acct))["id"]
    await follower.wait(
        "/api/v1/accounts/relationships",
        lambda found: found[0]["following"],
        f"{follower.name} to follow {target.acct}",
        params={"id[]": account_id},
    )
