"""A token store whose disk can be slow or broken."""

from asyncio import Event, sleep
from dataclasses import dataclass, field

from custom_components.layla.cloud.oauth.tokens import Tokens


@dataclass(slots=True)
class Disk:
    """Keeps tokens; `kept` are all that renewals brought to safety."""

    tokens: Tokens
    kept: list[Tokens] = field(default_factory=list)
    broken: int = 0
    """So many of the next attempts fail."""
    hasty: bool = False
    """It shows tokens before they are safe."""
    slow: int = 0
    """It takes so many turns of the event loop."""
    attempts: int = 0
    busy: bool = False
    ready: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        """Begin with a disk that is quick."""
        self.ready.set()

    async def keep(self, tokens: Tokens) -> None:
        """Keep these tokens, unless others are put in their place meanwhile."""
        self.attempts += 1
        self.busy = True
        try:
            await self._write(tokens)
        finally:
            self.busy = False

    async def _write(self, tokens: Tokens) -> None:
        if self.hasty:
            self.tokens = tokens
        before = self.tokens
        await self.ready.wait()
        for _ in range(self.slow):
            await sleep(0)
        if self.broken:
            self.broken -= 1
            raise OSError("No space left on device")
        if self.tokens is before:
            self.tokens = tokens
            self.kept.append(tokens)
