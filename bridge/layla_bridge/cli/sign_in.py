"""`layla-bridge sign-in`: by any browser, and its tokens into the bridge's folder."""

import asyncio
from asyncio import CancelledError
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
import sys
from typing import Annotated, Final, Never

import typer

from ..access import cloud_trouble
from ..access.opening import session, token_endpoint, tokens_path
from ..access.signing_in import HOST, Asking, Denied, Waiting, lines, listening
from ..access.token_file import store
from ..cloud.bearer import FixedToken
from ..cloud.errors import AuthenticationFailed, CloudError, Refused
from ..cloud.layla.partner_account import PartnerAccount
from ..cloud.oauth.tokens import Tokens
from ..configuration import Configuration, Problem, SignInAccount
from .configured import ConfigOption, found
from .sharded import ShardOption, configured_shard, shard_of
from .terminal import fail, refuse, report

PORT: Final = 8752
_PATIENCE: Final = 300
_AGAIN: Final = "Run layla-bridge sign-in again."


@dataclass(frozen=True, slots=True)
class _Came:
    """What came back: the code, what proves that it is for us, and the address that it went to."""

    code: str
    verifier: str
    redirect_uri: str


def sign_in(
    config: ConfigOption = None,
    *,
    shard: ShardOption = None,
    port: Annotated[
        int,
        typer.Option(help=f"Port of {HOST} that the browser is sent back to; 0 takes a free one.", min=0, max=65535),
    ] = PORT,
    wait: Annotated[float, typer.Option(help="Seconds to wait for the answer.", min=0)] = _PATIENCE,
) -> None:
    """Sign in to an account of kind sign_in, with a browser on this machine or on any other."""
    configuration = configured_shard(config, shard_of(shard))
    account = configuration.account
    if not isinstance(account, SignInAccount):
        problem = "an account of kind token has nothing to sign in to"
        refuse([Problem("account.kind", problem, "sign_in", str(found(config) or "the environment"))])
    asyncio.run(_sign_in(configuration, account, port, wait))


async def _sign_in(configuration: Configuration, account: SignInAccount, port: int, wait: float) -> None:
    """Go all the way, or end with the reason."""
    came = await _answer(account, port, wait)
    tokens = await _tokens(account, came)
    trouble = await _trouble(account, tokens)
    path = tokens_path(configuration)
    try:
        await asyncio.to_thread(store, path, tokens)
    except OSError as error:
        remedy = "Give its folder to the user that the bridge runs as, or name another one as data."
        fail(f"The tokens cannot be written to {path}: {error.strerror}", remedy)
    console = report()
    console.print(f"Signed in. The tokens are in {path}, which its owner alone can read.")
    if tokens.refresh is None:
        console.print("They cannot be renewed: the server gave no refresh token. Sign in again when they have expired.")
    if trouble:
        fail(f"The sign-in worked, and the account could not be tried. {trouble.text}", trouble.remedy)
    console.print("Next: layla-bridge check")


async def _answer(account: SignInAccount, port: int, wait: float) -> _Came:
    """Send somebody to the page, and wait for what comes back."""
    asking = Asking(account)
    waiting = Waiting(asking.state)
    try:
        async with listening(port, waiting.take) as redirect_uri:
            _invite(asking, redirect_uri)
            async with _reading(waiting), asyncio.timeout(wait):
                return _Came(await waiting.code(), asking.verifier, redirect_uri)
    except TimeoutError:
        fail(f"No answer came within {wait:.0f} seconds.", _AGAIN)
    except Denied as denied:
        _denied(denied)
    except OSError as error:
        remedy = "End what listens there, or choose another port by --port; the client has to be registered for it."
        fail(f"Port {port} of {HOST} cannot be had: {error.strerror}", remedy)


def _invite(asking: Asking, redirect_uri: str) -> None:
    console = report()
    console.print("Open this address in a browser, sign in, and allow access:\n")
    console.print(str(asking.address(redirect_uri)))
    console.print(
        f"\nThe browser is sent to {redirect_uri} then. If it is on another machine, it cannot show that page: copy the"
        " whole address out of its address bar, or the code that it shows, paste it here and press Enter."
    )


@asynccontextmanager
async def _reading(waiting: Waiting) -> AsyncIterator[None]:
    """Take what is pasted as long as the block lasts, where anything can be."""
    if sys.stdin is None:
        yield
        return
    reading = asyncio.create_task(waiting.read(lines(sys.stdin.fileno()), _complain))
    try:
        yield
    finally:
        reading.cancel()
        with suppress(CancelledError):
            await reading


def _complain(complaint: str) -> None:
    report().print(f"That is not it: {complaint}. Paste the whole address that the browser was sent to.")


def _denied(denied: Denied) -> Never:
    if denied.by_person:
        fail("Access was denied on the page of the sign-in.", f"{_AGAIN} Allow access there.")
    fail(f"The server declined: {denied}", "Check account.client_id, account.scope and account.authorize_url.")


async def _tokens(account: SignInAccount, came: _Came) -> Tokens:
    """Trade the code for tokens."""
    async with session() as http:
        try:
            return await token_endpoint(http, account).exchange(came.code, came.redirect_uri, came.verifier)
        except AuthenticationFailed as error:
            if error.detail.startswith("invalid_client"):
                fail(f"The server does not know the client: {error.detail}", "Check account.client_id and its secret.")
            fail(f"The code is not good: {error.detail}", f"It may be too old, or used already. {_AGAIN}")
        except CloudError as error:
            trouble = cloud_trouble.of(error, account, datetime.now(UTC))
            fail(f"No tokens for the code. {trouble.text}", trouble.remedy, _AGAIN)


async def _trouble(account: SignInAccount, tokens: Tokens) -> cloud_trouble.CloudTrouble | None:
    """Try the account; end where the cloud refuses the tokens, which are of no use then."""
    async with session() as http:
        opened = PartnerAccount.by_sign_in(http, account.url, FixedToken(tokens.access), account.routes)
        try:
            await opened.owner_email()
        except CloudError as error:
            trouble = cloud_trouble.of(error, account, datetime.now(UTC))
            if isinstance(error, AuthenticationFailed | Refused):
                fail(f"The sign-in worked, and the account cannot be read with it. {trouble.text}", trouble.remedy)
            return trouble
    return None
