"""What an account has to remember though no call can read it back: the caller decides where it is kept."""

from collections.abc import Mapping
from typing import Any, Protocol

type Document = Mapping[str, Any]


class Memory(Protocol):
    """Keeps one plain JSON object for each unit."""

    @property
    def documents(self) -> Mapping[str, Document]:
        """Everything that is kept, by unit."""

    async def keep(self, device_id: str, document: Document) -> None:
        """Keep a unit's object in place of the last one; returns once it would survive a power cut."""


class ForgetfulMemory:
    """Keeps things as long as the process lives: for accounts that are only looked at."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.documents: dict[str, Document] = {}

    async def keep(self, device_id: str, document: Document) -> None:
        """Keep a unit's object in place of the last one."""
        self.documents[device_id] = document
