"""A teacher at a client program: the Mastodon API, called with the person's token."""

from typing import Any

import httpx

from demo import pictures
from demo.place import DemoFailure
from demo.school import School
from demo.story import Person, Post
from demo.waiting import until


class Teacher:
    """What one person does and sees. Ids are those of the person's own school."""

    def __init__(self, person: Person, school: School, token: str) -> None:
        self.person = person
        self.school = school
        self._client = httpx.AsyncClient(
            base_url=school.address,
            headers={"Host": school.host, "Authorization": f"Bearer {token}"},
            timeout=30,
            trust_env=False,
        )

    async def close(self) -> None:
        await self._client.aclose()

    @property
    def handle(self) -> str:
        return f"{self.person.name}@{self.school.host}"

    def handle_for(self, reader: "Teacher") -> str:
        """How `reader` writes this person's handle."""
        return self.person.name if reader.school is self.school else self.handle

    async def dress(self) -> None:
        """Name, note, picture: what a profile shows."""
        await self._ask(
            "PATCH",
            "/api/v1/accounts/update_credentials",
            data={
                "display_name": self.person.display_name,
                "note": self.person.note,
                "discoverable": "true",
                "fields_attributes[0][name]": "Subject",
                "fields_attributes[0][value]": self.person.subject,
            },
            files={
                "avatar": ("avatar.png", pictures.portrait(self.person), "image/png"),
                "header": ("header.png", pictures.landscape(self.person), "image/png"),
            },
        )

    async def find(self, other: "Teacher") -> str:
        """The id of another person, looked up on their own server where needed."""
        handle = other.handle_for(self)

        async def look() -> str:
            found = await self._ask(
                "GET", "/api/v1/accounts/search", params={"q": f"@{handle}", "resolve": "true"}
            )
            return next((each["id"] for each in found if each["acct"] == handle), "")

        return await until(look, f"{self.person.name} to find {handle}")

    async def follow(self, account_id: str) -> None:
        await self._ask("POST", f"/api/v1/accounts/{account_id}/follow")

    async def follows(self, account_id: str) -> bool:
        [relation] = await self._ask(
            "GET", "/api/v1/accounts/relationships", params={"id[]": account_id}
        )
        return bool(relation["following"])

    async def write(self, post: Post, text: str, *, answers: str | None = None) -> str:
        """Publishes a post of the story; its URI. Written again, it is still one post."""
        asked: dict[str, Any] = {
            "status": text,
            "visibility": post.visibility,
            "spoiler_text": post.warning,
            "language": "en",
        }
        if answers:
            asked["in_reply_to_id"] = answers
        if post.picture:
            asked["media_ids"] = [await self._upload(post)]
        status = await self._ask(
            "POST", "/api/v1/statuses", json=asked, headers={"Idempotency-Key": f"demo {post.key}"}
        )
        return str(status["uri"])

    async def boost(self, status_id: str) -> None:
        await self._ask("POST", f"/api/v1/statuses/{status_id}/reblog")

    async def favourite(self, status_id: str) -> None:
        await self._ask("POST", f"/api/v1/statuses/{status_id}/favourite")

    async def at_home(self, uri: str) -> str:
        """The id of what has this URI in the home timeline, or of what it boosts; or nothing."""
        for status in await self._ask("GET", "/api/v1/timelines/home", params={"limit": "40"}):
            if uri in (status["uri"], (status["reblog"] or {}).get("uri")):
                return str((status["reblog"] or status)["id"])
        return ""

    async def told_of(self, kind: str, sender: "Teacher", uri: str) -> str:
        """The id of the status of which a notification of this kind tells; or nothing."""
        for item in await self._ask("GET", "/api/v1/notifications", params={"types[]": kind}):
            status = item["status"] or {}
            if item["account"]["acct"] == sender.handle_for(self) and status.get("uri") == uri:
                return str(status["id"])
        return ""

    async def _upload(self, post: Post) -> str:
        drawn = pictures.DRAWN[post.picture]()
        media = await self._ask(
            "POST",
            "/api/v2/media",
            data={"description": post.alt},
            files={"file": (f"{post.picture}.png", drawn, "image/png")},
        )
        return str(media["id"])

    async def _ask(self, method: str, path: str, **kwargs: Any) -> Any:
        answer = await self._client.request(method, path, **kwargs)
        if answer.is_error:
            raise DemoFailure(
                f"{method} {self.school.url}{path} for {self.person.name}: "
                f"{answer.status_code} {answer.text[:300]}"
            )
        return answer.json()
