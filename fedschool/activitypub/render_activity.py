"""What our people do, as activities (ActivityPub 6). Ids come from `Uris.activity` or callers."""

from collections.abc import Sequence

from fedschool.activitypub import audience
from fedschool.activitypub.render_status import MediaUrl, addressed, note
from fedschool.activitypub.uris import Uris
from fedschool.activitypub.vocab import ACTOR_CONTEXT, NAMESPACE, NOTE_CONTEXT, PUBLIC, Document
from fedschool.activitypub.written import iso
from fedschool.model.status import StatusView


def create(
    view: StatusView,
    uris: Uris,
    media_url: MediaUrl,
    *,
    in_reply_to: str | None = None,
    context: str | None = None,
) -> Document:
    """The Create of a local status, with the note inside."""
    inner = note(
        view, uris, media_url, in_reply_to=in_reply_to, context=context, with_context=False
    )
    status = view.status
    return {
        "@context": NOTE_CONTEXT,
        "id": uris.status_activity(view.account.username, status.id),
        "type": "Create",
        "actor": view.account.uri,
        "published": iso(status.created_at),
        "to": inner["to"],
        "cc": inner["cc"],
        "object": inner,
    }


def update_note(
    view: StatusView,
    uris: Uris,
    media_url: MediaUrl,
    *,
    in_reply_to: str | None = None,
    context: str | None = None,
) -> Document:
    """The Update that tells peers of an edit; its id differs with every edit."""
    inner = note(
        view, uris, media_url, in_reply_to=in_reply_to, context=context, with_context=False
    )
    edited_at = view.status.edited_at or view.status.created_at
    return {
        "@context": NOTE_CONTEXT,
        "id": f"{view.status.uri}#updates/{edited_at}",
        "type": "Update",
        "actor": view.account.uri,
        "published": iso(edited_at),
        "to": inner["to"],
        "cc": inner["cc"],
        "object": inner,
    }


def update_poll(view: StatusView, uris: Uris, media_url: MediaUrl, *, at: int) -> Document:
    """The Update that tells peers how a poll stands at `at` (ms); the post is as it was."""
    document = update_note(view, uris, media_url)
    return document | {"id": f"{view.status.uri}#counts/{at}", "published": iso(at)}


def update_quote(view: StatusView, uris: Uris, media_url: MediaUrl, *, at: int) -> Document:
    """The Update that tells peers at `at` (ms) how a note's quote or policy stands; the rest of it
    is as it was."""
    document = update_note(view, uris, media_url)
    return document | {"id": f"{view.status.uri}#quotes/{at}", "published": iso(at)}


def vote(vote_id: str, actor: str, name: str, *, status: str, author: str) -> Document:
    """The Create of a vote for the option of that name: a reply without text, for the author
    of the poll alone."""
    inner: Document = {
        "id": vote_id,
        "type": "Note",
        "name": name,
        "attributedTo": actor,
        "inReplyTo": status,
        "to": [author],
    }
    return _activity("Create", f"{vote_id}/activity", actor, inner, to=[author])


def update_actor(activity_id: str, document: Document) -> Document:
    """The Update of a profile; `document` is what `render.actor` made."""
    inner = {name: value for name, value in document.items() if name != "@context"}
    return {
        "@context": ACTOR_CONTEXT,
        "id": activity_id,
        "type": "Update",
        "actor": document["id"],
        "to": [PUBLIC],
        "object": inner,
    }


def delete_note(view: StatusView, uris: Uris) -> Document:
    """The Delete of a status, to those who got it, leaving a Tombstone."""
    to, cc = addressed(view, uris)
    uri = view.status.uri
    inner: Document = {"id": uri, "type": "Tombstone"}
    return _activity("Delete", f"{uri}#delete", view.account.uri, inner, to=to, cc=cc)


def delete_actor(actor: str) -> Document:
    """The Delete of a person, to everybody who may know them."""
    return _activity("Delete", f"{actor}#delete", actor, actor, to=[PUBLIC])


def follow(activity_id: str, actor: str, target: str) -> Document:
    return _activity("Follow", activity_id, actor, target, to=[target])


def accept(activity_id: str, actor: str, followed_by: Document) -> Document:
    """The Accept of a Follow; `followed_by` is that Follow, see `follow_of`."""
    return _activity("Accept", activity_id, actor, followed_by, to=[followed_by["actor"]])


def reject(activity_id: str, actor: str, followed_by: Document) -> Document:
    """The Reject of a Follow, also of one accepted earlier: the follower is removed."""
    return _activity("Reject", activity_id, actor, followed_by, to=[followed_by["actor"]])


def follow_of(follow_id: str | None, follower: str, followed: str) -> Document:
    """A peer's Follow to answer; without its id where it has not been kept."""
    document: Document = {"type": "Follow", "actor": follower, "object": followed}
    return {"id": follow_id, **document} if follow_id else document


def undo(activity_id: str, undone: Document) -> Document:
    """The Undo of an activity of ours, addressed as that was."""
    inner = {name: value for name, value in undone.items() if name != "@context"}
    return _activity(
        "Undo",
        activity_id,
        undone["actor"],
        inner,
        to=list(undone.get("to", ())),
        cc=list(undone.get("cc", ())),
    )


def like(activity_id: str, actor: str, target: str, *, author: str) -> Document:
    """A favourite, told to the author alone."""
    return _activity("Like", activity_id, actor, target, to=[author])


def announce(view: StatusView, uris: Uris) -> Document:
    """A boost; `view` is the boosting status, with the boosted one in `view.reblog`."""
    assert view.reblog is not None
    status, account = view.status, view.account
    followers = account.followers_url or uris.followers(account.username)
    found = audience.addresses(status.visibility, followers, [view.reblog.account.uri])
    return _activity(
        "Announce",
        uris.status_activity(account.username, status.id),
        account.uri,
        view.reblog.status.uri,
        to=list(found.to),
        cc=list(found.cc),
        published=iso(status.created_at),
    )


def block(activity_id: str, actor: str, target: str) -> Document:
    return _activity("Block", activity_id, actor, target, to=[target])


def add_featured(activity_id: str, username: str, status_uri: str, uris: Uris) -> Document:
    """A status is pinned to the profile."""
    return _featured("Add", activity_id, username, status_uri, uris)


def remove_featured(activity_id: str, username: str, status_uri: str, uris: Uris) -> Document:
    """A status is unpinned."""
    return _featured("Remove", activity_id, username, status_uri, uris)


def flag(activity_id: str, actor: str, objects: Sequence[str], comment: str) -> Document:
    """A report: `objects` are the account, then its statuses. `actor` is the instance actor,
    so that nobody learns who reported."""
    return _activity("Flag", activity_id, actor, list(objects), content=comment)


def move(activity_id: str, actor: str, target: str, *, followers: str) -> Document:
    """A person has moved to `target`."""
    return _activity("Move", activity_id, actor, actor, target=target, to=[followers])


def _featured(kind: str, activity_id: str, username: str, status_uri: str, uris: Uris) -> Document:
    return _activity(
        kind,
        activity_id,
        uris.actor(username),
        status_uri,
        target=uris.featured(username),
        to=[PUBLIC],
        cc=[uris.followers(username)],
    )


def _activity(
    kind: str, activity_id: str, actor: str, what: str | list[str] | Document, /, **more: object
) -> Document:
    document: Document = {
        "@context": NOTE_CONTEXT if isinstance(what, dict) else NAMESPACE,
        "id": activity_id,
        "type": kind,
        "actor": actor,
        "object": what,
    }
    return document | {name: value for name, value in more.items() if value}
