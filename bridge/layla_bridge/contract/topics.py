"""The topics: what is published where and how, what is subscribed to, and what an incoming topic means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from .level import escaped, unescaped
from .messages import Publication, Subscription

DEFAULT_BASE: Final = "layla"
_BRIDGE: Final = "bridge"
_REQUEST: Final = "request"
_SET: Final = "set"
# With the longest id and the longest name this leaves enough for the words between.
_LONGEST_PREFIX: Final = 200


class Kind(StrEnum):
    """What has topics beside the bridge itself; the word is its level."""

    DEVICE = "device"
    PROPERTY = "property"


class Item(NamedTuple):
    """A unit or a property."""

    kind: Kind
    id: str


@dataclass(frozen=True, slots=True)
class Channel:
    """One kind of outgoing message: its last level, and how it travels."""

    level: str
    retain: bool
    qos: int

    def at(self, topic: str, payload: bytes, expiry: int | None = None) -> Publication:
        """Make a message; `expiry` in seconds."""
        return Publication(topic, payload, self.qos, self.retain, expiry)


# Of the bridge.
BRIDGE_STATE: Final = Channel("state", retain=True, qos=1)
INFO: Final = Channel("info", retain=True, qos=1)
HEALTH: Final = Channel("health", retain=True, qos=0)
LOG: Final = Channel("log", retain=False, qos=0)
RESPONSE: Final = Channel("response", retain=False, qos=1)
# Of units and properties.
STATE: Final = Channel("", retain=True, qos=0)
AVAILABILITY: Final = Channel("availability", retain=True, qos=1)
EVENT: Final = Channel("event", retain=False, qos=1)
HISTORY: Final = Channel("history", retain=False, qos=1)
RESULT: Final = Channel("result", retain=False, qos=1)


@dataclass(frozen=True, slots=True)
class DeviceCommand:
    """A command for a unit: of the one field `name`, or of those that its payload names."""

    device_id: str
    name: str | None


@dataclass(frozen=True, slots=True)
class PropertyCommand:
    """A command for a property: of the one field `name`, or of those that its payload names."""

    property_id: str
    name: str | None


@dataclass(frozen=True, slots=True)
class BridgeRequest:
    """A request to this bridge; also one for a verb that there is not, which deserves an answer."""

    verb: str


type Incoming = DeviceCommand | PropertyCommand | BridgeRequest

_COMMANDS: Final[Mapping[str, type[DeviceCommand | PropertyCommand]]] = {
    Kind.DEVICE: DeviceCommand,
    Kind.PROPERTY: PropertyCommand,
}


class InvalidBase(ValueError):
    """A base topic that cannot be one. The text says what is wrong and how it should look."""


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics of one bridge. Raises InvalidBase for a base topic that cannot be one.

    `instance` is its name as it was chosen. Several instances share a base; units and properties then differ.
    """

    instance: str
    base: str = DEFAULT_BASE

    def __post_init__(self) -> None:
        """Refuse what no broker would take, or what would have us subscribe to more than ours."""
        if problem := _problem(self.base, self.instance):
            raise InvalidBase(f"{problem}; use words with single slashes between them, such as home/layla")

    def bridge(self, channel: Channel, *names: str) -> str:
        """Return the topic of a message of the bridge; `names`: the verb that a response belongs to."""
        return self._topic(_BRIDGE, self.instance, channel.level, *names)

    def of(self, item: Item, channel: Channel, *names: str) -> str:
        """Return the topic of a message of a unit or property; `names`: the measure of a history.

        Raises UnusableId.
        """
        levels = (channel.level,) if channel.level else ()
        return self._topic(item.kind, item.id, *levels, *names)

    def command(self, item: Item, name: str | None = None) -> str:
        """Return the topic on which commands are taken; with a name those of one field. Raises UnusableId."""
        return self._topic(item.kind, item.id, _SET, *(() if name is None else (name,)))

    def request(self, verb: str) -> str:
        """Return the topic on which requests to this bridge are taken."""
        return self._topic(_BRIDGE, self.instance, _REQUEST, verb)

    @property
    def subscriptions(self) -> Sequence[Subscription]:
        """Everything that commands and requests need: not what we publish ourselves, and nothing that is retained."""
        commands = (f"{self.base}/{kind}/+/{_SET}" for kind in Kind)
        of_fields = (f"{self.base}/{kind}/+/{_SET}/+" for kind in Kind)
        requests = f"{self._topic(_BRIDGE, self.instance, _REQUEST)}/+"
        filters = (*commands, *of_fields, requests)
        return tuple(
            Subscription(filter=each, no_local=True, retain_as_published=True, retain_handling=2) for each in filters
        )

    def incoming(self, topic: str) -> Incoming | None:
        """Read the topic of a command or request; None for any other, and for another instance's."""
        ours, prefix, rest = topic.partition(f"{self.base}/")
        if ours or not prefix:
            return None
        levels = [unescaped(level) for level in rest.split("/")]
        match levels:
            case [str(kind), str(item_id), "set"] if kind in _COMMANDS:
                return _COMMANDS[kind](item_id, None)
            case [str(kind), str(item_id), "set", str(name)] if kind in _COMMANDS:
                return _COMMANDS[kind](item_id, name)
            case ["bridge", self.instance, "request", str(verb)]:
                return BridgeRequest(verb)
            case _:
                return None

    def may_answer_on(self, topic: str) -> bool:
        """Tell whether an answer may go where somebody asks for it.

        Not below our own base: whoever may send requests could have us write commands, or states, in our own name.
        """
        ours = topic == self.base or topic.startswith(f"{self.base}/")
        return bool(topic) and not ours and not topic.startswith("$") and not set(topic) & set("+#\0")

    def _topic(self, *levels: str) -> str:
        return "/".join((self.base, *map(escaped, levels)))


def _problem(base: str, instance: str) -> str | None:
    """Say what is wrong with a base topic and the name of an instance."""
    if not all(base.split("/")):
        return f"The base topic {base!r} has an empty level"
    if base.startswith("$"):
        return f"The base topic {base!r} begins with $, which belongs to the broker"
    if not base.isprintable() or set(base) & set("+#"):
        return f"The base topic {base!r} has a character that no topic may have"
    if len(base.encode()) + len(escaped(instance).encode()) > _LONGEST_PREFIX:
        return f"The base topic and the instance's name are together longer than {_LONGEST_PREFIX} bytes"
    return None
