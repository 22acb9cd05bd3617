"""What `init` asks, and the configuration that the answers make."""

from collections.abc import Mapping
from pathlib import Path
import subprocess
import sys
from typing import Final

from hypothesis import given, strategies as st
import pytest

from layla_bridge.configuration import Problem, SignInAccount, load
from layla_bridge.configuration.document import document, reference
from layla_bridge.configuration.questions import QUESTIONS, answered, following, written_down

BRIDGE: Final = Path(__file__).parents[3] / "bridge"


def interviewed(said: Mapping[str, str]) -> Mapping[str, str]:
    """Answer everything that is asked: what was said, else nothing."""
    answers: Mapping[str, str] = {}
    while question := following(answers):
        answer = said.get(question.path, "")
        assert question.problem(answer) is None, question.problem(answer)
        answers = answered(answers, question, answer)
    return answers


def test_only_what_has_no_default_must_be_answered(tmp_path: Path) -> None:
    answers = interviewed({"account.token": "t0ken"})
    file = tmp_path / "layla.yaml"
    file.write_text(written_down(answers))

    assert load(file, {}) == load(None, {"LAYLA_ACCOUNT__TOKEN": "t0ken"})
    assert "broker.tls.ca" not in answers
    assert "account.client_id" not in answers


def test_a_sign_in_is_asked_for_what_it_needs(tmp_path: Path) -> None:
    said = {"account.kind": "sign_in", "account.client_id": "me: # 'x'", "account.client_secret": "null"}
    file = tmp_path / "layla.yaml"
    file.write_text(written_down(interviewed({**said, "properties.include": "Beach *, 17", "broker.port": "1884"})))

    configuration = load(file, {})

    assert isinstance(configuration.account, SignInAccount)
    assert configuration.account.client_id == "me: # 'x'"
    assert configuration.account.client_secret is not None
    assert configuration.account.client_secret.get_secret_value() == "null"
    assert (configuration.properties.include, configuration.broker.port) == (("Beach *", "17"), 1884)


@pytest.mark.parametrize("yes", ["yes", "TRUE", "on"])
def test_who_says_yes_to_encryption_is_asked_for_its_authority(yes: str, tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    authority.write_text("pem")
    said = {"account.token": "t", "broker.tls.enabled": yes, "broker.tls.ca": str(authority)}
    file = tmp_path / "layla.yaml"
    file.write_text(written_down(interviewed(said)))

    broker = load(file, {}).broker

    assert (broker.tls.enabled, broker.tls.ca, broker.port) == (True, authority, 8883)


@pytest.mark.parametrize(
    ("path", "answer", "problem", "accepted"),
    [
        ("broker.port", "many", "'many' is not a whole number", "a port from 1 to 65535"),
        (
            "account.token",
            "",
            "the token is empty, or has blanks or other than ASCII characters within",
            "a token, whole and on one line",
        ),
        ("instance", "my home", "'my home' does not fit", "letters, digits, - and _, at most 64"),
    ],
)
def test_an_answer_is_held_to_the_rules_of_the_file(path: str, answer: str, problem: str, accepted: str) -> None:
    question = next(question for question in QUESTIONS if question.path == path)

    assert question.problem(answer) == Problem(path, problem, accepted, "the answer")


def test_secrets_are_asked_for_unseen_and_what_stands_behind_enter_is_shown() -> None:
    questions = {question.path: question for question in QUESTIONS}

    hidden = {path for path, question in questions.items() if question.secret}
    assert hidden == {"account.token", "account.client_secret", "broker.password"}
    assert questions["discovery.enabled"].default == "false"
    assert questions["properties.include"].default == "*"
    assert questions["account.token"].default is None


@given(name=st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20))
def test_any_text_comes_back_as_it_was_answered(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.getbasetemp() / "answered.yaml"
    file.write_text(written_down({"account.token": "t", "broker.username": name}), encoding="utf-8")

    assert load(file, {}).broker.username == name


def test_a_secret_in_a_file_is_written_as_its_path() -> None:
    assert '\n  token_file: "/run/secrets/token"\n' in document({"account.token_file": "/run/secrets/token"})


def test_the_page_is_written_by_a_command() -> None:
    command = [sys.executable, "-m", "layla_bridge.configuration"]
    done = subprocess.run(command, cwd=BRIDGE, check=True, capture_output=True, text=True)  # noqa: S603  # our own

    assert done.stdout == reference()
