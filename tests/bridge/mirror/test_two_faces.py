"""A property comes to the same on MQTT as in Home Assistant. Each face has its own model; only JSON is compared."""

from collections.abc import Sequence
from datetime import UTC, datetime
import json
from typing import Any, Final

from hypothesis import given, strategies as st

from custom_components.layla import aggregate, sensor
from custom_components.layla.cloud import model as integration_model
from layla_bridge.cloud import model as bridge_model
from layla_bridge.contract.payloads import Payloads
from layla_bridge.mirror.home import Home
from layla_bridge.mirror.ledger import Keys
from tests.bridge.world import HOME

INSTANT: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)

values: Final = st.none() | st.floats(-40, 120, allow_nan=False)
alarms: Final = st.fixed_dictionaries({"active": st.none() | st.booleans(), "since": st.none() | st.just(INSTANT)})
units: Final = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.none() | st.just("Room"),
            "serial_number": st.none() | st.just("LY1"),
            "online": st.none() | st.booleans(),
            "readings": st.dictionaries(st.sampled_from(["noise", "temperature", "occupancy_max", "power"]), values),
            "alarms": st.dictionaries(st.sampled_from(["smoke_alarm", "noise_alarm"]), alarms),
        }
    ),
    max_size=4,
)


def built(model: Any, described: Sequence[dict[str, Any]]) -> list[Any]:
    """Make units of either face's model."""
    return [
        model.Device(
            id=f"unit-{number}",
            property_id="home",
            name=unit["name"],
            category=None,
            serial_number=unit["serial_number"],
            online=unit["online"],
            enabled=True,
            pillar=None,
            drives_ac=False,
            readings={key: model.Reading(value=value) for key, value in unit["readings"].items()},
            alarms={
                key: model.AlarmState(active=alarm["active"], armed=None, snoozed=False, since=alarm["since"])
                for key, alarm in unit["alarms"].items()
            },
        )
        for number, unit in enumerate(described)
    ]


def in_home_assistant(described: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Sum the units up as the integration's entities of a property do."""
    found = built(integration_model, described)
    shown = {
        each.key: (each.together, aggregate.values(found, each.measure))
        for each in sensor.AGGREGATES
        if aggregate.ever_had(found, each.measure)
    }
    return {
        "any_alarm": aggregate.any_alarm(found),
        "alarms": [
            {"unit": unit, "alarm": key, "since": alarm.since and alarm.since.isoformat()}
            for unit, key, alarm in aggregate.active_alarms(found)
        ],
        "all_online": aggregate.all_online(found),
        "offline_units": aggregate.offline(found),
        "readings": {key: together(values) if values else None for key, (together, values) in shown.items()},
    }


def on_mqtt(described: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Read the same out of the bridge's payload."""
    home = Home(HOME, built(bridge_model, described))
    written: dict[str, Any] = json.loads(Payloads("villa").home(home, Keys.of_home(home)))
    for alarm in written["alarms"]:
        del alarm["id"]
    return {key: written[key] for key in ("any_alarm", "alarms", "all_online", "offline_units", "readings")}


@given(units)
def test_a_property_comes_to_the_same_on_both_faces(described: list[dict[str, Any]]) -> None:
    assert on_mqtt(described) == json.loads(json.dumps(in_home_assistant(described)))


def test_the_two_models_are_two() -> None:
    assert type(built(bridge_model, [UNIT])[0]) is not type(built(integration_model, [UNIT])[0])


UNIT: Final[dict[str, Any]] = {"name": None, "serial_number": None, "online": None, "readings": {}, "alarms": {}}
