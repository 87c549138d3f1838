"""What the service raises. Nothing here knows of HTTP statuses: `api/errors.py` holds the one table.

AppError
├── UnauthorizedError            no key, or one that is not known
├── ForbiddenError               a known key without the scope
├── BadSignatureError            a signed URL that this service did not sign
├── NotFoundError                nothing of the caller's has this id
│   └── KitFileGoneError         a file of a brand kit is gone, which can be made again
├── ExpiredError                 it was there; its time is over
├── RangeNotSatisfiableError     a part of a file that is past its end
├── IdempotencyInProgressError   a request with this key is being worked on
├── IdempotencyKeyReusedError    this key was used for another request
├── InvalidJsonError             a body that is not one JSON document
├── InvalidBase64Error           image_base64 that is not base64
├── InvalidFieldsError           fields that fail their rules (carries each field's message)
├── PayloadTooLargeError         more bytes than allowed
├── UrlSchemeError               an image URL that is not http(s)
├── UrlForbiddenError            an image URL that leads to a forbidden address
├── UrlFetchFailedError          an image URL that did not give an image
├── TooLargeForNowError          work that only a job may take the time for
├── OverloadedError              every queue is full: come back later
├── UnavailableError             a part of the service does not answer
│   └── WorkerLostError          a replica died in the middle of this work
├── DeadlineExceededError        the work did not end in time
├── RequestTimeoutError          the client did not send its body in time
└── TooManyItemsError            a list, e.g. the roster, is longer than allowed

Errors about pixels come from `imaging.errors` and are mapped by the same table.
"""

from dataclasses import dataclass


class AppError(Exception):
    """Base of the service's own errors; its text is safe to show to a client."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UnauthorizedError(AppError):
    """No key was given, or the key is not known."""


class ForbiddenError(AppError):
    """The key is known but lacks the scope."""


class BadSignatureError(AppError):
    """The signature of a URL is not ours."""


class NotFoundError(AppError):
    """There is nothing of the caller's under this id."""


class KitFileGoneError(NotFoundError):
    """A file of a brand kit is gone; the kit can be made again from its logo."""


class ExpiredError(AppError):
    """It was there, but its time is over."""


class RangeNotSatisfiableError(AppError):
    """The part asked for begins past the end of the file."""

    def __init__(self, message: str, size: int = 0) -> None:
        super().__init__(message)
        self.size = size

    def __reduce__(self) -> tuple[type["RangeNotSatisfiableError"], tuple[str, int]]:
        return (type(self), (self.message, self.size))


class IdempotencyInProgressError(AppError):
    """A request with the same Idempotency-Key has not ended."""

    retry_after_s = 1


class IdempotencyKeyReusedError(AppError):
    """The Idempotency-Key was used for another request."""


class InvalidJsonError(AppError):
    """The body is not one well-formed JSON document."""


class InvalidBase64Error(AppError):
    """A base64 field does not decode."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field that fails its rule."""

    field: str
    """Dotted path, e.g. `players.3.name`."""
    message: str


class InvalidFieldsError(AppError):
    """Fields that fail their rules."""

    def __init__(self, message: str, errors: tuple[FieldError, ...] = ()) -> None:
        super().__init__(message)
        self.errors = errors

    def __reduce__(self) -> tuple[type["InvalidFieldsError"], tuple[str, tuple[FieldError, ...]]]:
        return (type(self), (self.message, self.errors))


class PayloadTooLargeError(AppError):
    """More bytes than allowed, in a body or behind a URL."""


class UrlSchemeError(AppError):
    """The URL's scheme is not http or https."""


class UrlForbiddenError(AppError):
    """The URL leads to an address that the service must not reach."""


class UrlFetchFailedError(AppError):
    """The URL could not be fetched."""


class TooLargeForNowError(AppError):
    """The work is over the limits of a request, and within those of a job."""


class OverloadedError(AppError):
    """Every queue that could take the work is full."""

    def __init__(self, message: str, retry_after_s: int = 2) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s

    def __reduce__(self) -> tuple[type["OverloadedError"], tuple[str, int]]:
        return (type(self), (self.message, self.retry_after_s))


class UnavailableError(AppError):
    """A part of the service does not answer."""


class WorkerLostError(UnavailableError):
    """A replica died in the middle of this work: by chance, or because of it."""


class DeadlineExceededError(AppError):
    """The work did not end before its deadline."""


class RequestTimeoutError(AppError):
    """The client did not send its body in time."""


class TooManyItemsError(AppError):
    """A list, e.g. the roster, is longer than allowed."""
