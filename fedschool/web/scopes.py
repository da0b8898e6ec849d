"""What a client would be allowed to do, in sentences for the person who decides."""

_WORDS = {
    "profile": "See your name and profile",
    "read": "Read everything that you can read, your private posts and messages included",
    "write": "Post, change and delete things in your name",
    "follow": "Follow, block and mute people in your name",
    "push": "Send you notifications",
    "admin:read": "Read what only staff of this server may read",
    "admin:write": "Act as staff of this server in your name",
}
_VERBS = {
    "read": "Read your {}",
    "write": "Change your {}",
    "admin:read": "Read, as staff of this server, its {}",
    "admin:write": "Change, as staff of this server, its {}",
}
_NOUNS = {
    "accounts": "account information",
    "blocks": "blocks",
    "favourites": "favourites",
    "media": "uploads",
    "search": "search results",
    "statuses": "posts",
}


def sentences(scopes: str) -> list[str]:
    """One sentence for each scope of a space-separated list."""
    return [_sentence(scope) for scope in scopes.split()]


def _sentence(scope: str) -> str:
    if scope in _WORDS:
        return _WORDS[scope]
    parent, _, noun = scope.rpartition(":")
    return _VERBS[parent].format(_NOUNS.get(noun, noun.replace("_", " ")))
