"""Series that somebody asks for, through the whole bridge."""

from collections import Counter
from datetime import UTC, datetime, timedelta
import json

from tests.bridge.whole import Listener, Setting, bridging

UNIT = "layla/device/villa-kitchen"
RESPONSE = "layla/bridge/layla/response/history"


async def test_points_arrive_on_their_topics_and_then_the_answer_that_all_are_there(
    setting: Setting, listener: Listener
) -> None:
    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    wish = {
        "units": ["villa-kitchen"],
        "measures": ["noise", "temperature"],
        "start": (end - timedelta(hours=6)).isoformat(),
        "end": end.isoformat(),
    }
    async with bridging(setting):
        await listener.document(UNIT)
        await setting.cloud.requests()
        first = await listener.ask("history", wish)
        assert first["status"] == "ok"
        assert first["data"].items() >= {"finished": False, "series": 2}.items()
        last = await listener.document(RESPONSE, lambda answer: answer["data"]["finished"])
        asked = await setting.cloud.requests()
    topics = [f"{UNIT}/history/{measure}" for measure in ("noise", "temperature")]
    points = Counter(
        {
            topic: len(json.loads(message.payload))
            for topic in topics
            for message in listener.heard
            if message.topic == topic
        }
    )
    assert (last["transaction"], last["data"]) == (
        first["transaction"],
        {"finished": True, "points": points.total(), "failed": 0},
    )
    assert dict(points) == dict.fromkeys(topics, 6)
    for topic in topics:
        for point in listener.json(topic):
            assert end - timedelta(hours=6) <= datetime.fromisoformat(point["at"]) < end
            assert isinstance(point["value"], int | float)
    assert asked["getDeviceMeasurements"] == 2
    # What is told once is not kept, and the points come before the answer that all are there.
    order = [message.topic for message in listener.heard if message.topic in {*topics, RESPONSE}]
    assert order == [RESPONSE, *topics, RESPONSE]


async def test_a_unit_or_a_measure_that_is_not_there_is_refused_and_the_cloud_not_asked(
    setting: Setting, listener: Listener
) -> None:
    start = (datetime.now(UTC) - timedelta(hours=6)).isoformat()
    async with bridging(setting):
        await listener.document(UNIT)
        await setting.cloud.requests()
        for wish, error in (
            ({"units": ["nobody"], "start": start}, "units: no unit has the id or the name 'nobody'"),
            ({"measures": ["colour"], "start": start}, "measures: there is no measure 'colour'"),
            ({"units": ["villa-kitchen"]}, "start: this is missing"),
        ):
            answer = await listener.ask("history", wish)
            assert answer["status"] == "error"
            assert answer["error"].startswith(error)
        assert not await setting.cloud.requests()
