"""Promises of the check about Home Assistant's log."""

import pytest

from demo import check
from demo.failure import DemoFailed

USUAL = (
    "2026-11-22 00:05:46.885+00:00 WARNING (SyncWorker_0) [homeassistant.loader] "
    "We found a custom integration layla which has not been tested by Home Assistant."
)


def test_the_remark_about_custom_integrations_is_expected() -> None:
    check._quiet([USUAL])


@pytest.mark.parametrize("level", ["WARNING", "ERROR", "CRITICAL"])
def test_any_other_complaint_is_a_failure(level: str) -> None:
    line = f"2026-11-22 00:05:47.259+00:00 {level} (MainThread) [custom_components.layla] Something is odd"

    with pytest.raises(DemoFailed, match="Something is odd"):
        check._quiet([USUAL, line])
