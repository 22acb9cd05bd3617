"""Operations that a cloud does not have: said once, tried again after a day."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from custom_components.layla.cloud.errors import NotSupported
from custom_components.layla.cloud.support import Support

NOW: Final = datetime(2026, 11, 20, 12, tzinfo=UTC)
MISSING: Final = NotSupported("listNotifications", "no such path", status=404)


def test_an_operation_is_worth_trying_until_it_was_found_missing() -> None:
    support = Support()
    assert support.worth_trying("listNotifications", NOW)
    support.missing(MISSING, NOW)
    assert not support.worth_trying("listNotifications", NOW)
    assert support.worth_trying("getStatistics", NOW)


def test_a_missing_operation_is_tried_again_after_a_day() -> None:
    support = Support()
    support.missing(MISSING, NOW)
    assert not support.worth_trying("listNotifications", NOW + timedelta(hours=23, minutes=59))
    assert support.worth_trying("listNotifications", NOW + timedelta(days=1))


def test_a_missing_operation_is_said_once_however_often_it_is_found_missing(caplog: pytest.LogCaptureFixture) -> None:
    support = Support()
    for day in range(3):
        support.missing(MISSING, NOW + timedelta(days=day))
    assert [record.getMessage() for record in caplog.records] == [
        "This cloud does not offer listNotifications: 404, no such path; it is left out"
    ]


def test_an_operation_that_works_again_is_missed_anew(caplog: pytest.LogCaptureFixture) -> None:
    support = Support()
    support.missing(MISSING, NOW)
    support.found("listNotifications")
    support.found("listNotifications")
    assert support.worth_trying("listNotifications", NOW)
    support.missing(MISSING, NOW)
    assert len(caplog.records) == 2
