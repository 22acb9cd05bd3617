"""The bridge's metrics for Prometheus, read off its status when they are asked for."""

from collections import Counter
from collections.abc import Iterator
from typing import override

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from ..cloud.catalogue import ALARMS
from ..cloud.model import Device
from ..mirror.home import active_alarms, offline
from .shown import Shown
from .status import Broker, Cloud, CloudState, Status, Waiting

_PREFIX = "layla_bridge_"
# An alarm that is not in the catalogue; labels are not for the cloud to choose.
_OTHER = "other"


class Metrics:
    """All metrics, in a registry of their own. No label names a unit, a property or a person."""

    def __init__(self, shown: Shown) -> None:
        """Measure what the page shows."""
        self._registry = CollectorRegistry()
        self._registry.register(_Bridge(shown))

    def written(self, accept: str) -> tuple[bytes, str]:
        """Return the metrics and their content type, in a format that is accepted."""
        encoder, content_type = choose_encoder(accept)
        return encoder(self._registry), content_type


class _Bridge(Collector):
    def __init__(self, shown: Shown) -> None:
        self._shown = shown

    @override
    def collect(self) -> Iterator[Metric]:
        status = self._shown.status()
        yield from _of_bridge(status)
        yield from _of_cloud(status.cloud)
        yield from _of_broker(status.broker, status.outbox)
        yield from _of_units(self._units())

    def _units(self) -> list[Device]:
        snapshot = self._shown.snapshot()
        return [each for each in snapshot.devices.values() if self._shown.shows(each)] if snapshot else []


def _of_bridge(status: Status) -> Iterator[Metric]:
    about, counts = status.about, status.counts
    yield InfoMetricFamily(
        f"{_PREFIX[:-1]}",
        "The bridge.",
        {"instance": about.instance, "version": about.version, "account": about.account_kind},
    )
    yield _gauge("start_time_seconds", "When the bridge started.", about.started.timestamp())
    yield _gauge("properties", "Properties that are published.", counts.properties)
    yield _counter("messages", "Messages given to the broker.", counts.messages)
    yield _counter("events", "Alarms that started or ended.", counts.events)
    commands = CounterMetricFamily(f"{_PREFIX}commands", "Commands, by what became of them.", labels=["outcome"])
    commands.add_metric(["accepted"], counts.commands)
    commands.add_metric(["refused"], counts.refused)
    yield commands
    if status.memory is not None:
        yield _gauge("resident_memory_bytes", "Memory that the bridge has.", status.memory)


def _of_cloud(cloud: Cloud) -> Iterator[Metric]:
    states = GaugeMetricFamily(f"{_PREFIX}cloud_state", "1 for the state that the cloud is in.", labels=["state"])
    for state in CloudState:
        states.add_metric([state], state is cloud.state)
    yield states
    yield _counter("cloud_requests", "Requests to the cloud.", cloud.requests)
    if cloud.last_success is not None:
        last = cloud.last_success.timestamp()
        yield _gauge("cloud_last_success_timestamp_seconds", "When the cloud last answered.", last)
    if cloud.latency is not None:
        yield _gauge("cloud_poll_duration_seconds", "How long the last good poll took.", cloud.latency)


def _of_broker(broker: Broker, outbox: Waiting) -> Iterator[Metric]:
    yield _gauge("broker_connected", "1 while there is a connection to the broker.", broker.connected)
    yield _gauge("outbox_events", "Events that wait for the broker.", outbox.depth)
    yield _counter("outbox_dropped_events", "Events that had to go before the broker had them.", outbox.dropped)


def _of_units(units: list[Device]) -> Iterator[Metric]:
    yield _gauge("units", "Units that are published.", len(units))
    yield _gauge("units_offline", "Units that the cloud has lost.", sum(1 for _ in offline(units)))
    alarms = GaugeMetricFamily(f"{_PREFIX}alarms_active", "Alarms that are on.", labels=["alarm"])
    active = Counter(key if key in ALARMS else _OTHER for _, key, _ in active_alarms(units))
    for key in (*ALARMS, _OTHER):
        alarms.add_metric([key], active[key])
    yield alarms


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"{_PREFIX}{name}", words, value)


def _counter(name: str, words: str, value: float) -> Metric:
    return CounterMetricFamily(f"{_PREFIX}{name}", words, value)
