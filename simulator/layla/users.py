"""The owner's profile."""

from typing import Any

from simulator.house import profile

from .requests import Call

_EDITABLE = tuple(profile.defaults())


def read(call: Call) -> dict[str, Any]:
    """Return the profile; a token that was made for an e-mail address shows that one."""
    shown = {**call.world.profile, **({"email": call.claims["email"]} if "email" in call.claims else {})}
    return {
        **shown,
        "picture_preview_url": "https://pictures.example.com/owner.jpg?signature=simulated",
        "total_device_count": len(call.world.devices),
    }


def replace(call: Call) -> dict[str, Any]:
    """Overwrite the profile: what was not sent goes back to its default."""
    call.world.profile = profile.merged(profile.defaults(), _sent(call.body))
    call.world.changed()
    return read(call)


def update(call: Call) -> dict[str, Any]:
    """Change part of the profile."""
    call.world.profile = profile.merged(call.world.profile, _sent(call.body))
    call.world.changed()
    return read(call)


def _sent(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name in _EDITABLE}


HANDLERS = {"getCurrentUser": read, "replaceCurrentUser": replace, "updateCurrentUser": update}
