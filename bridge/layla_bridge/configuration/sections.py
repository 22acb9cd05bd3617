"""The configuration as typed values. The fields are the table of keys: description, default and accepted form.

What a field accepts is its `Form`; where its default follows from other keys, `Derived` says how (`derived.py`).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, override

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from yarl import URL

from ..cloud.layla.flavour import OWNER, PARTNER
from ..cloud.layla.routes import DEFAULT_AUTHORIZE_URL, DEFAULT_BASE_URL, DEFAULT_TOKEN_URL
from .air_conditioners import AirConditioners
from .forms import (
    CLIENT_ID,
    FLAG,
    HOST,
    HOSTS,
    NAME,
    PATH,
    PATTERNS,
    PORT,
    PREFIX,
    SECRET,
    TEXT,
    TOKEN,
    TOPIC,
    URL_FORM,
    WEB_PATH,
    Derived,
    choice,
    routes_of,
    tag,
    whole,
)
from .section import Section
from .selection import Selection
from .sources import sources_of

KIND: Final = tag("token", "sign_in")


class _Account(Section):
    """What every kind of account has."""

    kind: Annotated[str, KIND]
    url: Annotated[URL, URL_FORM] = Field(
        default=URL(DEFAULT_BASE_URL), description="Address of the cloud's API. The simulator has one of its own."
    )
    interval: Annotated[int, whole(60, 900, "seconds")] = Field(default=60, description="Seconds between two polls.")


class TokenAccount(_Account):
    """A Layla account by token (the owner API)."""

    kind: Annotated[Literal["token"], KIND] = Field(
        default="token", description="How the bridge gets in: token, or sign_in (OAuth2)."
    )
    token: Annotated[SecretStr, TOKEN] = Field(description="The token of the Layla account. Only for kind token.")
    routes: Annotated[Mapping[str, str], routes_of(OWNER)] = Field(
        default={},
        description="Paths of the cloud that differ from those that are known, by operation."
        " Those of the environment are added to those of the file.",
    )
    air_conditioner_lead: Annotated[int, whole(5, 60, "seconds")] = Field(
        default=5, description="How many seconds ahead an air conditioner's timer is set. Only for kind token."
    )


class SignInAccount(_Account):
    """A Layla account by OAuth2 (the partner API)."""

    kind: Annotated[Literal["sign_in"], KIND]
    routes: Annotated[Mapping[str, str], routes_of(PARTNER)] = {}
    authorize_url: Annotated[URL, URL_FORM] = Field(
        default=URL(DEFAULT_AUTHORIZE_URL), description="Where a person signs in. Only for kind sign_in."
    )
    token_url: Annotated[URL, URL_FORM] = Field(
        default=URL(DEFAULT_TOKEN_URL), description="Where tokens are handed out. Only for kind sign_in."
    )
    client_id: Annotated[str, TEXT] = Field(description="Id of the OAuth2 client. Only for kind sign_in.")
    client_secret: Annotated[SecretStr | None, SECRET] = Field(
        default=None, description="Secret of the OAuth2 client; a public client has none. Only for kind sign_in."
    )
    scope: Annotated[str | None, TEXT] = Field(
        default=None, description="Scopes to ask for, with blanks between them. Only for kind sign_in."
    )


type Account = TokenAccount | SignInAccount


class Tls(Section):
    """Encryption between the bridge and the broker."""

    enabled: Annotated[bool, FLAG] = Field(default=False, description="Encrypt the connection to the broker.")
    ca: Annotated[Path | None, PATH] = Field(
        default=None,
        description="PEM file of the authority that signed the broker's certificate, if it is one of your own.",
    )
    certificate: Annotated[Path | None, PATH] = Field(
        default=None, description="PEM file of the bridge's own certificate, where the broker asks for one."
    )
    key: Annotated[Path | None, PATH] = Field(default=None, description="PEM file of the key to that certificate.")
    key_password: Annotated[SecretStr | None, SECRET] = Field(
        default=None, description="Password of that key, if it has one."
    )


class Broker(Section):
    """The MQTT broker."""

    host: Annotated[str, HOST] = Field(default="localhost", description="Host of the broker.")
    port: Annotated[int, PORT, Derived("1883; 8883 with TLS; with transport websockets 80, and 443 with TLS")] = Field(
        description="Port of the broker."
    )
    username: Annotated[str | None, TEXT] = Field(default=None, description="User name at the broker.")
    password: Annotated[SecretStr | None, SECRET] = Field(default=None, description="Password at the broker.")
    transport: Annotated[Literal["tcp", "websockets"], choice("tcp", "websockets")] = Field(
        default="tcp", description="What carries MQTT."
    )
    path: Annotated[str, WEB_PATH] = Field(default="/mqtt", description="Path of the broker's websocket.")
    tls: Tls = Field(default=Tls(), description="Encryption between the bridge and the broker.")
    base_topic: Annotated[str, TOPIC] = Field(default="layla", description="What all topics of the bridge begin with.")
    client_id: Annotated[str, CLIENT_ID, Derived("layla-bridge- and the instance")] = Field(
        description="Name of this connection at the broker."
    )
    keepalive: Annotated[int, whole(5, 65535, "seconds")] = Field(
        default=60, description="Seconds of silence after which bridge and broker ask whether the other is still there."
    )


class Publish(Section):
    """What is published."""

    names: Annotated[bool, FLAG] = Field(
        default=True,
        description="Whether names of units and properties appear in messages.",
    )
    log: Annotated[bool, FLAG] = Field(
        default=False,
        description="Whether warnings and errors are published on the bridge's log topic as well.",
    )
    retained_for: Annotated[
        int, whole(600, 31_536_000, "seconds"), Derived("3600, or ten times account.interval where that is more")
    ] = Field(
        description="Seconds after which the broker forgets the state of a unit that is not refreshed, at least ten"
        " times account.interval."
    )


class Properties(Section):
    """Which properties are published."""

    include: Annotated[tuple[str, ...], PATTERNS] = Field(
        default=("*",), description="Properties to publish, by id or name."
    )
    exclude: Annotated[tuple[str, ...], PATTERNS] = Field(default=(), description="Properties to leave out; this wins.")

    @property
    def selection(self) -> Selection:
        """Return what selects properties."""
        return Selection(self.include, self.exclude)


class Discovery(Section):
    """Home Assistant's MQTT discovery."""

    enabled: Annotated[bool, FLAG] = Field(
        default=False,
        description="Whether Home Assistant finds the units by MQTT. Leave it off beside the Layla integration, or"
        " every unit appears twice.",
    )
    prefix: Annotated[str, TOPIC] = Field(default="homeassistant", description="Home Assistant's discovery prefix.")
    areas: Annotated[bool, FLAG] = Field(
        default=False,
        description="Whether areas are suggested. Entity ids then begin with the area.",
    )


class Outbox(Section):
    """Events on disk, until the broker has them and for replay."""

    keep_days: Annotated[int, whole(1, 365, "days")] = Field(
        default=7, description="Days for which events can be replayed."
    )
    most_events: Annotated[int, whole(1000, 10_000_000)] = Field(
        default=100_000, description="How many events are kept at most; the oldest go first."
    )


class StatusPage(Section):
    """The status page."""

    enabled: Annotated[bool, FLAG] = Field(default=True, description="Whether there is a status page.")
    host: Annotated[str, HOST] = Field(
        default="127.0.0.1", description="Address to listen on; 0.0.0.0 lets other machines see the page."
    )
    port: Annotated[int, PORT] = Field(default=8751, description="Port to listen on.")
    path_prefix: Annotated[str, PREFIX] = Field(
        default="", description="What the page's paths begin with behind a proxy."
    )
    hosts: Annotated[tuple[str, ...], HOSTS] = Field(
        default=(),
        description="Names by which the page may be asked for, beside addresses and localhost. Without any, a page on"
        " loopback takes no other name, and one that other machines see takes each.",
    )


class Configuration(BaseSettings):
    """The whole configuration of one bridge: frozen, secrets hidden. Made by `load`."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, hide_input_in_errors=True, validate_default=False
    )

    instance: Annotated[str, NAME] = Field(default="layla", description="Names this bridge on the broker.")
    account: Annotated[Account, Field(discriminator="kind")] = Field(description="The account that is bridged.")
    broker: Broker = Field(description="The MQTT broker.")
    publish: Publish = Field(description="What is published.")
    properties: Properties = Field(default=Properties(), description="Which properties are published.")
    air_conditioners: AirConditioners = Field(
        default=AirConditioners(), description="The air conditioners that units drive by infrared."
    )
    discovery: Discovery = Field(default=Discovery(), description="Home Assistant's MQTT discovery.")
    outbox: Outbox = Field(default=Outbox(), description="Events on disk, until the broker has them and for replay.")
    status_page: StatusPage = Field(default=StatusPage(), description="The status page.")
    data: Annotated[
        Path,
        PATH,
        Derived("$STATE_DIRECTORY, else layla-bridge in $XDG_DATA_HOME or ~/.local/share, else /var/lib/layla-bridge"),
    ] = Field(description="Folder of the outbox and of the tokens of a sign-in.")
    log_level: Annotated[str, choice("debug", "info", "warning", "error")] = Field(
        default="info", description="What is logged: this and everything more serious."
    )

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what `load` has read alone: it knows where every value stands."""
        return sources_of(settings_cls)
