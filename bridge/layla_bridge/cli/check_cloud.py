"""What `check` tries of the cloud: whether the account can be opened, and what is in it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from .. import cloud_trouble
from ..cloud.errors import CloudError
from ..cloud.model import Snapshot
from ..configuration import Configuration
from ..opening import opened_account
from ..parts import selected
from ..token_file import TokenFileError
from .findings import Finding, failed, noted, passed


async def cloud(configuration: Configuration) -> Sequence[Finding]:
    """Open the account and read it once."""
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
    findings = [_contents(configuration, refresh.snapshot)]
    if refresh.setback:
        trouble = cloud_trouble.of(refresh.setback, account, datetime.now(UTC))
        findings.append(noted(f"not everything can be read. {trouble.text}", trouble.remedy))
    return findings


def _contents(configuration: Configuration, snapshot: Snapshot) -> Finding:
    """Count what there is, and what is published of it."""
    which = selected(configuration, lambda: snapshot)
    properties = [key for key in snapshot.properties if which(key)]
    units = [device for device in snapshot.devices.values() if which(device.property_id)]
    everything = _counted(len(snapshot.properties), len(snapshot.devices))
    if len(units) == len(snapshot.devices):
        return passed(everything)
    if not units:
        return noted(f"{everything}; none is published", "Check properties.include and properties.exclude.")
    return passed(f"{everything}, of which {_counted(len(properties), len(units))} are published")


def _counted(properties: int, units: int) -> str:
    places = "1 property" if properties == 1 else f"{properties} properties"
    return f"{places} with {'1 unit' if units == 1 else f'{units} units'}"
