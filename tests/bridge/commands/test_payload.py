"""No bytes whatever make a command raise anything but a problem that says what is wrong."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
import json
from typing import Any, Final

from hypothesis import given, strategies as st

from layla_bridge.cloud.air_conditioner import Mode, Profile
from layla_bridge.commands import of_device, of_property, payload
from layla_bridge.commands.of_device import Unit
from layla_bridge.commands.of_property import Place
from layla_bridge.commands.problems import Problem
from tests.bridge.commanding import CELSIUS
from tests.bridge.world import NOW, device

EVERYTHING: Final = frozenset(
    {
        "ArmPropertyAlarm", "ConfigureAlarms", "SetEcoMode", "SetEcoTime", "SetPillar", "TestInfrared", "MarkSeen",
        "SwitchAirConditioner", "TellAirConditioner", "SetAcTimer", "CancelAcTimer", "SetAcSchedule",
        "DeleteAcSchedule",
    }
)  # fmt: skip


class Appliance:
    """An air conditioner that is only looked at."""

    profile: Profile | None = CELSIUS
    full = True
    modes = (Mode.COOL, Mode.HEAT)

    async def change(self, **changes: Any) -> None:
        """Do nothing."""

    async def assume(self, **changes: Any) -> None:
        """Do nothing."""


UNIT: Final = Unit(device=device(drives_ac=True), capabilities=EVERYTHING, ac=Appliance(), now=NOW)
PLACE: Final = Place(id="home", units=[device()], capabilities=EVERYTHING)
NAMES: Final = (
    "power", "mode", "temperature", "fan", "swing", "ac_timer", "ac_schedule", "assume", "alarms", "eco_time",
    "pillar", "ir_test", "noise_alarm", "eco_mode", "notifications_seen", "transaction", "other",
)  # fmt: skip
JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.sampled_from(["on", "cool"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["on", "in", "at", "armed", "threshold", "quiet_hours", "days", "noise_alarm", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@contextmanager
def told() -> Iterator[None]:
    """Let a problem be one that can be told."""
    try:
        yield
    except Problem as problem:
        json.dumps({**problem.as_dict(), "text": str(problem)})


def taken(raw: bytes, name: str | None) -> None:
    """Read a command as both kinds do."""
    found = payload.read(raw, name)
    assert found.problem is None or not found.fields
    with told():
        of_device.steps(found.fields, UNIT)
    with told():
        of_property.steps(found.fields, PLACE)


@given(raw=st.binary(max_size=200), name=st.none() | st.sampled_from(NAMES))
def test_any_bytes_are_taken(raw: bytes, name: str | None) -> None:
    taken(raw, name)


@given(fields=st.dictionaries(st.sampled_from(NAMES), JSON, max_size=4))
def test_any_json_is_taken(fields: dict[str, Any]) -> None:
    taken(json.dumps(fields).encode(), None)


@given(value=JSON, name=st.sampled_from(NAMES))
def test_any_value_of_one_field_is_taken(value: object, name: str) -> None:
    taken(json.dumps(value).encode(), name)


@given(st.integers(2, 16_000))
def test_any_depth_is_taken(depth: int) -> None:
    with suppress(Problem):
        taken(b'{"ac_schedule":' + b"[" * depth, None)
