"""Where pydantic-settings gets the values: from readings that `load` made, the first of which wins."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, override

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from .given import Given

type _Values = Mapping[str, Given]

_READ: Final[ContextVar[tuple[_Values, ...]]] = ContextVar("read", default=())


@contextmanager
def reading(*values: _Values) -> Iterator[None]:
    """Make these the sources of all settings that are made within."""
    token = _READ.set(values)
    try:
        yield
    finally:
        _READ.reset(token)


def sources_of(settings: type[BaseSettings]) -> tuple[PydanticBaseSettingsSource, ...]:
    """Return the sources for settings that are being made; none outside of `reading`."""
    return tuple(_Source(settings, values) for values in _READ.get())


class _Source(PydanticBaseSettingsSource):
    """What one place gives, as the tree that pydantic validates."""

    def __init__(self, settings: type[BaseSettings], values: _Values) -> None:
        super().__init__(settings)
        self._tree = _tree(values)

    @override
    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return self._tree.get(field_name), field_name, False

    @override
    def __call__(self) -> dict[str, Any]:
        return self._tree


def _tree(values: _Values) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path, given in values.items():
        *sections, name = path.split(".")
        branch = tree
        for section in sections:
            branch = branch.setdefault(section, {})
        branch[name] = given.raw
    return tree
