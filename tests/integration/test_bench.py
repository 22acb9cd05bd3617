"""script/bench integration with a few units: it measures everything it promises. How fast is another matter."""

import pytest

from benchmarks import integration

from .flavours import once

pytestmark = [once, pytest.mark.slow, pytest.mark.real_clock]


async def test_every_figure_is_measured_beside_the_peer_and_bare_entities() -> None:
    steps: list[str] = []
    found = await integration.measured(units=20, rounds=1, say=steps.append)
    assert found.states > 20
    assert found.changed > 0
    assert [(figure.name, figure.goal) for figure in found.figures if figure.goal] == [
        ("… against a bare entity", 1.3),
        ("… so many fit into sensibo's", 15),
        ("… against decoding and parsing its answer", 1.5),
        ("… against a bare entity", 1.5),
    ]
    assert steps
