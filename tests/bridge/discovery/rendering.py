"""Templates, rendered as Home Assistant's MQTT entities do."""

from typing import Any, Final
from unittest.mock import Mock

from homeassistant.helpers.template import Template

HASS: Final = Mock(data={}, config=Mock(legacy_templates=False))


def rendered(template: str, payload: str) -> str:
    """Render a template for a payload."""
    found: Any = Template(template, HASS)
    return str(found.async_render_with_possible_json_value(payload))
