"""How the bridge is: the documents in which it tells, the page that shows it, health and metrics for machines."""

from .documents import entry, health, info
from .memory import resident
from .page import PageUnavailable, StatusPage
from .requests import RequestCount
from .shown import Shown
from .status import About, Broker, Cloud, CloudState, Counts, Status, Waiting

__all__ = [
    "About",
    "Broker",
    "Cloud",
    "CloudState",
    "Counts",
    "PageUnavailable",
    "RequestCount",
    "Shown",
    "Status",
    "StatusPage",
    "Waiting",
    "entry",
    "health",
    "info",
    "resident",
]
