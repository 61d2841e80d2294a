"""Figures for a monitor, in Prometheus' text format: how it is served, and how the house stands.

What is counted while serving (requests, their duration) is kept by every process of the server in
a folder of its own and added up when asked; what the tables know is read when asked. No label ever
holds a person, a learner or an address with an id in it.
"""

import hmac
import platform
import time
from collections.abc import Callable, Iterable, Iterator
from ipaddress import ip_address, ip_network

from django.db import DatabaseError, connection
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from milepost import __version__
from milepost.audit.models import ImportRun
from milepost.evidence.models import WaitingRow
from milepost.site import condition, environment

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Seconds. 0.1 is the promise for grid, learner's page and pulse; 2.5 is a page that annoys."""

REQUESTS = Counter("milepost_requests", "Requests answered.", ("page", "method", "status"))
SECONDS = Histogram("milepost_request_seconds", "Time to answer.", ("page",), buckets=BUCKETS)
METHODS = {"GET", "HEAD", "POST"}

GetResponse = Callable[[HttpRequest], HttpResponse]


def observe(get_response: GetResponse) -> GetResponse:
    """Middleware: count every request by the name of its page, and time it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = get_response(request)
        match = request.resolver_match
        page = (match and match.view_name) or _unnamed(request)
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(page, method, response.status_code).inc()
        SECONDS.labels(page).observe(time.perf_counter() - began)
        return response

    return middleware


def _unnamed(request: HttpRequest) -> str:
    return "static" if request.path.startswith("/static/") else "none"


def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with every figure, to those who may ask; to others there is no such page."""
    if not may_read(request):
        return HttpResponse("not found\n", status=404, content_type="text/plain")
    figures = generate_latest(_registry())
    return HttpResponse(figures, content_type=CONTENT_TYPE_LATEST)


def may_read(request: HttpRequest) -> bool:
    """Return whether a monitor asks: it has the token, or every address on its way is allowed.

    A proxy of ours names the visitor in X-Forwarded-For. A forged header can only add addresses,
    so it never opens what the address itself does not.
    """
    token = environment.read("MILEPOST_METRICS_TOKEN")
    given = request.headers.get("Authorization", "")
    if token and hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    forwarded = request.headers.get("X-Forwarded-For", "")
    way = [request.META.get("REMOTE_ADDR", ""), *(forwarded.split(",") if forwarded else ())]
    allowed = environment.read("MILEPOST_METRICS_FROM").split(",")
    return all(_within(one.strip(), allowed) for one in way)


def _within(address: str, allowed: Iterable[str]) -> bool:
    try:
        where = ip_address(address)
        return any(where in ip_network(a.strip(), strict=False) for a in allowed if a.strip())
    except ValueError:
        return False


def _registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    if environment.counts_are_shared():
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        for figures in (REQUESTS, SECONDS):
            registry.register(figures)
    registry.register(Condition())
    return registry


class Condition(Collector):
    """What the tables say, read at the moment of asking."""

    def collect(self) -> Iterator[Metric]:
        """Yield the figures; only `milepost_database_up` 0 when the database does not answer."""
        build = {"version": __version__, "python": platform.python_version(),
                 "database": connection.vendor}  # fmt: skip
        yield _one("milepost_build_info", "Version of what runs.", 1, build)
        try:
            families = [*_evidence(), *_work(), *_imports()]
        except DatabaseError:
            yield _one("milepost_database_up", "1: the database answers.", 0)
            return
        yield _one("milepost_database_up", "1: the database answers.", 1)
        yield from families


def _evidence() -> Iterator[Metric]:
    position = GaugeMetricFamily("milepost_evidence_rows", "Rows of evidence.", labels=["district"])
    folded = GaugeMetricFamily(
        "milepost_folded_rows", "Rows of evidence that the fold has read.", labels=["district"]
    )
    anew = GaugeMetricFamily(
        "milepost_fold_anew", "1: all learners wait to be folded anew.", labels=["district"]
    )
    for lag in condition.lags():
        position.add_metric([lag.name], lag.evidence)
        folded.add_metric([lag.name], lag.folded)
        anew.add_metric([lag.name], lag.anew and lag.behind)
    yield from (position, folded, anew)
    yield _one(
        "milepost_waiting_rows",
        "Rows that wait for a learner whom the roster does not know.",
        WaitingRow.objects.filter(adopted_at=None).count(),
    )


def _work() -> Iterator[Metric]:
    now = timezone.now()
    beat, queue = condition.last_beat(), condition.queue()
    yield _one("milepost_workers", "Workers that beat.", condition.live_workers(now))
    if beat:
        age = (now - beat).total_seconds()
        yield _one("milepost_worker_beat_age_seconds", "Since a worker was last heard.", age)
    tasks = GaugeMetricFamily("milepost_tasks", "Tasks for the worker.", labels=["state"])
    for state in ("waiting", "running", "failed"):
        tasks.add_metric([state], getattr(queue, state))
    yield tasks
    wait = (now - queue.oldest).total_seconds() if queue.oldest else 0.0
    yield _one("milepost_task_wait_seconds", "Since the oldest waiting task was asked for.", wait)


def _imports() -> Iterator[Metric]:
    family = GaugeMetricFamily(
        "milepost_imports", "Imports by what became of them.", labels=["kind", "status"]
    )
    for kind, status, count in (
        ImportRun.objects.order_by().values_list("kind", "status").annotate(n=Count("pk"))
    ):
        family.add_metric([kind, status], count)
    yield family


def _one(
    name: str, words: str, value: float, labels: dict[str, str] | None = None
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=list(labels or {}))
    family.add_metric(list((labels or {}).values()), value)
    return family
