"""The refusal of a request, in the words of RFC 6749."""


class Refused(Exception):
    """`error` is a code of RFC 6749; `description` says in plain ASCII what was wrong and what is accepted."""

    def __init__(self, error: str, description: str) -> None:
        """Refuse with a code and a description, which must not repeat what was sent."""
        super().__init__(description)
        self.error = error
        self.description = description


def invalid_request(description: str) -> Refused:
    """Say that the request is malformed."""
    return Refused("invalid_request", description)


def invalid_grant(description: str) -> Refused:
    """Say that a code or a refresh token is not good, or not for this use."""
    return Refused("invalid_grant", description)
