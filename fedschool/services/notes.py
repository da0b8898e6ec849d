"""Notes about people that only their author reads."""

from fedschool.errors import Unprocessable
from fedschool.model.account import Relationship, Viewer
from fedschool.services import accounts
from fedschool.site import Site
from fedschool.store import notes as store
from fedschool.store import people

MAX_NOTE = 2_000


async def write(site: Site, viewer: Viewer, account_id: int, comment: str) -> Relationship:
    """Keeps the note; an empty one is removed. Raises NotFound, Unprocessable."""
    text = comment.strip()
    if len(text) > MAX_NOTE:
        raise Unprocessable(
            f"Validation failed: Comment is too long (maximum is {MAX_NOTE} characters)"
        )
    async with site.writing() as tx:
        await accounts.require(tx, account_id)
        if text:
            await store.put(
                tx,
                row_id=site.ids.next(),
                account_id=viewer.me,
                target_id=account_id,
                comment=text,
                now=site.now(),
            )
        else:
            await store.remove(tx, viewer.me, account_id)
        return (await people.between(tx, viewer.me, [account_id], site.now()))[0]
