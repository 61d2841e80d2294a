"""Figures for a monitor: who may read them, what they say, and that nobody is in them."""

import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from milepost.audit.commands import start_run
from milepost.evidence.models import Ledger, WaitingRow
from milepost.mastery.models import FoldCursor
from milepost.roster.models import Person
from milepost.site import tasks, worker
from tests.cast import Cast
from tests.conftest import ROOT

NOW = timezone.now()
Figures = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def figures(client: Client, **more: str) -> Figures:
    """Ask as a monitor on this machine, and read the answer with the library's own parser."""
    response = client.get("/metrics", REMOTE_ADDR="127.0.0.1", **more)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain; version=")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(response.content.decode())
        for sample in family.samples
    }


def test_what_the_tables_know(cast: Cast, client: Client) -> None:
    Ledger.objects.create(district=cast.district, last_position=1_200)
    FoldCursor.objects.create(district=cast.district, position=1_000, folded_epoch=1)
    run = start_run(by=None, district=cast.district.pk, kind="responses", source="x", now=NOW)
    WaitingRow.objects.create(
        district=cast.district, run=run, row=1, system="app", learner_label="x", content={}
    )
    tasks.catch_up.enqueue(district=str(cast.district.pk))
    worker.beat("one", started=NOW, now=timezone.now() - timedelta(seconds=30))
    said = figures(client)
    cedar = (("district", "Cedar Valley"),)
    assert said["milepost_database_up", ()] == 1
    assert said["milepost_evidence_rows", cedar] == 1_200
    assert said["milepost_folded_rows", cedar] == 1_000
    assert said["milepost_waiting_rows", ()] == 1
    assert said["milepost_imports", (("kind", "responses"), ("status", "running"))] == 1
    assert said["milepost_tasks", (("state", "waiting"),)] == 1
    assert said["milepost_workers", ()] == 1
    assert 29 <= said["milepost_worker_beat_age_seconds", ()] <= 90


def test_requests_are_counted_and_timed_by_the_name_of_their_page(
    cast: Cast, client_of: Callable[[Person | None], Client]
) -> None:
    client = client_of(cast.alba)
    before = figures(client)
    client.get(reverse("learner", args=[cast.maya.pk]))
    client.get("/learners/nobody-here/")
    after = figures(client)

    def more(name: str, **labels: str) -> float:
        key = name, tuple(sorted(labels.items()))
        return after.get(key, 0) - before.get(key, 0)

    assert more("milepost_requests_total", page="learner", method="GET", status="200") == 1
    assert more("milepost_requests_total", page="none", method="GET", status="404") == 1
    assert more("milepost_request_seconds_count", page="learner") == 1
    assert more("milepost_request_seconds_bucket", page="learner", le="10.0") == 1


def test_no_person_is_in_any_figure(
    cast: Cast, client_of: Callable[[Person | None], Client]
) -> None:
    client = client_of(cast.chen)
    client.get(reverse("learner", args=[cast.maya.pk]), {"q": "Maya"})
    client.generic("MAYA", "/search/?q=Reyes")
    text = client.get("/metrics").content.decode()
    assert not [word for word in ("Maya", "Reyes", "MAYA", str(cast.maya.pk)) if word in text]


@pytest.mark.parametrize(
    ("address", "forwarded", "token", "status"),
    [
        ("127.0.0.1", None, None, 200),
        ("::1", None, None, 200),
        ("10.0.0.9", None, None, 404),
        ("127.0.0.1", "203.0.113.9", None, 404),
        ("203.0.113.9", "127.0.0.1", None, 404),
        ("127.0.0.1", "203.0.113.9, 127.0.0.1", None, 404),
        ("127.0.0.1", "nonsense", None, 404),
        ("127.0.0.1", ",", None, 404),
        ("203.0.113.9", None, "Bearer open-sesame-open-sesame", 200),
        ("203.0.113.9", None, "Bearer open", 404),
        ("203.0.113.9", None, "open-sesame-open-sesame", 404),
        ("", None, None, 404),
    ],
)
def test_only_monitors_are_answered(
    address: str,
    forwarded: str | None,
    token: str | None,
    status: int,
    db: None,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MILEPOST_METRICS_TOKEN", "open-sesame-open-sesame")
    headers = {"X-Forwarded-For": forwarded, "Authorization": token}
    given = {name: value for name, value in headers.items() if value is not None}
    assert client.get("/metrics", REMOTE_ADDR=address, headers=given).status_code == status


def test_no_token_set_is_no_token_that_fits(db: None, client: Client) -> None:
    headers = {"Authorization": "Bearer "}
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.9", headers=headers).status_code == 404


def test_a_network_may_be_let_in(db: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILEPOST_METRICS_FROM", "10.0.0.0/8, 2001:db8::/32")
    assert client.get("/metrics", REMOTE_ADDR="10.1.2.3").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="2001:db8::7").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_database_without_tables_is_a_figure_not_an_error(client: Client) -> None:
    with connection.schema_editor() as editor:
        editor.execute("ALTER TABLE evidence_ledger RENAME TO evidence_ledger_away")
    try:
        said = figures(client)
    finally:
        with connection.schema_editor() as editor:
            editor.execute("ALTER TABLE evidence_ledger_away RENAME TO evidence_ledger")
    assert said["milepost_database_up", ()] == 0
    assert ("milepost_workers", ()) not in said


def test_prometheus_itself_reads_figures_rules_and_targets(cast: Cast, client: Client) -> None:
    promtool = shutil.which("promtool")
    if not promtool:
        pytest.skip("promtool is not here (apt-get install prometheus)")
    worker.beat("one", started=NOW, now=NOW)
    text = client.get("/metrics").content
    read = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True)
    assert read.returncode == 0, read.stdout + read.stderr
    deploy = ROOT / "docs" / "deploy"
    checked = subprocess.run(
        [promtool, "check", "config", str(deploy / "prometheus.yml")], capture_output=True
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_figure_that_an_alert_asks_for_is_there(cast: Cast, client: Client) -> None:
    import re

    worker.beat("one", started=NOW, now=NOW)
    tasks.catch_up.enqueue(district=str(cast.district.pk))
    start_run(by=None, district=cast.district.pk, kind="case", source="x", now=NOW)
    client.get("/health/live/")
    there = {name for name, _ in figures(client)}
    alerts = (ROOT / "docs" / "deploy" / "alerts.yml").read_text()
    asked = set(re.findall(r"\b(milepost_\w+)", alerts))
    assert asked <= there, asked - there
    document = (ROOT / "docs" / "operate.md").read_text()
    named = set(re.findall(r"`(milepost_[a-z_]+)[{`]", document)) - {"milepost_owner"}
    assert named <= there | {"milepost_request_seconds"}, named - there
