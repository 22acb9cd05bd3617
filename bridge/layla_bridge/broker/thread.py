"""Blocking work beside the event loop that nobody has to wait for."""

from asyncio import Future, get_running_loop
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Thread


def in_thread[Result](work: Callable[[], Result], name: str) -> Future[Result]:
    """Run `work` in a thread of its own; the future may be cancelled, the work goes on.

    Not an executor: those are waited for at exit, and a silent host would hold up the end of the program.
    """
    loop = get_running_loop()
    future: Future[Result] = loop.create_future()

    def settle(finish: Callable[[], None]) -> None:
        if not future.done():
            finish()

    def run() -> None:
        try:
            result = work()
        except Exception as raised:  # noqa: BLE001 - handed to who waits
            finish = partial(future.set_exception, raised)
        else:
            finish = partial(future.set_result, result)
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, finish)

    Thread(target=run, name=name, daemon=True).start()
    return future
