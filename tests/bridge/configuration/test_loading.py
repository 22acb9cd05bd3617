"""What a configuration gives: every key from a file, from the environment, and secrets from files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import SecretStr, ValidationError
import pytest
from yarl import URL

from layla_bridge.configuration import AcProfile, Configuration, SignInAccount, TokenAccount, load
from layla_bridge.configuration.document import document, reference, written
from layla_bridge.configuration.keys import KEYS, SECRET_FILES, variable
from layla_bridge.configuration.section import Section

TOKEN: Final = {"LAYLA_ACCOUNT__TOKEN": "t0ken"}
SIGN_IN: Final = {"LAYLA_ACCOUNT__KIND": "sign_in", "LAYLA_ACCOUNT__CLIENT_ID": "someone"}
PEM: Final = "pem"
ACME: Final = AcProfile.model_validate(
    {"vendor": "Acme", "model": "X1", "units": ["7"], "modes": ["cool", "heat"], "lowest": "16", "highest": "30"}
)

# For each key: what is written, and the value that it makes.
VALUES: Final[Mapping[str, tuple[str, object]]] = {
    "instance": ("attic", "attic"),
    "account.kind": ("token", "token"),
    "account.url": ("http://localhost:8750/api", URL("http://localhost:8750/api")),
    "account.interval": ("300", 300),
    "account.token": ("Bearer 0123", SecretStr("0123")),
    "account.routes": ("{listDevices: GET /v2/devices}", {"listDevices": "GET /v2/devices"}),
    "account.air_conditioner_lead": ("15", 15),
    "account.authorize_url": ("https://login.example/a", URL("https://login.example/a")),
    "account.token_url": ("https://login.example/t", URL("https://login.example/t")),
    "account.client_id": ("0042", "0042"),
    "account.client_secret": ("0x1F", SecretStr("0x1F")),
    "account.scope": ("read write", "read write"),
    "broker.host": ("fe80::1", "fe80::1"),
    "broker.port": ("1884", 1884),
    "broker.username": ("yes", "yes"),
    "broker.password": ("p@:/%ö", SecretStr("p@:/%ö")),
    "broker.transport": ("websockets", "websockets"),
    "broker.path": ("/ws", "/ws"),
    "broker.tls.enabled": ("on", True),
    "broker.tls.ca": (PEM, Path(PEM)),
    "broker.tls.certificate": (PEM, Path(PEM)),
    "broker.tls.key": (PEM, Path(PEM)),
    "broker.tls.key_password": ("1e3", SecretStr("1e3")),
    "broker.base_topic": ("homes/layla", "homes/layla"),
    "broker.client_id": ("bridge 1", "bridge 1"),
    "broker.keepalive": ("30", 30),
    "publish.names": ("no", False),
    "publish.log": ("true", True),
    "publish.retained_for": ("7200", 7200),
    "properties.include": ("[Beach*, 17]", ("Beach*", "17")),
    "properties.exclude": ("[Attic]", ("Attic",)),
    "air_conditioners.control": ("full", "full"),
    "air_conditioners.profiles": (
        "[{vendor: Acme, model: X1, units: [7], modes: [cool, heat], lowest: 16, highest: 30}]",
        (ACME,),
    ),
    "discovery.enabled": ("true", True),
    "discovery.prefix": ("ha", "ha"),
    "discovery.areas": ("true", True),
    "outbox.keep_days": ("30", 30),
    "outbox.most_events": ("5000", 5000),
    "status_page.enabled": ("off", False),
    "status_page.host": ("192.0.2.7", "192.0.2.7"),
    "status_page.port": ("80", 80),
    "status_page.path_prefix": ("/layla", "/layla"),
    "status_page.hosts": ("[bridge.lan]", ("bridge.lan",)),
    "data": ("/var/lib/bridge", Path("/var/lib/bridge")),
    "log_level": ("debug", "debug"),
}
# What else a key needs to be given.
COMPANY: Final[Mapping[str, tuple[str, ...]]] = {
    "broker.password": ("broker.username",),
    "broker.tls.ca": ("broker.tls.enabled",),
    "broker.tls.certificate": ("broker.tls.enabled", "broker.tls.key"),
    "broker.tls.key": ("broker.tls.enabled", "broker.tls.certificate"),
    "broker.tls.key_password": ("broker.tls.enabled", "broker.tls.key", "broker.tls.certificate"),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder that has a PEM file."""
    (tmp_path / PEM).write_text("certificate")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def others(path: str) -> dict[str, str]:
    """Return the variables that a configuration with this key needs."""
    account = {} if path == "account.token" else TOKEN
    if path.startswith("account.") and path not in {key for key in KEYS if not _of_sign_in(key)}:
        account = {name: text for name, text in SIGN_IN.items() if name != variable(path)}
    return {**account, **{variable(other): VALUES[other][0] for other in COMPANY.get(path, ())}}


def _of_sign_in(path: str) -> bool:
    name = path.removeprefix("account.")
    return name in SignInAccount.model_fields and name not in TokenAccount.model_fields


def nested(path: str, text: str) -> str:
    """Write one key as YAML."""
    names = path.split(".")
    lines = [f"{'  ' * depth}{name}:" for depth, name in enumerate(names)]
    return "\n".join(lines) + f" {text}\n"


def value_of(configuration: Configuration, path: str) -> object:
    """Return the value at a path."""
    found: object = configuration
    for name in path.split("."):
        found = getattr(found, name)
    return found


def test_every_key_is_tried_here() -> None:
    assert list(VALUES) == list(KEYS)


@pytest.mark.parametrize("path", VALUES)
def test_every_key_is_set_by_the_file(path: str, folder: Path) -> None:
    written_text, expected = VALUES[path]
    file = folder / "layla.yaml"
    file.write_text(nested(path, written_text))

    assert value_of(load(file, others(path)), path) == expected


@pytest.mark.parametrize("path", VALUES)
def test_every_key_is_set_by_the_environment(path: str) -> None:
    text, expected = VALUES[path]

    assert value_of(load(None, {**others(path), variable(path): text}), path) == expected


@pytest.mark.parametrize("path", SECRET_FILES)
@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_every_secret_is_read_from_a_file(path: str, ending: str, folder: Path) -> None:
    text, expected = VALUES[SECRET_FILES[path].path]
    secret = folder / "secret"
    secret.write_bytes((text + ending).encode())
    by_variable = load(None, {**others(SECRET_FILES[path].path), variable(path): str(secret)})
    file = folder / "layla.yaml"
    file.write_text(nested(path, str(secret)))
    by_file = load(file, others(SECRET_FILES[path].path))

    assert value_of(by_variable, SECRET_FILES[path].path) == expected
    assert by_file == by_variable


def test_the_environment_wins_over_the_file_key_by_key(folder: Path) -> None:
    file = folder / "layla.yaml"
    file.write_text("broker: {host: from-file, keepalive: 10}\naccount: {token: from-file}\n")
    secret = folder / "secret"
    secret.write_text("from-secret")
    environ = {"LAYLA_BROKER__HOST": "from-variable", "LAYLA_ACCOUNT__TOKEN_FILE": str(secret)}

    configuration = load(file, environ)

    assert (configuration.broker.host, configuration.broker.keepalive) == ("from-variable", 10)
    assert isinstance(configuration.account, TokenAccount)
    assert configuration.account.token.get_secret_value() == "from-secret"


def test_routes_of_the_environment_are_added_to_those_of_the_file(folder: Path) -> None:
    file = folder / "layla.yaml"
    file.write_text("account: {routes: {listDevices: /a, listProperties: /b}}\n")

    configuration = load(file, {**TOKEN, "LAYLA_ACCOUNT__ROUTES": "{listDevices: /c}"})

    assert configuration.account.routes == {"listDevices": "/c", "listProperties": "/b"}


def test_an_empty_variable_is_not_set_and_those_of_others_are_left_alone() -> None:
    services = {"LAYLA_PORT": "tcp://10.0.0.1:80", "LAYLA_MQTT_SERVICE_HOST": "10.0.0.1", "LAYLA_PORT_80_TCP_ADDR": "x"}
    own = {"LAYLA_CONFIG": "/etc/layla.yaml", "PATH": "/bin", "LAYLA_BROKER__PORT": ""}

    assert load(None, {**TOKEN, **services, **own}) == load(None, TOKEN)


def test_lists_in_variables_have_commas_or_are_yaml() -> None:
    by_commas = load(None, {**TOKEN, "LAYLA_PROPERTIES__INCLUDE": "Beach *, 17 ,"})
    by_yaml = load(None, {**TOKEN, "LAYLA_PROPERTIES__INCLUDE": '["Beach *", 17]'})

    assert by_commas.properties.include == by_yaml.properties.include == ("Beach *", "17")
    assert by_commas.properties.selection.selects("9", "beach house")


def test_a_sign_in_has_what_a_token_has_not() -> None:
    account = load(None, SIGN_IN).account

    assert isinstance(account, SignInAccount)
    assert account.client_secret is None
    assert account.token_url == URL("https://api.layla.eco/oauth/token")


@pytest.mark.parametrize(
    ("transport", "tls", "port"),
    [("tcp", "no", 1883), ("tcp", "yes", 8883), ("websockets", "no", 80), ("websockets", "yes", 443)],
)
def test_the_usual_port_follows_from_transport_and_tls(transport: str, tls: str, port: int) -> None:
    environ = {**TOKEN, "LAYLA_BROKER__TRANSPORT": transport, "LAYLA_BROKER__TLS__ENABLED": tls}

    assert load(None, environ).broker.port == port


def test_what_else_follows_from_other_keys() -> None:
    configuration = load(None, {**TOKEN, "LAYLA_INSTANCE": "attic", "LAYLA_ACCOUNT__INTERVAL": "900"})

    assert configuration.broker.client_id == "layla-bridge-attic"
    assert configuration.publish.retained_for == 9000


@pytest.mark.parametrize(
    ("environ", "data"),
    [
        ({}, "/var/lib/layla-bridge"),
        ({"HOME": "/home/me"}, "/home/me/.local/share/layla-bridge"),
        ({"HOME": "/home/me", "XDG_DATA_HOME": "/home/me/share"}, "/home/me/share/layla-bridge"),
        ({"HOME": "/home/me", "STATE_DIRECTORY": "/var/lib/a:/var/lib/b"}, "/var/lib/a"),
    ],
)
def test_the_data_folder_is_where_the_system_wants_it(environ: Mapping[str, str], data: str) -> None:
    assert load(None, {**TOKEN, **environ}).data == Path(data)


@pytest.mark.parametrize("text", ["", "# nothing\n", "null\n", "broker:\naccount: ~\n", "\ufeff# marked\n"])
def test_a_file_may_say_nothing(text: str, folder: Path) -> None:
    file = folder / "layla.yaml"
    file.write_text(text, encoding="utf-8")

    assert load(file, TOKEN) == load(None, TOKEN)


def test_json_is_as_good(folder: Path) -> None:
    file = folder / "options.json"
    file.write_text('{"account": {"token": "t0ken"}, "publish": {"names": false}, "broker": {"port": 1884}}')

    configuration = load(file, {})

    assert (configuration.publish.names, configuration.broker.port) == (False, 1884)


def test_a_configuration_does_not_change_and_tells_no_secret() -> None:
    secrets = {variable(path): f"s3cret-{path}" for path in KEYS if KEYS[path].form.secret}
    company = {variable(other): VALUES[other][0] for path in COMPANY for other in COMPANY[path]}
    token = load(None, {**company, **{name: text for name, text in secrets.items() if "CLIENT" not in name}})
    sign_in = load(
        None, {**company, **SIGN_IN, **{name: text for name, text in secrets.items() if "TOKEN" not in name}}
    )

    for configuration in (token, sign_in):
        for told in (repr(configuration), str(configuration), str(configuration.model_dump())):
            assert "s3cret" not in told
        for part in (configuration, *(item for item in dict(configuration).values() if isinstance(item, Section))):
            with pytest.raises(ValidationError):
                setattr(part, next(iter(type(part).model_fields)), "other")


def test_values_come_from_load_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCOUNT", '{"kind": "token", "token": "x"}')

    with pytest.raises(ValidationError):
        Configuration.model_validate({})


def test_defaults_are_what_their_own_form_accepts() -> None:
    for key in KEYS.values():
        if key.default is not None:
            text = key.default if isinstance(key.default, dict | str) else written(key.default).strip('"')
            assert key.form.parse(list(key.default) if isinstance(key.default, tuple) else text) == key.default


def test_the_reference_page_is_up_to_date() -> None:
    page = Path(__file__).parents[3] / "bridge/CONFIGURATION.md"

    assert page.read_text(encoding="utf-8") == reference(), "run python -m layla_bridge.configuration"


def test_the_commented_document_is_a_configuration_of_defaults(folder: Path) -> None:
    file = folder / "layla.yaml"
    file.write_text(document())

    assert load(file, TOKEN) == load(None, TOKEN)


def test_every_default_of_the_document_can_be_uncommented(folder: Path) -> None:
    names = {key.name for key in KEYS.values()}
    lines = []
    for line in document().splitlines():
        bare = line.lstrip().removeprefix("# ")
        is_key = line.lstrip().startswith("# ") and bare.partition(":")[0] in names
        lines.append(line[: len(line) - len(line.lstrip())] + bare if is_key else line)
    file = folder / "layla.yaml"
    of_sign_in = [f"  {key.name}:" for path, key in KEYS.items() if _of_sign_in(path)]
    file.write_text("\n".join(line for line in lines if not any(line.startswith(key) for key in of_sign_in)))

    assert sum(line.lstrip().partition(":")[0] in names for line in lines) >= len(KEYS)
    assert load(file, {**TOKEN, "HOME": "/h"}) == load(None, {**TOKEN, "HOME": "/h"})
