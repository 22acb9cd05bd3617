"""The check of the bridge: what anybody hears and says on its broker."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
import json
from threading import Event
from typing import Final, Self

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from . import check_air_conditioner
from .air_conditioners import KEY
from .client import Json
from .failure import DemoFailed, eventually
from .stage import HOST, Stage
from .terminal import say
from .units import Unit, units

ALARM: Final = "co_alarm"

_SECONDS: Final = 60.0
_MODE: Final = "heat"
_DEGREES: Final = 23


class Listener:
    """A client of the broker that hears everything of the bridge, and keeps the latest message of each topic."""

    def __init__(self) -> None:
        """Hear nothing yet."""
        self.latest: dict[str, bytes] = {}
        self._subscribed = Event()
        self._client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        self._client.on_connect = lambda client, *_: client.subscribe("layla/#", 1)
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_message = self._heard

    def _heard(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        self.latest[message.topic] = bytes(message.payload)

    @classmethod
    @asynccontextmanager
    async def on(cls, port: int) -> AsyncIterator[Self]:
        """Listen on a broker for as long as the context lasts; raises DemoFailed."""
        listener = cls()
        listener._client.connect(HOST, port)
        listener._client.loop_start()
        try:
            await eventually("The broker takes a subscription", _SECONDS, listener._ready)
            yield listener
        finally:
            listener._client.disconnect()
            listener._client.loop_stop()

    async def _ready(self) -> bool | None:
        return self._subscribed.is_set() or None

    def say(self, topic: str, content: Json) -> None:
        """Publish a document."""
        self._client.publish(topic, json.dumps(content), 1)

    async def hear(self, topic: str, accepted: Callable[[Json], bool] = lambda _: True) -> Json:
        """Wait for a document of a topic that is accepted, and return it; raises DemoFailed."""

        async def look() -> Json | None:
            payload = self.latest.get(topic)
            found = json.loads(payload) if payload else None
            return found if found is not None and accepted(found) else None

        return await eventually(f"A message on {topic} is as expected", _SECONDS, look)


async def run(stage: Stage, unit: Unit) -> None:
    """See states, the event of an alarm of the unit, and an air conditioner that obeys; raises DemoFailed."""
    async with Listener.on(stage.bridge.port) as listener:
        await _states(stage, listener)
        await _event(stage, listener, unit)
        await _command(stage, listener)


async def _states(stage: Stage, listener: Listener) -> None:
    """See a state of every unit, and whether it is available."""
    found = await units(stage.client)
    for unit in found:
        state = await listener.hear(f"layla/device/{unit.id}")
        if state["name"] != unit.name:
            raise DemoFailed(f"The bridge calls {unit.name} {state['name']}")
        available = b"online" if state["online"] else b"offline"
        if listener.latest.get(f"layla/device/{unit.id}/availability") != available:
            raise DemoFailed(f"The bridge does not say that {unit.name} is {available.decode()}")
    say(f"The bridge publishes {len(found)} units on {stage.bridge.broker}, port {stage.bridge.port}")


async def _event(stage: Stage, listener: Listener, unit: Unit) -> None:
    """Raise an alarm in the simulated cloud, let the bridge ask there, and hear of it."""
    await stage.ring(unit.id, ALARM)
    listener.say("layla/bridge/layla/request/refresh", {"transaction": "check"})
    answer = await listener.hear("layla/bridge/layla/response/refresh")
    if answer["status"] != "ok":
        raise DemoFailed(f"The bridge could not ask the cloud: {answer}")
    event = await listener.hear(f"layla/device/{unit.id}/event", _is_start)
    state = await listener.hear(f"layla/device/{unit.id}")
    if not state["alarms"][ALARM]["active"]:
        raise DemoFailed(f"The bridge told of an alarm that is not in the state of {unit.name}: {event}")
    say(f"Raised the carbon monoxide alarm of {unit.name}: the bridge tells of it, as state and as event {event['id']}")


def _is_start(event: Json) -> bool:
    return (event["alarm"], event["phase"]) == (ALARM, "started")


async def _command(stage: Stage, listener: Listener) -> None:
    """Command an air conditioner over MQTT, and see its frame in the simulated cloud."""
    unit = [unit for unit in await units(stage.client) if KEY in unit.entities][-1]
    topic = f"layla/device/{unit.id}"
    await check_air_conditioner.stand_still(stage)
    listener.say(f"{topic}/set", {"mode": _MODE, "temperature": _DEGREES, "transaction": "check"})
    result = await listener.hear(f"{topic}/result", lambda result: result["transaction"] == "check")
    if not result["ok"]:
        raise DemoFailed(f"The bridge could not command {unit.name}: {result['error']}")
    config = await check_air_conditioner.one_frame(stage, unit, "on")
    if (config["mode"], config["temperature"]) != (_MODE, _DEGREES):
        raise DemoFailed(f"{unit.name} sent another frame than it was told over MQTT: {config}")
    await stage.control("POST", "clock", frozen=False)
    say(f"Told the air conditioner of {unit.name} over MQTT to heat to {_DEGREES} °C: one frame went out")
