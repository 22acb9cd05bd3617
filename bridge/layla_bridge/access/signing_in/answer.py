"""What comes back from the page of a sign-in: by the browser, or pasted."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from ...cloud.errors import without_secrets

_DENIED: Final = "access_denied"
# What tells an address, or a part of one, from a code alone.
_OF_AN_ADDRESS: Final = ("://", "code=", "error=")


class NotAnAnswer(ValueError):
    """Something that is no answer of such a page. The text says what is missing."""


class OtherSignIn(ValueError):
    """The answer to another request: its state is not ours."""

    def __init__(self) -> None:
        """Say so, and nothing of what came."""
        super().__init__("this belongs to another sign-in")


class Denied(Exception):
    """The answer is no. The text has the server's words (RFC 6749, 4.1.2.1)."""

    def __init__(self, error: str, description: str) -> None:
        """Keep whether a person said no, or the server."""
        super().__init__(without_secrets(f"{error}: {description}" if description else error, ()))
        self.by_person = error == _DENIED


def code_of_page(query: Mapping[str, str], state: str) -> str:
    """Return the code that a browser brings. Raises OtherSignIn, Denied and NotAnAnswer, in this order."""
    if query.get("state") != state:
        raise OtherSignIn
    if error := query.get("error"):
        raise Denied(error, query.get("error_description", ""))
    if code := query.get("code"):
        return code
    raise NotAnAnswer("there is no code in it")


def code_of_text(text: str, state: str) -> str:
    """Return the code that somebody pasted: alone, or within the whole address. Raises as `code_of_page`."""
    pasted = text.strip()
    if any(sign in pasted for sign in _OF_AN_ADDRESS):
        query = urlsplit(pasted).query or pasted
        return code_of_page(dict(parse_qsl(query)), state)
    if not pasted or not pasted.isprintable() or " " in pasted:
        raise NotAnAnswer("neither a code nor an address")
    return pasted
