"""How often the simulator was asked, by operation and by outcome."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Counters:
    """Requests since the start or since the last reset."""

    by_operation: Counter[str] = field(default_factory=Counter)
    by_status: Counter[str] = field(default_factory=Counter)

    def count(self, operation: str, outcome: str) -> None:
        """Count one request; `outcome` is its status code, `cut` or `hung_up`."""
        self.by_operation[operation] += 1
        self.by_status[outcome] += 1

    def reset(self) -> None:
        """Begin again at zero."""
        self.by_operation.clear()
        self.by_status.clear()

    def as_json(self) -> dict[str, Any]:
        """Return the counts as the control API shows them."""
        return {
            "total": self.by_operation.total(),
            "by_operation": dict(sorted(self.by_operation.items())),
            "by_status": dict(sorted(self.by_status.items())),
        }
