"""Commands for units and properties: taken, checked, carried out in order, answered."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
import logging
from typing import Final

from ..cloud.account import Account
from ..cloud.model import Snapshot
from ..contract.messages import Message, Publication, Send
from ..contract.payloads import ERASED
from ..contract.topics import DeviceCommand, Item, Kind, PropertyCommand, Topics
from . import of_device, of_property, payload
from .air_conditioner import AirConditioners
from .answers import answers
from .carrying_out import Appliance, Carrier, Hooks
from .frames import GAP, Frames
from .holds import Holds
from .line import Line
from .of_device import Unit
from .of_property import Place
from .payload import Scalar
from .problems import Code, Problem, stopping
from .steps import ChangeAc, Step

_LOGGER = logging.getLogger(__name__)
MOST_WAITING: Final = 100
"""How many commands of one unit or property may wait; for more the sender has to wait."""


class Commands:
    """Everything that is commanded over MQTT to the units and properties of one bridge.

    `latest` is what the cloud showed last, `selected` tells which properties are this bridge's: of the others nothing
    is said. `known` tells which units and properties were, before the cloud showed anything. `gap` is in seconds.
    """

    def __init__(
        self,
        account: Account,
        topics: Topics,
        *,
        latest: Callable[[], Snapshot | None],
        selected: Callable[[str | None], bool],
        air_conditioners: AirConditioners,
        holds: Holds,
        send: Send,
        hooks: Hooks,
        clock: Callable[[], datetime],
        known: Callable[[Item], bool] = lambda _: True,
        gap: float = GAP,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self.accepted = 0
        """How many commands were carried out."""
        self.refused = 0
        """How many commands were not, for whatever reason."""
        self._account = account
        self._topics = topics
        self._latest = latest
        self._selected = selected
        self._air_conditioners = air_conditioners
        self._send = send
        self._clock = clock
        self._known = known
        self._gap = gap
        self._most_waiting = most_waiting
        self._carrier = Carrier(account, holds, hooks, clock)
        self._lines: defaultdict[Item, Line] = defaultdict(Line)
        self._appliances: dict[str, Appliance] = {}

    def take(self, message: Message, incoming: DeviceCommand | PropertyCommand) -> None:
        """Take a command, and return at once; it is answered in time."""
        item = _item(incoming)
        # An empty one erases what a broker kept; ours comes back to us where the broker speaks 3.1.1.
        if message.payload == ERASED:
            return
        snapshot = self._latest()
        if not self._serves(snapshot, item):
            _LOGGER.debug("A command for a %s is left to others", item.kind)
            return
        given = payload.read(message.payload, incoming.name)
        try:
            self._begin(message, item, given.transaction, self._checked(message, item, given, snapshot))
        except Problem as problem:
            self._answer(message, item, given.transaction, problem)

    async def close(self) -> None:
        """Let what is being sent be answered, and send no more; what waits is answered that it was not sent."""
        self._carrier.closing = True
        for appliance in self._appliances.values():
            appliance.frames.close()
        if tasks := [task for line in self._lines.values() for task in line.tasks]:
            await asyncio.wait(tasks)

    def _serves(self, snapshot: Snapshot | None, item: Item) -> bool:
        if snapshot is None:
            return self._known(item)
        if item.kind is Kind.PROPERTY:
            return item.id in snapshot.properties and self._selected(item.id)
        device = snapshot.devices.get(item.id)
        return device is not None and self._selected(device.property_id)

    def _checked(self, message: Message, item: Item, given: payload.Given, snapshot: Snapshot | None) -> list[Step]:
        """Return what is to be done. Raises Problem, and then nothing is."""
        if message.retain:
            self._send(Publication(message.topic, ERASED, qos=1, retain=True))
            raise Problem(
                Code.RETAINED, "A retained command is not carried out, or it would be again and again; it was erased"
            )
        if self._carrier.closing:
            raise stopping()
        if snapshot is None:
            raise Problem(Code.NOT_READY, "The bridge has not read the account yet. Give the command again in a moment")
        if given.problem:
            raise given.problem
        if len(self._lines[item]) >= self._most_waiting:
            raise Problem(Code.TOO_MANY, f"{self._most_waiting} commands wait already. Give fewer, or later")
        if item.kind is Kind.PROPERTY:
            return list(of_property.steps(given.fields, self._place(snapshot, item.id)))
        return list(of_device.steps(given.fields, self._unit(snapshot, item.id)))

    def _unit(self, snapshot: Snapshot, device_id: str) -> Unit:
        device = snapshot.devices[device_id]
        if device_id not in self._appliances:
            ac = self._air_conditioners.of(device, device_id)
            self._appliances[device_id] = Appliance(ac, Frames(ac, self._gap))
        ac = self._appliances[device_id].ac
        return Unit(device=device, capabilities=self._account.capabilities(device), ac=ac, now=self._clock())

    def _place(self, snapshot: Snapshot, property_id: str) -> Place:
        units = [device for device in snapshot.devices.values() if device.property_id == property_id]
        capabilities = self._account.capabilities(units[0]) if units else frozenset[str]()
        return Place(id=property_id, units=units, capabilities=capabilities)

    def _begin(self, message: Message, item: Item, transaction: Scalar, steps: list[Step]) -> None:
        holds = self._carrier.hold(steps)
        appliance = self._appliances.get(item.id) if item.kind is Kind.DEVICE else None

        async def carry_out() -> None:
            problem: Problem | None = None
            try:
                await self._carrier.carry_out(steps, holds, appliance)
            except Problem as failed:
                problem = failed
            except Exception:
                _LOGGER.exception("A command could not be carried out")
                problem = Problem(Code.INTERNAL, "The bridge has a fault; its log says more")
            self._answer(message, item, transaction, problem)

        self._lines[item].add(carry_out, together=all(isinstance(step, ChangeAc) for step in steps))

    def _answer(self, message: Message, item: Item, transaction: Scalar, problem: Problem | None) -> None:
        if problem:
            self.refused += 1
            _LOGGER.debug("A command for a %s was not carried out: %s", item.kind, problem.code)
        else:
            self.accepted += 1
        for answer in answers(self._topics, item, message, transaction, problem):
            self._send(answer)


def _item(incoming: DeviceCommand | PropertyCommand) -> Item:
    if isinstance(incoming, PropertyCommand):
        return Item(Kind.PROPERTY, incoming.property_id)
    return Item(Kind.DEVICE, incoming.device_id)
