"""The history of units: what an outage missed, and what somebody asks for."""

from .asked import HistoryRefused
from .chunks import publisher
from .fetcher import Failure, Fetcher
from .file import NAME, HistoryFile
from .history import Accepted, History, Scope
from .series import Series

__all__ = [
    "NAME",
    "Accepted",
    "Failure",
    "Fetcher",
    "History",
    "HistoryFile",
    "HistoryRefused",
    "Scope",
    "Series",
    "publisher",
]
