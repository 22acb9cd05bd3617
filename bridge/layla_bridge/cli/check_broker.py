"""What `check` tries of the broker: whether it lets the bridge in, and allows what the bridge does."""

from collections.abc import Sequence

from ..broker import Wanted, try_broker
from ..configuration import Configuration
from ..contract.topics import STATE, Channel, Item, Kind
from ..parts import broker_settings, topics
from .findings import Finding, failed, passed

# Topics that no bridge, unit or property has.
_SCRATCH = Channel("check", retain=True, qos=1)


async def broker(configuration: Configuration) -> Sequence[Finding]:
    """Connect, subscribe and publish as the bridge does."""
    settings = broker_settings(configuration)
    trouble = await try_broker(settings, wanted(configuration))
    if trouble:
        return [failed(trouble.text, trouble.remedy)]
    return [passed(f"{settings.address} lets the bridge in, and allows its topics")]


def wanted(configuration: Configuration) -> Wanted:
    """Return what the bridge subscribes to, and a topic beside each kind of those that it writes to."""
    ours = topics(configuration)
    scratch = f"check-{configuration.instance}"
    written = [ours.bridge(_SCRATCH), *(ours.of(Item(kind, scratch), STATE) for kind in Kind)]
    if configuration.discovery.enabled:
        written.append(f"{configuration.discovery.prefix}/device/layla_{scratch}/config")
    return Wanted(written=written, read=ours.subscriptions)
