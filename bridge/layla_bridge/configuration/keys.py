"""The table of keys, read off the typed sections: what validation, documentation and questions share."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from .forms import Derived, Form, Items
from .sections import Configuration, SignInAccount, TokenAccount

PREFIX: Final = "LAYLA_"
FILE: Final = "_file"
_SIMILAR: Final = 0.6


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its path, what it accepts, what it is for; `default` is its value, `derived` how it follows."""

    path: str
    form: Form
    description: str
    default: object
    derived: str | None
    required: bool

    @property
    def variable(self) -> str:
        """Its variable of the environment."""
        return variable(self.path)

    @property
    def name(self) -> str:
        """Its name within its section."""
        return self.path.rpartition(".")[2]


def variable(path: str) -> str:
    """Return the variable of the environment that stands for a path."""
    return PREFIX + path.upper().replace(".", "__")


def nearest(name: str, known: Mapping[str, object]) -> str | None:
    """Return the known path that is most like this one, else the only one that ends like it, if any is."""
    wanted = name.lower()
    last = wanted.rpartition(".")[2]
    same = [path for path in known if path.rpartition(".")[2] == last]
    found = get_close_matches(wanted, known, n=1, cutoff=_SIMILAR) or (same if len(same) == 1 else [])
    return found[0] if found else None


def _models(field: FieldInfo) -> tuple[type[BaseModel], ...]:
    """Return the sections that a field may be; none for a value."""
    if field.discriminator:
        return (TokenAccount, SignInAccount)
    annotation = field.annotation
    return (annotation,) if isinstance(annotation, type) and issubclass(annotation, BaseModel) else ()


def _keys(model: type[BaseModel], within: str = "") -> Iterator[Key]:
    for name, field in model.model_fields.items():
        path = within + name
        for inner in _models(field):
            yield from _keys(inner, f"{path}.")
        for form in (item for item in field.metadata if isinstance(item, Form)):
            derived = next((item.words for item in field.metadata if isinstance(item, Derived)), None)
            required = field.is_required() and derived is None
            default = None if field.is_required() else field.default
            yield Key(path, form, field.description or "", default, derived, required)


def _sections(model: type[BaseModel], within: str = "") -> Iterator[tuple[str, str]]:
    for name, field in model.model_fields.items():
        models = _models(field)
        if models:
            yield within + name, field.description or ""
        for inner in models:
            yield from _sections(inner, f"{within}{name}.")


def _table(keys: Iterable[Key]) -> Mapping[str, Key]:
    table: dict[str, Key] = {}
    for key in keys:
        # A key that both kinds of account have is described by the first.
        table.setdefault(key.path, key)
    return table


def _items(table: Mapping[str, Key]) -> Iterator[tuple[str, Mapping[str, Key]]]:
    for path, key in table.items():
        if isinstance(key.form, Items):
            yield path, {item.name: item for item in _keys(key.form.model, f"{path}.")}


KEYS: Final = _table(_keys(Configuration))
ITEMS: Final[Mapping[str, Mapping[str, Key]]] = dict(_items(KEYS))
"""Keys that are lists of sections, and the keys of those by name."""
SECTIONS: Final[Mapping[str, str]] = dict(_sections(Configuration))
SECRET_FILES: Final[Mapping[str, Key]] = {f"{path}{FILE}": key for path, key in KEYS.items() if key.form.secret}
"""Keys that name a file with a secret, and the key of the secret."""
