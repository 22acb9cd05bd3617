"""What the user is asked at set-up and in the options alike: fields of forms, and how to read what they hold."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import probatio

from ..const import AC_FULL, AC_ON_OFF, CONF_AC_CONTROL, CONF_DETAIL, CONF_EXCEPTIONS
from .estimate import Estimate
from .levels import Level, Levels
from .limit import limit

type Fields = dict[probatio.Marker, Any]

AC_CONTROL: Final[Fields] = {
    probatio.Required(CONF_AC_CONTROL, default=AC_ON_OFF): SelectSelector(
        SelectSelectorConfig(
            options=[AC_ON_OFF, AC_FULL], mode=SelectSelectorMode.LIST, translation_key=CONF_AC_CONTROL
        )
    )
}
_DETAIL: Final = SelectSelector(
    SelectSelectorConfig(options=[Level.SUMMARY, Level.FULL], mode=SelectSelectorMode.LIST, translation_key=CONF_DETAIL)
)


def detail(names: Mapping[str, str | None], default: Level) -> Fields:
    """Ask for the level of detail, and for the properties that have the other one, by their names."""
    uses = Counter(names.values())
    labels = {item: _label(item, name, once=uses[name] == 1) for item, name in names.items()}
    options = [
        SelectOptionDict(value=item, label=label)
        for item, label in sorted(labels.items(), key=lambda named: named[1].casefold())
    ]
    exceptions = SelectSelector(SelectSelectorConfig(options=options, multiple=True, mode=SelectSelectorMode.DROPDOWN))
    return {
        probatio.Required(CONF_DETAIL, default=default.value): _DETAIL,
        probatio.Optional(CONF_EXCEPTIONS, default=[]): exceptions,
    }


def _label(item: str, name: str | None, *, once: bool) -> str:
    """Name a property so that it can be told from the others."""
    if name is None:
        return item
    return name if once else f"{name} ({item})"


def fits(estimate: Estimate, levels: Levels) -> bool:
    """Tell whether Home Assistant takes that many entities; with no unit in full there is nothing left to leave out."""
    total = estimate.total(levels)
    return total <= limit() or total <= estimate.common


def numbers(estimate: Estimate | None, levels: Levels) -> Mapping[str, str]:
    """Return the placeholders of texts about the number of entities; dashes where it is not known."""
    asked = {"entities": levels, "full": Levels(Level.FULL), "summary": Levels(Level.SUMMARY)}
    totals = {name: f"{estimate.total(of):,}" if estimate else "–" for name, of in asked.items()}  # noqa: RUF001
    return {**totals, "limit": f"{limit():,}"}
