"""Names by which people call a thing when they speak to their home."""

from typing import Final

_AIR_CONDITIONER: Final = "air conditioner"


def of_air_conditioner(unit: str | None, home: str | None) -> list[str]:
    """Name the air conditioner of a unit; with the home's name too, where there are several homes."""
    if not unit:
        return []
    homely = [f"{home} {unit}", f"{home} {unit} {_AIR_CONDITIONER}"] if home else []
    return [f"{unit} {_AIR_CONDITIONER}", *homely]
