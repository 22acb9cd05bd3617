"""The control of an account's air conditioners, as the configuration has it."""

from collections.abc import Callable
from datetime import datetime

from ..cloud.ac_control import AirConditioners
from ..cloud.account import Account
from ..cloud.errors import RateLimited
from ..configuration import AirConditioners as Chosen
from .file import AcFile
from .scheduler import on_asyncio


def opened(
    chosen: Chosen,
    account: Account,
    file: AcFile,
    now: Callable[[], datetime],
    *,
    on_accepted: Callable[[], None],
    on_limited: Callable[[RateLimited], None],
    on_unauthorised: Callable[[], None],
) -> AirConditioners:
    """Return the control of an account that has the same `file` as its memory; to be begun, and closed in the end.

    Told are that a command was accepted, that one came too often, and that the cloud wants another token.
    """
    return AirConditioners(
        account,
        chosen.by_unit,
        file,
        on_asyncio(now),
        full=chosen.control == "full",
        on_accepted=on_accepted,
        on_limited=on_limited,
        on_unauthorised=on_unauthorised,
    )
