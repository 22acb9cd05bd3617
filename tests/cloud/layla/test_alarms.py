"""The settings of a unit's alarms: read, changed and written back with all that nobody asked to change (L24)."""

import asyncio
from collections.abc import Mapping
from datetime import time
from typing import Any, Final

from aiohttp import ClientSession
from hypothesis import given, strategies as st
import pytest
from yarl import URL

from custom_components.layla.cloud.bearer import FixedToken
from custom_components.layla.cloud.commands import AlarmSettings, ConfigureAlarms, MarkSeen, QuietHours
from custom_components.layla.cloud.errors import CloudError, Gone, NotSupported, Refused, UnreadableAnswer
from custom_components.layla.cloud.layla.account import LaylaAccount
from custom_components.layla.cloud.layla.alarms import changed
from custom_components.layla.cloud.layla.owner_account import OwnerAccount
from custom_components.layla.cloud.layla.partner_account import PartnerAccount
from simulator import Simulator
from simulator.faults import Fault
from tests.cloud.conftest import NOW
from tests.cloud.server import ScriptedServer, answer

from .operations import HOME, UNIT

READ_AND_WRITTEN: Final = {"getDevice": 1, "updateDevice": 1}


@pytest.fixture(params=["owner", "partner"])
def either(request: pytest.FixtureRequest, cloud: Simulator, session: ClientSession) -> LaylaAccount:
    """The account by either API."""
    if request.param == "owner":
        return OwnerAccount.by_token(session, URL(cloud.base_url), cloud.token)
    return PartnerAccount.by_sign_in(session, URL(cloud.partner_url), FixedToken(cloud.token))


def configured(**alarms: AlarmSettings) -> ConfigureAlarms:
    """Make a command for the unit."""
    return ConfigureAlarms(device_id=UNIT, alarms=alarms)


def setting(cloud: Simulator, alarm: str) -> Mapping[str, Any]:
    """Return what the unit is configured for."""
    found = cloud.world.devices[UNIT].setting_of(alarm)
    assert found is not None
    return found


async def test_every_setting_reaches_the_unit_and_the_others_stay(either: LaylaAccount, cloud: Simulator) -> None:
    unit = cloud.world.devices[UNIT]
    before = {alarm["name"]: alarm for alarm in unit.alarms}
    nightly = QuietHours(on=True, start=time(22), end=time(6, 30))
    await either.execute(
        configured(
            noise_alarm=AlarmSettings(armed=False, threshold=62.5), device_off_alarm=AlarmSettings(quiet_hours=nightly)
        )
    )
    after = {alarm["name"]: alarm for alarm in unit.alarms}
    assert after.pop("noise_alarm") == {**before.pop("noise_alarm"), "enabled": False, "threshold": 62.5}
    off = after.pop("device_off_alarm")
    assert off == {
        **before.pop("device_off_alarm"),
        "quiet_hours": {"enabled": True, "start_time": "22:00", "end_time": "06:30"},
    }
    # Also those of which the partner API does not tell.
    assert after == before
    assert cloud.simulation.counters.by_operation == READ_AND_WRITTEN
    assert set(cloud.simulation.counters.by_status) == {"200"}


async def test_part_of_the_quiet_hours_leaves_the_rest(either: LaylaAccount, cloud: Simulator) -> None:
    unit = cloud.world.devices[UNIT]
    for alarm in unit.alarms:
        alarm["quiet_hours"] = {"enabled": True, "start_time": "23:00", "end_time": "07:00", "zones": ["hall"]}
    cloud.world.changed(unit)
    await either.execute(configured(noise_alarm=AlarmSettings(quiet_hours=QuietHours(on=False))))
    assert setting(cloud, "noise_alarm")["quiet_hours"] == {
        "enabled": False,
        "start_time": "23:00",
        "end_time": "07:00",
        "zones": ["hall"],
    }


async def test_members_that_nobody_knows_survive(either: LaylaAccount, cloud: Simulator) -> None:
    unit = cloud.world.devices[UNIT]
    for alarm in unit.alarms:
        alarm["escalation"] = {"after": 5}
    cloud.world.changed(unit)
    await either.execute(configured(noise_alarm=AlarmSettings(armed=False)))
    assert all(alarm["escalation"] == {"after": 5} for alarm in unit.alarms)


async def test_what_is_as_it_should_be_is_not_written(either: LaylaAccount, cloud: Simulator) -> None:
    await either.execute(configured(noise_alarm=AlarmSettings(armed=setting(cloud, "noise_alarm")["enabled"])))
    assert cloud.simulation.counters.by_operation == {"getDevice": 1}


async def test_changes_at_the_same_time_lose_none(either: LaylaAccount, cloud: Simulator) -> None:
    await asyncio.gather(
        either.execute(configured(noise_alarm=AlarmSettings(armed=False))),
        either.execute(configured(noise_alarm=AlarmSettings(threshold=50))),
        either.execute(configured(device_off_alarm=AlarmSettings(armed=False))),
    )
    noise = setting(cloud, "noise_alarm")
    assert (noise["enabled"], noise["threshold"], setting(cloud, "device_off_alarm")["enabled"]) == (False, 50, False)


async def test_an_alarm_that_the_unit_is_not_configured_for_is_refused(either: LaylaAccount, cloud: Simulator) -> None:
    with pytest.raises(Refused, match="no settings for the alarm flood_alarm"):
        await either.execute(configured(flood_alarm=AlarmSettings(armed=True), noise_alarm=AlarmSettings(armed=False)))
    assert cloud.simulation.counters.by_operation == {"getDevice": 1}


@pytest.mark.parametrize(("operation", "status"), [("getDevice", 405), ("updateDevice", 404), ("updateDevice", 501)])
async def test_a_cloud_that_cannot_configure_alarms_does_not_offer_it(
    either: LaylaAccount, cloud: Simulator, operation: str, status: int
) -> None:
    unit = (await either.fetch(None, None)).snapshot.devices[UNIT]
    cloud.simulation.faults.add(Fault(operation, "status", status=status))
    with pytest.raises(NotSupported):
        await either.execute(configured(noise_alarm=AlarmSettings(armed=False)))
    assert "ConfigureAlarms" not in either.capabilities(unit)


async def test_a_unit_that_is_not_there_is_gone(either: LaylaAccount) -> None:
    with pytest.raises(Gone):
        await either.execute(ConfigureAlarms(device_id="other", alarms={"noise_alarm": AlarmSettings(armed=True)}))


@pytest.mark.parametrize("body", [b"{}", b'{"alarms": "none"}', b'{"alarms": ["noise_alarm"]}'])
async def test_alarms_that_cannot_be_read_are_not_written(
    server: ScriptedServer, session: ClientSession, body: bytes
) -> None:
    account = OwnerAccount.by_token(session, URL(server.url), "token")
    server.says(answer(200, body))
    with pytest.raises(UnreadableAnswer, match="a list of alarms was expected") as caught:
        await account.execute(configured(noise_alarm=AlarmSettings(armed=True)))
    assert isinstance(caught.value, CloudError)
    assert [request.method for request in server.requests] == ["GET"]


async def test_all_notifications_of_a_property_are_marked_as_read(account: OwnerAccount, cloud: Simulator) -> None:
    for alarm in ("noise_alarm", "smoke_alarm"):
        cloud.world.ring(cloud.world.devices[UNIT], alarm, active=True, by_hand=True)
    await account.execute(MarkSeen(property_id=HOME))
    told = list(cloud.world.notifications.newest_first(NOW))
    assert len(told) == 2
    assert all(each.seen for each in told)


NAMES: Final = ("noise_alarm", "mold_alarm", "co_alarm")
ALARMS: Final = st.lists(
    st.dictionaries(st.sampled_from(["enabled", "threshold", "quiet_hours", "schedule"]), st.integers()),
    min_size=3,
    max_size=3,
)
SETTINGS: Final = st.builds(
    AlarmSettings,
    armed=st.none() | st.booleans(),
    threshold=st.none() | st.floats(0, 100),
    quiet_hours=st.none() | st.builds(QuietHours, on=st.none() | st.booleans(), start=st.none() | st.times()),
)


@given(alarms=ALARMS, changes=st.dictionaries(st.sampled_from(NAMES), SETTINGS))
def test_nothing_but_what_was_asked_for_changes(
    alarms: list[dict[str, Any]], changes: dict[str, AlarmSettings]
) -> None:
    named = [{**alarm, "name": name} for alarm, name in zip(alarms, NAMES, strict=True)]
    wanted = changed(named, changes)
    assert [alarm["name"] for alarm in wanted] == list(NAMES)
    for before, after in zip(named, wanted, strict=True):
        settings = changes.get(before["name"], AlarmSettings())
        asked = {"enabled": settings.armed, "threshold": settings.threshold, "quiet_hours": settings.quiet_hours}
        for member in before.keys() | after.keys():
            if asked.get(member) is None:
                assert after.get(member) == before.get(member)
