"""The forms that values have: what each accepts, in words, and how a text becomes a typed value.

Files and environment give texts alike (`0123` stays what was written), so there is one way from a text to a value.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
import re
from typing import Any, Final, override

from pydantic import BaseModel, GetCoreSchemaHandler, SecretStr
from pydantic_core import CoreSchema, core_schema
from yarl import URL

from ..cloud.air_conditioner import Mode
from ..cloud.layla.flavour import Flavour
from ..cloud.route import InvalidRoute
from ..cloud.token import MalformedToken, cleaned
from .problems import shown

_TRUE: Final = ("true", "yes", "on", "1")
_FALSE: Final = ("false", "no", "off", "0")
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,18})?", re.ASCII)
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_HOST: Final = re.compile(r"[^\s/@\[\]?#]{1,253}")
_TOPIC: Final = re.compile(r"[^+#/$][^+#/]*(?:/[^+#/]+)*")
_PREFIX: Final = re.compile(r"(?:/[\w.~-]+)*", re.ASCII)
_LONGEST_TOPIC: Final = 200


class Shape(Enum):
    """How a value is written."""

    TEXT = "text"
    LIST = "list"
    MAPPING = "mapping"


@dataclass(frozen=True, slots=True)
class Form:
    """What a key accepts. `parse` takes what was written and raises ValueError, whose text says what is wrong.

    It is an annotation of pydantic fields: the same table validates and documents.
    """

    accepted: str
    parse: Callable[[Any], object]
    shape: Shape = Shape.TEXT
    secret: bool = False

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate a field by this form alone."""
        return core_schema.no_info_plain_validator_function(self.parse)


class Tag(Form):
    """The form of a key by which pydantic chooses between sections: the words are those of the field's Literal."""

    __slots__ = ()

    @override
    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Leave the field as it is: pydantic takes no validator there."""
        return handler(source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Items(Form):
    """The form of a list of sections, each of which is a `model`."""

    model: type[BaseModel]

    @override
    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let pydantic go into the list, so that everything that is wrong in it is said with its place."""
        return handler(source)


@dataclass(frozen=True, slots=True)
class Derived:
    """Says how a default follows from other keys."""

    words: str


def _text_form(accepted: str, parse: Callable[[str], object], *, secret: bool = False) -> Form:
    return Form(accepted, lambda value: parse(one_text(value)), secret=secret)


def whole(least: int, most: int, what: str = "a whole number") -> Form:
    """Accept an integer between two bounds, both included."""

    def parse(text: str) -> int:
        if not _INTEGER.fullmatch(text.strip()):
            raise ValueError(f"{shown(text)} is not a whole number")
        number = int(text)
        if not least <= number <= most:
            raise ValueError(f"{number} is {'less than ' + str(least) if number < least else 'more than ' + str(most)}")
        return number

    return _text_form(f"{what} from {least} to {most}", parse)


def number(least: float, most: float, what: str) -> Form:
    """Accept a decimal number between two bounds, both included."""

    def parse(text: str) -> float:
        if not _DECIMAL.fullmatch(text.strip()):
            raise ValueError(f"{shown(text)} is not a decimal number")
        value = float(text)
        if not least <= value <= most:
            raise ValueError(f"{value:g} is {f'less than {least:g}' if value < least else f'more than {most:g}'}")
        return value

    return _text_form(f"{what} from {least:g} to {most:g}", parse)


def choice(*words: str) -> Form:
    """Accept one of some words."""

    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(f"{shown(text)} is not one of them")
        return text

    return _text_form(f"{', '.join(words[:-1])} or {words[-1]}", parse)


def tag(*words: str) -> Tag:
    """Accept one of some words, by which sections are told apart."""
    form = choice(*words)
    return Tag(form.accepted, form.parse)


def matching(pattern: re.Pattern[str], accepted: str, *, most: int | None = None) -> Form:
    """Accept a text of one line that matches a pattern as a whole."""

    def parse(text: str) -> str:
        if not text.isprintable() or not pattern.fullmatch(text):
            raise ValueError("the text is empty" if not text else f"{shown(text)} does not fit")
        if most is not None and len(text) > most:
            raise ValueError(f"{shown(text)} has {len(text)} characters")
        return text

    return _text_form(accepted, parse)


def _flag(text: str) -> bool:
    word = text.strip().lower()
    if word not in (*_TRUE, *_FALSE):
        raise ValueError(f"{shown(text)} is neither true nor false")
    return word in _TRUE


def _url(text: str) -> URL:
    try:
        url = URL(text.strip())
        _ = url.port
    except ValueError:
        raise ValueError(f"{shown(text)} is not an address") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError(f"{shown(text)} is not an address of the web")
    if url.user is not None or url.password is not None:
        raise ValueError("the address has a user or a password in it")
    if url.query_string or url.fragment:
        raise ValueError("the address has a query or a fragment")
    return url


def path_from(text: str) -> Path:
    """Read a path. Raises ValueError."""
    if not text or not text.isprintable():
        raise ValueError("the path is empty or has characters that cannot be printed")
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise ValueError(f"{shown(text)} names a home that is not known") from None


def _secret(text: str) -> SecretStr:
    if not text:
        raise ValueError("the text is empty")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("the text is not UTF-8") from None
    return SecretStr(text)


def _token(text: str) -> SecretStr:
    try:
        return SecretStr(cleaned(text))
    except MalformedToken:
        raise ValueError("the token is empty, or has blanks or other than ASCII characters within") from None


def _patterns(value: object) -> tuple[str, ...]:
    """Take a list of texts, or one text with commas, as a variable of the environment has it."""
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    if not isinstance(value, list):
        raise ValueError(_is_a(value))  # noqa: TRY004  # pydantic collects ValueError
    for item in value:
        if not isinstance(item, str) or not item or not item.isprintable():
            raise ValueError("an item of the list is empty or not a text")
    return tuple(value)


def _words(value: object) -> tuple[str, ...]:
    """Take a list in which nothing stands twice."""
    words = _patterns(value)
    for word in words:
        if words.count(word) > 1:
            raise ValueError(f"{shown(word)} stands twice")
    return words


def _some_words(value: object) -> tuple[str, ...]:
    if words := _words(value):
        return words
    raise ValueError("the list is empty")


def _modes(value: object) -> tuple[Mode, ...]:
    words = _some_words(value)
    for word in words:
        if word not in list(Mode):
            raise ValueError(f"{shown(word)} is no mode")
    return tuple(Mode(word) for word in words)


def items_of(model: type[BaseModel]) -> Items:
    """Accept a list of sections."""

    def parse(value: object) -> tuple[BaseModel, ...]:
        if not isinstance(value, list):
            raise ValueError(_is_a(value))  # noqa: TRY004  # pydantic collects ValueError
        return tuple(model.model_validate(item) for item in value)

    accepted = f"a list of sections with the keys {', '.join(model.model_fields)}"
    return Items(accepted, parse, Shape.LIST, model=model)


def routes_of(flavour: Flavour) -> Form:
    """Accept overrides of a vendor's routes."""

    def parse(value: object) -> Mapping[str, str]:
        if not isinstance(value, dict):
            raise ValueError(_is_a(value))  # noqa: TRY004  # pydantic collects ValueError
        if not all(isinstance(text, str) for text in value.values()):
            raise ValueError("an operation has no text")
        try:
            flavour.routes_with(value)
        except InvalidRoute as error:
            raise ValueError(str(error)) from None
        return value

    return Form("operations and their routes, as in 'listDevices: GET /v1/devices'", parse, Shape.MAPPING)


def one_text(value: object) -> str:
    """Take a text for what it is. Raises ValueError for a list or a section."""
    if isinstance(value, str):
        return value
    raise ValueError(_is_a(value))


def _is_a(value: object) -> str:
    match value:
        case None:
            return "there is nothing here"
        case str():
            return "this is a text"
        case list():
            return "this is a list"
        case _:
            return "this is a section of keys"


FLAG: Final = _text_form("true or false", _flag)
URL_FORM: Final = _text_form("an address that begins with https:// or http://, without a user, query or fragment", _url)
PATH: Final = _text_form("a path; ~ stands for the home", path_from)
PORT: Final = whole(1, 65535, "a port")
SECRET: Final = _text_form("a text that is not empty", _secret, secret=True)
TOKEN: Final = _text_form("a token, whole and on one line", _token, secret=True)
NAME: Final = matching(_NAME, "letters, digits, - and _, at most 64")
TEXT: Final = matching(re.compile(r".+"), "a text of one line that is not empty", most=1000)
PLAIN_TEXT: Final = matching(re.compile(r".*\S.*"), "a text of one line that is not blank", most=1000)
CLIENT_ID: Final = matching(re.compile(r".+"), "a text of one line, at most 128 characters", most=128)
HOST: Final = matching(_HOST, "a host name or an IP address, without a scheme and a port")
TOPIC: Final = matching(
    _TOPIC, "topic levels with / between them, without + and #, not beginning with $ or /", most=_LONGEST_TOPIC
)
WEB_PATH: Final = matching(re.compile(r"/[^\s?#]*"), "a path that begins with /")
PREFIX: Final = matching(_PREFIX, "a path that begins with / and does not end with one, or nothing")
HOSTS: Final = Form("a list of host names", _patterns, Shape.LIST)
PATTERNS: Final = Form("a list of ids or names; * stands for any characters, ? for one", _patterns, Shape.LIST)
WORDS: Final = Form("a list of texts, each once", _words, Shape.LIST)
IDS: Final = Form("a list of ids of units, at least one, each once", _some_words, Shape.LIST)
MODES: Final = Form(f"a list of {', '.join(Mode)}, at least one, each once", _modes, Shape.LIST)
