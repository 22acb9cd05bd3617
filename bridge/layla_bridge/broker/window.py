"""How many messages may wait for the broker's answer at once."""

from asyncio import Semaphore

from .errors import NotConnected


class Window:
    """Places for messages under way; who finds none waits, and is sent away when the connection ends."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._places = Semaphore(size)
        self._closed = False

    async def enter(self) -> None:
        """Take a place; raise `NotConnected` when there will be none."""
        await self._places.acquire()
        if self._closed:
            self._places.release()
            raise NotConnected

    def leave(self) -> None:
        """Give a place back."""
        self._places.release()

    def close(self) -> None:
        """Send everybody away: who is woken wakes the next."""
        self._closed = True
        self._places.release()
