"""What LaylaElectric's cloud cannot do with an air conditioner, said before it is asked."""

from homeassistant.exceptions import ServiceValidationError

from ..const import DOMAIN


def refused(key: str, **placeholders: str) -> ServiceValidationError:
    """Return the error of a translation key."""
    return ServiceValidationError(translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders)
