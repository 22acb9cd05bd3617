"""What there is to see to, as pure questions: each returns what the issue's text says of it, None where all is well."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.const import CONF_TOKEN
from homeassistant.helpers.issue_registry import IssueSeverity
from homeassistant.util.dt import as_local

from ..aggregate import name
from ..cloud.model import Device, Snapshot
from ..cloud.token import claims
from ..const import CONF_KIND, KIND_TOKEN
from ..coordinator import LaylaConfigEntry, LaylaCoordinator

_GUIDE: Final = "https://github.com/layla-home-assistant/layla/blob/main/docs/repairs.md"
_EXPIRES_WITHIN: Final = timedelta(days=7)
_OFFLINE_FOR: Final = timedelta(days=1)
_MOST_NAMED: Final = 10

type Placeholders = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """One kind of issue; the key is that of its texts, and begins the issue's id."""

    key: str
    found: Callable[[LaylaCoordinator, datetime], Placeholders | None]
    severity: IssueSeverity = IssueSeverity.WARNING
    fixable: bool = False
    guide: str | None = None


def _policy(coordinator: LaylaCoordinator, now: datetime) -> Placeholders | None:
    del now
    return {} if coordinator.policy_accepted is False else None


def _token(coordinator: LaylaCoordinator, now: datetime) -> Placeholders | None:
    """Find a token that ends soon, unless the user is asked for another one already."""
    entry: LaylaConfigEntry = coordinator.config_entry
    ends = claims(entry.data[CONF_TOKEN]).expires_at if entry.data[CONF_KIND] == KIND_TOKEN else None
    if ends is None or ends - now > _EXPIRES_WITHIN:
        return None
    asked = any(entry.async_get_active_flows(coordinator.hass, {SOURCE_REAUTH}))
    return None if asked else {"date": as_local(ends).date().isoformat()}


def _offline(coordinator: LaylaCoordinator, now: datetime) -> Placeholders | None:
    lost = lost_units(coordinator.data, now)
    if not lost:
        return None
    homes = {home.id: home.name for home in coordinator.data.properties.values()}
    return {"count": str(len(lost)), "units": _listed(lost[:_MOST_NAMED], homes)}


def lost_units(snapshot: Snapshot, now: datetime) -> list[Device]:
    """Return the units that are switched on in the vendor's app and that the cloud has not heard of for a day."""
    offline = (unit for unit in snapshot.devices.values() if unit.online is False and unit.enabled)
    seen = snapshot.last_seen
    return [unit for unit in offline if unit.id in seen and now - seen[unit.id] >= _OFFLINE_FOR]


def _listed(units: Iterable[Device], homes: Mapping[str, str | None]) -> str:
    return "\n".join(
        f"- {name(unit)} ({home})" if (home := homes.get(unit.property_id or "")) else f"- {name(unit)}"
        for unit in units
    )


def _quota(coordinator: LaylaCoordinator, now: datetime) -> Placeholders | None:
    quota = coordinator.account.quota
    if quota is None or not quota.nearly_used(now):
        return None
    # Nothing that is another number with every refresh: an issue is written to disk when its text changes.
    until = as_local(quota.resets_at).strftime("%Y-%m-%d %H:%M") if quota.resets_at else "LaylaElectric renews them"
    return {"limit": f"{quota.limit:,}", "until": until}


POLICY: Final = Concern(key="policy_not_accepted", found=_policy, fixable=True, guide=_GUIDE)
TOKEN: Final = Concern(key="token_expires", found=_token, fixable=True, guide=_GUIDE)
OFFLINE: Final = Concern(key="units_offline", found=_offline, guide=_GUIDE)
QUOTA: Final = Concern(key="quota_nearly_used", found=_quota, guide=_GUIDE)
CONCERNS: Final = (POLICY, TOKEN, OFFLINE, QUOTA)
