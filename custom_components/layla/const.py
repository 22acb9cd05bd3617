"""Names shared by the whole integration."""

import logging
from typing import Final

from .cloud import catalogue

DOMAIN: Final = "layla"
MANUFACTURER: Final = catalogue.MANUFACTURER
LOGGER: Final = logging.getLogger(__package__)

AC_FULL: Final = "full"
AC_ON_OFF: Final = "on_off"
CONF_AC_CONTROL: Final = "ac_control"
CONF_AC_LEAD: Final = "ac_lead"
CONF_ACCOUNT_ID: Final = "account_id"
CONF_AUTHORIZE_URL: Final = "authorize_url"
CONF_DETAIL: Final = "detail"
CONF_EXCEPTIONS: Final = "exceptions"
CONF_IMPLEMENTATION: Final = "auth_implementation"  # core's name, by which it finds the credentials
CONF_INTERVAL: Final = "interval"
CONF_KIND: Final = "kind"
CONF_NAMES: Final = "account_names"
CONF_ROUTES: Final = "routes"
CONF_SCOPE: Final = "scope"
CONF_SIGN_IN: Final = "sign_in"
CONF_TOKEN_URL: Final = "token_url"  # noqa: S105  # an address, not a secret
KIND_OAUTH: Final = "layla_oauth"
KIND_TOKEN: Final = "layla_token"  # noqa: S105  # a kind of account, not a secret
