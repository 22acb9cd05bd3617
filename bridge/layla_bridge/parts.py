"""What the configuration means to the parts of the bridge, each in the part's own words."""

from datetime import datetime, timedelta
from pathlib import Path

from .broker import BrokerSettings, Tls
from .configuration import Configuration
from .contract.topics import Topics
from .discovery import DiscoverySettings, is_ours
from .discovery.identity import config_topic, of_bridge, of_item
from .mirror.mirror import Selection
from .mirror.selected import Selected
from .outbox import Limits
from .retained.retained import DiscoveryTopics
from .shard import Shard
from .status import About
from .version import VERSION


def sharded(configuration: Configuration, shard: Shard) -> Configuration:
    """Return the configuration of one of several bridges: its name, its client id, and its folder."""
    client_id = f"{configuration.broker.client_id}{shard.suffix}"
    return configuration.model_copy(
        update={
            "instance": f"{configuration.instance}{shard.suffix}",
            "broker": configuration.broker.model_copy(update={"client_id": client_id}),
            "data": shard.folder(configuration.data),
        }
    )


def state_path(configuration: Configuration) -> Path:
    """Return where the bridge remembers what it published."""
    return configuration.data / "state.json"


def outbox_path(configuration: Configuration) -> Path:
    """Return where events wait for the broker."""
    return configuration.data / "outbox.db"


def topics(configuration: Configuration) -> Topics:
    """Return the topics of this bridge."""
    return Topics(configuration.instance, configuration.broker.base_topic)


def broker_settings(configuration: Configuration) -> BrokerSettings:
    """Return where the broker is, and how to get in."""
    broker = configuration.broker
    return BrokerSettings(
        host=broker.host,
        port=broker.port,
        username=broker.username,
        password=broker.password.get_secret_value() if broker.password else None,
        transport=broker.transport,
        path=broker.path,
        tls=_tls(configuration),
        client_id=broker.client_id,
        keepalive=broker.keepalive,
    )


def _tls(configuration: Configuration) -> Tls | None:
    tls = configuration.broker.tls
    if not tls.enabled:
        return None
    password = tls.key_password.get_secret_value() if tls.key_password else None
    return Tls(ca=tls.ca, certificate=tls.certificate, key=tls.key, key_password=password)


def mirrored(configuration: Configuration, selected: Selected) -> Selection:
    """Return what the mirror publishes."""
    publish = configuration.publish
    return Selection(selected=selected, names=publish.names, expiry=timedelta(seconds=publish.retained_for))


def limits(configuration: Configuration) -> Limits:
    """Return how long, and how many, events are kept."""
    return Limits(age=timedelta(days=configuration.outbox.keep_days), number=configuration.outbox.most_events)


def about(configuration: Configuration, started: datetime) -> About:
    """Return what the bridge is until it is stopped."""
    chosen = {
        "discovery": configuration.discovery.enabled,
        "names": configuration.publish.names,
        "log": configuration.publish.log,
        "status_page": configuration.status_page.enabled,
        "air_conditioners": configuration.air_conditioners.control == "full",
    }
    return About(
        instance=configuration.instance,
        version=VERSION,
        account_kind=configuration.account.kind,
        base_topic=configuration.broker.base_topic,
        interval=configuration.account.interval,
        features=[feature for feature, on in chosen.items() if on],
        started=started,
    )


def discovery_settings(configuration: Configuration, selected: Selected) -> DiscoverySettings:
    """Return what Home Assistant is told, and where it listens."""
    return DiscoverySettings(
        version=VERSION,
        prefix=configuration.discovery.prefix,
        areas=configuration.discovery.areas,
        names=configuration.publish.names,
        selected=selected,
    )


def discovery_topics(configuration: Configuration) -> DiscoveryTopics:
    """Return where discovery's messages are, also those of a time when it was enabled."""
    prefix = configuration.discovery.prefix
    return DiscoveryTopics(
        of_item=lambda item: config_topic(prefix, of_item(item)),
        of_bridge=lambda instance: config_topic(prefix, of_bridge(instance)),
        is_ours=is_ours,
        every=config_topic(prefix, "+"),
    )
