"""A roster that is not in order changes nothing, and every reason is kept."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import close_old_connections, connection

from milepost.audit.models import ImportRun
from milepost.audit.queries import run_detail
from milepost.roster import commands as roster
from milepost.roster.commands.oneroster import runs
from milepost.roster.models import Enrollment, Person
from tests.roster.importing import (
    AUTUMN,
    Office,
    edit,
    events,
    open_office,
    person,
    refusals,
    rows,
)
from tests.roster.oneroster_files import small_set, write_folder


@pytest.fixture
def office(db: None, tmp_path: Path) -> Office:
    return open_office(tmp_path)


def test_all_bad_rows_are_named_in_one_run_and_nothing_changes(office: Office) -> None:
    office.offer(small_set())
    before = rows()
    bad = edit(
        small_set(),
        "users.csv",
        {"dev.p,,Dev,Patel": "dev.p,,,Patel", "10424,,,,,-1": "10424,,,,,99"},
    )
    bad = edit(bad, "enrollments.csv", {"E3,,,M7-1": "E3,,,M7-9", "2026-01-17": "17 January"})
    bad = edit(bad, "classes.csv", {"scheduled,4": "sometimes,4"})
    run = office.offer(bad)
    assert run.status == "refused"
    assert refusals(run) == [
        ("classes.csv", 3, "classType"),
        ("enrollments.csv", 2, "endDate"),
        ("enrollments.csv", 4, "classSourcedId"),
        ("users.csv", 3, "grades"),
        ("users.csv", 3, "givenName"),
    ]
    assert run.message == (
        "5 rows were refused (classes.csv: 1, enrollments.csv: 2, users.csv: 2), so nothing was "
        "changed. Correct them and import again."
    )
    assert rows() == before
    assert events(run) == ["import.oneroster.refused"]
    assert all(row.reason and row.advice for row in run.refused_rows.all())


def test_the_page_of_a_run_has_its_rows_by_file(office: Office) -> None:
    bad = edit(small_set(), "users.csv", {"10424,,,,,-1": "10424,,,,,99"})
    run = office.offer(bad)
    detail = run_detail(office.district.pk, run.pk)
    assert detail is not None
    assert (detail.refused_in_all, detail.refused_by_file) == (1, (("users.csv", 1),))
    assert detail.refused[0].value == "99"
    assert run_detail(run.pk, run.pk) is None  # no district of that id has it


def test_two_districts_in_a_set_are_refused(office: Office) -> None:
    two = edit(small_set(), "orgs.csv", {"CEDAR,,,": "D2,,,Elsewhere,district,,\nCEDAR,,,"})
    run = office.offer(two)
    assert refusals(run) == [("orgs.csv", 3, "type")]
    assert "2 districts" in run.refused_rows.get().reason


@pytest.mark.parametrize("name", ["nowhere", "broken.zip"])
def test_files_that_cannot_be_opened_are_refused_in_words(office: Office, name: str) -> None:
    (office.folder / "broken.zip").write_bytes(b"PK\x03\x04 not a zip")
    run = roster.import_oneroster(
        by=None,
        district=office.district,
        path=office.folder / name,
        keep_in=office.kept,
        now=AUTUMN,
    )
    assert run.status == "refused"
    assert len(run.message) > 20
    assert "Traceback" not in run.message
    assert run.refused_rows.get().reason == run.message


@pytest.mark.parametrize("stage", ["import_people", "import_enrollments", "end_people"])
def test_an_error_in_the_middle_leaves_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    before = rows()

    def fail(*_: object) -> None:
        raise RuntimeError("the machine stopped")

    monkeypatch.setattr(runs, stage, fail)
    with pytest.raises(RuntimeError, match="the machine stopped"):
        office.offer(small_set())
    assert rows() == before
    run = ImportRun.objects.get()
    assert run.status == "refused"
    assert "error of Milepost's own; nothing was changed" in run.message
    monkeypatch.undo()
    assert office.offer(small_set()).status == "applied"


def test_a_refused_set_is_taken_once_it_is_right(office: Office) -> None:
    bad = edit(small_set(), "users.csv", {"10424,,,,,-1": "10424,,,,,99"})
    assert office.offer(bad).status == "refused"
    assert office.offer(small_set()).status == "applied"


def test_people_of_another_district_are_left_alone(office: Office, tmp_path: Path) -> None:
    other = roster.add_organisation(by=None, kind="district", name="Far Plains")
    far = Office(other, tmp_path / "far")
    far.folder.mkdir()
    assert far.offer(small_set()).status == "applied"
    assert office.offer(small_set()).status == "applied"
    assert Person.objects.filter(district=other).count() == 4
    assert Person.objects.filter(district=office.district).count() == 4
    assert Enrollment.objects.filter(person__district=other).count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_wait_for_each_other(tmp_path: Path) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("the tests' SQLite lives in memory, where a second writer cannot wait")
    office = open_office(tmp_path)
    folder = write_folder(tmp_path / "set", small_set())
    statuses: list[str] = []
    together = threading.Barrier(2)

    def offer() -> None:
        close_old_connections()
        together.wait()
        run = roster.import_oneroster(
            by=None, district=office.district, path=folder, keep_in=office.kept, now=AUTUMN
        )
        statuses.append(run.status)
        connection.close()

    threads = [threading.Thread(target=offer) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == ["applied", "unchanged"]
    assert Person.objects.count() == 4
    assert person("Maya").learner_key


def test_the_run_says_how_long_it_took(office: Office) -> None:
    run = office.offer(small_set())
    assert run.started_at == AUTUMN
    assert run.finished_at is not None
    assert AUTUMN < run.finished_at < AUTUMN + timedelta(minutes=1)
