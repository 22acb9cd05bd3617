"""The running bridge: its parts, and what they tell each other."""

import asyncio
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
import logging
from typing import Final, Protocol

from . import air_conditioning, parts
from .access.opening import LaylaAccount
from .air_conditioning import AcFile
from .broker import MOMENT, BrokerLink, NotConnected, Rejected, Session
from .budget import Budget
from .cloud.account import Refresh
from .cloud.model import Event, Snapshot
from .commands import Commands, Holds, Hooks
from .configuration import Configuration
from .contract.messages import Message
from .contract.payloads import OFFLINE, ONLINE
from .contract.topics import BRIDGE_STATE, INFO, BridgeRequest, DeviceCommand, Item, Kind, PropertyCommand
from .discovery import Birth, Control
from .discovery.home_assistant import HomeAssistant
from .history import History, HistoryFile, Scope, publisher
from .mirror.absences import Absences
from .mirror.mirror import Mirror
from .mirror.publishing import Publishing
from .mirror.selected import Selected
from .mirror.state_file import State, StateFile
from .outbox import Outbox, OutboxError
from .outbox.delivery import Delivery
from .outgoing import Outgoing
from .poller import Poller
from .requests.replay import Replay
from .requests.requests import Requests
from .requests.verbs import Verbs
from .retained.retained import Retained
from .retained.sweeper import Sweeper
from .shard import ALONE, Shard
from .status import Shown, StatusPage
from .status.journal import Entry, Journal
from .status.reporting import Parts, Reporter
from .status.self_report import SelfReport

_LOGGER = logging.getLogger(__name__)

_EVENTS_SHOWN: Final = 50
# A stop of the whole may take two.
_GOODBYE: Final = 1.0


def now() -> datetime:
    """Return the time, in aware UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What a bridge has on disk, opened."""

    outbox: Outbox
    state: StateFile
    air_conditioners: AcFile
    history: HistoryFile


class _Runs(Protocol):
    async def run(self) -> None: ...


class Bridge:
    """One account, or one shard of it, on one broker."""

    def __init__(
        self, configuration: Configuration, account: LaylaAccount, files: Files, journal: Journal, shard: Shard = ALONE
    ) -> None:
        """Take what was opened; nothing happens until `run`."""
        self._files = files
        self._topics = topics = parts.topics(configuration)
        state = topics.bridge(BRIDGE_STATE)
        self._online, self._offline = BRIDGE_STATE.at(state, ONLINE), BRIDGE_STATE.at(state, OFFLINE)
        settings = parts.broker_settings(configuration)
        self.link = BrokerLink(settings, self._offline, on_connected=self._connected, on_message=self._heard)
        self.outgoing = Outgoing(self.link)
        self.delivery = Delivery(files.outbox, self.link, topics, now)
        self.poller = Poller(
            account,
            timedelta(seconds=configuration.account.interval),
            cursor=files.outbox.cursor,
            took=self._took,
            lost=self._lost,
        )
        self._selected = Selected(configuration.properties.selection, shard)
        self._air_conditioners = air_conditioning.opened(
            configuration.air_conditioners,
            account,
            files.air_conditioners,
            now,
            on_accepted=self.poller.command_accepted,
            on_limited=self.poller.limited,
            on_unauthorised=self.poller.hurry,
        )
        self._listened_to: set[str] = set()
        holds = Holds()
        saved = files.state.saved
        mirror = Mirror(
            topics, parts.mirrored(configuration, self._selected), saved.ledger, self._air_conditioners.told
        )
        self.publishing = Publishing(
            mirror=mirror,
            holds=holds,
            absences=Absences(saved.missing),
            selected=self._selected,
            line=self.outgoing,
            on_departed=self._departed,
            clock=now,
        )
        self._commands = Commands(
            account,
            topics,
            latest=self._latest,
            selected=self._selected,
            air_conditioners=self._air_conditioners,
            holds=holds,
            send=self.outgoing.send,
            hooks=Hooks(
                on_accepted=self.poller.command_accepted,
                on_limited=self.poller.limited,
                on_unauthorised=self.poller.hurry,
                on_changed=self._changed,
            ),
            clock=now,
            known=lambda item: item in mirror.ledger.known,
        )
        self._budget = Budget(held=self._busy)
        self.history = History(
            account,
            Scope(
                shown=self._latest,
                selected=self._selected,
                has=lambda device: mirror.ledger.keys(Item(Kind.DEVICE, device.id)).readings,
                interval=lambda: self.poller.usual,
            ),
            publisher(topics, self.outgoing.send),
            files.history,
            self._budget,
            limited=self.poller.limited,
        )
        self._home_assistant = HomeAssistant(configuration, topics, self._selected, self._control)
        self._birth = Birth(configuration.discovery.prefix, self.publishing.everything)
        instance = configuration.instance.removesuffix(shard.suffix)
        self._retained = Retained(
            self.link, topics, configs=self._home_assistant.topics, inherits=partial(shard.inherits, instance)
        )
        self._earlier: Mapping[str, bytes] | None = None
        self._sweeper = Sweeper(self._retained, self.link, lambda item: item in mirror.ledger.known)
        reporter = Reporter(
            parts.about(configuration, now()),
            Parts(
                account=account,
                poller=self.poller,
                link=self.link,
                outbox=files.outbox,
                outgoing=self.outgoing,
                delivery=self.delivery,
                commands=self._commands,
                publishing=self.publishing,
                address=settings.address,
            ),
            now,
        )
        self._report = SelfReport(reporter, topics, self.outgoing.send)
        verbs = Verbs(
            poller=self.poller,
            publishing=self.publishing,
            sweeper=self._sweeper,
            replay=Replay(files.outbox, self.link, topics, now),
            history=self.history,
            health=self._report.health,
            tell_report=self._tell_report,
        )
        self._requests = Requests(topics, verbs.handlers, self.outgoing.send, echoes=lambda: self.link.echoes)
        self._events: deque[Event] = deque(maxlen=_EVENTS_SHOWN)
        self._unstored = False
        self._begun = asyncio.Event()
        self._journal = journal
        self._tells_warnings = configuration.publish.log
        self._page = StatusPage(
            configuration.status_page,
            Shown(
                status=reporter.status,
                snapshot=lambda: self.publishing.shown,
                unit=lambda snapshot, device: mirror.state(snapshot, device).payload,
                events=lambda: tuple(reversed(self._events)),
                journal=lambda: journal.entries,
                selected=self._selected,
                names=configuration.publish.names,
            ),
        )
        self._has_page = configuration.status_page.enabled

    async def run(self, stopping: asyncio.Event) -> None:
        """Bridge until `stopping` is set; then say goodbye to the broker. Raises PageUnavailable."""
        if self._has_page:
            await self._page.start()
        end_listening = self._journal.listen(self._warned)
        self._air_conditioners.begin()
        try:
            async with asyncio.TaskGroup() as group:
                link = group.create_task(self.link.run())
                tasks = [group.create_task(part.run()) for part in self._running]
                tasks.append(group.create_task(self._begin()))
                await stopping.wait()
                await self._finish()
                for task in tasks:
                    task.cancel()
                await asyncio.wait(tasks)
                await self.link.stop(self._offline)
                link.cancel()
        finally:
            end_listening()
            await self._page.stop()

    @property
    def _running(self) -> Sequence[_Runs]:
        """What goes on over the link until the end, each by itself."""
        return (
            self.outgoing,
            self.delivery,
            self.poller,
            self.history,
            self._sweeper,
            self._report,
        )

    async def _finish(self) -> None:
        """Finish what is being sent, as far as there is time for it, and keep what is known."""
        self._birth.close()
        await self._requests.close()
        try:
            async with asyncio.timeout(_GOODBYE):
                await self._commands.close()
                await self._air_conditioners.close()
                if self.link.connected:
                    await self.outgoing.emptied()
        except TimeoutError:
            _LOGGER.warning("Not everything could be finished before the stop; the next start goes on with it")
        await self._save(last=True)

    # What the broker says

    async def _connected(self, session: Session) -> None:
        """Begin a connection: nothing of an earlier one is left, and the broker may be another."""
        del session
        if self._earlier is None:
            self._earlier = await self._left_by_an_earlier_run()
        await self.link.subscribe(*self._topics.subscriptions)
        if self._home_assistant.enabled:
            await self.link.subscribe(self._birth.subscription)
        await self.link.publish(self._online)
        self._report.forget()
        # What waits may be another bridge's by now; what still holds is published anew.
        self.outgoing.forget_values()
        self._tell_report()
        self.publishing.everything()
        self.delivery.wake()

    async def _left_by_an_earlier_run(self) -> Mapping[str, bytes]:
        try:
            return await self._retained.own()
        except Rejected as error:
            _LOGGER.warning("What the broker keeps of the bridge cannot be read: %s", error)
            return {}

    def _heard(self, message: Message) -> None:
        if self._retained.take(message) or self._birth.heard(message):
            return
        match self._topics.incoming(message.topic):
            case BridgeRequest() as request:
                self._requests.take(message, request)
            case DeviceCommand() | PropertyCommand() as command:
                self._commands.take(message, command)
            case None:
                _LOGGER.debug("A message came that nobody asked for")

    async def _begin(self) -> None:
        """Once cloud and broker are there: take up discovery, and clear away what is left of earlier runs."""
        await self._begun.wait()
        while True:
            await self.link.wait_connected()
            try:
                earlier = (self._earlier or {}).get(INFO.level)
                await self._home_assistant.begin(self.publishing, self._retained, earlier)
            except NotConnected:
                # The link may not have noticed yet.
                await asyncio.sleep(MOMENT)
            else:
                self._sweeper.sweep()
                return

    # What the cloud says

    async def _took(self, refresh: Refresh) -> None:
        """Show an answer of the cloud: what is, and then what happened."""
        self.publishing.take(refresh.snapshot)
        await self._keep(refresh)
        self._listen_to_air_conditioners(refresh.snapshot)
        self._begun.set()
        self.delivery.wake()
        self._tell_report()
        self._page.changed()
        await self._save()
        await self.history.refreshed(now())

    async def _keep(self, refresh: Refresh) -> None:
        """Store the events; those that cannot be stored are found again by the next answer."""
        events = [event for event in refresh.events if self._selected(_place(event, refresh.snapshot))]
        try:
            stored = await self._files.outbox.append(events, refresh.cursor)
        except OutboxError as error:
            if not self._unstored:
                _LOGGER.warning("Events cannot be stored, and are not told until they can: %s", error)
            self._unstored = True
        else:
            self._unstored = False
            self._events.extend(each.event for each in stored)

    async def _save(self, *, last: bool = False) -> None:
        publishing = self.publishing
        await self._files.state.keep(State(publishing.mirror.ledger, publishing.absences.missing), last=last)

    def _lost(self) -> None:
        self.publishing.lost()
        self._tell_report()
        self._page.changed()

    def _tell_report(self) -> None:
        """Tell what is news of the bridge itself, where there is anybody to tell, or will be in a moment."""
        if self.link.session is not None:
            self.outgoing.tell(self._report.news())

    def _latest(self) -> Snapshot | None:
        return self.poller.snapshot

    # What commands change

    def _control(self, device_id: str) -> Control:
        unit = self._air_conditioners.of(None, device_id)
        return Control(unit.profile, unit.full)

    def _listen_to_air_conditioners(self, snapshot: Snapshot) -> None:
        for device in snapshot.devices.values():
            if device.drives_ac and device.id not in self._listened_to:
                self._listened_to.add(device.id)
                unit = self._air_conditioners.of(device, device.id)
                unit.listen(partial(self._told, device.id))

    def _told(self, device_id: str) -> None:
        """Show what an air conditioner is told."""
        self.publishing.unit(device_id)
        self._page.changed([device_id])

    def _changed(self, device_ids: Collection[str]) -> None:
        """Show what a command changes, or no longer does."""
        self.publishing.again()
        self._page.changed(device_ids)

    def _departed(self, items: Collection[Item]) -> None:
        self._sweeper.sweep(items)

    def _busy(self) -> bool:
        """Tell whether background work has to wait."""
        poller = self.poller
        return poller.hurried or poller.trouble is not None or poller.resting is not None or not self.link.connected

    def _warned(self, told: Entry) -> None:
        if self._tells_warnings:
            self._report.tell_warning(told)
        self._page.changed()


def _place(event: Event, snapshot: Snapshot) -> str | None:
    """Return the property that an event belongs to."""
    device = snapshot.devices.get(event.device_id or "")
    return device.property_id if device else event.property_id
