"""A message is made when something in it changed, and not otherwise."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
import json
from typing import Any, Final

import pytest

from layla_bridge.cloud.model import Property, Reading, Snapshot
from layla_bridge.contract.messages import Publication
from layla_bridge.contract.topics import Item, Kind, Topics
from layla_bridge.discovery import Control, Discovery, DiscoverySettings, is_ours, leftovers
from layla_bridge.mirror.ledger import KeyLedger, Keys
from layla_bridge.mirror.mirror import Mirror, Selection
from tests.bridge.world import HOME, NOW, device, place, snapshot as account

from .house import FULL, SETTINGS, TOPICS

OFFICE: Final = place("office")
UNIT: Final = Item(Kind.DEVICE, "unit-1")


class Bridge:
    """Mirror and discovery, without a broker."""

    def __init__(self, ledger: KeyLedger | None = None, settings: DiscoverySettings = SETTINGS, **others: Any) -> None:
        self.mirror = Mirror(TOPICS, Selection(selected=settings.selected), ledger or KeyLedger())
        self.discovery = Discovery(TOPICS, settings, **others)

    def changes(self, snapshot: Snapshot, previous: Snapshot | None = None, **others: Any) -> Sequence[Publication]:
        """Take a snapshot."""
        self.mirror.changes(snapshot, previous, NOW, **others)
        return list(self.discovery.changes(snapshot, previous, self.mirror.ledger, **others))


def named(messages: Sequence[Publication]) -> list[str]:
    """Return of which devices messages are."""
    return [each.topic.removeprefix("homeassistant/device/layla_").removesuffix("/config") for each in messages]


def test_the_first_snapshot_tells_everything_outermost_first_and_everything_repeats_it() -> None:
    bridge = Bridge()
    assert list(bridge.discovery.everything()) == []
    told = bridge.changes(account(device(1), device(2)))
    assert named(told) == ["bridge__villa", "property__home", "unit-1", "unit-2"]
    assert {(each.qos, each.retain, each.expiry) for each in told} == {(1, True, None)}
    assert list(bridge.discovery.everything()) == told


def test_what_did_not_change_is_not_told_again() -> None:
    bridge, first = Bridge(), account(device(1), device(2))
    bridge.changes(first)
    louder = account(device(1, readings={"noise": Reading(value=60.0)}), device(2), seen=NOW + timedelta(minutes=1))
    assert bridge.changes(louder, first) == []
    assert bridge.changes(louder, louder) == []
    assert named(bridge.changes(account(device(1, name="Attic"), louder.devices["unit-2"]), louder)) == ["unit-1"]


def test_a_new_reading_changes_the_unit_and_its_property() -> None:
    bridge, first = Bridge(), account(device(1), device(2))
    bridge.changes(first)
    warm = replace(first.devices["unit-1"], readings={"temperature": Reading(value=20.0)})
    second = replace(first, devices={**first.devices, "unit-1": warm})
    assert named(bridge.changes(second, first)) == ["property__home", "unit-1"]


def test_a_property_that_is_renamed_changes_its_units_only_among_several() -> None:
    units = (device(1), device(2, property_id="office"))
    for places, expected in (((HOME,), ["property__home"]), ((HOME, OFFICE), ["property__home", "unit-1"])):
        bridge, first = Bridge(), account(*units[: len(places)], places=places)
        bridge.changes(first)
        villa = replace(HOME, name="Villa")
        told = bridge.changes(replace(first, properties={**first.properties, "home": villa}), first)
        # A unit's message names no property of its own account's only one.
        assert [each for each in named(told) if each in expected] == expected
        assert "unit-2" not in named(told)


def test_a_second_property_tells_all_units_apart() -> None:
    bridge, first = Bridge(), account(device(1))
    bridge.changes(first)
    second = replace(first, properties={"home": HOME, "office": OFFICE})
    told = bridge.changes(second, first)
    assert named(told) == ["property__home", "property__office", "unit-1"]
    assert json.loads(told[2].payload)["cmps"]["sensor_noise"]["def_ent_id"] == "sensor.Home Room 1 Noise"


def test_what_is_not_selected_is_not_told_and_what_moves_there_is_left_to_its_own_bridge() -> None:
    bridge = Bridge(settings=replace(SETTINGS, selected=lambda property_id: property_id == "home"))
    first = account(device(1), device(2, property_id="office"), places=(HOME, OFFICE))
    assert named(bridge.changes(first)) == ["bridge__villa", "property__home", "unit-1"]
    moved = account(device(1, property_id="office"), first.devices["unit-2"], places=(HOME, OFFICE))
    assert bridge.changes(moved, first) == []
    assert named(list(bridge.discovery.everything())) == ["bridge__villa", "property__home"]


def test_what_was_removed_is_erased_and_what_is_listed_is_not() -> None:
    bridge, first = Bridge(), account(device(1))
    bridge.changes(first)
    assert bridge.changes(first, first, removed=[UNIT]) == []
    without = account()
    (erased,) = bridge.changes(replace(without, properties=first.properties), first, removed=[UNIT])
    assert erased == Publication("homeassistant/device/layla_unit-1/config", b"", 1, retain=True)
    assert named(list(bridge.discovery.everything())) == ["bridge__villa", "property__home"]
    assert named(bridge.changes(first, without)) == ["unit-1"]


def test_an_id_that_no_topic_can_carry_is_left_out() -> None:
    told = Bridge().changes(account(device(1, id="x" * 40_000)))
    assert named(told) == ["bridge__villa", "property__home"]


def test_without_names_nothing_is_called_by_its_owners_words() -> None:
    bridge = Bridge(settings=replace(SETTINGS, names=False, areas=True))
    told = b"".join(each.payload for each in bridge.changes(account(device(1), places=(HOME, OFFICE))))
    assert not [word for word in (b"Room", b"Home", b"Office") if word in told.replace(b"Home Assistant", b"")]
    assert b'"name":"Unit unit-1"' in told
    assert b'"name":"Property office"' in told


def test_a_default_bridge_is_called_by_its_kind_alone() -> None:
    discovery = Discovery(Topics("layla"), SETTINGS)
    config = json.loads(next(iter(discovery.changes(account(), None, KeyLedger()))).payload)
    assert config["dev"]["name"] == "Layla bridge"


def test_a_property_without_a_name_or_a_kind_is_called_by_its_id() -> None:
    home = Property(id="7", name=None, category=None, zone=HOME.zone)
    told = Bridge().changes(account(places=(home,)))
    device_ = json.loads(told[1].payload)["dev"]
    assert (device_["name"], "mdl" in device_, "sa" in device_) == ("Property 7", False, False)


def kept() -> dict[str, bytes]:
    """Return what the broker keeps of a bridge with a unit that has an air conditioner."""
    messages = Bridge(control=lambda _: FULL).changes(account(device(1, drives_ac=True), device(2)))
    return {each.topic: each.payload for each in messages}


def test_a_component_that_there_no_longer_is_is_named_alone_and_then_left_out() -> None:
    told = Bridge(retained=kept()).changes(account(device(1), device(2)))
    first, second = (json.loads(each.payload)["cmps"] for each in told if "unit-1" in each.topic)
    assert first.pop("climate_air_conditioner") == {"p": "climate"}
    assert first == second
    assert named(told).count("unit-2") == 1


def test_a_component_that_goes_while_the_bridge_runs_goes_likewise() -> None:
    bridge, first = Bridge(), account(device(1, drives_ac=True))
    bridge.changes(first)
    second = account(device(1, name="Attic"))
    fewer = KeyLedger({UNIT: Keys.of_device(second.devices["unit-1"])})
    told = list(bridge.discovery.changes(second, first, fewer))
    assert [
        json.loads(each.payload)["cmps"].get("climate_air_conditioner") for each in told if "unit-1" in each.topic
    ] == [
        {"p": "climate"},
        None,
    ]


def test_an_orphan_of_an_earlier_run_is_erased_and_what_the_ledger_remembers_is_not() -> None:
    bridge = Bridge(KeyLedger({Item(Kind.DEVICE, "unit-2"): Keys()}), retained=kept())
    bridge.changes(account())
    assert list(bridge.discovery.orphans(bridge.mirror.ledger)) == [
        Publication("homeassistant/device/layla_unit-1/config", b"", 1, retain=True)
    ]


def test_switched_off_everything_of_ours_is_erased_and_nothing_of_anybody_elses() -> None:
    mine = kept()
    others = {
        "homeassistant/device/x/config": b"{}",
        "homeassistant/device/y/config": b"[1]",
        "homeassistant/device/z/config": b"no JSON",
        "homeassistant/device/v/config": b'{"o":{"name":"Layla bridge"},"avty":{}}',
    }
    assert [each.topic for each in leftovers({**mine, **others}, TOPICS)] == list(mine)


@pytest.mark.parametrize("other", [Topics("annex"), Topics("villa", "home/layla")])
def test_a_message_is_ours_by_instance_and_base_topic(other: Topics) -> None:
    for payload in kept().values():
        assert is_ours(payload, TOPICS)
        assert not is_ours(payload, other)


def test_without_full_control_it_is_on_or_off() -> None:
    assert Control().modes == ("auto",)
    assert FULL.settings is FULL.profile
