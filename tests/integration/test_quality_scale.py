"""The integration quality scale: every rule is kept, or exempt for a reason."""

import json
from pathlib import Path
from typing import Any, Final

from homeassistant.util.yaml import load_yaml_dict
import pytest

FOLDER: Final = Path(__file__).parents[2] / "custom_components" / "layla"
RULES: Final[dict[str, Any]] = load_yaml_dict(str(FOLDER / "quality_scale.yaml"))["rules"]
SCALE: Final = frozenset(
    (  # noqa: SIM905 - a list would take a line for each
        "action-setup appropriate-polling brands common-modules config-flow config-flow-test-coverage"
        " dependency-transparency docs-actions docs-triggers docs-conditions docs-high-level-description"
        " docs-installation-instructions docs-removal-instructions entity-event-setup entity-unique-id has-entity-name"
        " runtime-data test-before-configure test-before-setup unique-config-entry"
        # Silver
        " action-exceptions config-entry-unloading docs-configuration-parameters docs-installation-parameters"
        " entity-unavailable integration-owner log-when-unavailable parallel-updates reauthentication-flow"
        " test-coverage"
        # Gold
        " devices diagnostics discovery discovery-update-info docs-data-update docs-examples docs-known-limitations"
        " docs-supported-devices docs-supported-functions docs-troubleshooting docs-use-cases dynamic-devices"
        " entity-category entity-device-class entity-disabled-by-default entity-translations exception-translations"
        " icon-translations reconfiguration-flow repair-issues stale-devices"
        # Platinum
        " async-dependency inject-websession strict-typing"
    ).split()
)


def test_all_rules_are_there_and_no_other() -> None:
    assert set(RULES) == SCALE
    assert len(SCALE) == 54


@pytest.mark.parametrize("rule", sorted(SCALE))
def test_the_rule_is_kept_or_exempt_for_a_reason(rule: str) -> None:
    found = RULES[rule]
    status, comment = (found, "") if isinstance(found, str) else (found["status"], found.get("comment", ""))
    assert status == "done" or (status == "exempt" and len(comment) > 20)


def test_the_manifest_says_platinum() -> None:
    assert json.loads((FOLDER / "manifest.json").read_text())["quality_scale"] == "platinum"
