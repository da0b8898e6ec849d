"""Everything that can be refused, in one tree; `http.problems` maps it to answers once.

FedschoolError
├── Malformed            400  what was sent cannot be read
├── Unauthenticated      401  no proof of who asks
├── Forbidden            403  known, and not allowed
├── NotFound             404  not there, or not to be known about
├── Gone                 410  was there, and was deleted
├── Conflict             409  the state of things does not allow it
├── TooLarge             413  over a size limit
├── Unprocessable        422  readable, but wrong; may name the fields
├── TooManyRequests      429  asked too often
├── OAuthRefusal         400  an OAuth request that may not succeed; names RFC 6749's code
├── NotImplementedYet    501  honest: not done
├── RemoteFailure        503  another server did not answer as it should
│   ├── RemoteGone            it answered 410
│   │   └── RemoteMissing     it answered 404, which may not be for ever, nor for everybody
│   └── RemoteRefused         our own rules forbid asking it (SSRF guard, domain policy)
└── StartupFailure            the instance cannot start; says what the admin does next

`public` is shown to whoever asked. Any other detail belongs in the exception's cause, which
is logged and never shown.
"""

from collections.abc import Mapping, Sequence


class FedschoolError(Exception):
    status = 500
    public = "Something went wrong on our side"

    def __init__(self, public: str | None = None) -> None:
        self.public = public or type(self).public
        super().__init__(self.public)


class Malformed(FedschoolError):
    status = 400
    public = "The request could not be read"


class Unauthenticated(FedschoolError):
    status = 401
    public = "The access token is invalid"


class Forbidden(FedschoolError):
    status = 403
    public = "This action is not allowed"


class NotFound(FedschoolError):
    status = 404
    public = "Record not found"


class Gone(FedschoolError):
    status = 410
    public = "Gone"


class Conflict(FedschoolError):
    status = 409
    public = "This conflicts with the current state"


class TooLarge(FedschoolError):
    status = 413
    public = "The request is too large"


class FieldError(Exception):
    """One field's error: `code` as in Mastodon's `details` (`ERR_TOO_LONG`…), and a sentence."""

    def __init__(self, code: str, description: str) -> None:
        self.code = code
        self.description = description
        super().__init__(description)


class Unprocessable(FedschoolError):
    status = 422
    public = "Validation failed"

    def __init__(
        self,
        public: str | None = None,
        details: Mapping[str, Sequence[FieldError]] | None = None,
    ) -> None:
        super().__init__(public)
        self.details = dict(details or {})


class TooManyRequests(FedschoolError):
    status = 429
    public = "Too many requests"


class OAuthRefusal(FedschoolError):
    """`code` is one of RFC 6749's (5.2 and 4.1.2.1), such as `invalid_grant`."""

    status = 400
    public = "The authorization request is not valid"

    def __init__(self, code: str, public: str | None = None, status: int = 400) -> None:
        super().__init__(public)
        self.code = code
        self.status = status


class NotImplementedYet(FedschoolError):
    status = 501
    public = "This server does not do that yet"


class RemoteFailure(FedschoolError):
    status = 503
    public = "Remote data could not be fetched"


class RemoteGone(RemoteFailure):
    public = "The other server says this is gone"


class RemoteMissing(RemoteGone):
    pass


class RemoteRefused(RemoteFailure):
    public = "This server may not be asked"


class StartupFailure(FedschoolError):
    public = "The instance cannot start"
