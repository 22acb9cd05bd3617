"""What is wrong with a configuration is said: the key, the problem, what is accepted, and where it stands."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from hypothesis import given, strategies as st
import pytest
import yaml

from layla_bridge.configuration import ConfigurationError, Problem, load
from layla_bridge.configuration.keys import KEYS, SECTIONS

TOKEN: Final = {"LAYLA_ACCOUNT__TOKEN": "t0ken"}
NAME: Final = "layla.yaml"
TOP: Final = (
    "the keys account, broker, publish, properties, air_conditioners, discovery, outbox, status_page, instance, data,"
    " log_level"
)
NUMBER: Final = "seconds from 60 to 900"
PORT: Final = "a port from 1 to 65535"
URL: Final = "an address that begins with https:// or http://, without a user, query or fragment"
PATTERNS: Final = "a list of ids or names; * stands for any characters, ? for one"
ROUTES: Final = "operations and their routes, as in 'listDevices: GET /v1/devices'"
SECRET_FILE: Final = "the path of a file that has the secret and nothing else"
TOPIC: Final = "topic levels with / between them, without + and #, not beginning with $ or /"
ONE_KIND: Final = "the keys of one kind of account"
YAML: Final = "a configuration in YAML"
TEXT: Final = "a text of one line that is not empty"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of the test's own, so that sources are short."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def problems(text: str, environ: Mapping[str, str] | None = None) -> tuple[Problem, ...]:
    """Return what is wrong with a file."""
    Path(NAME).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as raised:
        load(Path(NAME), TOKEN if environ is None else environ)
    return raised.value.problems


def line(number: int) -> str:
    """Name a line of the file."""
    return f"{NAME} line {number}"


@pytest.mark.parametrize(
    ("text", "key", "problem", "accepted", "number"),
    [
        ("\nbroker:\n  port: many", "broker.port", "'many' is not a whole number", PORT, 3),
        ("broker: {port: 0}", "broker.port", "0 is less than 1", PORT, 1),
        ("broker: {port: 65536}", "broker.port", "65536 is more than 65535", PORT, 1),
        ("broker: {port: [1]}", "broker.port", "this is a list", PORT, 1),
        ("broker: {port: {a: b}}", "broker.port", "this is a section of keys", PORT, 1),
        ("broker: {port: 1, port: 2}", "broker.port", "port stands twice, first in line 1", "each key once", 1),
        ("account: {interval: 30}", "account.interval", "30 is less than 60", NUMBER, 1),
        ("account: {interval: 1.5}", "account.interval", "'1.5' is not a whole number", NUMBER, 1),
        ("publish: {names: maybe}", "publish.names", "'maybe' is neither true nor false", "true or false", 1),
        ("log_level: loud", "log_level", "'loud' is not one of them", "debug, info, warning or error", 1),
        ("account: {kind: guest}", "account.kind", "there is no such kind of account", "token or sign_in", 1),
        ("account: {kind: [token]}", "account.kind", "there is no such kind of account", "token or sign_in", 1),
        ("account: {url: ftp://x}", "account.url", "'ftp://x' is not an address of the web", URL, 1),
        ("account: {url: 'http://[x'}", "account.url", "'http://[x' is not an address", URL, 1),
        ("account: {url: 'http://h:99999'}", "account.url", "'http://h:99999' is not an address", URL, 1),
        ("account: {url: 'https://u:pw@x'}", "account.url", "the address has a user or a password in it", URL, 1),
        ("account: {url: 'https://x?a=b'}", "account.url", "the address has a query or a fragment", URL, 1),
        ("account: {routes: /v1}", "account.routes", "this is a text", ROUTES, 1),
        ("account: {routes: {a: [b]}}", "account.routes", "an operation has no text", ROUTES, 1),
        (
            "account: {routes: {getDevice: /v1/x}}",
            "account.routes",
            "getDevice: '/v1/x' needs the placeholders of '/v1/devices/{id}': {id}",
            ROUTES,
            1,
        ),
        ("account: {routes: {a: b, a: c}}", "account.routes", "a name in this section stands twice", ROUTES, 1),
        (
            "account: {client_id: x}",
            "account.client_id",
            "this belongs to kind sign_in, and the account's kind is token",
            ONE_KIND,
            1,
        ),
        ("properties: {include: {a: b}}", "properties.include", "this is a section of keys", PATTERNS, 1),
        (
            "properties: {include: [[a]]}",
            "properties.include",
            "an item of the list is empty or not a text",
            PATTERNS,
            1,
        ),
        ("broker: {base_topic: a/#}", "broker.base_topic", "'a/#' does not fit", TOPIC, 1),
        ("broker: {base_topic: ''}", "broker.base_topic", "the text is empty", TOPIC, 1),
        (
            "broker: {base_topic: " + "a" * 201 + "}",
            "broker.base_topic",
            "'" + "a" * 60 + "…' has 201 characters",
            TOPIC,
            1,
        ),
        (
            "broker: {host: 'mqtt://u:pw@h'}",
            "broker.host",
            "the value does not fit",
            "a host name or an IP address, without a scheme and a port",
            1,
        ),
        (
            "data: ''",
            "data",
            "the path is empty or has characters that cannot be printed",
            "a path; ~ stands for the home",
            1,
        ),
        (
            "data: ~nobody-here/x",
            "data",
            "'~nobody-here/x' names a home that is not known",
            "a path; ~ stands for the home",
            1,
        ),
        ("data: !secret x", "data", "tags are not understood", "a path; ~ stands for the home", 1),
        ("propties: {}", "propties", "there is no such key", "properties is the nearest that there is", 1),
        ("broker: {hots: x}", "broker.hots", "there is no such key", "broker.host is the nearest that there is", 1),
        ("token: x", "token", "there is no such key", "account.token is the nearest that there is", 1),
        ("zzz: x", "zzz", "there is no such key", TOP, 1),
        ("[a]: x", "(not a name)", "there is no such key", TOP, 1),
        ("publish: [a]", "publish", "this is a list", "the keys names, log, retained_for", 1),
        ("publish: a", "publish", "this is a text", "the keys names, log, retained_for", 1),
        ("- a", "", "this is a list", TOP, 1),
        (
            "broker: {password: p}",
            "broker.password",
            "broker.username is not given",
            "a user name with the password",
            1,
        ),
        (
            "broker: {username: u, password: ''}",
            "broker.password",
            "the text is empty",
            "a text that is not empty, here or by password_file",
            1,
        ),
        (
            "broker: {tls: {ca: layla.yaml}}",
            "broker.tls.ca",
            "TLS is not enabled",
            "broker.tls.enabled: true, or nothing here",
            1,
        ),
        ("broker: {tls: {enabled: on, ca: x}}", "broker.tls.ca", "x is not a file", "the path of a PEM file", 1),
        (
            "broker: {tls: {enabled: on, key: layla.yaml}}",
            "broker.tls.key",
            "broker.tls.certificate is not given",
            "certificate and key together",
            1,
        ),
        (
            "broker: {tls: {enabled: on, certificate: layla.yaml}}",
            "broker.tls.certificate",
            "broker.tls.key is not given",
            "certificate and key together",
            1,
        ),
        (
            "publish: {retained_for: 3000}\naccount: {interval: 600}",
            "publish.retained_for",
            "3000 is less than 10 times account.interval",
            "at least 6000 seconds",
            1,
        ),
    ],
)
def test_a_problem_names_key_form_and_line(text: str, key: str, problem: str, accepted: str, number: int) -> None:
    assert problems(text) == (Problem(key, problem, accepted, line(number)),)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: [", "line 1, column 5: expected the node content, but found '<stream end>'"),
        ("a: *hunter2", "line 1, column 4: found undefined alias …"),
        ("a: 1\n\tb: 2", "line 2, column 1: found character '\\t' that cannot start any token"),
        ("a: 1\n---\nb: 2", "line 2, column 1: expected a single document in the stream, but found another document"),
        ("a:\n  b: \x01", "line 2: a character that cannot be printed"),
        pytest.param("[" * 5000, "lists or sections are nested too deeply", id="deep"),
    ],
)
def test_what_is_not_yaml_is_said_in_words(text: str, problem: str) -> None:
    assert problems(text, {}) == (Problem("", f"this is not YAML: {problem}", YAML, NAME),)


@pytest.mark.parametrize(
    ("environ", "key", "problem", "accepted", "name"),
    [
        ({"LAYLA_BROKER__PORT": "many"}, "broker.port", "'many' is not a whole number", PORT, "LAYLA_BROKER__PORT"),
        (
            {"LAYLA_BROKER": "x"},
            "broker",
            "this is a section",
            "a variable for each key, such as LAYLA_BROKER__HOST",
            "LAYLA_BROKER",
        ),
        (
            {"LAYLA_BROKER_HOST": "x"},
            "LAYLA_BROKER_HOST",
            "there is no such variable",
            "LAYLA_BROKER__HOST is the nearest that there is",
            "LAYLA_BROKER_HOST",
        ),
        (
            {"LAYLA_BROKER__HOTS": "x"},
            "LAYLA_BROKER__HOTS",
            "there is no such variable",
            "LAYLA_BROKER__HOST is the nearest that there is",
            "LAYLA_BROKER__HOTS",
        ),
        (
            {"LAYLA_BROKER__USERNAME": "u", "LAYLA_BROKER__PASSWORD": "\udcff"},
            "broker.password",
            "the text is not UTF-8",
            "a text that is not empty, here or by password_file",
            "LAYLA_BROKER__PASSWORD",
        ),
        (
            {"LAYLA_TOKEN": "x"},
            "LAYLA_TOKEN",
            "there is no such variable",
            "LAYLA_ACCOUNT__TOKEN is the nearest that there is",
            "LAYLA_TOKEN",
        ),
        (
            {"LAYLA_ZZZ": "x"},
            "LAYLA_ZZZ",
            "there is no such variable",
            "the variables of CONFIGURATION.md",
            "LAYLA_ZZZ",
        ),
        (
            {"LAYLA_ACCOUNT__ROUTES": "listDevices"},
            "account.routes",
            "this is a text",
            ROUTES,
            "LAYLA_ACCOUNT__ROUTES",
        ),
        (
            {"LAYLA_ACCOUNT__ROUTES": "{a"},
            "account.routes",
            "line 1, column 3: expected ',' or '}', but got '<stream end>'",
            ROUTES,
            "LAYLA_ACCOUNT__ROUTES",
        ),
    ],
)
def test_a_problem_names_the_variable(
    environ: Mapping[str, str], key: str, problem: str, accepted: str, name: str
) -> None:
    assert problems("", {**TOKEN, **environ}) == (Problem(key, problem, accepted, f"environment variable {name}"),)


def test_a_missing_key_is_said_with_the_ways_to_give_it() -> None:
    token = "a token, whole and on one line, here or by token_file"

    assert problems("", {}) == (Problem("account.token", "this is missing", token, NAME),)
    with pytest.raises(ConfigurationError) as raised:
        load(None, {})
    assert raised.value.problems[0].source == "the environment"
    assert problems("account: {kind: sign_in}", {}) == (Problem("account.client_id", "this is missing", TEXT, NAME),)


def test_a_token_is_no_part_of_a_sign_in() -> None:
    said = problems("account: {kind: sign_in, client_id: x}", {"LAYLA_ACCOUNT__TOKEN": "t0ken"})

    words = "this belongs to kind token, and the account's kind is sign_in"
    assert said == (Problem("account.token", words, ONE_KIND, "environment variable LAYLA_ACCOUNT__TOKEN"),)


def test_everything_wrong_is_said_at_once_a_line_each() -> None:
    text = "instance: my home\nbroker: {port: many, hots: x}\naccount: {interval: 1}\ndata: !x y\n"
    Path(NAME).write_text(text)

    with pytest.raises(ConfigurationError) as raised:
        load(Path(NAME), {"LAYLA_LOG_LEVEL": "loud"})

    keys = {problem.key for problem in raised.value.problems}
    assert keys == {
        "instance",
        "broker.port",
        "broker.hots",
        "account.interval",
        "account.token",
        "data",
        "log_level",
    }
    lines = str(raised.value).splitlines()
    assert len(lines) == len(raised.value.problems)
    assert f"broker.port: 'many' is not a whole number; accepted: {PORT} ({line(2)})" in lines


def test_a_file_that_cannot_be_read_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "latin").write_bytes(b"a: 1\nb: \xe9\n")
    (folder / "huge").write_bytes(b"#" * ((1 << 20) + 1))
    (folder / "loop").symlink_to("loop")
    expected = {
        "nowhere": "there is no such file",
        ".": "this is a folder",
        "latin": "the file is not UTF-8, see line 2",
        "huge": "the file has more than 1048576 bytes",
        "loop": "the file cannot be read: Too many levels of symbolic links",
    }
    for name, problem in expected.items():
        with pytest.raises(ConfigurationError) as raised:
            load(Path(name), TOKEN)
        accepted = "a configuration in YAML, such as `init` writes"
        assert raised.value.problems == (Problem("", problem, accepted, name),)


def test_a_file_of_somebody_else_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    # Tests may run as root, who may read everything.
    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(ConfigurationError, match="may not be read by this user"):
        load(Path("layla.yaml"), TOKEN)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "there is no such file"),
        (b"", "the file is empty"),
        (b"\n", "the file is empty"),
        (b"\xff", "the file is not UTF-8, see line 1"),
        (b"x" * 65537, "the file has more than 65536 bytes"),
    ],
)
def test_a_secret_file_without_a_secret_is_said(content: bytes | None, problem: str, folder: Path) -> None:
    if content is not None:
        (folder / "secret").write_bytes(content)

    source = "file secret, named by environment variable LAYLA_ACCOUNT__TOKEN_FILE"
    said = problems("", {"LAYLA_ACCOUNT__TOKEN_FILE": "secret"})
    assert said == (Problem("account.token_file", problem, SECRET_FILE, source),)


def test_the_path_of_a_secret_file_has_to_be_one() -> None:
    said = problems("account: {token_file: [a]}", {})

    assert said == (Problem("account.token_file", "this is a list", SECRET_FILE, line(1)),)
    tagged = problems("account: {token_file: !env a}", {})
    accepted = "a token, whole and on one line"
    assert tagged == (Problem("account.token_file", "tags are not understood", accepted, line(1)),)


@pytest.mark.parametrize("secret", ["token", "token_file"])
def test_a_secret_is_given_once(secret: str, folder: Path) -> None:
    (folder / "secret").write_text("x")
    text = "account:\n  token: x\n  token_file: secret"

    twice = (Problem("account.token", "token and token_file are both given", "one of the two", line(3)),)
    assert problems(text, {}) == twice


SECRET: Final = "hunter2-eyJ-s3cret"


@pytest.mark.parametrize(
    "text",
    [
        f"account: {{token: '{SECRET} and more'}}",
        f"account: {SECRET}",
        f"account: {{token: {SECRET}, token: {SECRET}}}",
        f"account: {{token: [{SECRET}]}}",
        f"account: {{token: *{SECRET}}}",
        f"account: {{token: !{SECRET} x}}",
        f"account: {{{SECRET}: x}}",
        f"{SECRET}{SECRET}{SECRET}: x",
        f"account: {{token: '{SECRET}",
        f"account: {{kind: sign_in, client_id: x, client_secret: {{{SECRET}: 1}}}}",
        f"account: {{kind: {SECRET}}}",
        f"account: {{url: 'https://me:{SECRET}@x'}}",
        f"broker: {{host: 'mqtt://me:{SECRET}@x'}}",
        f"broker: {{password: {SECRET}}}",
        f"%{SECRET}",
        f"!{SECRET}!x y",
    ],
)
def test_no_error_tells_a_secret(text: str) -> None:
    Path(NAME).write_text(text)

    with pytest.raises(ConfigurationError) as raised:
        load(Path(NAME), {f"LAYLA_{SECRET}": "x"})

    assert "hunter2" not in str(raised.value) + repr(raised.value) + repr(raised.value.__cause__)


names: Final = st.sampled_from(
    sorted({name for path in (*KEYS, *SECTIONS) for name in path.split(".")} | {"<<", "password_file", "token_file"})
)
shaped: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["token", "sign_in", "60", "yes"]),
    lambda inner: st.dictionaries(names, inner, max_size=3) | st.lists(inner, max_size=2),
    max_leaves=8,
)


def problems_of(path: Path, environ: Mapping[str, str]) -> tuple[Problem, ...]:
    """Return what is wrong; anything but a ConfigurationError is a failure."""
    try:
        load(path, environ)
    except ConfigurationError as error:
        return error.problems
    return ()


def are_said(found: tuple[Problem, ...]) -> bool:
    """Tell whether problems have words."""
    return all(problem.problem and problem.accepted and problem.source for problem in found)


@given(tree=st.dictionaries(names, shaped, max_size=4))
def test_no_tree_raises_anything_else(tree: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(yaml.safe_dump(tree), encoding="utf-8", errors="replace")
    assert are_said(problems_of(path, {}))


@given(content=st.binary(max_size=60) | st.text("ab:-[]{}&*!|>'\"#%@, \n\t?<~", max_size=40).map(str.encode))
def test_no_file_raises_anything_else(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content)
    assert are_said(problems_of(path, {}))


@given(path=st.sampled_from(sorted(KEYS)), text=st.text(max_size=30) | st.text("[{}],: ab0\"'&*!", max_size=20))
def test_no_variable_raises_anything_else(path: str, text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    nothing = tmp_path_factory.getbasetemp() / "empty.yaml"
    nothing.touch()
    assert are_said(problems_of(nothing, {f"LAYLA_{path.upper().replace('.', '__')}": text}))
