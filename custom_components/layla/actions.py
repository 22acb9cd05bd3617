"""Actions of the integration: registered once, so that automations can be checked before an account is loaded."""

from homeassistant.core import HomeAssistant, callback

from .air_conditioning import actions as of_air_conditioners


@callback
def async_register(hass: HomeAssistant) -> None:
    """Register every action."""
    of_air_conditioners.async_register(hass)
