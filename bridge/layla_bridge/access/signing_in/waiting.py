"""Waiting for the answer from both sides: the browser on this machine, and what somebody pastes."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping

from .answer import Denied, NotAnAnswer, OtherSignIn, code_of_page, code_of_text


class Waiting:
    """Takes answers until there is one. What belongs to another sign-in, or is none, is left out."""

    def __init__(self, state: str) -> None:
        """Wait for the answer to the request with this state."""
        self._state = state
        self._code: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def code(self) -> str:
        """Return the code, when it is there. Raises Denied."""
        return await self._code

    def take(self, query: Mapping[str, str]) -> str | None:
        """Take what a browser brings; return why it is left out, None where it is not."""
        return self._settled(code_of_page, query)

    async def read(self, pasted: AsyncIterator[str], complain: Callable[[str], None]) -> None:
        """Take what is pasted, line by line."""
        async for line in pasted:
            if line.strip() and (complaint := self._settled(code_of_text, line)):
                complain(complaint)

    def _settled[Came](self, read: Callable[[Came, str], str], came: Came) -> str | None:
        try:
            code = read(came, self._state)
        except (OtherSignIn, NotAnAnswer) as error:
            return str(error)
        except Denied as denied:
            if not self._code.done():
                self._code.set_exception(denied)
            return None
        if not self._code.done():
            self._code.set_result(code)
        return None
