"""script/bench with a few units: it measures everything it promises. How fast is another matter."""

from pathlib import Path

import pytest

from benchmarks import bridge, mosquitto
from benchmarks.failure import BenchFailed


async def test_every_figure_is_measured_in_every_round() -> None:
    steps: list[str] = []
    found = await bridge.measured(units=20, rounds=1, say=steps.append)
    assert found.mix.startswith("22 of QoS 0")
    assert all(value > 0 for figure in found.figures for value in figure.rounds)
    assert [figure.name for figure in found.figures if figure.goal] == [
        "… in parts of mosquitto_pub",
        "Memory after the first mirror",
        "Memory after 5 polls more",
        "With discovery: after the first mirror",
        "With discovery: after 5 polls more",
    ]
    assert steps


async def test_a_missing_mosquitto_is_said_with_the_way_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(mosquitto, "_ELSEWHERE", ())
    with pytest.raises(BenchFailed, match="apt-get install mosquitto"):
        await bridge.measured(units=20, rounds=1, say=lambda _: None)
