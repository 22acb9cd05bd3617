"""Questions that the partner API alone answers: what was saved (P3)."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, cast

from ... import questions
from ...questions import Answer, Question
from ...tolerant import Oddities, Payload
from ..parse import Household
from ..partner import PartnerApi
from ..vocabulary import PartnerCurrency, PartnerGranularity
from . import rows
from .shared import scope_of


async def _savings(api: PartnerApi, asked: questions.Savings, household: Household) -> Answer:
    del household
    scope, currency = scope_of(asked.scope), cast("PartnerCurrency | None", asked.currency)
    if asked.granularity is None:
        reply = await api.get_savings_summary(scope, currency)
        return {"savings": rows.savings(Payload(reply, "answer", Oddities()))}
    granularity = cast("PartnerGranularity", asked.granularity)
    return {"points": rows.saved(await api.get_savings_series(scope, granularity, currency), asked.scope.zone)}


async def _efficiency(api: PartnerApi, asked: questions.EfficiencyGains, household: Household) -> Answer:
    scope, currency = scope_of(asked.scope), cast("PartnerCurrency | None", asked.currency)
    if asked.granularity is None:
        reply = await api.get_efficiency_summary(scope, currency)
        return {"efficiency_gains": Payload(reply, "answer", Oddities()).number("value")}
    granularity = cast("PartnerGranularity", asked.granularity)
    series = await api.get_efficiency_series(scope, granularity, currency)
    return {"points": rows.measured(series, "", asked.scope.zone, fahrenheit=household.fahrenheit)}


PARTNER: Final[Mapping[type[Question], Callable[[PartnerApi, Any, Household], Awaitable[Answer]]]] = {
    questions.Savings: _savings,
    questions.EfficiencyGains: _efficiency,
}
