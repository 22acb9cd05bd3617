"""The air conditioners of an account in Home Assistant: the control of both programs, with our tasks and our time."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HassJob, HassJobType, HomeAssistant
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util.dt import utcnow

from ..cloud.ac_control import AirConditioners
from ..cloud.account import Account
from ..cloud.errors import RateLimited
from ..cloud.scheduler import Later, Scheduler
from ..const import AC_FULL, CONF_AC_CONTROL
from .profiles import profiles
from .store import AcStore


def scheduler(hass: HomeAssistant) -> Scheduler:
    """Let Home Assistant keep the tasks and the time."""

    def call_at(at: datetime, later: Later) -> CALLBACK_TYPE:
        job = HassJob(later, "settle air conditioners", job_type=HassJobType.Callback)
        return async_track_point_in_utc_time(hass, job, at)

    return Scheduler(now=utcnow, sleep=asyncio.sleep, call_at=call_at, create_task=hass.async_create_task)


def air_conditioners(
    hass: HomeAssistant,
    entry: ConfigEntry,
    account: Account,
    store: AcStore,
    *,
    on_accepted: Callable[[], None],
    on_limited: Callable[[RateLimited], None],
) -> AirConditioners:
    """Control the air conditioners of an entry as its options and profiles say.

    Told are that a command was accepted and that one came too often; a token that is refused asks for another one.
    """
    return AirConditioners(
        account,
        profiles(entry),
        store,
        scheduler(hass),
        full=entry.options.get(CONF_AC_CONTROL) == AC_FULL,
        on_accepted=on_accepted,
        on_limited=on_limited,
        on_unauthorised=partial(entry.async_start_reauth, hass),
    )
