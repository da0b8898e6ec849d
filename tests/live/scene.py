"""Two people who can meet: tom at our school and ada at a Fedify server."""

import msgspec

from tests.live.peer import FedifyPeer
from tests.live.peer_views import PeerActor
from tests.live.school import Person, School

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
"""A PNG of one pixel."""


class Scene(msgspec.Struct, frozen=True):
    """tom teaches at our school, ada at the peer. `tom_uri` is his actor, `ada_id` her id here."""

    school: School
    peer: FedifyPeer
    tom: Person
    ada: PeerActor
    tom_uri: str
    ada_id: str

    @property
    def ada_acct(self) -> str:
        """ada as our API names her."""
        return self.ada.handle[1:]

    async def tom_follows_ada(self) -> None:
        await self.tom.post(f"/api/v1/accounts/{self.ada_id}/follow")
        await self.peer.wait_state("ada", lambda ada: self.tom_uri in ada.followers, "tom follows")
        await self.tom_relation("following", True)

    async def ada_follows_tom(self) -> None:
        await self.peer.follow("ada", self.tom.handle)
        await self.peer.wait_state("ada", lambda ada: ada.follows(self.tom_uri), "ada follows")

    async def tom_relation(self, key: str, value: bool) -> None:
        """Waits until tom's relationship with ada says so."""
        await self.tom.wait(
            "/api/v1/accounts/relationships",
            lambda found: found[0][key] is value,
            f"{key} to be {value}",
            params={"id[]": self.ada_id},
        )

    async def wait_counts(self, status_id: str, **counts: int) -> None:
        """Waits until a status of ours counts so, as `favourites=1, reblogs=0`."""
        await self.tom.wait(
            f"/api/v1/statuses/{status_id}",
            lambda status: all(status[f"{key}_count"] == n for key, n in counts.items()),
            f"{counts}",
        )


async def open_scene(school: School, peer: FedifyPeer) -> Scene:
    """Both people, each already known to the other's server."""
    tom = await school.person("tom")
    ada = await peer.create_actor("ada", display_name="Ada L.")
    document = await peer.lookup(tom.handle, actor="ada")
    assert document is not None, school.explain()
    ada_here = await tom.find(ada.handle)
    return Scene(school, peer, tom, ada, document["id"], ada_here["id"])
