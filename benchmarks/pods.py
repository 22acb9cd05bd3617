"""Sensibo's cloud with many pods: `python -m benchmarks.pods COUNT`. Each answers as its API does, with every field."""

import asyncio
import sys
from typing import Any, Final

from aiohttp import web
import orjson

STATES_OF_A_POD: Final = 9
"""Enabled entities that core's integration makes of one of these pods."""
_MODES: Final = ("cool", "heat", "dry", "fan", "auto")
_TEMPERATURES: Final = {
    "C": {"isNative": True, "values": list(range(16, 31))},
    "F": {"isNative": False, "values": list(range(61, 87))},
}


def pod(number: int) -> dict[str, Any]:
    """Return a pod with an air conditioner in the shape of `/users/me/pods?fields=*`."""
    state = {
        "timestamp": {"time": "2026-11-20T12:00:00.000000Z", "secondsAgo": 0},
        "on": True,
        "mode": "heat",
        "targetTemperature": 22,
        "temperatureUnit": "C",
        "fanLevel": "auto",
        "swing": "stopped",
        "horizontalSwing": "stopped",
        "light": "on",
    }
    mode = {
        "temperatures": _TEMPERATURES,
        "fanLevels": ["quiet", "low", "medium", "medium_high", "high", "auto"],
        "swing": ["stopped", "fixedTop", "fixedMiddleTop", "fixedMiddle", "fixedMiddleBottom", "fixedBottom"],
        "horizontalSwing": ["stopped", "fixedLeft", "fixedCenterLeft", "fixedCenter", "fixedRight"],
        "light": ["on", "dim", "off"],
    }
    return {
        "id": f"pod{number:05}",
        "macAddress": f"02:00:00:{number >> 16:02x}:{number >> 8 & 255:02x}:{number & 255:02x}",
        "serial": f"{number:08}",
        "room": {"uid": f"room{number}", "name": f"Room {number}", "icon": "Lounge"},
        "location": {"id": "location", "name": "Home", "latLon": [52.5, 13.4], "address": ["Berlin"]},
        "measurements": {
            "time": {"time": "2026-11-20T12:00:00.000000Z", "secondsAgo": 12},
            "temperature": 21.2,
            "humidity": 32.9,
            "feelsLike": 20.8,
            "rssi": -45,
            "roomIsOccupied": None,
        },
        "acState": state,
        "lastACStateChange": {"id": "a", "time": {"time": "2026-11-20T11:00:00Z"}, "acState": state, "changes": ["on"]},
        "remoteCapabilities": {"modes": dict.fromkeys(_MODES, mode)},
        "remoteFlavor": "Curious Sea Cucumber",
        "remote": {"toggle": False, "window": False},
        "connectionStatus": {"isAlive": True, "lastSeen": {"time": "2026-11-20T12:00:00Z", "secondsAgo": 12}},
        "autoOffEnabled": False,
        "autoOffMinutes": None,
        "antiMoldConfig": None,
        "temperatureUnit": "C",
        "firmwareVersion": "SKY30046",
        "currentlyAvailableFirmwareVersion": "SKY30046",
        "firmwareType": "esp8266ex",
        "productModel": "skyv2",
        "sensorsCalibration": {"temperature": 0.1, "humidity": 0.0},
        "mainMeasurementsSensor": None,
        "motionSensors": [],
        "pureBoostConfig": None,
        "roomIsOccupied": None,
        "filtersCleaning": {
            "acOnSecondsSinceLastFiltersClean": 0,
            "filtersCleanSecondsThreshold": 1080000,
            "lastFiltersCleanTime": {"time": "2026-03-12T15:24:12Z", "secondsAgo": 1},
            "shouldCleanFilters": False,
        },
        "timer": {
            "id": "timer",
            "isEnabled": True,
            "acState": {"on": False},
            "targetTime": "2026-11-20T20:00:00",
        },
        "smartMode": {
            "enabled": False,
            "type": "temperature",
            "lowTemperatureThreshold": 18.0,
            "highTemperatureThreshold": 27.0,
            "lowTemperatureState": state,
            "highTemperatureState": state,
        },
        "schedules": [
            {
                "id": "schedule",
                "isEnabled": True,
                "name": None,
                "acState": state,
                "recurringDays": ["Wednesday", "Thursday"],
                "targetTimeLocal": "17:40",
                "nextTime": "2026-11-25T16:40:00",
            }
        ],
    }


async def _serve(count: int) -> None:
    content = orjson.dumps({"status": "success", "result": [pod(number) for number in range(count)]})

    async def answer(request: web.Request) -> web.Response:
        del request
        return web.Response(body=content, content_type="application/json")

    app = web.Application()
    app.router.add_get("/users/me/pods", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    sys.stdout.write(f"Pods at http://{host}:{port}\n")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
