"""The error that any handler may raise, and that the server turns into a reply."""

from http import HTTPStatus


class ApiError(Exception):
    """A refusal: an HTTP status and a message that says what was wrong and what is accepted."""

    def __init__(self, status: int, message: str) -> None:
        """Refuse with `status` and `message`."""
        super().__init__(message)
        self.status = status
        self.message = message


def bad_request(message: str) -> ApiError:
    """Refuse a request that does not fit its description."""
    return ApiError(HTTPStatus.BAD_REQUEST, message)


def not_found(kind: str, identifier: str) -> ApiError:
    """Say that there is no such thing for this user."""
    return ApiError(HTTPStatus.NOT_FOUND, f"No {kind} with id {identifier!r}")
