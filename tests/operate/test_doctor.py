"""Each thing is broken for real, and the doctor's sentence is read."""

import json
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from milepost.audit.commands import record_event, refuse, start_run
from milepost.audit.models import ImportRun
from milepost.evidence import append_only
from milepost.evidence.models import Ledger, WaitingRow
from milepost.mastery.models import FoldCursor
from milepost.roster.models import Organisation
from milepost.site import tasks, worker
from milepost.site.cli import main
from milepost.site.doctor import Finding, Situation, configuration, examine, machine, tables, work
from tests.cast import Cast

NOW = timezone.now()
AT = Situation(NOW)
Environment = pytest.MonkeyPatch


@pytest.fixture
def guarded(db: None) -> None:
    """Put back the trigger that the tests' set-up takes off on SQLite."""
    if connection.vendor == "sqlite":
        connection.cursor().execute(append_only.sqlite_trigger("delete"))


def levels(found: list[tuple[str, Finding]]) -> dict[str, str]:
    return {name: finding.level for name, finding in found}


def test_an_installation_in_order_has_nothing_wrong(
    cast: Cast, guarded: None, monkeypatch: Environment
) -> None:
    monkeypatch.setenv("MILEPOST_SECRET_KEY", "Gq8vTz1yJ5pXw2LrN7mKc4Bd9HfS3aVe6UoZi0Rt")
    worker.beat("one", started=NOW, now=NOW)
    record_event(action=work.BACKUP, by=None, district=None, target_kind="backup", now=NOW)
    found = levels(examine(AT))
    # The tests' user owns the tables on PostgreSQL; `test_roles.py` has the two roles.
    assert found.pop("owned") == ("ok" if connection.vendor == "sqlite" else "warning")
    assert set(found.values()) == {"ok"}, found


def test_a_library_of_another_version(monkeypatch: Environment) -> None:
    needs = ["django<5.2,>=5.1", "granian>=2", 'setuptools>=77; extra == "build"', "nosuchthing"]
    monkeypatch.setattr(machine.metadata, "requires", lambda name: needs)
    finding = machine.libraries(AT)
    assert finding.level == "wrong"
    assert "django is 5.2" in finding.what
    assert "must be <5.2" in finding.what
    assert "nosuchthing is missing" in finding.what
    assert "setuptools" not in finding.what


def test_a_home_that_others_can_read(tmp_path: Path, monkeypatch: Environment) -> None:
    monkeypatch.setenv("MILEPOST_HOME", str(tmp_path))
    tmp_path.chmod(0o755)
    finding = machine.home(AT)
    assert (finding.level, "chmod 0750" in finding.advice) == ("warning", True)
    tmp_path.chmod(0o750)
    assert machine.home(AT).level == "ok"


@contextmanager
def small_disk(at: Path) -> Iterator[None]:
    """A real file system of 4 MB, in memory."""
    if os.geteuid() or os.system(f"mount -t tmpfs -o size=4m tmpfs {at} 2>/dev/null"):
        pytest.skip("only root may mount a small disk")
    try:
        yield
    finally:
        os.system(f"umount {at}")


def test_a_disk_that_is_nearly_full(tmp_path: Path, monkeypatch: Environment) -> None:
    with small_disk(tmp_path):
        monkeypatch.setenv("MILEPOST_HOME", str(tmp_path))
        assert machine.disk(AT).level == "ok"
        (tmp_path / "big").write_bytes(b"x" * 3_900_000)
        finding = machine.disk(AT)
        assert shutil.disk_usage(tmp_path).free < 400_000
    assert (finding.level, "of the space" in finding.what) == ("warning", True), finding


def test_a_clock_that_was_set_back(cast: Cast) -> None:
    finding = machine.clock(Situation(NOW - timedelta(days=3)))
    assert finding.level == "wrong"
    assert "clock is" in finding.what
    assert machine.clock(Situation(timezone.now())).level == "ok"


def test_a_time_zone_that_this_machine_does_not_know(cast: Cast) -> None:
    Organisation.objects.filter(pk=cast.district.pk).update(time_zone="America/Nowhere")
    assert "America/Nowhere" in machine.time_zones(AT).what


@pytest.mark.parametrize(
    ("key", "level"),
    [("secret", "wrong"), ("a" * 60, "wrong"), ("Gq8vTz1yJ5pXw2LrN7mKc4Bd9HfS3aVe6UoZi0Rt", "ok")],
)
def test_a_secret_key_that_can_be_guessed(key: str, level: str, monkeypatch: Environment) -> None:
    monkeypatch.setenv("MILEPOST_SECRET_KEY", key)
    assert configuration.secret_key(AT).level == level


def test_a_key_file_that_others_can_read(tmp_path: Path, monkeypatch: Environment) -> None:
    monkeypatch.setenv("MILEPOST_HOME", str(tmp_path))
    monkeypatch.delenv("MILEPOST_SECRET_KEY")
    assert configuration.secret_key(AT).level == "ok"
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    (tmp_path / "secret_key").chmod(0o644)
    finding = configuration.secret_key(AT)
    assert (finding.level, "Others can read" in finding.what) == ("wrong", True)


@pytest.mark.parametrize(
    ("hosts", "https", "level", "said"),
    [
        ("127.0.0.1,localhost", "no", "ok", ""),
        ("https://m.example.org", "yes", "wrong", "no list of names"),
        ("m.example.org:443", "yes", "wrong", "no list of names"),
        ("*", "yes", "wrong", "any name"),
        ("localhost", "yes", "wrong", "no name that visitors use"),
        ("m.example.org", "yes", "warning", "monitor on this machine"),
        ("m.example.org,127.0.0.1", "yes", "ok", ""),
    ],
)
def test_names_that_make_no_sense(
    hosts: str, https: str, level: str, said: str, monkeypatch: Environment
) -> None:
    monkeypatch.setenv("MILEPOST_HOSTS", hosts)
    monkeypatch.setenv("MILEPOST_HTTPS", https)
    finding = configuration.hosts(AT)
    assert (finding.level, said in finding.what) == (level, True), finding


def test_an_outside_name_without_https(monkeypatch: Environment) -> None:
    monkeypatch.setenv("MILEPOST_HOSTS", "m.example.org,127.0.0.1")
    assert configuration.https(AT).level == "wrong"
    monkeypatch.setenv("MILEPOST_HTTPS", "yes")
    assert configuration.https(AT).level == "ok"


def test_figures_that_everybody_may_read(monkeypatch: Environment) -> None:
    monkeypatch.setenv("MILEPOST_METRICS_FROM", "0.0.0.0/0")
    assert configuration.metrics(AT).level == "warning"
    monkeypatch.setenv("MILEPOST_METRICS_FROM", "127.0.0.1")
    monkeypatch.setenv("MILEPOST_METRICS_TOKEN", "short")
    assert configuration.metrics(AT).level == "warning"


def test_demonstration_mode_on_a_real_district(cast: Cast, monkeypatch: Environment) -> None:
    assert configuration.demonstration(AT).level == "ok"
    monkeypatch.setenv("MILEPOST_DEMO", "yes")
    finding = configuration.demonstration(AT)
    assert (finding.level, "MILEPOST_DEMO" in finding.advice) == ("wrong", True)


def test_tables_that_are_behind_and_ahead(db: None) -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("site", "0001_workers")
    assert "waits for 1 migrations" in tables.migrations(AT).what
    assert levels(examine(AT))["migrations"] == "wrong"
    assert "worker" not in levels(examine(AT)), "what reads the tables must not be asked"
    recorder.record_applied("site", "0001_workers")
    recorder.record_applied("site", "9999_from_the_future")
    assert "ahead of this version: site 9999_from_the_future" in tables.migrations(AT).what


def test_evidence_that_has_lost_its_guard(guarded: None) -> None:
    assert tables.guarded(AT).level == "ok"
    with connection.cursor() as cursor:
        where = "" if connection.vendor == "sqlite" else f" ON {append_only.TABLE}"
        cursor.execute(f"DROP TRIGGER evidence_no_update{where}")
    finding = tables.guarded(AT)
    assert (finding.level, "evidence_no_update is gone" in finding.what) == ("wrong", True)


@pytest.mark.django_db(transaction=True)
def test_the_guard_can_be_put_back() -> None:
    """Ends with the guard as the other tests know it."""
    with connection.schema_editor() as editor:
        append_only.unprotect(None, editor)
    assert tables.guarded(AT).level == "wrong"
    CliRunner().invoke(main, ["doctor", "--guard-evidence"])
    assert tables.guarded(AT).level == "ok"
    if connection.vendor == "sqlite":
        connection.cursor().execute("DROP TRIGGER evidence_no_delete")


def test_a_database_that_cannot_be_written(db: None, monkeypatch: Environment) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("a transaction that only reads is PostgreSQL's")
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
    found = dict(examine(AT))["writable"]
    assert (found.level, "read-only transaction" in found.what) == ("wrong", True)


def test_a_worker_that_never_ran_fell_silent_or_stopped(db: None) -> None:
    assert work.worker(AT).what == "No worker runs."
    worker.beat("one", started=NOW, now=NOW - timedelta(minutes=12))
    assert work.worker(AT).what == "The worker was last heard 12 minutes ago."
    worker.beat("one", started=NOW, now=NOW)
    assert work.worker(AT).level == "ok"
    worker.beat("one", started=NOW, now=NOW, ending=True)
    assert work.worker(AT).what == "No worker runs."


def test_states_that_are_behind_the_evidence(cast: Cast) -> None:
    assert work.fold(AT).level == "ok"
    Ledger.objects.create(district=cast.district, last_position=1_200)
    FoldCursor.objects.create(
        district=cast.district, position=200, folded_epoch=1, folded_at=NOW - timedelta(hours=1)
    )
    assert "Cedar Valley by 1,000 rows" in work.fold(AT).what
    FoldCursor.objects.update(position=1_200)
    assert work.fold(AT).level == "ok"


def test_a_queue_that_stands_still(cast: Cast) -> None:
    tasks.catch_up.enqueue(district=str(cast.district.pk))
    assert work.queue(AT).level == "ok"
    DBTaskResult.objects.update(enqueued_at=NOW - timedelta(hours=2))
    assert "has waited for 2 hours; 1 wait" in work.queue(AT).what
    DBTaskResult.objects.update(status="FAILED", finished_at=NOW)
    assert "1 tasks of the last 30 days have failed" in work.queue(AT).what


def bring(cast: Cast, status: str, age: timedelta, kind: str = "oneroster") -> ImportRun:
    run = start_run(
        by=None, district=cast.district.pk, kind=kind, source=f"{status}.zip", now=NOW - age
    )
    ImportRun.objects.filter(pk=run.pk).update(status=status)
    return run


def test_imports_that_hang_wait_or_were_refused(cast: Cast) -> None:
    assert work.imports(AT).level == "ok"
    run = start_run(
        by=None, district=cast.district.pk, kind="case", source="frame.json",
        now=NOW - timedelta(hours=1),
    )  # fmt: skip
    refuse(run=run, problems=[], now=NOW, message="")
    assert work.imports(AT).what == "The last import was refused: frame.json."
    bring(cast, "applied", timedelta(0), kind="case")
    assert work.imports(AT).level == "ok"
    bring(cast, "held", timedelta(days=3))
    assert "waited for a person's decision for 3 days" in work.imports(AT).what
    bring(cast, "running", timedelta(hours=5))
    assert "never ended" in work.imports(AT).what


def test_rows_whose_learner_never_came(cast: Cast) -> None:
    run = bring(cast, "applied", timedelta(days=20), kind="responses")
    WaitingRow.objects.create(
        district=cast.district, run=run, row=1, system="app", learner_label="x", content={}
    )
    assert "1 rows of evidence have waited for two weeks" in work.waiting_rows(AT).what


def test_a_backup_that_is_missing_or_old(db: None) -> None:
    assert "No backup was ever made" in work.backup(AT).what
    then = NOW - timedelta(days=9)
    record_event(action=work.BACKUP, by=None, district=None, target_kind="backup", now=then)
    assert work.backup(AT).what == "The last backup is 9 days old."


@pytest.mark.django_db(transaction=True)
def test_a_large_table_that_was_never_measured() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL keeps statistics of this kind")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE large_and_new (n int) WITH (autovacuum_enabled = false)")
        try:
            cursor.execute("INSERT INTO large_and_new SELECT generate_series(1, 20000)")
            cursor.execute("SELECT pg_stat_force_next_flush()")
            assert "large_and_new" in tables.statistics(AT).what
            cursor.execute("ANALYZE large_and_new")
            cursor.execute("SELECT pg_stat_force_next_flush()")
            assert tables.statistics(AT).level == "ok"
        finally:
            cursor.execute("DROP TABLE large_and_new")


def test_for_programs_and_with_an_exit_code(cast: Cast) -> None:
    result = CliRunner().invoke(main, ["doctor", "--json"])
    said = json.loads(result.stdout)
    assert (result.exit_code, said["well"]) == (1, False)
    assert {"check": "worker", "level": "wrong"}.items() <= next(
        one for one in said["found"] if one["check"] == "worker"
    ).items()
    short = CliRunner().invoke(main, ["doctor", "--quiet"]).stdout
    assert "No worker runs." in short
    assert "  ok  " not in short
