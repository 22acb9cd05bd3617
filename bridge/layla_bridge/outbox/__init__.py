"""Events on their way to the broker, on disk: none is lost, and none gets a second number."""

from .errors import OutboxError, OutboxFailed, OutboxLocked
from .file import in_use
from .outbox import Outbox
from .store import Limits, Stored

__all__ = ["Limits", "Outbox", "OutboxError", "OutboxFailed", "OutboxLocked", "Stored", "in_use"]
