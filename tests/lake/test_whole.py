"""The lake of an installation: what is written is what is declared, and what the pages say."""

import json
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from django.utils import timezone

from milepost.lake import dictionary, files, school_year
from milepost.mastery.extracts import STATES
from milepost.mastery.queries import statuses
from milepost.roster.extracts import ATTENDANCE, ENROLLMENTS, ORGANISATIONS, PEOPLE
from milepost.roster.models import AttendanceDay, Demographics, LearnerKey
from milepost.roster.queries import today
from milepost.site import lake as whole
from milepost.site.cli.lake import lake as commands
from tests.cast import Cast
from tests.conftest import ROOT
from tests.site.schoolroom import framework, key_of, show

SECRETS = ("Maya", "Reyes", "maya", "Ana", "Alba")


@pytest.fixture
def root(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lake of Cedar Valley: Maya is good at one of two skills, Dev lost what he once showed."""
    monkeypatch.setenv("MILEPOST_LAKE", str(tmp_path / "lake"))
    one, two, _ = framework(cast.district)
    show(cast.maya, one, *[1.0] * 8)
    show(cast.maya, two, *[0.0] * 4)
    show(cast.dev, one, *[1.0] * 8, ago=timedelta(hours=2))
    show(cast.dev, one, *[0.0] * 12)
    Demographics.objects.create(
        district=cast.district, person=cast.maya, english_learner=True, disability=None
    )
    for ago, status in ((0, "present"), (400, "absent")):
        AttendanceDay.objects.create(
            district=cast.district, learner=cast.maya, school=cast.school, status=status,
            day=today(cast.district) - timedelta(days=ago), reason="Maya was at the dentist",
        )  # fmt: skip
    whole.write(tmp_path / "lake", cast.district, now=timezone.now())
    return tmp_path / "lake"


def rows(root: Path, dataset: object) -> list[dict]:
    return [row for path in files(root, dataset) for row in pq.ParquetFile(path).read().to_pylist()]


def test_every_table_is_written_as_it_is_declared(root: Path) -> None:
    for dataset in whole.DATASETS:
        found = files(root, dataset)
        assert found, dataset.name
        for path in found:
            assert pq.ParquetFile(path).schema_arrow.equals(dataset.schema), path
            assert pq.ParquetFile(path).metadata.num_rows, path


def test_the_document_is_what_the_rooms_declare() -> None:
    kept = (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert kept == dictionary(whole.DATASETS), "milepost lake dictionary > docs/data-dictionary.md"


def test_nobody_is_named(root: Path) -> None:
    for dataset in whole.DATASETS:
        said = json.dumps(rows(root, dataset), default=str)
        assert not [name for name in SECRETS if name in said], dataset.name


def test_attendance_is_kept_by_school_year(cast: Cast, root: Path) -> None:
    years = {path.parent.name for path in files(root, ATTENDANCE)}
    assert years >= {f"school_year={school_year(today(cast.district))}"}
    assert sorted(row["status"] for row in rows(root, ATTENDANCE)) == ["absent", "present"]


def test_learners_are_enrolled_where_the_roster_says(cast: Cast, root: Path) -> None:
    found = {(row["learner"], row["class"], row["school"]) for row in rows(root, ENROLLMENTS)}
    tied = ((cast.maya, cast.algebra), (cast.dev, cast.algebra), (cast.omar, cast.history))
    assert found == {(str(key_of(who)), str(c.pk), str(cast.school.pk)) for who, c in tied}
    assert {row["name"] for row in rows(root, ORGANISATIONS)} == {"Cedar Valley", "Cedar School"}


def test_the_rate_today_is_what_the_pages_show(cast: Cast, root: Path) -> None:
    tomorrow = today() + timedelta(days=1)
    found = whole.proficiency(root, as_of=tomorrow).rows_by_key("student_group", named=True)
    shown = statuses(cast.district.pk, learners=[key_of(cast.maya), key_of(cast.dev)]).found
    met = sum(status.shown for status in shown.values())
    assert 0 < met < len(shown) == 3
    (everybody,), (learning_english,) = found["all"], found["english_learner"]
    assert (everybody["school"], everybody["grade"]) == ("Cedar School", "06")
    assert (everybody["learners"], everybody["states"], everybody["met"]) == (2, 3, met)
    assert (learning_english["learners"], learning_english["states"]) == (1, 2)
    assert set(found) == {"all", "english_learner"}


def test_another_writing_changes_nothing_but_what_changed(cast: Cast, root: Path) -> None:
    before = {dataset.name: set(files(root, dataset)) for dataset in whole.DATASETS}
    whole.write(root, cast.district, now=timezone.now())
    after = {dataset.name: set(files(root, dataset)) for dataset in whole.DATASETS}
    assert {name for name in before if before[name] != after[name]} <= {STATES.name}


def test_a_learner_who_was_erased_is_taken_out_of_every_file(cast: Cast, root: Path) -> None:
    maya = str(key_of(cast.maya))
    ended = CliRunner().invoke(commands, ["erase", maya])
    assert ended.exit_code == 0, ended.output
    assert "Rows taken out of the lake: 19" in ended.output
    left = [dataset.name for dataset in whole.DATASETS if maya in str(rows(root, dataset))]
    assert left == []
    assert rows(root, PEOPLE)
    assert len(list(root.rglob("*.parquet"))) == sum(len(files(root, d)) for d in whole.DATASETS)


def test_the_next_writing_takes_out_whom_an_erasure_missed(cast: Cast, root: Path) -> None:
    maya = key_of(cast.maya)
    LearnerKey.objects.filter(pk=maya).update(person=None, erased_at=timezone.now())
    whole.write(root, cast.district, now=timezone.now())
    held = [d.name for d in whole.DATASETS if str(maya) in str(rows(root, d))]
    assert held == []


def test_the_terminal_answers_in_words_and_in_csv(root: Path) -> None:
    day = (today() + timedelta(days=1)).isoformat()
    ended = CliRunner().invoke(commands, ["ask", "proficiency", "--as-of", day])
    lines = ended.output.splitlines()
    assert lines[0] == "school,grade,student_group,learners,states,met,rate"
    assert lines[1].startswith("Cedar School,06,all,2,3,")
    nobody = CliRunner().invoke(commands, ["ask", "proficiency", "--as-of", "1999-01-01"])
    assert nobody.exit_code == 1
    assert "milepost lake write" in nobody.output


def test_a_school_year_turns_in_july() -> None:
    assert [school_year(date(2026, 6, 30)), school_year(date(2026, 7, 1))] == [2026, 2027]
