"""What the whole bridge tells of itself: by MQTT, and on its status page."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from prometheus_client.parser import text_string_to_metric_families
import pytest

from tests.bridge.mosquitto import free_port
from tests.bridge.status_stream import streaming
from tests.bridge.whole import Listener, Setting, bridging, kept

BRIDGE: Final = "layla/bridge/layla"


@pytest.fixture
def page(setting: Setting) -> tuple[Setting, str]:
    """A bridge with a status page, and where that is."""
    port = free_port()
    more = {"LAYLA_STATUS_PAGE__ENABLED": "true", "LAYLA_STATUS_PAGE__PORT": str(port)}
    return replace(setting, more=more), f"http://127.0.0.1:{port}/"


async def test_state_info_and_health_are_kept_and_say_how_the_bridge_is(setting: Setting, listener: Listener) -> None:
    async with bridging(setting):
        await listener.until(lambda: "layla/property/office/availability" in listener.latest)
        info = await listener.document(f"{BRIDGE}/info", lambda info: info["units"] == 10)
        # At once, and not only with the next minute.
        await listener.document(
            f"{BRIDGE}/health", lambda health: health["broker"]["connected"] and health["cloud"]["state"] == "online"
        )
        left = await kept(setting.broker.port)
    assert left[f"{BRIDGE}/state"] == b"online"
    assert {f"{BRIDGE}/info", f"{BRIDGE}/health"} <= left.keys()
    assert info | {"version": None} == {
        "instance": "layla",
        "version": None,
        "protocol": "5",
        "account": "token",
        "base_topic": "layla",
        "units": 10,
        "properties": 3,
        "interval": 60,
        "features": ["names"],
    }
    health = listener.json(f"{BRIDGE}/health")
    assert health.keys() == {
        *("instance", "version", "started", "uptime", "memory", "cloud", "broker", "outbox"),
        *("units", "properties", "missing", "messages", "commands", "refused", "events"),
    }
    assert health["outbox"] == {"depth": 0, "oldest": None, "dropped": 0}
    assert health["broker"]["address"] == f"127.0.0.1:{setting.broker.port}"
    assert datetime.fromisoformat(health["started"]).utcoffset() is not None


async def test_health_counts_what_was_done(setting: Setting, listener: Listener) -> None:
    async with bridging(setting):
        await listener.document("layla/device/villa-kitchen")
        await listener.ask("refresh")
        await setting.cloud.alarm("villa-kitchen", "smoke_alarm")
        await listener.ask("refresh")
        await listener.document("layla/device/villa-kitchen/event")
        await listener.say("layla/device/villa-kitchen/set", {"eco_time": 60})
        await listener.document("layla/device/villa-kitchen/result", lambda answer: answer["ok"])
        await listener.say("layla/device/villa-kitchen/set", {"eco_time": -1})
        await listener.document("layla/device/villa-kitchen/result", lambda answer: not answer["ok"])
        health = (await listener.ask("health"))["data"]
    assert (health["events"], health["commands"], health["refused"]) == (1, 1, 1)
    assert health["cloud"]["requests_in_24_h"] >= 3
    assert health["messages"] >= 2 * (10 + 3)


async def test_warnings_are_published_where_that_is_switched_on_once_each(setting: Setting, listener: Listener) -> None:
    async with bridging(replace(setting, more={"LAYLA_PUBLISH__LOG": "true"})):
        await listener.document("layla/device/villa-kitchen")
        await listener.ask("refresh")
        await setting.cloud.fault("listDevices", "status", status=500)
        for _ in range(3):
            await listener.ask("refresh")
        told = await listener.document(f"{BRIDGE}/log")
        assert f"{BRIDGE}/log" not in await kept(setting.broker.port)
    assert (told["level"], told["source"]) == ("warning", "layla_bridge.poller")
    assert told["text"].startswith("The cloud gave no answer: listDevices: 500")
    assert listener.counts[f"{BRIDGE}/log"] == 1


async def test_warnings_are_not_published_unless_that_is_switched_on(setting: Setting, listener: Listener) -> None:
    async with bridging(setting):
        await listener.document("layla/device/villa-kitchen")
        await setting.cloud.fault("listDevices", "status", status=500)
        assert (await listener.ask("refresh"))["status"] == "error"
        await listener.ask("health")
    assert f"{BRIDGE}/log" not in listener.latest


async def test_the_page_is_well_its_metrics_are_metrics_and_a_change_comes_by_itself(
    page: tuple[Setting, str], listener: Listener
) -> None:
    setting, url = page
    session = setting.cloud.session
    async with bridging(setting):
        await listener.until(lambda: "layla/property/office/availability" in listener.latest)
        await listener.ask("health")
        async with session.get(f"{url}healthz") as response:
            assert response.status == 200
            health: dict[str, Any] = await response.json()
            assert (health["alive"], health["ready"], health["units"]) == (True, True, 10)
        async with session.get(f"{url}metrics") as response:
            families = list(text_string_to_metric_families(await response.text()))
        samples = {sample.name: sample.value for family in families for sample in family.samples}
        assert samples["layla_bridge_units"] == 10
        async with session.get(url) as response:
            assert response.status == 200
            assert response.content_type == "text/html"
        async with streaming(session, url) as stream:
            _, units = await stream.begun()
            assert len(units) == 10
            await setting.cloud.change("villa-kitchen", readings={"noise": 77})
            await listener.ask("refresh")
            while True:
                message = await stream.message()
                changed = {unit["id"]: unit for unit in message.get("units", ())}
                if changed.get("villa-kitchen", {}).get("readings", {}).get("noise") == 77:
                    break


async def test_a_cloud_that_is_gone_is_seen_on_the_page(page: tuple[Setting, str], listener: Listener) -> None:
    setting, url = page
    async with bridging(setting):
        await listener.document("layla/device/villa-kitchen")
        await setting.cloud.fault("*", "status", status=503)
        for _ in range(2):
            await listener.ask("refresh")
        async with setting.cloud.session.get(f"{url}healthz") as response:
            assert (await response.json())["cloud"]["state"] == "offline"
        async with setting.cloud.session.get(f"{url}healthz?ready") as response:
            assert response.status == 503
