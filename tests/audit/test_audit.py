"""What was done, who looked, and what an import became."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from milepost.audit import commands, queries
from milepost.audit.models import Event, ImportRun, Read, RefusedRow
from milepost.ids import new_id

NOW = datetime(2026, 9, 1, 15, tzinfo=UTC)
HERE, ELSEWHERE, LEAD = new_id(), new_id(), new_id()

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Wrong:
    """One thing that is wrong with a file."""

    file: str
    line: int | None
    column: str | None
    value: str = "x"
    reason: str = "It is not a date."
    advice: str = "Write 2026-09-01."


def begin(hours: float = 0, district: object = HERE, **more: object) -> ImportRun:
    given = {"kind": "oneroster", "source": "roster.zip", "system": "sis"} | more
    return commands.start_run(
        by=LEAD, district=district, now=NOW + timedelta(hours=hours), **given  # type: ignore[arg-type]
    )  # fmt: skip


def test_an_event_says_who_did_what_to_what_and_why() -> None:
    commands.record_event(
        action="goal.set", by=LEAD, district=HERE, target_kind="goal", target=LEAD,
        why="We agreed.", detail={"goals": 1}, now=NOW,
    )  # fmt: skip
    event = Event.objects.get()
    assert (event.action, event.by, event.district) == ("goal.set", LEAD, HERE)
    assert (event.target, event.why, event.detail, event.at) == (
        LEAD, "We agreed.", {"goals": 1}, NOW,
    )  # fmt: skip


def test_the_latest_events_of_a_district_come_newest_first() -> None:
    for k in range(4):
        commands.record_event(
            action=f"act.{k}", by=None, district=ELSEWHERE if k == 3 else HERE,
            target_kind="x", now=NOW + timedelta(minutes=k),
        )  # fmt: skip
    assert [e.action for e in queries.latest_events(HERE, 2)] == ["act.2", "act.1"]


def test_a_look_is_kept_by_the_month_it_happened_in() -> None:
    at = datetime(2026, 2, 28, 23, 59, tzinfo=UTC)
    commands.record_read(by=LEAD, learner=HERE, reason="granted", page="story", now=at)
    read = Read.objects.get()
    assert (read.month, read.reason, read.page) == (date(2026, 2, 1), "granted", "story")


def test_an_import_is_on_record_from_its_start_to_its_end() -> None:
    run = begin(source="f" * 300)
    assert (run.status, run.finished_at, len(run.source)) == ("running", None, 200)
    done = commands.finish_run(
        run=run, status="applied", now=NOW, message="It went in.", counts={"people": 3}
    )
    assert (done.status, done.finished_at, done.counts) == ("applied", NOW, {"people": 3})
    event = Event.objects.get()
    assert (event.action, event.by, event.target) == ("import.oneroster.applied", LEAD, run.pk)
    assert event.detail == {"counts": {"people": 3}}


def test_an_import_cannot_end_as_what_nobody_knows() -> None:
    with pytest.raises(ValueError, match="lost"):
        commands.finish_run(run=begin(), status="lost", now=NOW)
    assert not Event.objects.exists()


def test_a_refused_import_names_every_row_by_file_line_and_column() -> None:
    wrong = [Wrong("users.csv", 9, "birthDate"), Wrong("orgs.csv", None, None),
             Wrong("users.csv", 2, "grades", value="v" * 400)]  # fmt: skip
    run = commands.refuse(run=begin(), problems=wrong, now=NOW, message="3 rows are wrong.")
    assert (run.status, run.message) == ("refused", "3 rows are wrong.")
    detail = queries.run_detail(HERE, run.pk)
    assert detail
    assert [(r.file, r.line, r.column) for r in detail.refused] == [
        ("orgs.csv", None, ""), ("users.csv", 2, "grades"), ("users.csv", 9, "birthDate"),
    ]  # fmt: skip
    assert len(detail.refused[1].value) == 200
    assert detail.refused_by_file == (("orgs.csv", 1), ("users.csv", 2))
    assert (detail.refused[2].reason, detail.refused[2].advice) == (
        "It is not a date.", "Write 2026-09-01.",
    )  # fmt: skip


def test_a_long_report_is_cut_on_the_page_and_counted_whole() -> None:
    run = commands.refuse(
        run=begin(), problems=[Wrong("a.csv", k, "x") for k in range(1, 31)], now=NOW, message="No."
    )
    detail = queries.run_detail(HERE, run.pk, limit=10)
    assert detail
    assert (len(detail.refused), detail.refused_in_all) == (10, 30)
    assert RefusedRow.objects.count() == 30


def test_a_run_of_another_district_is_not_there() -> None:
    run = begin(district=ELSEWHERE)
    assert queries.run_detail(HERE, run.pk) is None
    assert list(queries.latest_runs(HERE)) == []
    assert list(queries.waiting_runs(HERE)) == []


def test_the_latest_runs_count_what_they_refused() -> None:
    first, second = begin(0), begin(1, kind="responses")
    commands.refuse(run=first, problems=[Wrong("a", 1, "b")] * 2, now=NOW, message="No.")
    commands.finish_run(run=second, status="applied", now=NOW)
    found = [(run.pk, run.refused) for run in queries.latest_runs(HERE)]  # type: ignore[attr-defined]
    assert found == [(second.pk, 0), (first.pk, 2)]
    assert [run.pk for run in queries.latest_runs(HERE, "oneroster")] == [first.pk]


def test_what_waits_for_a_person_comes_oldest_first() -> None:
    runs = [begin(hours) for hours in (2, 0, 1)]
    for run in runs:
        commands.finish_run(run=run, status="held", now=NOW)
    begin(3)
    assert list(queries.waiting_runs(HERE)) == [runs[1], runs[2], runs[0]]


def test_the_last_run_is_asked_by_kind_system_and_what_became_of_it() -> None:
    older, newer = begin(0), begin(1, system="other")
    for run in (older, newer):
        commands.finish_run(run=run, status="applied", now=NOW)
    assert queries.last_run(HERE, "oneroster", ["applied"]) == newer
    assert queries.last_run(HERE, "oneroster", ["applied"], system="sis") == older
    assert queries.last_run(HERE, "oneroster", ["refused"]) is None
