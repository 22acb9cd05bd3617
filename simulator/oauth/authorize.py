"""The steps of the authorization page, without HTTP: each request leads to a page or back to the client."""

from dataclasses import dataclass

from . import pages
from .accounts import account, complaint
from .asking import Asking, WayBack, asking, way_back
from .authority import Authority
from .refused import Refused, invalid_request
from .sent import Sent


@dataclass(frozen=True, slots=True)
class Page:
    """A page to show."""

    html: str
    status: int = 200


@dataclass(frozen=True, slots=True)
class Redirect:
    """An address to send the browser to."""

    address: str


type Step = Page | Redirect

_DENIED = Refused("access_denied", "The owner of the account did not allow it")


def problem(refused: Refused) -> Page:
    """Return the page for a request whose sender cannot be told."""
    return Page(pages.problem(refused.description), 400)


def begin(query: Sent, owner: str) -> Step:
    """Answer the browser that a client has sent: with the log-in, for which `owner` is the demo owner's address."""
    wanted = _wanted(query)
    return Page(pages.log_in(owner, owner)) if isinstance(wanted, Asking) else wanted


def proceed(authority: Authority, query: Sent, filled: Sent, owner: str) -> Step:
    """Answer a form that was filled in; the query is the one of the page that it was on."""
    wanted = _wanted(query)
    if not isinstance(wanted, Asking):
        return wanted
    try:
        filled.refuse_repeated()
        return _decided(authority, wanted, filled, owner)
    except Refused as refused:
        return problem(refused)


def _wanted(query: Sent) -> Asking | Step:
    """Read what the client wants, or say what is wrong with that: to the user until the client is known, then to it."""
    try:
        back = way_back(query)
    except Refused as refused:
        return problem(refused)
    try:
        return asking(query, back)
    except Refused as refused:
        return Redirect(back.refusal(refused))


def _decided(authority: Authority, wanted: Asking, filled: Sent, owner: str) -> Step:
    match filled.need("action"):
        case "sign_in":
            return _log_in(authority, wanted, filled, owner)
        case "cancel":
            return _denied(wanted.back)
        case "allow":
            decider = authority.redeem_ticket(filled.need("ticket"), wanted)
            return Redirect(wanted.back.answer(code=authority.code(wanted, decider)))
        case "deny":
            authority.redeem_ticket(filled.need("ticket"), wanted)
            return _denied(wanted.back)
        case _:
            raise invalid_request("action is unknown; accepted: sign_in, cancel, allow, deny")


def _log_in(authority: Authority, wanted: Asking, filled: Sent, owner: str) -> Page:
    email = (filled.get("email") or "").strip()
    wrong = complaint(email, filled.get("password") or "")
    if wrong is not None:
        return Page(pages.log_in(email, owner, wrong))
    return Page(pages.consent(wanted, email, authority.ticket(wanted, account(email, owner))))


def _denied(back: WayBack) -> Redirect:
    return Redirect(back.refusal(_DENIED))
