"""`layla-bridge topics`: what would be published, without a broker."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
import json
from typing import Annotated, Final

import typer

from .. import cloud_trouble
from ..cloud.errors import CloudError
from ..cloud.model import Snapshot
from ..configuration import Configuration
from ..ledger import KeyLedger
from ..messages import Publication
from ..mirror import Mirror
from ..opening import opened_account
from ..parts import mirrored, selected, topics as topics_of
from ..payloads import ONLINE
from ..token_file import TokenFileError
from ..topics import BRIDGE_STATE
from .configured import ConfigOption, configured
from .terminal import fail, report

_LONGEST: Final = 200

type Source = Callable[[Configuration, Snapshot, datetime], Iterable[Publication]]
"""Makes retained messages of an account as it is now."""


def bridge(configuration: Configuration, snapshot: Snapshot, now: datetime) -> Iterable[Publication]:
    """Say that the bridge is there."""
    del snapshot, now
    yield BRIDGE_STATE.at(topics_of(configuration).bridge(BRIDGE_STATE), ONLINE)


def mirror(configuration: Configuration, snapshot: Snapshot, now: datetime) -> Iterable[Publication]:
    """Show every unit and property that is selected."""
    which = mirrored(configuration, selected(configuration, lambda: snapshot))
    return Mirror(topics_of(configuration), which, KeyLedger()).changes(snapshot, None, now)


SOURCES: Final[Sequence[Source]] = (bridge, mirror)
"""What publishes retained messages, in the order in which it does."""


def topics(
    config: ConfigOption = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print each message as a line of JSON, whole.")] = False,
) -> None:
    """Read the account once and print what would be published. Nothing is."""
    configuration = configured(config)
    snapshot, now = asyncio.run(_read(configuration)), datetime.now(UTC)
    console = report()
    for source in SOURCES:
        for publication in source(configuration, snapshot, now):
            console.print(_as_json(publication) if as_json else _in_words(publication))


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
