"""The pages that people see: log-in, consent, and what is shown when nobody may be sent back."""

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from .asking import Asking
from .client import CLIENT_NAME, PASSWORD
from .scopes import SCOPES

_FOLDER: Final = Path(__file__).parent / "pages"
_STYLE: Final = (_FOLDER / "page.css").read_text()
_MARK: Final = b64encode((_FOLDER / "mark.svg").read_bytes()).decode()

_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        f"style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'",
        "img-src data:",
        # Chrome holds redirects that follow on a form against this as well: the way back, and where that leads on.
        "form-action 'self' http: https:",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""What every answer to a browser carries."""


def log_in(email: str, owner: str, message: str = "") -> str:
    """Return the page that asks for e-mail address and password; `owner` is the demo owner's address."""
    return _page("log_in.html", email=email, owner=owner, password=PASSWORD, message=message, client=CLIENT_NAME)


def consent(asking: Asking, email: str, ticket: str) -> str:
    """Return the page that asks whether the client may do what it wants to."""
    allowed = [SCOPES[scope] for scope in asking.scopes]
    host = urlsplit(asking.back.redirect).netloc
    return _page("consent.html", client=CLIENT_NAME, email=email, allowed=allowed, host=host, ticket=ticket)


def problem(message: str) -> str:
    """Return the page that says why nothing can be done."""
    return _page("problem.html", message=message)


def _page(name: str, **values: object) -> str:
    return _environment().get_template(name).render(values)


@cache
def _environment() -> Environment:
    environment = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined)
    environment.globals.update(style=Markup(_STYLE), mark=f"data:image/svg+xml;base64,{_MARK}")  # noqa: S704  # our file
    return environment
