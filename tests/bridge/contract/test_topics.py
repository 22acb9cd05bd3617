"""The topic contract: every topic of the table, ids that stay one level, and what an incoming topic means."""

from dataclasses import replace
import re
from typing import Final

from hypothesis import given, strategies as st
import pytest

from layla_bridge.contract import topics as contract
from layla_bridge.contract.level import LONGEST_LEVEL, UnusableId, escaped, unescaped, usable
from layla_bridge.contract.messages import Publication, Subscription
from layla_bridge.contract.topics import (
    BridgeRequest,
    Channel,
    DeviceCommand,
    InvalidBase,
    Item,
    Kind,
    PropertyCommand,
    Topics,
)

TOPICS: Final = Topics("villa")
UNIT: Final = Item(Kind.DEVICE, "a/b")
HOME: Final = Item(Kind.PROPERTY, "home")

# Ids of all kinds: surrogates too, since JSON can carry them.
ids: Final = st.text(max_size=60) | st.text("/+#%$\0\n\x7f\x85 \ud800\ufeffaé", max_size=20)


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        (contract.BRIDGE_STATE, Publication("layla/bridge/villa/state", b"x", qos=1, retain=True, expiry=None)),
        (contract.INFO, Publication("layla/bridge/villa/info", b"x", qos=1, retain=True, expiry=None)),
        (contract.HEALTH, Publication("layla/bridge/villa/health", b"x", qos=0, retain=True, expiry=None)),
        (contract.LOG, Publication("layla/bridge/villa/log", b"x", qos=0, retain=False, expiry=None)),
    ],
    ids=["state", "info", "health", "log"],
)
def test_the_bridge_has_its_topics(channel: Channel, expected: Publication) -> None:
    assert channel.at(TOPICS.bridge(channel), b"x") == expected


@pytest.mark.parametrize(
    ("channel", "names", "expected"),
    [
        (contract.STATE, (), Publication("", b"x", qos=0, retain=True, expiry=60)),
        (contract.AVAILABILITY, (), Publication("/availability", b"x", qos=1, retain=True, expiry=60)),
        (contract.EVENT, (), Publication("/event", b"x", qos=1, retain=False, expiry=60)),
        (contract.HISTORY, ("noise",), Publication("/history/noise", b"x", qos=1, retain=False, expiry=60)),
        (contract.RESULT, (), Publication("/result", b"x", qos=1, retain=False, expiry=60)),
    ],
    ids=["state", "availability", "event", "history", "result"],
)
def test_a_unit_and_a_property_have_the_same_topics(
    channel: Channel, names: tuple[str, ...], expected: Publication
) -> None:
    for item, topic in ((UNIT, "layla/device/a%2Fb"), (HOME, "layla/property/home")):
        found = channel.at(TOPICS.of(item, channel, *names), b"x", 60)
        assert found == replace(expected, topic=topic + expected.topic)


def test_requests_and_their_responses_have_the_same_verb() -> None:
    assert TOPICS.request("refresh") == "layla/bridge/villa/request/refresh"
    assert TOPICS.bridge(contract.RESPONSE, "refresh") == "layla/bridge/villa/response/refresh"


def test_all_commands_and_the_own_requests_are_subscribed_to_and_nothing_retained_or_own() -> None:
    assert [each.filter for each in TOPICS.subscriptions] == [
        "layla/device/+/set",
        "layla/property/+/set",
        "layla/device/+/set/+",
        "layla/property/+/set/+",
        "layla/bridge/villa/request/+",
    ]
    assert TOPICS.subscriptions[0] == Subscription(
        filter="layla/device/+/set", qos=1, no_local=True, retain_as_published=True, retain_handling=2
    )


@given(ids, ids, st.none() | ids)
def test_a_command_is_read_as_it_was_addressed(instance: str, item_id: str, name: str | None) -> None:
    topics = Topics(instance[:10], "home/layla")
    assert topics.incoming(topics.command(Item(Kind.DEVICE, item_id), name)) == DeviceCommand(item_id, name)
    assert topics.incoming(topics.command(Item(Kind.PROPERTY, item_id), name)) == PropertyCommand(item_id, name)
    assert topics.incoming(topics.request(item_id)) == BridgeRequest(item_id)
    assert Topics(f"{instance[:10]}2", "home/layla").incoming(topics.request(item_id)) is None


@pytest.mark.parametrize(
    "topic",
    [
        "layla/device/a",
        "layla/device/a/set/b/c",
        "layla/device/a/availability",
        "layla/room/a/set",
        "layla/device/%61/set",
        "layla/device/a%/set",
        "layla/device/a%2fb/set",
        "layla/device/%FF/set",
        "layla/device//set",
        "layla/bridge/villa/response/refresh",
        "layla/bridge/other/request/refresh",
        "home/layla/device/a/set",
        "device/a/set",
        "",
    ],
)
def test_any_other_topic_means_nothing(topic: str) -> None:
    assert TOPICS.incoming(topic) is None


@given(ids)
def test_any_id_is_one_level_that_every_broker_takes_and_comes_back(item_id: str) -> None:
    level = escaped(item_id)
    assert unescaped(level) == item_id
    assert usable(item_id)
    assert level
    assert not re.search(r"[/+#$\x00-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]", level)
    assert level.encode().decode() == level


@given(ids, ids)
def test_two_ids_never_share_a_level(one: str, other: str) -> None:
    assert (escaped(one) == escaped(other)) is (one == other)


@given(st.text("%0123456789ABCDEFabcdef/+", max_size=12))
def test_a_level_that_is_nobodys_is_refused(level: str) -> None:
    found = unescaped(level)
    assert found is None or escaped(found) == level


@pytest.mark.parametrize(
    ("item_id", "level"),
    [("", "%"), ("100%", "100%25"), ("$SYS", "%24SYS"), ("küche 1", "küche 1"), ("\0", "%00"), ("\ud800", "%ED%A0%80")],
)
def test_a_level_stays_readable(item_id: str, level: str) -> None:
    assert escaped(item_id) == level


@pytest.mark.parametrize("character", ["a", "\0", "\N{GRINNING FACE}"])
def test_a_very_long_id_is_one_level_up_to_half_a_topic(character: str) -> None:
    longest = character * (LONGEST_LEVEL // len(escaped(character).encode()))
    assert usable(longest)
    assert unescaped(escaped(longest)) == longest
    assert len(TOPICS.command(Item(Kind.DEVICE, longest), "temperature").encode()) < 65_536
    assert not usable(longest + character)
    with pytest.raises(UnusableId, match=f"and {LONGEST_LEVEL} is the most") as caught:
        TOPICS.of(Item(Kind.DEVICE, longest + character), contract.STATE)
    assert longest not in str(caught.value)


@pytest.mark.parametrize(
    ("base", "problem"),
    [
        ("", "empty level"),
        ("/layla", "empty level"),
        ("layla/", "empty level"),
        ("$SYS/layla", "belongs to the broker"),
        ("home/+", "no topic may have"),
        ("home/#", "no topic may have"),
        ("la\0yla", "no topic may have"),
        ("x" * 200, "longer than 200 bytes"),
    ],
)
def test_a_base_topic_that_cannot_be_one_is_refused_with_what_is_wrong(base: str, problem: str) -> None:
    with pytest.raises(InvalidBase, match=rf"{problem}.*such as home/layla"):
        Topics("villa", base)


def test_a_base_topic_may_have_several_levels() -> None:
    assert Topics("villa", "home/layla").of(HOME, contract.STATE) == "home/layla/property/home"
