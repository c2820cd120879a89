"""What a server tells of itself, in the text format of Prometheus (exposition format 0.0.4)."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from sengraph.serve.pool import Pool

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """Counts requests, and asks the pool about its workers.

    Args:
        pool: the workers.
    """

    media_type = CONTENT_TYPE_PLAIN_0_0_4

    def __init__(self, pool: Pool) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "sengraph_requests_total", "Requests by method, status and outcome.",
            ["method", "status", "outcome"], registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "sengraph_request_seconds", "Seconds from a request to the end of its answer.",
            buckets=SECONDS, registry=self._registry,
        )  # fmt: skip
        self._bytes = Counter(
            "sengraph_sent_bytes_total", "Bytes of bodies sent, uncompressed.", registry=self._registry
        )
        self._registry.register(_Workers(pool))

    def count(self, method: str, status: int, outcome: str, seconds: float, sent: int) -> None:
        """Count one request; a method that is none of HTTP's counts as `other`."""
        known = method if method in ("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH") else "other"
        self._requests.labels(known, str(status or "none"), outcome).inc()
        self._seconds.observe(seconds)
        self._bytes.inc(sent)

    def document(self) -> bytes:
        """Return all there is to tell."""
        return generate_latest(self._registry)


class _Workers:
    """Collects what the pool knows at the moment."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics of the workers."""
        now = self._pool.statistics()
        for name, text, value in (
            ("sengraph_workers_ready", "Workers that can take a request or have one.", now.ready),
            ("sengraph_workers_busy", "Workers that have a request.", now.busy),
            ("sengraph_requests_waiting", "Requests that wait for a worker.", now.waiting),
        ):
            yield GaugeMetricFamily(name, text, value=value)
        killed = CounterMetricFamily("sengraph_workers_killed", "Workers killed, by reason.", labels=["reason"])
        for reason, times in sorted(now.killed.items()):
            killed.add_metric([reason], times)
        yield killed
        yield CounterMetricFamily("sengraph_workers_restarts", "Workers started again.", value=now.restarts)
