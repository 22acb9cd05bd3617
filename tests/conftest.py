"""What holds for the whole suite: its options, its made-up examples, and how closely the event loop is watched."""

from asyncio import constants

from hypothesis import HealthCheck, settings
import pytest

# The same examples in every run: what fails here fails everywhere, and a slow machine is no failure.
settings.register_profile(
    "same-everywhere",
    derandomize=True,
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("same-everywhere")

# The test harness has every loop watched, which is worth having: calls from other threads are seen, and results that
# nobody awaits. But ten lines of stack of each call that is scheduled take a fifth of the suite's time.
vars(constants)["DEBUG_STACK_DEPTH"] = 1


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    parser.addoption(
        "--both-ways",
        action="store_true",
        help="run every test by both ways into the account, not by the one that its name falls on",
    )
    parser.addoption(
        "--other-way",
        action="store_true",
        help="run every test by the way into the account that its name does not fall on",
    )
    parser.addoption(
        "--whole-size",
        action="store_true",
        help="run also what takes several minutes, because there is so much of it (`whole_size`)",
    )
    parser.addoption(
        "--embedded-broker",
        action="store_true",
        help="run the tests of the bridge as where Mosquitto is not installed",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Let snapshots of the other way be unused, which is a failure else."""
    if not config.getoption("both_ways"):
        config.option.warn_unused_snapshots = True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes minutes, unless it is asked for."""
    if config.getoption("whole_size"):
        return
    large = [item for item in items if item.get_closest_marker("whole_size")]
    config.hook.pytest_deselected(items=large)
    items[:] = [item for item in items if item not in large]
