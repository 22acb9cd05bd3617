"""What the bridge tells of itself: the documents of its topics `health`, `info` and `log`.

Instants in them are aware datetimes, which `payloads.as_json` writes as ISO 8601.
"""

from collections.abc import Mapping
from typing import Any, Final

from .journal import Entry
from .status import Broker, Cloud, Status

# A tenth of a megabyte: below that memory moves with every message.
_BYTES: Final = -5


def health(status: Status) -> Mapping[str, Any]:
    """Return the document of the health topic, in which uptime moves on; durations are seconds, memory is bytes."""
    return {**steady(status), "uptime": round(status.uptime.total_seconds())}


def steady(status: Status) -> Mapping[str, Any]:
    """Return what health says without what moves by itself: equal documents, nothing new."""
    about, counts = status.about, status.counts
    return {
        "instance": about.instance,
        "version": about.version,
        "started": about.started,
        "cloud": _cloud(status.cloud),
        "broker": _broker(status.broker),
        "outbox": {
            "depth": status.outbox.depth,
            "oldest": status.outbox.oldest,
            "dropped": status.outbox.dropped,
        },
        "units": counts.units,
        "properties": counts.properties,
        "missing": counts.missing,
        "messages": counts.messages,
        "commands": counts.commands,
        "refused": counts.refused,
        "events": counts.events,
        "memory": None if status.memory is None else round(status.memory, _BYTES),
    }


def info(status: Status) -> Mapping[str, Any]:
    """Return the document of the info topic: what the bridge is, which changes seldom."""
    about = status.about
    return {
        "instance": about.instance,
        "version": about.version,
        "protocol": status.broker.protocol,
        "account": about.account_kind,
        "base_topic": about.base_topic,
        "units": status.counts.units,
        "properties": status.counts.properties,
        "interval": about.interval,
        "features": sorted(about.features),
    }


def entry(told: Entry) -> Mapping[str, Any]:
    """Return a warning or an error as the log topic and the page have it; `at` is when it was last met."""
    return {
        "at": told.at,
        "since": told.since,
        "level": told.level,
        "source": told.source,
        "text": told.text,
        "count": told.count,
    }


def _cloud(cloud: Cloud) -> Mapping[str, Any]:
    return {
        "state": cloud.state,
        "since": cloud.since,
        "last_success": cloud.last_success,
        "latency": None if cloud.latency is None else round(cloud.latency, 3),
        "requests_in_24_h": cloud.requests_in_24_h,
        "next_poll": cloud.next_poll,
        "trouble": cloud.trouble,
    }


def _broker(broker: Broker) -> Mapping[str, Any]:
    trouble = broker.trouble
    return {
        "connected": broker.connected,
        "since": broker.since,
        "address": broker.address,
        "protocol": broker.protocol,
        "trouble": trouble and trouble.text,
        "remedy": trouble and trouble.remedy,
    }
