"""Actions that read what was saved, which LaylaElectric tells partners alone by series."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from homeassistant.core import ServiceCall, ServiceResponse, SupportsResponse

from ..cloud.questions import EfficiencyGains, Savings
from .action import Action, Fields
from .answering import asked
from .fields import CURRENCY, CURRENCY_FIELD, GRANULARITY, GRANULARITY_FIELD, SCOPE, scope, zone
from .targets import ANYTHING, WITHIN, within

_TOTAL: Final[Fields] = {**WITHIN, **SCOPE, **CURRENCY_FIELD}
_SERIES: Final[Fields] = {**_TOTAL, **GRANULARITY_FIELD}


def _asked(kind: type[Savings | EfficiencyGains]) -> Callable[[ServiceCall], Coroutine[Any, Any, ServiceResponse]]:
    """Make what asks for one kind of figures: by bucket where the action has granularities, else altogether."""

    async def carry_out(call: ServiceCall) -> ServiceResponse:
        target = within(call, *ANYTHING)
        question = kind(
            scope=scope(call, target, await zone(call.hass)),
            granularity=call.data.get(GRANULARITY),
            currency=call.data.get(CURRENCY),
        )
        return await asked(target.coordinator, question)

    return carry_out


ACTIONS: Final = tuple(
    Action(name=name, fields=fields, carry_out=_asked(kind), answers=SupportsResponse.ONLY)
    for name, kind, fields in (
        ("get_savings_series", Savings, _SERIES),
        ("get_savings_summary", Savings, _TOTAL),
        ("get_efficiency_series", EfficiencyGains, _SERIES),
        ("get_efficiency_summary", EfficiencyGains, _TOTAL),
    )
)
