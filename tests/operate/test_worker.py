"""The worker: beats, catches up by the clock, hands back, and stops when told."""

import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from milepost.evidence import commands as evidence
from milepost.evidence.models import Ledger
from milepost.mastery.models import FoldCursor, State
from milepost.roster.models import LearnerKey
from milepost.site import condition, tasks, worker
from milepost.site.cli import main
from milepost.site.models import Heartbeat, Routine
from tests.cast import Cast
from tests.evidence.making import answer, competencies
from tests.operate.installation import Installation, wait_for

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def asked() -> int:
    return DBTaskResult.objects.filter(task_path=tasks.catch_up.module_path).count()


def test_new_evidence_is_folded_by_the_clock_and_asked_for_once(cast: Cast) -> None:
    assert worker.run_routines(now=NOW) == ["catch_up", "tidy"]
    assert asked() == 0, "nothing to fold"
    Ledger.objects.create(district=cast.district, last_position=5)
    assert worker.run_routines(now=NOW + MINUTE / 2) == []
    assert worker.run_routines(now=NOW + MINUTE) == ["catch_up"]
    assert asked() == 1
    worker.run_routines(now=NOW + 2 * MINUTE)
    assert asked() == 1, "one at a time"
    DBTaskResult.objects.update(status="SUCCESSFUL", finished_at=NOW)
    FoldCursor.objects.create(district=cast.district, position=5, epoch=1, folded_epoch=1)
    worker.run_routines(now=NOW + 3 * MINUTE)
    assert asked() == 1
    FoldCursor.objects.update(epoch=2)
    worker.run_routines(now=NOW + 4 * MINUTE)
    assert asked() == 2, "a new rule folds everybody anew"


def test_of_two_workers_one_does_what_is_due(db: None) -> None:
    worker.run_routines(now=NOW)
    assert [worker.run_routines(now=NOW + MINUTE) for _ in range(2)] == [["catch_up"], []]


def test_a_clock_that_was_set_back_does_not_stop_the_routines(db: None) -> None:
    worker.run_routines(now=NOW + timedelta(days=400))
    assert worker.run_routines(now=NOW) == ["catch_up", "tidy"]
    assert Routine.objects.get(name="catch_up").due_at == NOW + MINUTE


def test_the_interval_is_a_setting_and_0_is_never(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILEPOST_CATCH_UP_SECONDS", "0")
    assert worker.run_routines(now=NOW) == ["tidy"]
    monkeypatch.setenv("MILEPOST_CATCH_UP_SECONDS", "often")
    with pytest.raises(ValueError, match="MILEPOST_CATCH_UP_SECONDS: 'often' is not a whole"):
        worker.run_routines(now=NOW)


def running(cast: Cast, by: list[str], age: timedelta) -> DBTaskResult:
    tasks.catch_up.enqueue(district=str(cast.district.pk))
    one = DBTaskResult.objects.get()
    DBTaskResult.objects.update(status="RUNNING", worker_ids=by, started_at=NOW - age)
    return one


@pytest.mark.parametrize(
    ("by", "age", "status"),
    [
        (["dead"], 5 * MINUTE, "READY"),
        (["alive"], 5 * MINUTE, "RUNNING"),
        (["just begun"], MINUTE / 2, "RUNNING"),
        (["dead", "dead", "dead"], 5 * MINUTE, "FAILED"),
    ],
)
def test_the_task_of_a_worker_that_died_is_handed_back(
    by: list[str], age: timedelta, status: str, cast: Cast
) -> None:
    one = running(cast, by, age)
    worker.beat("alive", started=NOW - timedelta(hours=1), now=NOW)
    worker.beat("dead", started=NOW - timedelta(hours=1), now=NOW - 3 * MINUTE)
    assert worker.hand_back(now=NOW) == (status != "RUNNING")
    one.refresh_from_db()
    assert one.status == status


def test_what_nobody_will_ask_for_is_forgotten(cast: Cast) -> None:
    Session.objects.create(session_key="old", session_data="", expire_date=NOW - MINUTE)
    Session.objects.create(session_key="new", session_data="", expire_date=NOW + MINUTE)
    running(cast, ["dead"], MINUTE)
    DBTaskResult.objects.update(status="SUCCESSFUL", finished_at=NOW - timedelta(days=31))
    worker.beat("gone", started=NOW, now=NOW - timedelta(days=8))
    worker.run_routines(now=NOW)
    assert [s.session_key for s in Session.objects.all()] == ["new"]
    assert not DBTaskResult.objects.exists()
    assert not Heartbeat.objects.exists()


@pytest.fixture
def beside(tmp_path: object, transactional_db: None) -> Iterator[Installation]:
    """A place for processes that work on the tests' own database."""
    from pathlib import Path
    from urllib.parse import quote

    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        if connection.is_in_memory_db():
            pytest.skip("the tests' SQLite is in memory: another process cannot open it")
        address = f"sqlite:///{name}"
    else:
        host = quote(str(connection.settings_dict["HOST"]), safe="")
        address = f"postgresql://{connection.settings_dict['USER']}@/{name}?host={host}"
    one = Installation(
        Path(str(tmp_path)), {"MILEPOST_DATABASE": address, "MILEPOST_CATCH_UP_SECONDS": "1"}
    )
    yield one
    one.stop()


def test_a_real_worker_beats_folds_and_stops_when_told(cast: Cast, beside: Installation) -> None:
    key = LearnerKey.objects.get(person=cast.maya).pk
    (competency,) = competencies(cast.district, 1)
    shown = [answer(key, competency, occurred_at=timezone.now())]
    evidence.record(by=None, district=cast.district.pk, shown=shown, now=timezone.now())
    process = beside.start("worker")
    wait_for(lambda: condition.live_workers(timezone.now()) == 1, "a heartbeat")
    try:
        wait_for(lambda: State.objects.filter(learner=key).exists(), "a state")
    except AssertionError:
        pytest.fail("\n".join(t.traceback for t in DBTaskResult.objects.all()) or "no task")
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert condition.live_workers(timezone.now()) == 0
    assert Heartbeat.objects.get().ended_at is not None


def test_a_killed_worker_falls_silent(cast: Cast, beside: Installation) -> None:
    process = beside.start("worker")
    wait_for(lambda: condition.live_workers(timezone.now()) == 1, "a heartbeat")
    os.kill(process.pid, signal.SIGKILL)
    process.wait(20)
    time.sleep(0.1)
    assert Heartbeat.objects.get().ended_at is None
    assert condition.live_workers(timezone.now() + 2 * MINUTE) == 0


def test_a_setting_that_makes_no_sense_ends_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILEPOST_CATCH_UP_SECONDS", "often")
    said = CliRunner().invoke(main, ["worker"])
    assert said.exit_code == 2
    assert said.output == "MILEPOST_CATCH_UP_SECONDS: 'often' is not a whole number.\n"
