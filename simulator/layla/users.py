"""The owner's profile and picture."""

from typing import Any

from simulator.house import profile
from simulator.house.chance import seed_of

from . import spec
from .account import storable
from .requests import Call

_EDITABLE = tuple(profile.defaults())


def read(call: Call) -> dict[str, Any]:
    """Return the profile; a token that was made for an e-mail address shows that one."""
    shown = {**call.world.profile, **({"email": call.claims["email"]} if "email" in call.claims else {})}
    everything = {
        **shown,
        "picture_preview_url": call.world.picture_url,
        "total_device_count": len(call.world.devices),
    }
    return call.flavour.reword("User", everything)


def replace(call: Call) -> dict[str, Any]:
    """Overwrite the profile: what was not sent goes back to its default, what the API does not have stays."""
    known = spec.members(call.flavour.document, "UserReplace")
    kept = {name: value for name, value in call.world.profile.items() if name not in known}
    return _changed(call, {**profile.defaults(), **kept}, {"picture_url": profile.PICTURE, **call.body})


def update(call: Call) -> dict[str, Any]:
    """Change part of the profile."""
    return _changed(call, call.world.profile, call.body)


def upload_urls(call: Call) -> dict[str, Any]:
    """Return where a picture could be uploaded, and where it would be then: a `picture_url` for the profile."""
    name = f"{seed_of('picture', call.now.isoformat()):016x}"
    return {
        "upload_url": f"https://uploads.example.com/{name}?signature=simulated",
        "picture_url": f"https://pictures.example.com/{name}.jpg",
    }


def _changed(call: Call, old: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    known = spec.members(call.flavour.document, "UserPatch")
    sent = {name: value for name, value in body.items() if name in known}
    storable("UserPatch", sent)
    call.world.profile = profile.merged(old, {name: value for name, value in sent.items() if name in _EDITABLE})
    call.world.picture_url = sent.get("picture_url", call.world.picture_url)
    call.world.changed()
    return read(call)


HANDLERS = {
    "getCurrentUser": read,
    "replaceCurrentUser": replace,
    "updateCurrentUser": update,
    "createPictureUploadUrls": upload_urls,
}
