"""Whether the bridge works: once for who would start it anew, once for who waits until it is of use."""

from datetime import timedelta
from typing import Final

from .status import CloudState, Status

_STUCK: Final = timedelta(minutes=10)
_USABLE: Final = frozenset({CloudState.ONLINE, CloudState.RESTING})


def alive(status: Status) -> bool:
    """Tell whether the loop runs: no poll is overdue by more than requests and their time-outs explain.

    A cloud or a broker that cannot be reached is no reason to start the bridge anew: that would help neither.
    """
    due = status.cloud.next_poll
    return due is None or status.at - due < _STUCK


def ready(status: Status) -> bool:
    """Tell whether the account is on the broker now."""
    cloud = status.cloud
    return alive(status) and status.broker.connected and cloud.state in _USABLE and cloud.last_success is not None
