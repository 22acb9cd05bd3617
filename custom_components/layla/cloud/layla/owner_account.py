"""A LaylaElectric account by token: what the owner API can beside reading, air conditioners above all."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Self, get_args, override

from aiohttp import ClientSession
from yarl import URL

from .. import commands
from ..ac_plans import Plans
from ..bearer import FixedToken
from ..commands import AcCommand, Command
from ..errors import Gone
from ..http import HttpClient
from ..memory import ForgetfulMemory, Memory
from ..questions import Answer
from ..tolerant import Oddities
from .account import LaylaAccount
from .administration import Administration
from .air_conditioning import DEFAULT_LEAD, AirConditioning
from .answers.owner import OWNER as OWNER_ANSWERS
from .answers.shared import bound
from .figures import unread_ids
from .figures_reader import UNREAD_FOR
from .flavour import OWNER
from .owner import OwnerApi
from .parse import Unit
from .reports import Reports


class OwnerAccount(LaylaAccount):
    """Reads with a token, and carries out every command."""

    def __init__(self, api: OwnerApi, memory: Memory | None = None, ac_lead: float = DEFAULT_LEAD) -> None:
        """Take the typed calls of the owner API, and what was remembered of the air conditioners."""
        super().__init__(api)
        self._owner = api
        self._air_conditioning = AirConditioning(api, memory or ForgetfulMemory(), ac_lead)
        self._orders |= {
            commands.MarkAllSeen: self._mark_all_seen,
            commands.MarkSeen: self._mark_seen,
            commands.SetEcoTime: self._set_eco_time,
            commands.SetPillar: self._set_pillar,
            commands.TestInfrared: self._test_infrared,
            **dict.fromkeys(get_args(AcCommand.__value__), self._air_conditioning.execute),
            **Administration(api, self._households).orders,
            **Reports(api).orders,
        }
        self._answers |= bound(OWNER_ANSWERS, api)

    @classmethod
    def by_token(
        cls,
        session: ClientSession,
        base_url: URL,
        token: str,
        overrides: Mapping[str, str] | None = None,
        *,
        memory: Memory | None = None,
        ac_lead: float = DEFAULT_LEAD,
    ) -> Self:
        """Open the account of a token; `overrides` are the user's own routes. Raises InvalidRoute.

        `memory` keeps what no call reads back; air conditioners are commanded `ac_lead` seconds ahead (L22).
        """
        routes = OWNER.routes_with(overrides or {})
        return cls(OwnerApi(HttpClient(session, base_url, FixedToken(token)), routes), memory, ac_lead)

    @property
    @override
    def unsettled(self) -> Mapping[str, datetime]:
        return self._air_conditioning.unsettled

    @property
    @override
    def going_out(self) -> Mapping[str, datetime]:
        return self._air_conditioning.going_out

    @override
    def ac_plans(self, device_id: str) -> Plans:
        return self._air_conditioning.plans(device_id)

    @override
    def _listed(self, units: Iterable[Unit], now: datetime) -> None:
        self._air_conditioning.listed({unit.device.id: unit.settings for unit in units if unit.settings}, now)

    @override
    async def execute(self, command: Command) -> Answer:
        try:
            return await super().execute(command)
        except Gone:
            if not isinstance(command, commands.SettleAirConditioner):
                raise
            # There is nothing left to put anything back to.
            await self._air_conditioning.forget(command.device_id)
            return {}

    async def _set_eco_time(self, command: commands.SetEcoTime) -> None:
        await self._owner.set_device_eco_threshold(command.device_id, command.seconds)

    async def _set_pillar(self, command: commands.SetPillar) -> None:
        await self._owner.set_device_pillar(command.device_id, command.pillar)

    async def _test_infrared(self, command: commands.TestInfrared) -> None:
        await self._owner.test_device_ir(command.device_id, command.mode)

    async def _mark_seen(self, command: commands.MarkSeen) -> None:
        await self._owner.mark_notifications_seen(ids=command.notification_ids, property_id=command.property_id)

    async def _mark_all_seen(self, command: commands.MarkAllSeen) -> None:
        """Mark what is unread now: two requests, one where nothing is."""
        del command
        reply = await self._api.list_notifications(datetime.now(UTC) - UNREAD_FOR, seen=False)
        if ids := unread_ids(reply, Oddities()):
            await self._owner.mark_notifications_seen(ids=ids)
