"""`layla-bridge topics`: what would be published, without a broker."""

import asyncio
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
import json
from typing import Annotated, Final

import typer

from ..access import cloud_trouble
from ..access.opening import opened_account
from ..access.token_file import TokenFileError
from ..air_conditioning import AcFile
from ..broker import Protocol
from ..cloud.errors import CloudError
from ..cloud.model import Snapshot
from ..configuration import Configuration
from ..contract.messages import Publication
from ..contract.payloads import ONLINE, as_json as as_payload
from ..contract.topics import BRIDGE_STATE, HEALTH, INFO, Kind
from ..discovery import Control, Discovery
from ..mirror.ledger import KeyLedger
from ..mirror.mirror import Mirror
from ..mirror.selected import Selected
from ..mirror.state_file import StateFile
from ..parts import about, broker_settings, discovery_settings, mirrored, state_path, topics as topics_of
from ..shard import Shard
from ..status import Broker, Cloud, CloudState, Counts, Status, Waiting, health, info
from ..status.self_report import EXPIRY as HEALTH_EXPIRY
from .configured import ConfigOption
from .sharded import ShardOption, configured_shard, shard_of
from .terminal import fail, report

_LONGEST: Final = 200


def topics(
    config: ConfigOption = None,
    *,
    shard: ShardOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print each message as a line of JSON, whole.")] = False,
) -> None:
    """Read the account once and print what would be published. Nothing is."""
    chosen = shard_of(shard)
    configuration = configured_shard(config, chosen)
    console = report()
    for publication in asyncio.run(_published(configuration, chosen)):
        console.print(_as_json(publication) if as_json else _in_words(publication))


async def _published(configuration: Configuration, shard: Shard) -> Iterable[Publication]:
    """Read the account, and make every retained message of the bridge, as it makes them when it starts."""
    selected = Selected(configuration.properties.selection, shard)
    snapshot, now = await _read(configuration), datetime.now(UTC)
    selected.learn(snapshot)
    ours, told = topics_of(configuration), await AcFile.opened(configuration.data)
    mirror = Mirror(ours, mirrored(configuration, selected), _ledger(configuration), told.shown)
    await told.close()
    items = mirror.changes(snapshot, None, now)
    discovery = Discovery(ours, discovery_settings(configuration, selected), partial(_control, configuration))
    devices = discovery.changes(snapshot, None, mirror.ledger) if configuration.discovery.enabled else ()
    return [*_of_bridge(configuration, mirror.ledger, now), *devices, *items]


def _ledger(configuration: Configuration) -> KeyLedger:
    return StateFile(state_path(configuration)).saved.ledger


def _control(configuration: Configuration, device_id: str) -> Control:
    chosen = configuration.air_conditioners
    return Control(chosen.by_unit.get(device_id), chosen.control == "full")


def _of_bridge(configuration: Configuration, ledger: KeyLedger, now: datetime) -> Iterator[Publication]:
    """Say what the bridge tells of itself once it has read the account."""
    ours = topics_of(configuration)
    units = sum(item.kind is Kind.DEVICE for item in ledger.known)
    status = Status(
        at=now,
        about=about(configuration, now),
        cloud=Cloud(state=CloudState.ONLINE, since=now, last_success=now),
        broker=Broker(connected=True, since=now, address=broker_settings(configuration).address, protocol=Protocol.V5),
        outbox=Waiting(),
        counts=Counts(units=units, properties=len(ledger.known) - units),
    )
    yield BRIDGE_STATE.at(ours.bridge(BRIDGE_STATE), ONLINE)
    yield INFO.at(ours.bridge(INFO), as_payload(info(status)))
    yield HEALTH.at(ours.bridge(HEALTH), as_payload(health(status)), HEALTH_EXPIRY)


async def _read(configuration: Configuration) -> Snapshot:
    try:
        async with opened_account(configuration) as account:
            return (await account.fetch(None, None)).snapshot
    except TokenFileError as error:
        fail(str(error), "Sign in: layla-bridge sign-in")
    except CloudError as error:
        trouble = cloud_trouble.of(error, configuration.account, datetime.now(UTC))
        fail(trouble.text, trouble.remedy)


def _in_words(publication: Publication) -> str:
    payload = publication.payload.decode()
    shown = payload if len(payload) <= _LONGEST else f"{payload[:_LONGEST]}… ({len(publication.payload)} bytes)"
    retained = ", retained" if publication.retain else ""
    expiry = f", for {publication.expiry} s" if publication.retain and publication.expiry is not None else ""
    return f"{publication.topic} (QoS {publication.qos}{retained}{expiry})\n    {shown}"


def _as_json(publication: Publication) -> str:
    return json.dumps(
        {
            "topic": publication.topic,
            "qos": publication.qos,
            "retain": publication.retain,
            "expiry": publication.expiry,
            "payload": publication.payload.decode(),
        },
        ensure_ascii=False,
    )
