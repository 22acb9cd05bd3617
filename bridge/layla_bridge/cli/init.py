"""`layla-bridge init`: a commented configuration by asking."""

import os
from pathlib import Path
from typing import Annotated, Final

import typer

from ..configuration.questions import Answers, Question, answered, contradictions, following, written_down
from .configured import HERE, VARIABLE
from .terminal import fail, report

_OWNER_ONLY: Final = 0o600


def init(
    config: Annotated[Path, typer.Option("--config", "-c", envvar=VARIABLE, help="The file to write.")] = HERE,
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace the file without asking.")] = False,
) -> None:
    """Write a commented configuration by asking."""
    console = report()
    if config.exists() and not force and not typer.confirm(f"{config} exists. Replace it?"):
        fail(f"{config} is left as it is.")
    console.print("Enter takes what stands in brackets. Everything can be changed in the file later.\n")
    answers = _answers()
    try:
        _write(config, written_down(answers))
    except OSError as error:
        fail(f"{config} cannot be written: {error.strerror}", "Name another file by --config.")
    console.print(f"\n{config} is written; its owner alone can read it.")
    named = "" if config == HERE else f" -c {config}"
    if answers["account.kind"] == "sign_in":
        console.print(f"Next: layla-bridge sign-in{named}")
    console.print(f"{'Then' if answers['account.kind'] == 'sign_in' else 'Next'}: layla-bridge check{named}")


def _answers() -> Answers:
    """Ask everything, and once more what does not go together."""
    answers: Answers = {}
    while True:
        while question := following(answers):
            answers = answered(answers, question, _asked(question))
        problems = contradictions(answers)
        if not problems:
            return answers
        for problem in problems:
            report().print(f"    {problem.problem}; accepted: {problem.accepted}")
        wrong = {problem.key for problem in problems}
        answers = {path: answer for path, answer in answers.items() if path not in wrong}


def _asked(question: Question) -> str:
    """Ask until there is nothing against the answer."""
    default = question.default or ""
    while True:
        answer: str = typer.prompt(
            f"{question.words} ({question.key.form.accepted})",
            default=default,
            show_default=bool(default),
            hide_input=question.secret,
        )
        problem = question.problem(answer)
        if problem is None:
            return answer
        report().print(f"    {problem.problem}; accepted: {problem.accepted}")


def _write(path: Path, text: str) -> None:
    """Put the file in its place as a whole: what was there stays until then. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, _OWNER_ONLY)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)
