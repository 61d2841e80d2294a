"""What has been kept long enough goes; what has not, stays; and without `--do` nothing happens."""

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.utils import timezone

from milepost.audit.commands import start_run
from milepost.audit.models import Event, ImportRun, Read, RefusedRow
from milepost.evidence.models import WaitingRow
from milepost.roster import commands as roster
from milepost.roster.queries import today
from milepost.site import retention
from milepost.site.cli import main
from tests.cast import Cast

NOW = timezone.now()


def run(cast: Cast, kind: str, days: int, status: str = "applied") -> ImportRun:
    one = start_run(
        by=None, district=cast.district.pk, kind=kind, source="x", now=NOW - timedelta(days=days)
    )
    ImportRun.objects.filter(pk=one.pk).update(status=status)
    return one


def read(cast: Cast, days: int, by: str = "chen") -> Read:
    at = NOW - timedelta(days=days)
    return Read.objects.create(
        at=at, month=at.date().replace(day=1), by=cast.people[by].pk, learner=cast.maya.pk,
        reason="leads", page="story",
    )  # fmt: skip


def keep_aside(cast: Cast, row: int, days: int, adopted_days: int | None = None) -> None:
    adopted = None if adopted_days is None else NOW - timedelta(days=adopted_days)
    WaitingRow.objects.create(
        district=cast.district, run=run(cast, "responses", days), row=row, system="app",
        learner_label=f"label {row}", content={}, adopted_at=adopted,
    )  # fmt: skip


@pytest.fixture
def old_and_new(cast: Cast, tmp_path: Path) -> Path:
    """One thing of every kind that is old, and one that is not."""
    read(cast, 800)
    read(cast, 30)
    read(cast, 800, by="young")
    for days in (100, 80):
        RefusedRow.objects.create(run=run(cast, "case", days, "refused"), file="f", reason="r")
    for days in (40, 3):
        held = run(cast, "oneroster", days, "held")
        (tmp_path / f"{held.pk}.zip").write_text("names")
    keep_aside(cast, 1, 400)
    keep_aside(cast, 2, 100)
    keep_aside(cast, 3, 500, adopted_days=400)
    keep_aside(cast, 4, 500, adopted_days=10)
    return tmp_path


def counted(cast: Cast) -> dict[str, int]:
    return {
        one.setting.partition(".")[2]: one.rows.count() for one in retention.due(cast.district, NOW)
    }


def test_what_is_due_is_counted_and_nothing_is_destroyed(cast: Cast, old_and_new: Path) -> None:
    assert counted(cast) == {
        "read_log_days": 1, "refused_rows_days": 1, "held_files_days": 1, "waiting_rows_days": 2,
    }  # fmt: skip
    assert Read.objects.count() == 3


def test_what_is_due_goes_with_an_act_on_record_and_the_rest_stays(
    cast: Cast, old_and_new: Path
) -> None:
    retention.destroy(by=cast.diaz.pk, district=cast.district, now=NOW, keep_in=old_and_new)
    assert set(counted(cast).values()) == {0}
    assert {r.by for r in Read.objects.all()} == {cast.chen.pk, cast.young.pk}
    assert RefusedRow.objects.count() == 1
    assert sorted(w.row for w in WaitingRow.objects.all()) == [2, 4]
    held = ImportRun.objects.get(kind="oneroster", status="held")
    assert [path.stem for path in old_and_new.glob("*.zip")] == [str(held.pk)]
    declined = ImportRun.objects.get(status="declined")
    assert "nobody decided for 30 days" in declined.message
    events = Event.objects.filter(action="site.retain", by=cast.diaz.pk)
    assert {e.detail["setting"]: e.detail["destroyed"] for e in events} == {
        "retention.read_log_days": 1, "retention.refused_rows_days": 1,
        "retention.waiting_rows_days": 2,
    }  # fmt: skip


def test_a_district_says_how_long_and_0_is_for_ever(cast: Cast, old_and_new: Path) -> None:
    for key, days in (("read_log_days", 0), ("refused_rows_days", 60)):
        roster.set_setting(
            by=None, district=cast.district, key=f"retention.{key}", value=days,
            effective_from=today(cast.district),
        )  # fmt: skip
    assert counted(cast) == {"refused_rows_days": 2, "held_files_days": 1, "waiting_rows_days": 2}


def test_a_file_that_no_import_waits_for_is_found(cast: Cast, old_and_new: Path) -> None:
    (old_and_new / "0190a000-0000-7000-8000-000000000000.zip").write_text("names")
    left = retention.left_behind(old_and_new)
    assert [path.name for path in left] == ["0190a000-0000-7000-8000-000000000000.zip"]


def test_the_command_does_nothing_until_told(
    cast: Cast, old_and_new: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MILEPOST_HOME", str(tmp_path / "home"))
    said = CliRunner().invoke(main, ["retain"]).output
    assert "looks at learners' records, older than 730 days: 1" in said
    assert "Nothing was destroyed" in said
    assert Read.objects.count() == 3
    assert "Destroyed." in CliRunner().invoke(main, ["retain", "--do"]).output
    assert Read.objects.count() == 1, "both districts"
