"""The secrets of a configuration, so that they can be taken out of texts."""

from collections.abc import Iterator

from pydantic import BaseModel, SecretStr


def secrets(section: BaseModel) -> Iterator[str]:
    """Return the value of every secret in a section and the sections within."""
    for name in type(section).model_fields:
        value: object = getattr(section, name)
        if isinstance(value, SecretStr):
            yield value.get_secret_value()
        elif isinstance(value, BaseModel):
            yield from secrets(value)
