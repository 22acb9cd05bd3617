"""The page itself: one file out of several, the same for everybody, and the policy that lets nothing else run in it."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "page"


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _source(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _assembled() -> str:
    icon = b64encode(_read("mark.svg").encode()).decode()
    page = _read("page.html").replace("{{ icon }}", f"data:image/svg+xml;base64,{icon}")
    return page.replace("{{ style }}", _STYLE).replace("{{ script }}", _SCRIPT)


_STYLE: Final = _read("page.css")
_SCRIPT: Final = _read("page.js")

PAGE: Final = _assembled().encode()
"""The page. It holds nothing of the bridge's: that comes by its event stream, as data and never as markup."""

# Hashes do what a nonce does, and the page stays the same for everybody.
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        f"script-src {_source(_SCRIPT)}",
        f"style-src {_source(_STYLE)}",
        "img-src data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        # Home Assistant shows an app's page in a frame of its own origin.
        "frame-ancestors 'self'",
    )
)
"""The page's Content-Security-Policy."""
