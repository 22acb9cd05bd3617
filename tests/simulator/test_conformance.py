"""Every operation keeps to the published description, whatever it is sent."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
import re
import subprocess
import sys
from typing import Any

from hypothesis import HealthCheck, settings, strategies
import pytest
import schemathesis
from schemathesis.checks import (
    CheckFunction,
    content_type_conformance,
    missing_required_header,
    negative_data_rejection,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from schemathesis.specs.openapi.checks import ignored_auth

from simulator.layla.flavour import FLAVOURS, OWNER, PARTNER, Flavour
from simulator.tokens import DEMO_TOKEN

ROOT = Path(__file__).parents[2]
EXAMPLES = 12
CHECKS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    missing_required_header,
    unsupported_method,
    ignored_auth,
]
TOGGLES = {"setPropertyAlarms", "setPropertyEcoMode", "setDeviceEcoThreshold", "markNotificationsSeen"}
"""They take PATCH, PUT and POST, because the documents do not say which."""

schemathesis.openapi.format(
    "local-date-time",
    strategies.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.isoformat(timespec="seconds")),  # noqa: DTZ001  # it is local
)


def described(flavour: Flavour) -> schemathesis.BaseSchema:
    """Read a description, and how requests are made up from it."""
    schema = schemathesis.openapi.from_path(flavour.document.path)
    schema.config.generation.update(max_examples=EXAMPLES, deterministic=True, with_security_parameters=False)
    schema.hook(map_path_parameters)
    return schema


def map_path_parameters(
    context: schemathesis.HookContext, path_parameters: dict[str, Any] | None
) -> dict[str, Any] | None:
    """Ask for things that exist, as often as for things that do not."""
    if path_parameters and "id" in path_parameters and len(str(path_parameters["id"])) % 2:
        assert context.operation is not None
        kind = context.operation.path.split("/")[2]
        known = {"devices": "villa-living", "properties": "villa"}
        return {**path_parameters, "id": known.get(kind, path_parameters["id"])}
    return path_parameters


owner, partner = (described(flavour) for flavour in FLAVOURS)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Run `python -m simulator` as a user does, and return its address."""
    command = [sys.executable, "-m", "simulator", "--port", "0", "--start", "2026-07-01T12:00:00Z"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # our own program
        assert process.stdout is not None
        found = next(match for line in process.stdout if (match := re.search(r"Base URL\s+(http://[^/\s]+)/api", line)))
        yield found[1]
        process.terminate()
        assert process.wait(10) == 0


def takes_any_list(parameter: dict[str, Any]) -> bool:
    """Return whether any text at all is a valid value: then nothing can be refused."""
    return bool(parameter["schema"].get("type") == "array" and parameter["schema"]["items"] == {"type": "string"})


def validate(case: schemathesis.Case[Any], address: str) -> None:
    """Send a request and look at the answer."""
    operation = case.operation.definition.raw
    excluded = [unsupported_method] if operation["operationId"] in TOGGLES else []
    if any(takes_any_list(parameter) for parameter in operation.get("parameters", ())):
        excluded.append(negative_data_rejection)
    case.call_and_validate(
        base_url=address,
        headers={"Authorization": f"Bearer {DEMO_TOKEN}"},
        checks=CHECKS,
        excluded_checks=excluded,
    )


KEEP = settings(deadline=None, derandomize=True, max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))


@pytest.mark.slow
@owner.parametrize()
@KEEP
def test_every_answer_to_an_owner_fits_the_description(case: schemathesis.Case[Any], address: str) -> None:
    """A request that fits is answered as described; one that does not is refused with 400 and a message."""
    validate(case, address + OWNER.prefixes[-1])


@pytest.mark.slow
@partner.parametrize()
@KEEP
def test_every_answer_to_a_partner_fits_the_description(case: schemathesis.Case[Any], address: str) -> None:
    """In the same world: what one API has stored, the other has to show in its own shape."""
    validate(case, address + PARTNER.prefixes[-1])
