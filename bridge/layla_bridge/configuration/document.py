"""The configuration explained: as a commented file to fill in, and as a reference page. Both come from the table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
import re
from textwrap import wrap
from typing import Final

import yaml

from .keys import FILE, ITEMS, KEYS, SECTIONS, Key, variable

_WIDTH: Final = 100
_PLAIN: Final = re.compile(r"(?:[A-Za-z][\w/-]*|[0-9]+)", re.ASCII)
_NOT_PLAIN: Final = ("null",)
_TITLE: Final = "Configuration of the Layla bridge."
_HEAD: Final = (
    "A line that begins with # is a comment; what stands behind it is the default. Every key can be set by a variable"
    f" of the environment as well, which wins: {variable('broker.host')} stands for host in the section broker."
    " A secret can be in a file of its own, which its key with _file names."
)
_INTRODUCTION: Final = """\
# Configuration of the bridge

The bridge reads a YAML file and the environment. A variable wins over the file; an empty one counts as not set. A list
in a variable has commas between its items, or is written as in JSON. A secret can be in a file of its own, which its
key with `_file`, or its variable with `_FILE`, names; a line break at the end of that file is left out. `layla-bridge
init` writes a commented file by asking. A relative path begins at the folder in which the bridge is started.

This page is written by `python -m layla_bridge.configuration`.
"""


def document(answers: Mapping[str, str | Sequence[str]] | None = None) -> str:
    """Return a commented configuration: the answers, by path of key, and the defaults as comments."""
    lines = [*_comment((_TITLE, _HEAD), ""), ""]
    lines += _section("", answers or {})
    return "\n".join(lines).rstrip("\n") + "\n"


def reference() -> str:
    """Return the page CONFIGURATION.md."""
    return "\n".join((_INTRODUCTION, *_tables())).rstrip("\n") + "\n"


def written(value: object) -> str:
    """Write a value as YAML in one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_quoted(str(item)) for item in value)}]"
    text = str(value)
    return text if _PLAIN.fullmatch(text) and text.lower() not in _NOT_PLAIN else _quoted(text)


def _quoted(text: str) -> str:
    return str(yaml.safe_dump(text, default_style='"', allow_unicode=True, width=10**6)).rstrip("\n")


def _section(within: str, answers: Mapping[str, str | Sequence[str]]) -> Iterator[str]:
    indent = "  " * _depth(within)
    for key in (key for path, key in KEYS.items() if _parent(path) == within):
        yield from _key(key, indent, answers)
    for path, description in SECTIONS.items():
        if _parent(path) == within:
            yield from _comment((description,), indent)
            yield f"{indent}{path.rpartition('.')[2]}:"
            yield from _section(path, answers)


def _key(key: Key, indent: str, answers: Mapping[str, str | Sequence[str]]) -> Iterator[str]:
    items = ITEMS.get(key.path, {}).values()
    said = (f"- {item.name}: {item.description} Accepted: {item.form.accepted}." for item in items)
    yield from _comment((f"{key.description} Accepted: {key.form.accepted}.", *said), indent)
    named = f"{key.name}{FILE}"
    if key.path in answers:
        yield f"{indent}{key.name}: {written(answers[key.path])}"
    elif f"{key.path}{FILE}" in answers:
        yield f"{indent}{named}: {written(answers[f'{key.path}{FILE}'])}"
    else:
        yield f"{indent}# {key.name}: {_default(key)}".rstrip()
    yield ""


def _default(key: Key) -> str:
    if key.derived:
        return f" # by default {key.derived}"
    return "" if key.default is None else written(key.default)


def _comment(paragraphs: Iterable[str], indent: str) -> Iterator[str]:
    for paragraph in paragraphs:
        yield from wrap(paragraph, _WIDTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}# ")


def _tables() -> Iterator[str]:
    for section in ("", *SECTIONS):
        keys = [key for path, key in KEYS.items() if _parent(path) == section]
        yield f"## {f'`{section}`: {SECTIONS[section]}' if section else 'The bridge itself'}"
        yield from _table((_names(key), key) for key in keys)
        for path, items in ((key.path, ITEMS.get(key.path)) for key in keys):
            if items:
                yield f"### Each of `{path}`"
                yield from _table((f"`{item.name}`", item) for item in items.values())


def _table(rows: Iterable[tuple[str, Key]]) -> Iterator[str]:
    yield ""
    yield "| Key | Accepted | Default | What it is for |"
    yield "|---|---|---|---|"
    for names, key in rows:
        yield f"| {names} | {key.form.accepted} | {_default_cell(key)} | {key.description} |".replace("*", "\\*")
    yield ""


def _names(key: Key) -> str:
    files = f", `{key.name}{FILE}`" if key.form.secret else ""
    return f"`{key.name}`{files}<br>`{key.variable}`"


def _default_cell(key: Key) -> str:
    if key.derived:
        return key.derived
    if key.required:
        return "none: it has to be given"
    return "none" if key.default is None else f"`{written(key.default)}`"


def _parent(path: str) -> str:
    return path.rpartition(".")[0]


def _depth(section: str) -> int:
    return section.count(".") + 1 if section else 0
