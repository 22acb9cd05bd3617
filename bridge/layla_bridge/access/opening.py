"""Opening the account that the configuration names, by whichever way it says."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import ClientSession, DummyCookieJar, TCPConnector

from ..cloud.layla.owner_account import OwnerAccount
from ..cloud.layla.partner_account import PartnerAccount
from ..cloud.memory import Memory
from ..cloud.oauth.endpoint import TokenEndpoint
from ..cloud.oauth.sign_in import SignIn
from ..configuration import Configuration, SignInAccount
from ..resolver import Resolver
from .token_file import TokenFile

type LaylaAccount = OwnerAccount | PartnerAccount


def tokens_path(configuration: Configuration) -> Path:
    """Return where the tokens of a sign-in are kept."""
    return configuration.data / "tokens.json"


@asynccontextmanager
async def session() -> AsyncIterator[ClientSession]:
    """Open what all calls to the cloud go through; it keeps no cookies, as no call has any use for one."""
    connector = TCPConnector(resolver=Resolver())
    async with ClientSession(connector=connector, cookie_jar=DummyCookieJar()) as opened:
        yield opened


@asynccontextmanager
async def opened_account(configuration: Configuration, memory: Memory | None = None) -> AsyncIterator[LaylaAccount]:
    """Open the account; `memory` keeps what no call reads back of its air conditioners.

    Raises TokenFileError where nobody has signed in yet. Nothing is asked of the cloud.
    """
    account = configuration.account
    async with session() as http:
        if not isinstance(account, SignInAccount):
            yield OwnerAccount.by_token(
                http,
                account.url,
                account.token.get_secret_value(),
                account.routes,
                memory=memory,
                ac_lead=account.air_conditioner_lead,
            )
            return
        sign_in = SignIn(token_endpoint(http, account), TokenFile(tokens_path(configuration)))
        try:
            yield PartnerAccount.by_sign_in(http, account.url, sign_in, account.routes)
        finally:
            # What a renewal brings must reach the disk: its refresh token is the only one that is good from then on.
            await sign_in.settled()


def token_endpoint(http: ClientSession, account: SignInAccount) -> TokenEndpoint:
    """Return where the client of the configuration gets tokens."""
    secret = account.client_secret.get_secret_value() if account.client_secret else ""
    return TokenEndpoint(http, account.token_url, account.client_id, secret)
