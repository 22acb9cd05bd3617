"""What a state ever had is remembered, and comes back after a restart as it was."""

import json
from typing import Final

from hypothesis import given, strategies as st
import pytest

from layla_bridge.cloud.model import Reading
from layla_bridge.cloud.stored import InvalidRecord
from layla_bridge.contract.topics import Item, Kind
from layla_bridge.mirror.home import Home
from layla_bridge.mirror.ledger import KeyLedger, Keys
from tests.bridge.world import HOME, device

UNIT: Final = Item(Kind.DEVICE, "unit-1")
words: Final = st.frozensets(st.text(max_size=5), max_size=3)
ledgers: Final = st.builds(
    KeyLedger,
    st.dictionaries(
        st.builds(Item, st.sampled_from(Kind), st.text(max_size=5)),
        st.builds(Keys, words, words, st.booleans(), st.booleans()),
        max_size=5,
    ),
)


def test_a_reading_counts_once_it_had_a_value_and_an_alarm_once_it_was_seen() -> None:
    unit = device(readings={"noise": Reading(value=None), "power": Reading(value=0.0)}, drives_ac=True)
    assert Keys.of_device(unit) == Keys(frozenset({"power"}), frozenset({"noise_alarm"}), ac=True, online=True)
    temperate = device(online=False, readings={"temperature": Reading(value=20.0)})
    assert Keys.of_home(Home(HOME, [unit, temperate])).readings == {"lowest_temperature", "highest_temperature"}


def test_what_is_nothing_new_leaves_the_same_ledger() -> None:
    first = KeyLedger().learned([(UNIT, Keys(frozenset({"noise"}))), (Item(Kind.PROPERTY, "home"), Keys())])
    assert first.learned([(UNIT, Keys(frozenset({"noise"}))), (UNIT, Keys())]) is first
    assert first.without([Item(Kind.DEVICE, "other")]) is first
    assert first.learned([]) is first


def test_what_is_gone_is_kept_and_what_was_removed_is_forgotten() -> None:
    ledger = KeyLedger().learned([(UNIT, Keys(frozenset({"noise"})))]).learned([(UNIT, Keys(alarms=frozenset("a")))])
    assert ledger.keys(UNIT) == Keys(frozenset({"noise"}), frozenset("a"))
    assert ledger.without([UNIT]) == KeyLedger()
    assert ledger.without([UNIT]).keys(UNIT) == Keys()


@given(ledgers)
def test_a_ledger_comes_back_as_it_was(ledger: KeyLedger) -> None:
    assert KeyLedger.from_dict(json.loads(json.dumps(ledger.as_dict()))) == ledger


@pytest.mark.parametrize(
    ("written", "member"),
    [
        ([], "ledger"),
        ({}, "device"),
        ({"device": {}, "property": []}, "property"),
        ({"device": {"a": 1}, "property": {}}, "device"),
        ({"device": {1: {}}, "property": {}}, "device"),
        ({"device": {"a": {"readings": [1], "alarms": [], "ac": True}}, "property": {}}, "readings"),
        ({"device": {"a": {"readings": [], "alarms": [], "ac": 1}}, "property": {}}, "ac"),
    ],
)
def test_a_ledger_that_cannot_be_read_says_what_does_not_fit(written: object, member: str) -> None:
    with pytest.raises(InvalidRecord, match=f"^{member}:"):
        KeyLedger.from_dict(written)
