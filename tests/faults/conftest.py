"""The fixtures of the integration's tests serve here too."""

from tests.integration.conftest import (
    _clock,
    _real_integration,
    cloud,
    entry,
    flavour,
    loaded,
    pytest_generate_tests,
    refresh,
    world,
)

__all__ = [
    "_clock",
    "_real_integration",
    "cloud",
    "entry",
    "flavour",
    "loaded",
    "pytest_generate_tests",
    "refresh",
    "world",
]
