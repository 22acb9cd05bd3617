"""How discovery begins: with what the broker keeps of it, or by clearing that away."""

from collections.abc import Iterable, Mapping
from typing import override

import pytest

from layla_bridge.broker import Rejected
from layla_bridge.configuration import load
from layla_bridge.contract.messages import Publication, Subscription
from layla_bridge.contract.topics import Topics
from layla_bridge.discovery import Control
from layla_bridge.discovery.home_assistant import HomeAssistant
from layla_bridge.mirror.selected import Selected
from layla_bridge.retained.retained import Retained
from tests.bridge.whole import Listener, Setting, bridging


class Refusing:
    """A broker that lets nobody subscribe."""

    async def publish_many(self, publications: Iterable[Publication], /) -> None:
        """Take everything."""

    async def subscribe(self, *subscriptions: Subscription) -> None:
        """Refuse."""
        raise Rejected(subscriptions[0].filter, 135)

    async def unsubscribe(self, *filters: str) -> None:
        """Take everything."""


def environ(**more: str) -> Mapping[str, str]:
    """Return a configuration."""
    return {"LAYLA_ACCOUNT__TOKEN": "token", **more}


async def test_discovery_begins_without_what_the_broker_does_not_show(
    setting: Setting, listener: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    topics = Topics("layla")
    configuration = load(None, environ(LAYLA_DISCOVERY__ENABLED="true"))
    selected = Selected(configuration.properties.selection)
    home_assistant = HomeAssistant(configuration, topics, selected, lambda _: Control())
    async with bridging(setting) as bridge:
        await bridge.poller.refreshed()
        await home_assistant.begin(bridge.publishing, Retained(Refusing(), topics), None)
        await listener.until(lambda: any(topic.startswith("homeassistant/device/layla_") for topic in listener.latest))
    assert "What the broker keeps of discovery cannot be read" in caplog.text


@pytest.mark.parametrize(
    ("info", "clears"),
    [
        (b'{"features": ["discovery"]}', True),
        (b'{"features": ["names"]}', False),
        (b'{"features": null}', False),
        (b"[]", False),
        (b"no JSON", False),
        (None, False),
    ],
)
async def test_without_discovery_only_what_an_earlier_run_told_is_looked_for(
    setting: Setting, *, info: bytes | None, clears: bool
) -> None:
    topics = Topics("layla")
    asked: list[Subscription] = []

    class Asked(Refusing):
        @override
        async def subscribe(self, *subscriptions: Subscription) -> None:
            asked.extend(subscriptions)
            await super().subscribe(*subscriptions)

    configuration = load(None, environ())
    selected = Selected(configuration.properties.selection)
    home_assistant = HomeAssistant(configuration, topics, selected, lambda _: Control())
    async with bridging(setting) as bridge:
        await home_assistant.begin(bridge.publishing, Retained(Asked(), topics), info)
    assert bool(asked) is clears
