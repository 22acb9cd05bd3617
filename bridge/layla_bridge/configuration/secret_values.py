"""The secrets of a configuration, so that they can be taken out of texts."""

from collections.abc import Iterator

from pydantic import BaseModel, SecretStr


def secrets(section: BaseModel) -> Iterator[str]:
    """Return the value of every secret in a section and the sections within."""
    for name in type(section).model_fields:
        match getattr(section, name):
            case SecretStr() as secret:
                yield secret.get_secret_value()
            case BaseModel() as inner:
                yield from secrets(inner)
