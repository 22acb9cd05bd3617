"""What keys promise each other: contradictions that no single value shows."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from ..contract.topics import InvalidBase, Topics
from ..shard import is_name_of_shard
from .air_conditioners import AcProfile
from .derived import INTERVALS_RETAINED, value
from .given import Given
from .problems import Problem, shown

type Values = Mapping[str, Given]
type Rule = Callable[[Values], Iterator[Problem]]

_PROFILES: Final = "air_conditioners.profiles"
_TLS_FILES: Final = ("broker.tls.ca", "broker.tls.certificate", "broker.tls.key")


def broken(values: Values) -> Iterator[Problem]:
    """Walk the promises that these values do not keep."""
    for rule in _RULES:
        yield from rule(values)


def _needs(path: str, other: str, accepted: str) -> Rule:
    """Say that a key is of no use without another one."""

    def rule(values: Values) -> Iterator[Problem]:
        if path in values and other not in values:
            yield Problem(path, f"{other} is not given", accepted, values[path].source)

    return rule


def _tls_is_on(values: Values) -> Iterator[Problem]:
    if value(values, "broker.tls.enabled") is not False:
        return
    for path in (*_TLS_FILES, "broker.tls.key_password"):
        if path in values:
            accepted = "broker.tls.enabled: true, or nothing here"
            yield Problem(path, "TLS is not enabled", accepted, values[path].source)


def _tls_files_are_there(values: Values) -> Iterator[Problem]:
    for path in _TLS_FILES:
        file = value(values, path)
        if isinstance(file, Path) and not file.is_file():
            yield Problem(path, f"{file} is not a file", "the path of a PEM file", values[path].source)


def _retained_long_enough(values: Values) -> Iterator[Problem]:
    retained, interval = value(values, "publish.retained_for"), value(values, "account.interval")
    if not isinstance(retained, int) or not isinstance(interval, int):
        return
    least = INTERVALS_RETAINED * interval
    if retained < least:
        problem = f"{retained} is less than {INTERVALS_RETAINED} times account.interval"
        yield Problem(
            "publish.retained_for", problem, f"at least {least} seconds", values["publish.retained_for"].source
        )


def _profiles(values: Values) -> Iterator[tuple[str, AcProfile]]:
    """Walk the profiles with their paths; there are none where one of them cannot be read."""
    found = value(values, _PROFILES)
    if isinstance(found, tuple):
        yield from ((f"{_PROFILES}.{number}", profile) for number, profile in enumerate(found))


def _highest_above_lowest(values: Values) -> Iterator[Problem]:
    for path, profile in _profiles(values):
        if profile.highest <= profile.lowest:
            problem = f"{profile.highest:g} is not more than lowest, which is {profile.lowest:g}"
            yield Problem(f"{path}.highest", problem, "degrees above lowest", values[_PROFILES].source)


def _units_once(values: Values) -> Iterator[Problem]:
    taken: dict[str, str] = {}
    for path, profile in _profiles(values):
        for unit in profile.units:
            if (other := taken.setdefault(unit, path)) != path:
                problem = f"{shown(unit)} is a unit of {other} as well"
                yield Problem(f"{path}.units", problem, "each unit in one profile", values[_PROFILES].source)


def _topics_fit(values: Values) -> Iterator[Problem]:
    base, instance = value(values, "broker.base_topic"), value(values, "instance")
    if not isinstance(base, str) or not isinstance(instance, str):
        return
    try:
        Topics(instance, base)
    except InvalidBase as error:
        # Neither form lets anything through but together too much.
        yield Problem("broker.base_topic", str(error), "a shorter one", values["broker.base_topic"].source)


def _instance_is_no_shard(values: Values) -> Iterator[Problem]:
    instance = value(values, "instance")
    if isinstance(instance, str) and is_name_of_shard(instance):
        problem = f"{instance} is what a shard would be called, which may clear it away"
        yield Problem("instance", problem, "a name that does not end like -2of8", values["instance"].source)


_RULES: Final[tuple[Rule, ...]] = (
    _needs("broker.password", "broker.username", "a user name with the password"),
    _needs("broker.tls.certificate", "broker.tls.key", "certificate and key together"),
    _needs("broker.tls.key", "broker.tls.certificate", "certificate and key together"),
    _needs("broker.tls.key_password", "broker.tls.key", "a key with the password"),
    _tls_is_on,
    _tls_files_are_there,
    _retained_long_enough,
    _highest_above_lowest,
    _units_once,
    _instance_is_no_shard,
    _topics_fit,
)
