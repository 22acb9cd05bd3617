"""System health: whether the cloud can be reached, and how much is asked of it."""

from collections.abc import Coroutine, Iterable
from typing import Any

from homeassistant.components.system_health import SystemHealthRegistration, async_check_can_reach_url
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .coordinator import LaylaConfigEntry, LaylaCoordinator


@callback
def async_register(hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Register what is shown under Settings > System > Repairs > System information."""
    del hass
    register.async_register_info(_info)


async def _info(hass: HomeAssistant) -> dict[str, Any]:
    """Describe all accounts together; neither addresses nor names are told."""
    entries: list[LaylaConfigEntry] = hass.config_entries.async_entries(DOMAIN, include_disabled=False)
    loaded: list[LaylaConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    coordinators = [entry.runtime_data for entry in loaded]
    return {
        "can_reach_cloud": _reached(hass, {entry.data[CONF_URL] for entry in entries}),
        "accounts": len(entries),
        "accounts_loaded": len(loaded),
        "units": sum(len(coordinator.data.devices) for coordinator in coordinators),
        "last_refresh": min((found for each in coordinators if (found := each.refreshed_at)), default=None),
        "requests_24_hours": sum(map(_requests, coordinators)),
        "quota": _quota(coordinators),
    }


def _reached(hass: HomeAssistant, urls: Iterable[str]) -> Coroutine[Any, Any, str | dict[str, str]]:
    """Ask every cloud for an answer, whichever it is and without a token; the first that gives none is told."""

    async def reached() -> str | dict[str, str]:
        answers = [await async_check_can_reach_url(hass, url) for url in sorted(urls)]
        return next((answer for answer in answers if answer != "ok"), "ok")

    return reached()


def _requests(coordinator: LaylaCoordinator) -> int:
    coordinator.figures.requests.look()
    return coordinator.figures.requests.count


def _quota(coordinators: Iterable[LaylaCoordinator]) -> str | None:
    """Show what is left of what the cloud takes, where it tells; LaylaElectric is not known to."""
    quotas = [quota for each in coordinators if (quota := each.account.quota)]
    return ", ".join(f"{quota.remaining:,} / {quota.limit:,}" for quota in quotas) or None
