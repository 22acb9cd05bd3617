"""Blocking work beside the event loop that nobody has to wait for."""

from asyncio import Future, get_running_loop
from collections.abc import Callable
from contextlib import suppress
from threading import Thread


def in_thread(work: Callable[[], None], name: str) -> Future[None]:
    """Run `work` in a thread of its own; the future may be cancelled, the work goes on.

    Not an executor: those are waited for at exit, and a silent host would hold up the end of the program.
    """
    loop = get_running_loop()
    future: Future[None] = loop.create_future()

    def settle(error: Exception | None) -> None:
        if future.done():
            return
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)

    def run() -> None:
        error: Exception | None = None
        try:
            work()
        except Exception as raised:  # noqa: BLE001 - handed to who waits
            error = raised
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, error)

    Thread(target=run, name=name, daemon=True).start()
    return future
