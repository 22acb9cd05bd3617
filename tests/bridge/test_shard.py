"""Every property has one owner among the shards, and few move when there are more of them."""

from collections import Counter
from pathlib import Path
from typing import Final

from hypothesis import given, strategies as st
import pytest

from layla_bridge.cloud.model import Property
from layla_bridge.configuration import ConfigurationError, Selection, load
from layla_bridge.mirror.selected import Selected
from layla_bridge.parts import outbox_path, sharded, state_path, topics
from layla_bridge.shard import InvalidShard, Shard, is_name_of_shard

from .world import place, snapshot

ids: Final = st.text(min_size=1)
counts: Final = st.integers(1, 12)
ENVIRONMENT: Final = {"LAYLA_ACCOUNT__TOKEN": "secret", "LAYLA_DATA": "/data", "LAYLA_INSTANCE": "villa"}


def owner(property_id: str | None, count: int) -> int:
    """Return the one shard that owns a property."""
    [found] = [index for index in range(1, count + 1) if Shard(index, count).owns(property_id)]
    return found


@given(st.none() | ids, counts)
def test_every_property_has_exactly_one_owner(property_id: str | None, count: int) -> None:
    assert 1 <= owner(property_id, count) <= count


@given(ids, counts)
def test_with_one_shard_more_a_property_stays_or_moves_to_the_new_one(property_id: str, count: int) -> None:
    assert owner(property_id, count + 1) in (owner(property_id, count), count + 1)


@pytest.mark.parametrize("count", [1, 4, 8])
def test_the_new_shard_takes_its_share_and_the_shares_are_even(count: int) -> None:
    properties = [f"property-{number}" for number in range(3000)]
    moved = sum(owner(each, count) != owner(each, count + 1) for each in properties)
    assert moved == pytest.approx(3000 / (count + 1), rel=0.15)
    shares = Counter(owner(each, count + 1) for each in properties)
    assert len(shares) == count + 1
    assert min(shares.values()) > 0.8 * 3000 / (count + 1)


def test_an_owner_is_the_same_for_ever() -> None:
    assert [owner(each, 8) for each in ("home", "barn", "17", "Büro")] == [5, 3, 8, 1]


@given(counts, counts)
def test_what_a_shard_left_has_one_heir_whatever_the_number_of_shards_becomes(before: int, after: int) -> None:
    for index in range(1, before + 1):
        left = f"villa{Shard(index, before).suffix}"
        heirs = [each for each in range(1, after + 1) if Shard(each, after).inherits("villa", left)]
        stays = [each for each in range(1, after + 1) if f"villa{Shard(each, after).suffix}" == left]
        assert len(heirs) + len(stays) == 1


@pytest.mark.parametrize("other", ["cottage", "cottage-1of2", "villa-", "villa-0of2", "villa-2of", "my-villa-1of3"])
def test_nothing_of_another_account_is_inherited(other: str) -> None:
    assert not any(Shard(index, 2).inherits("villa", other) for index in (1, 2))
    assert not Shard().inherits("villa", other)


@pytest.mark.parametrize(("text", "shard"), [("2/8", Shard(2, 8)), (" 1/1 ", Shard()), ("256/256", Shard(256, 256))])
def test_a_shard_is_written_as_which_of_how_many(text: str, shard: Shard) -> None:
    assert Shard.parsed(text) == shard


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2", "'2' is no shard; write which one of how many, such as 2/8"),
        ("2 of 8", "'2 of 8' is no shard"),
        ("-1/8", "'-1/8' is no shard"),
        ("0/8", "There is no shard 0 of 8; they are counted from 1 to 8"),
        ("9/8", "There is no shard 9 of 8"),
        ("1/0", "There cannot be 0 shards; from 1 to 256 are possible"),
        ("1/257", "There cannot be 257 shards"),
    ],
)
def test_what_is_no_shard_says_how_one_is_written(text: str, words: str) -> None:
    with pytest.raises(InvalidShard, match=words):
        Shard.parsed(text)


def test_a_shard_has_a_name_a_connection_and_a_folder_of_its_own() -> None:
    configuration = load(None, ENVIRONMENT)
    second = sharded(configuration, Shard(2, 8))
    assert topics(second).instance == "villa-2of8"
    assert second.broker.client_id == "layla-bridge-villa-2of8"
    assert (outbox_path(second), state_path(second)) == (
        Path("/data/shard-2/outbox.db"),
        Path("/data/shard-2/state.json"),
    )
    assert sharded(configuration, Shard()) == configuration


def test_a_shard_goes_on_with_its_folder_when_there_are_more_of_them() -> None:
    data = Path("/data")
    assert Shard(2, 8).folder(data) == Shard(2, 9).folder(data)
    assert Shard(1, 8).folder(data) == Shard().folder(data) == data


def test_no_bridge_is_called_like_a_shard() -> None:
    assert is_name_of_shard("villa-2of8")
    with pytest.raises(ConfigurationError, match="villa-2of8 is what a shard would be called"):
        load(None, ENVIRONMENT | {"LAYLA_INSTANCE": "villa-2of8"})


def test_the_variable_of_the_shard_is_no_unknown_key() -> None:
    assert load(None, ENVIRONMENT | {"LAYLA_SHARD": "2/8"}).instance == "villa"


def named(property_id: str, name: str | None) -> Property:
    """Make a property with a name."""
    made = place(property_id)
    return Property(id=made.id, name=name, category=made.category, zone=made.zone)


def test_the_shard_and_the_configuration_select_together() -> None:
    which = [Selected(Selection(exclude=("Attic",)), Shard(index, 2)) for index in (1, 2)]
    account = snapshot(places=(named("1", "Attic"), *(named(str(number), None) for number in range(2, 40))))
    for each in which:
        each.learn(account)
    assert not any(each("1") for each in which)
    assert all(sum(each(str(number)) for each in which) == 1 for number in range(2, 40))
    assert [each(None) for each in which] == [True, False]


def test_units_without_a_property_are_selected_by_what_takes_everything() -> None:
    assert Selected(Selection())(None)
    assert not Selected(Selection(include=("home",)))(None)
    assert not Selected(Selection(exclude=("*",)))(None)


def test_a_name_is_remembered_while_its_property_is_missing_and_a_new_one_counts_at_once() -> None:
    which = Selected(Selection(exclude=("Attic",)))
    assert not which.learn(snapshot(places=(named("1", "Attic"),)))
    assert not which("1")
    assert not which.learn(snapshot(places=()))
    assert not which("1")
    assert which.learn(snapshot(places=(named("1", "Loft"),)))
    assert which("1")
    assert not which.learn(snapshot(places=(named("1", "Garret"),)))
