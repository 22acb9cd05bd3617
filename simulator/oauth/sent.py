"""The parameters of a request."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from .refused import invalid_request


@dataclass(frozen=True, slots=True)
class Sent:
    """Parameters by name. One without a value counts as not sent, none may come twice (RFC 6749 3.1)."""

    values: Mapping[str, str]
    repeated: tuple[str, ...] = ()

    def get(self, name: str) -> str | None:
        """Return a parameter that may be absent; raises Refused for a repeated one."""
        if name in self.repeated:
            raise invalid_request(f"{name} was sent more than once")
        return self.values.get(name)

    def need(self, name: str) -> str:
        """Return a parameter; raises Refused where there is none."""
        value = self.get(name)
        if value is None:
            raise invalid_request(f"{name} is missing")
        return value

    def refuse_repeated(self) -> None:
        """Raise Refused where any parameter, known or not, came twice."""
        if self.repeated:
            raise invalid_request("A parameter was sent more than once")


def sent(pairs: Iterable[tuple[str, str]]) -> Sent:
    """Sort what was sent."""
    values: dict[str, str] = {}
    repeated = []
    for name, value in pairs:
        if name in values:
            repeated.append(name)
        values[name] = value
    return Sent({name: value for name, value in values.items() if value}, tuple(repeated))


def form(content_type: str, content: bytes) -> Sent:
    """Read a form; raises Refused for anything else."""
    if content_type != "application/x-www-form-urlencoded":
        raise invalid_request("Accepted: a body of type application/x-www-form-urlencoded")
    try:
        return sent(parse_qsl(content.decode(), keep_blank_values=True, strict_parsing=bool(content), errors="strict"))
    except ValueError as error:
        raise invalid_request("The body is no form, such as name=value&other=value in UTF-8") from error
