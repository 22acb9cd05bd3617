"""The end of a bridge: within two seconds, whatever it waits for, and `offline` is the last that is said of it."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import override

from layla_bridge.broker import Session
from tests.bridge.app import ONLINE, STATE, App, settings
from tests.bridge.mosquitto import GENEROUS, Mosquitto
from tests.bridge.peer import peer
from tests.bridge.whole import BridgeProcess, Listener, Setting

_ROOT = Path(__file__).parents[3]
_SILENT_NAME_SERVER = """
import socket, sys, time
sys.modules["aiodns"] = None  # the container has none
asked = socket.getaddrinfo
def getaddrinfo(host, *arguments, **options):
    if host == "cloud.invalid":
        time.sleep(3600)
    return asked(host, *arguments, **options)
socket.getaddrinfo = getaddrinfo
"""


class Hesitant(App):
    """Announces itself only when it is told to go on."""

    def __init__(self, port: int) -> None:
        super().__init__(settings(port))
        self.greets = asyncio.Event()
        self.goes_on = asyncio.Event()

    @override
    async def greet(self, session: Session) -> None:
        """Wait, then announce."""
        del session
        self.greets.set()
        await self.goes_on.wait()
        await self.link.publish(ONLINE)


async def test_a_stop_while_it_announces_itself_leaves_offline_behind(broker: Mosquitto) -> None:
    app = Hesitant(broker.port)
    running = asyncio.create_task(app.link.run())
    async with asyncio.timeout(GENEROUS), peer(broker.port, STATE) as other:
        await app.greets.wait()
        stopping = asyncio.create_task(app.link.stop())
        # It has said its last words by then, and waits for the broker.
        await asyncio.sleep(0)
        app.goes_on.set()
        await stopping
        await running
        await other.publish(STATE, b"end")
        said = [(await other.next()).payload]
        while said[-1] != b"end":
            said.append((await other.next()).payload)
    assert said == [b"offline", b"end"]


async def test_a_name_server_that_is_silent_holds_up_no_stop(
    setting: Setting, listener: Listener, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(_SILENT_NAME_SERVER)
    here = {
        "LAYLA_ACCOUNT__URL": "https://cloud.invalid",
        "PYTHONPATH": f"{tmp_path}:{_ROOT / 'bridge'}",
    }
    async with BridgeProcess(replace(setting, more=here)) as bridge:
        await listener.until(lambda: listener.latest.get("layla/bridge/layla/state") == b"online")
        # `ended` waits for less than the name server does.
        assert await bridge.terminate() == 0
        await listener.until(lambda: listener.latest["layla/bridge/layla/state"] == b"offline")
