"""What `check` tries of the cloud: whether the account can be opened, and what is in it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from ..access import cloud_trouble
from ..access.opening import opened_account
from ..access.token_file import TokenFileError
from ..cloud.errors import CloudError
from ..cloud.model import Snapshot
from ..configuration import Configuration
from ..mirror.selected import Selected
from ..shard import Shard
from .findings import Finding, failed, noted, passed


async def cloud(configuration: Configuration, shard: Shard) -> Sequence[Finding]:
    """Open the account and read it once; count what this shard publishes of it."""
    account = configuration.account
    try:
        async with opened_account(configuration) as opened:
            await opened.owner_email()
            refresh = await opened.fetch(None, None)
    except TokenFileError as error:
        return [failed(str(error), "Sign in: layla-bridge sign-in")]
    except CloudError as error:
        trouble = cloud_trouble.of(error, account, datetime.now(UTC))
        return [failed(trouble.text, trouble.remedy)]
    findings = [_contents(Selected(configuration.properties.selection, shard), refresh.snapshot, shard)]
    if refresh.setback:
        trouble = cloud_trouble.of(refresh.setback, account, datetime.now(UTC))
        findings.append(noted(f"not everything can be read. {trouble.text}", trouble.remedy))
    return findings


def _contents(selected: Selected, snapshot: Snapshot, shard: Shard) -> Finding:
    """Count what there is, and what is published of it."""
    selected.learn(snapshot)
    properties = [key for key in snapshot.properties if selected(key)]
    units = [device for device in snapshot.devices.values() if selected(device.property_id)]
    everything = _counted(len(snapshot.properties), len(snapshot.devices))
    if len(units) == len(snapshot.devices):
        return passed(everything)
    if not units:
        return noted(f"{everything}; none is published{_by(shard)}", *_remedies(shard))
    return passed(f"{everything}, of which {_counted(len(properties), len(units))} are published{_by(shard)}")


def _by(shard: Shard) -> str:
    return f" by shard {shard.index} of {shard.count}" if shard.count > 1 else ""


def _remedies(shard: Shard) -> Iterator[str]:
    yield "Check properties.include and properties.exclude."
    if shard.count > 1:
        yield "It may be well all the same: where there are few properties, a shard can have none."


def _counted(properties: int, units: int) -> str:
    places = "1 property" if properties == 1 else f"{properties} properties"
    return f"{places} with {'1 unit' if units == 1 else f'{units} units'}"
