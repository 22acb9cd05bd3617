"""A LaylaElectric account by sign-in: what the partner API can."""

from collections.abc import Mapping
from typing import Self

from aiohttp import ClientSession
from yarl import URL

from ..bearer import Bearer
from ..http import HttpClient
from .account import LaylaAccount
from .additions import Additions
from .administration import Administration
from .answers.partner import PARTNER as PARTNER_ANSWERS
from .answers.shared import bound
from .flavour import PARTNER
from .partner import PartnerApi


class PartnerAccount(LaylaAccount):
    """Reads with a sign-in. The API has no pillar, no air conditioner and no report (`capabilities`)."""

    def __init__(self, api: PartnerApi) -> None:
        """Take the typed calls of the partner API."""
        super().__init__(api)
        self._orders |= {**Administration(api, self._households).orders, **Additions(api, self._households).orders}
        self._answers |= bound(PARTNER_ANSWERS, api)

    @classmethod
    def by_sign_in(
        cls,
        session: ClientSession,
        base_url: URL,
        bearer: Bearer,
        overrides: Mapping[str, str] | None = None,
    ) -> Self:
        """Open the account of a sign-in; `overrides` are the user's own routes. Raises InvalidRoute."""
        routes = PARTNER.routes_with(overrides or {})
        return cls(PartnerApi(HttpClient(session, base_url, bearer), routes))
