"""The section of the air conditioners: the models that there are, and what is wrong with one, with its place."""

from collections.abc import Mapping
import json
from pathlib import Path
from typing import Any, Final

import pytest

from layla_bridge.cloud.air_conditioner import Mode, Profile
from layla_bridge.configuration import Configuration, ConfigurationError, Problem, load
from layla_bridge.configuration.document import document

TOKEN: Final = {"LAYLA_ACCOUNT__TOKEN": "t0ken"}
PROFILES: Final = "LAYLA_AIR_CONDITIONERS__PROFILES"
ACME: Final[Mapping[str, Any]] = {
    "vendor": "Acme",
    "model": "X1",
    "units": ["17", "18"],
    "modes": ["cool", "heat"],
    "lowest": 16,
    "highest": 30,
    "step": 0.5,
    "fans": ["auto", "high"],
    "swings": ["off"],
}
OTHER: Final = {
    "vendor": "Polar",
    "model": "9000",
    "units": ["19"],
    "modes": ["auto"],
    "lowest": 60,
    "highest": 86,
    "fahrenheit": True,
}
KEYS: Final = "the keys vendor, model, units, modes, lowest, highest, step, fahrenheit, fans, swings"
LIST: Final = f"a list of sections with {KEYS}"
IDS: Final = "a list of ids of units, at least one, each once"
MODES: Final = "a list of cool, heat, dry, fan_only, auto, at least one, each once"
DEGREES: Final = "degrees from 0 to 130"
STEP: Final = "degrees from 0.1 to 5"
WORDS: Final = "a list of texts, each once"
TEXT: Final = "a text of one line that is not blank"


def configured(profiles: object) -> Configuration:
    """Load a configuration with these profiles in a variable."""
    return load(None, {**TOKEN, PROFILES: json.dumps(profiles)})


def problems(profiles: object) -> list[tuple[str, str, str]]:
    """Return key, problem and accepted form of what is wrong, the key without the name of the list."""
    with pytest.raises(ConfigurationError) as raised:
        configured(profiles)
    assert {problem.source for problem in raised.value.problems} == {f"environment variable {PROFILES}"}
    return [
        (problem.key.removeprefix("air_conditioners.profiles."), problem.problem, problem.accepted)
        for problem in raised.value.problems
    ]


def test_every_unit_has_the_profile_that_names_it() -> None:
    found = configured([ACME, OTHER]).air_conditioners.by_unit

    assert found["17"] == found["18"]
    assert found == {
        **dict.fromkeys(
            ("17", "18"),
            Profile(
                vendor="Acme",
                model="X1",
                modes=(Mode.COOL, Mode.HEAT),
                lowest=16,
                highest=30,
                step=0.5,
                fans=("auto", "high"),
                swings=("off",),
            ),
        ),
        "19": Profile(vendor="Polar", model="9000", modes=(Mode.AUTO,), lowest=60, highest=86, step=1, fahrenheit=True),
    }


def test_without_the_section_they_are_switched_on_and_off() -> None:
    chosen = load(None, TOKEN).air_conditioners

    assert (chosen.control, chosen.by_unit) == ("on_off", {})


def test_a_file_has_them_as_sections(tmp_path: Path) -> None:
    file = tmp_path / "layla.yaml"
    file.write_text(
        """
air_conditioners:
  control: full
  profiles:
    - vendor: Acme
      model: X1
      units: [17, 18]
      modes: [cool, heat]
      lowest: 16
      highest: 30
      step: 0.5
      fans: [auto, high]
      swings: [off]
"""
    )

    chosen = load(file, TOKEN).air_conditioners

    assert chosen.control == "full"
    assert chosen == configured([ACME]).air_conditioners.model_copy(update={"control": "full"})


@pytest.mark.parametrize(
    ("changed", "key", "problem", "accepted"),
    [
        ({"vendor": None}, "vendor", "there is nothing here", TEXT),
        ({"vendor": " "}, "vendor", "' ' does not fit", TEXT),
        ({"model": ["X1"]}, "model", "this is a list", TEXT),
        ({"units": []}, "units", "the list is empty", IDS),
        ({"units": ["17", "17"]}, "units", "'17' stands twice", IDS),
        ({"units": {"a": "b"}}, "units", "this is a section of keys", IDS),
        ({"modes": []}, "modes", "the list is empty", MODES),
        ({"modes": ["cool", "polka"]}, "modes", "'polka' is no mode", MODES),
        ({"modes": [["cool"]]}, "modes", "an item of the list is empty or not a text", MODES),
        ({"lowest": "cold"}, "lowest", "'cold' is not a decimal number", DEGREES),
        ({"lowest": "1e1"}, "lowest", "'1e1' is not a decimal number", DEGREES),
        ({"lowest": -1}, "lowest", "-1 is less than 0", DEGREES),
        ({"highest": 131}, "highest", "131 is more than 130", DEGREES),
        ({"highest": 16}, "highest", "16 is not more than lowest, which is 16", "degrees above lowest"),
        ({"step": 0}, "step", "0 is less than 0.1", STEP),
        ({"step": 5.5}, "step", "5.5 is more than 5", STEP),
        ({"fahrenheit": "maybe"}, "fahrenheit", "'maybe' is neither true nor false", "true or false"),
        ({"fans": ["low", "low"]}, "fans", "'low' stands twice", WORDS),
        ({"swings": [""]}, "swings", "an item of the list is empty or not a text", WORDS),
        ({"fan": "low"}, "fan", "there is no such key", KEYS),
        ({"running_above": 50}, "running_above", "there is no such key", KEYS),
        ({"hunter2": 1}, "(not a name)", "there is no such key", KEYS),
    ],
)
def test_a_problem_names_the_profile_and_its_key(
    changed: Mapping[str, Any], key: str, problem: str, accepted: str
) -> None:
    assert problems([OTHER, {**ACME, **changed}]) == [(f"1.{key}", problem, accepted)]


def test_everything_that_is_wrong_with_profiles_is_said_at_once() -> None:
    said = problems([{**OTHER, "step": "big"}, {"vendor": "Acme", "modes": ["polka"]}, "text"])

    missing = "this is missing"
    assert said == [
        ("0.step", "'big' is not a decimal number", STEP),
        ("1.model", missing, TEXT),
        ("1.units", missing, IDS),
        ("1.modes", "'polka' is no mode", MODES),
        ("1.lowest", missing, DEGREES),
        ("1.highest", missing, DEGREES),
        ("2", "this is not a section of keys", KEYS),
    ]


def test_a_unit_of_two_profiles_is_said() -> None:
    problem = "'18' is a unit of air_conditioners.profiles.0 as well"

    assert problems([ACME, OTHER, {**OTHER, "units": ["20", "18"]}]) == [
        ("2.units", problem, "each unit in one profile")
    ]


@pytest.mark.parametrize("text", ["Acme", "profiles: {vendor: Acme}"])
def test_profiles_are_a_list(text: str) -> None:
    for written in (text, f"{{a: '{text}'}}"):
        with pytest.raises(ConfigurationError) as raised:
            load(None, {**TOKEN, PROFILES: written})

        source = f"environment variable {PROFILES}"
        assert raised.value.problems == (Problem("air_conditioners.profiles", "this is not a list", LIST, source),)


def test_a_problem_in_the_file_names_the_line_of_the_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("layla.yaml").write_text("air_conditioners:\n  profiles:\n    - vendor: Acme\n")

    with pytest.raises(ConfigurationError) as raised:
        load(Path("layla.yaml"), TOKEN)

    assert {problem.source for problem in raised.value.problems} == {"layla.yaml line 2"}


def test_the_commented_document_explains_what_a_profile_has() -> None:
    for name in ("vendor", "units", "modes", "lowest", "fahrenheit", "swings"):
        assert f"  # - {name}: " in document()
