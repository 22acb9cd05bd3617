"""What can be asked of the bridge itself, by the verbs of its request topics."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
import logging
from typing import Any, Final

from ..cloud.pace import INTERVAL, LONGEST_INTERVAL
from ..history import History, HistoryRefused
from ..mirror.publishing import Publishing
from ..poller import Poller
from ..retained.sweeper import Sweeper
from .replay import Replay
from .requests import Asked, BadRequest, Handler, Members

_LEVELS: Final = ("debug", "info", "warning", "error")
_SHORTEST: Final = round(INTERVAL.total_seconds())
_LONGEST: Final = round(LONGEST_INTERVAL.total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class Verbs:
    """The parts of a bridge of which something can be asked."""

    poller: Poller
    publishing: Publishing
    sweeper: Sweeper
    replay: Replay
    history: History
    health: Callable[[], Mapping[str, Any]]
    tell_report: Callable[[], None]

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Who carries out which verb."""
        return {
            "refresh": self._refresh,
            "health": self._health,
            "republish": self._republish,
            "events": self.replay.answer,
            "history": self._history,
            "options": self._options,
            "clean": self._clean,
        }

    async def _refresh(self, asked: Asked) -> Members:
        """Ask the cloud now."""
        del asked
        await self.poller.refreshed()
        return {}

    async def _health(self, asked: Asked) -> Members:
        """Return what the health topic has, as it is now."""
        del asked
        return self.health()

    async def _republish(self, asked: Asked) -> Members:
        """Publish everything anew."""
        del asked
        self.publishing.everything()
        return {}

    async def _clean(self, asked: Asked) -> Members:
        """Remove what the cloud no longer lists now, and what earlier runs left."""
        del asked
        if self.poller.snapshot is None or self.poller.is_lost:
            raise BadRequest("the cloud does not answer, so nobody knows what it lists; ask again when it does")
        removed = self.publishing.remove_missing()
        self.sweeper.sweep()
        return {"removed": [{"kind": item.kind, "id": item.id} for item in removed]}

    async def _history(self, asked: Asked) -> Members:
        """Fetch series, and answer once more when they are delivered."""

        def finished(points: int, failed: int) -> None:
            asked.reply({"finished": True, "points": points, "failed": failed})

        try:
            accepted = self.history.request(asked.members, finished)
        except HistoryRefused as error:
            raise BadRequest(str(error)) from error
        return {"finished": False, "series": accepted.series, "ready_in": round(accepted.ready_in.total_seconds())}

    async def _options(self, asked: Asked) -> Members:
        """Change options until the next start, and return them all."""
        changes = {name: _read(name, value) for name, value in asked.members.items()}
        if "interval" in changes:
            self.poller.change_interval(timedelta(seconds=changes["interval"]))
            self.tell_report()
        if "log_level" in changes:
            logging.getLogger().setLevel(changes["log_level"].upper())
        return {
            "interval": round(self.poller.usual.total_seconds()),
            "log_level": logging.getLevelName(logging.getLogger().level).lower(),
        }


def _read(name: str, value: object) -> Any:
    """Read one option. Raises BadRequest."""
    if name == "interval":
        if isinstance(value, int) and not isinstance(value, bool) and _SHORTEST <= value <= _LONGEST:
            return value
        raise BadRequest(f"interval: accepted are seconds from {_SHORTEST} to {_LONGEST}")
    if name == "log_level":
        if value in _LEVELS:
            return value
        raise BadRequest(f"log_level: accepted are {', '.join(_LEVELS)}")
    raise BadRequest(f"{name[:40]}: there is no such option; there are interval and log_level")
