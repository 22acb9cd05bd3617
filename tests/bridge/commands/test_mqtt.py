"""Commands over a real broker, to a simulated cloud over HTTP."""

import asyncio
import json

import pytest

from layla_bridge.broker import Message
from layla_bridge.contract.topics import DeviceCommand, PropertyCommand
from tests.bridge.app import App, running, settings
from tests.bridge.commanding import TOPICS, Bench, bench
from tests.bridge.mosquitto import Mosquitto
from tests.bridge.peer import peer


async def _deliver(app: App, at: Bench) -> None:
    while True:
        await app.link.publish(await at.published.get())


async def _take(app: App, at: Bench) -> None:
    while True:
        message: Message = await app.messages.get()
        incoming = TOPICS.incoming(message.topic)
        assert isinstance(incoming, DeviceCommand | PropertyCommand)
        at.commands.take(message, incoming)


@pytest.mark.mosquitto
async def test_a_command_is_answered_on_both_topics_and_a_retained_one_is_erased(broker: Mosquitto) -> None:
    async with (
        bench() as at,
        running(App(settings(broker.port), *TOPICS.subscriptions)) as app,
        peer(broker.port, "layla/device/unit/result", "mine") as other,
    ):
        tasks = [asyncio.create_task(work(app, at)) for work in (_deliver, _take)]
        await other.publish(
            "layla/device/unit/set", b'{"eco_time": 77, "transaction": 1}', ResponseTopic="mine", CorrelationData=b"42"
        )
        answers = {message.topic: message for message in (await other.next(), await other.next())}
        told = json.loads(answers["layla/device/unit/result"].payload)
        assert told == {"transaction": 1, "ok": True, "error": None}
        assert answers["mine"].payload == answers["layla/device/unit/result"].payload
        assert answers["mine"].properties is not None
        assert vars(answers["mine"].properties)["CorrelationData"] == b"42"
        assert at.unit.settings["last_PIR_detected_time_th"] == 77

        await other.publish("layla/device/unit/set/eco_time", b"78", retain=True)
        assert json.loads((await other.next()).payload)["error"]["code"] == "retained"
        async with peer(broker.port, "layla/device/unit/set/#", "sentinel") as newcomer:
            await newcomer.publish("sentinel", b"nothing was kept")
            assert (await newcomer.next()).payload == b"nothing was kept"
        assert at.unit.settings["last_PIR_detected_time_th"] == 77
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
