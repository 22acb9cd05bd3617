"""What the bridge publishes of the account, so that others can publish the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from layla_bridge import parts
from layla_bridge.access.opening import opened_account
from layla_bridge.configuration import Configuration
from layla_bridge.contract.messages import Publication
from layla_bridge.mirror.ledger import KeyLedger
from layla_bridge.mirror.mirror import Mirror, Selection

from .scene import EXPIRY


@dataclass(frozen=True, slots=True)
class FirstMirror:
    """The messages of a first mirror, in their order."""

    messages: Sequence[Publication]

    @property
    def first(self) -> str:
        """The topic of the first of them."""
        return self.messages[0].topic

    @property
    def last(self) -> str:
        """The topic of the last of them."""
        return self.messages[-1].topic

    def of(self, qos: int) -> Sequence[Publication]:
        """Return those of one quality of service."""
        return [each for each in self.messages if each.qos == qos]

    def lines(self, folder: Path, qos: int, times: int) -> Path:
        """Write the payloads of one quality of service so often into a file, one a line."""
        path = folder / f"qos-{qos}.lines"
        path.write_bytes(b"".join(each.payload + b"\n" for each in self.of(qos)) * times)
        return path

    def topic(self, qos: int) -> str:
        """Return a topic that is as long as theirs are."""
        lengths = [len(each.topic) for each in self.of(qos)]
        return "layla/peer/".ljust(round(sum(lengths) / len(lengths)), "x")

    @property
    def mix(self) -> str:
        """Say what it is made of."""
        counted = {qos: self.of(qos) for qos in (0, 1)}
        return " and ".join(
            f"{len(found):,} of QoS {qos} with {sum(len(each.payload) for each in found) // max(1, len(found))} bytes"
            for qos, found in counted.items()
        )


async def first_mirror(configuration: Configuration) -> FirstMirror:
    """Read the account as the bridge does, and make the messages that it would publish."""
    async with opened_account(configuration) as account:
        refresh = await account.fetch(None, None)
    mirror = Mirror(parts.topics(configuration), Selection(expiry=timedelta(seconds=EXPIRY)), KeyLedger())
    return FirstMirror(mirror.changes(refresh.snapshot, None, datetime.now(UTC)))
