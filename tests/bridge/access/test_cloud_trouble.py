"""What errors of the cloud mean that no simulated cloud brings about."""

from datetime import UTC, datetime
from typing import Final

from layla_bridge.access import cloud_trouble
from layla_bridge.cloud.errors import CloudError, Gone, Unreached
from layla_bridge.configuration import load

NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)


def told(error: CloudError) -> cloud_trouble.CloudTrouble:
    """Tell an error of an account by token."""
    environ = {"LAYLA_ACCOUNT__TOKEN": "t", "LAYLA_ACCOUNT__URL": "http://cloud.example"}
    return cloud_trouble.of(error, load(None, environ).account, NOW)


def test_a_network_that_is_not_there() -> None:
    error = Unreached("listDevices", "no connection to the cloud")
    error.__cause__ = OSError(101, "Network is unreachable")

    assert told(error).text == "http://cloud.example cannot be reached"


def test_what_nobody_has_thought_of_is_told_as_it_came() -> None:
    assert told(Gone("listDevices", "gone", status=404)).text == (
        "The cloud did not do as it was asked (listDevices: 404, gone)"
    )
