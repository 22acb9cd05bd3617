"""What `init` asks, and the configuration that the answers make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .document import document, written
from .forms import Shape
from .given import Given
from .keys import KEYS, Key
from .problems import Problem
from .rules import broken

type Answers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """One question: the key that it fills in, its words, and the answer that another question must have had.

    `only_after` names the other question; None in place of its answer stands for any that is not empty.
    """

    path: str
    words: str
    only_after: tuple[str, str | None] | None = None
    optional: bool = False
    """An empty answer leaves the key out."""

    @property
    def key(self) -> Key:
        """The key's row in the table."""
        return KEYS[self.path]

    @property
    def secret(self) -> bool:
        """Whether the answer must not be seen while it is typed."""
        return self.key.form.secret

    @property
    def default(self) -> str | None:
        """What an empty answer stands for; None where there is none."""
        value = self.key.default
        if value is None:
            return None
        if isinstance(value, tuple):
            return ", ".join(value)
        return written(value) if isinstance(value, bool) else str(value)

    def problem(self, answer: str) -> Problem | None:
        """Tell what is wrong with an answer, by the rules that hold for the file; None where nothing is."""
        given = answer.strip() or self.default or ""
        if not given and self.optional:
            return None
        try:
            self.key.form.parse(given)
        except ValueError as error:
            return Problem(self.path, str(error), self.key.form.accepted, "the answer")
        return None

    def is_due(self, answers: Answers) -> bool:
        """Tell whether the answers so far make this worth asking."""
        if self.only_after is None:
            return True
        path, expected = self.only_after
        given = answers.get(path)
        return bool(given) if expected is None else given == expected


_TOKEN: Final = ("account.kind", "token")
_SIGN_IN: Final = ("account.kind", "sign_in")
_TLS: Final = ("broker.tls.enabled", "true")
_USER: Final = ("broker.username", None)

QUESTIONS: Final = (
    Question("instance", "What shall this bridge be called on the broker?"),
    Question("account.kind", "How does the bridge get into the Layla account: by token, or by sign_in?"),
    Question("account.url", "What is the address of the cloud's API?"),
    Question("account.token", "What is the account's token?", _TOKEN),
    Question("account.authorize_url", "Where does a person sign in?", _SIGN_IN),
    Question("account.token_url", "Where are tokens handed out?", _SIGN_IN),
    Question("account.client_id", "What is the id of the OAuth2 client?", _SIGN_IN),
    Question("account.client_secret", "What is the client's secret? Empty for a public one.", _SIGN_IN, optional=True),
    Question("broker.host", "On which host is the MQTT broker?"),
    Question("broker.tls.enabled", "Is the connection to the broker encrypted (TLS)?"),
    Question(
        "broker.tls.ca", "Which file has the broker's own authority? Empty for a public one.", _TLS, optional=True
    ),
    Question("broker.port", "Which port does the broker have? Empty for the usual one.", optional=True),
    Question("broker.username", "What is the bridge's user name at the broker? Empty for none.", optional=True),
    Question("broker.password", "What is its password? Empty for none.", _USER, optional=True),
    Question("properties.include", "Which properties shall be published, by id or name?"),
    Question("discovery.enabled", "Shall Home Assistant find the units by MQTT discovery?"),
)


def following(answers: Answers) -> Question | None:
    """Return the next question, after these answers as `answered` keeps them; None at the end."""
    return next((question for question in QUESTIONS if question.path not in answers and question.is_due(answers)), None)


def answered(answers: Answers, question: Question, answer: str) -> Answers:
    """Return the answers with one more, which `Question.problem` has nothing against."""
    given = answer.strip() or question.default or ""
    value = question.key.form.parse(given) if given else given
    # "yes" is asked for as "true" by the questions that depend on it.
    return {**answers, question.path: written(value) if isinstance(value, bool) else given}


def contradictions(answers: Answers) -> Sequence[Problem]:
    """Return what answers promise each other and do not keep, such as a file that is not there."""
    return tuple(broken({path: Given(text, "the answer") for path, text in answers.items() if text}))


def written_down(answers: Answers) -> str:
    """Return the commented configuration that the answers make. It has their secrets in it."""
    return document({path: _shaped(path, text) for path, text in answers.items() if text})


def _shaped(path: str, text: str) -> str | tuple[str, ...]:
    items = KEYS[path].form.parse(text) if KEYS[path].form.shape is Shape.LIST else None
    return items if isinstance(items, tuple) else text
