"""The bridge's configuration: a YAML file, variables of the environment over it, and secrets from files."""

from .air_conditioners import AcProfile, AirConditioners
from .loading import load
from .problems import ConfigurationError, Problem
from .sections import (
    Account,
    Broker,
    Configuration,
    Discovery,
    Outbox,
    Properties,
    Publish,
    SignInAccount,
    StatusPage,
    Tls,
    TokenAccount,
)
from .selection import Selection

__all__ = [
    "AcProfile",
    "Account",
    "AirConditioners",
    "Broker",
    "Configuration",
    "ConfigurationError",
    "Discovery",
    "Outbox",
    "Problem",
    "Properties",
    "Publish",
    "Selection",
    "SignInAccount",
    "StatusPage",
    "Tls",
    "TokenAccount",
    "load",
]
