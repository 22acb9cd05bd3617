"""Who is shown when not all fit: what was shown before, and whole properties as far as there is room."""

from hypothesis import given, strategies as st

from custom_components.layla.detail.estimate import Estimate, UnitSize
from custom_components.layla.detail.levels import Level, Levels
from custom_components.layla.detail.limit import fit

PROPERTIES = st.sampled_from([None, "a", "b", "c", "d"])
SIZES = st.dictionaries(
    st.text("uvwxyz", min_size=1, max_size=3),
    st.builds(UnitSize, property_id=PROPERTIES, entities=st.integers(0, 20), shown=st.booleans()),
    max_size=12,
)
ESTIMATES = st.builds(Estimate, common=st.integers(0, 30), units=SIZES)
LEVELS = st.builds(Levels, st.sampled_from(Level), st.frozensets(PROPERTIES.filter(bool)))
MOST = st.integers(0, 150)


@given(ESTIMATES, LEVELS, MOST)
def test_nothing_new_is_shown_beyond_the_limit_and_what_was_shown_stays(
    estimate: Estimate, levels: Levels, most: int
) -> None:
    shown = fit(estimate, levels, most).units
    wanted = {unit for unit, size in estimate.units.items() if levels.shows_units_of(size.property_id)}
    before = {unit for unit in wanted if estimate.units[unit].shown}

    assert before <= shown <= wanted
    total = estimate.common + sum(estimate.units[unit].entities for unit in shown)
    assert total <= most or not any(estimate.units[unit].entities for unit in shown - before)


@given(ESTIMATES, LEVELS, MOST)
def test_the_new_units_of_a_property_come_all_or_not_at_all(estimate: Estimate, levels: Levels, most: int) -> None:
    found = fit(estimate, levels, most)
    for unit, size in estimate.units.items():
        if levels.shows_units_of(size.property_id) and not size.shown:
            assert (unit in found.units) is (size.property_id not in found.left_out)


@given(ESTIMATES, LEVELS, MOST)
def test_all_are_shown_where_all_fit(estimate: Estimate, levels: Levels, most: int) -> None:
    found = fit(estimate, levels, most)
    assert found.wanted == estimate.total(levels)
    if found.wanted <= most:
        assert not found.left_out


@given(ESTIMATES, LEVELS, MOST, st.randoms())
def test_the_order_of_the_cloud_does_not_matter(estimate: Estimate, levels: Levels, most: int, chance: object) -> None:
    shuffled = list(estimate.units.items())
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fit(Estimate(estimate.common, dict(shuffled)), levels, most) == fit(estimate, levels, most)


@given(LEVELS)
def test_levels_are_stored_as_they_are(levels: Levels) -> None:
    assert Levels.chosen(levels.as_options()) == levels


@given(LEVELS, PROPERTIES.filter(bool))
def test_an_exception_has_the_other_level(levels: Levels, item: str) -> None:
    assert (levels.level(item) is levels.default) is (item not in levels.exceptions)
    assert sum(levels.counted([item]).values()) == levels.counted([item])[levels.level(item)] == 1
