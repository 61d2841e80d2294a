"""Attendance by day, from our CSV and from Ed-Fi, onto the learners of the roster."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from milepost.audit.models import ImportRun
from milepost.roster import commands as roster
from milepost.roster.models import AttendanceDay, Organisation
from milepost.roster.queries import attendance_by_week
from tests.roster.importing import AUTUMN, Office, events, open_office, person, refusals
from tests.roster.oneroster_files import small_set

HEADER = "learner,date,school,status,reason\n"
THREE_DAYS = HEADER + (
    "maya,2025-09-22,CEDAR,present,\n"
    "maya,2025-09-23,CEDAR,absent,\n"
    "10424,2025-09-23,480000102,tardy,bus\n"
)


@pytest.fixture
def office(db: None, tmp_path: Path) -> Office:
    """Riverbend with the small set in it."""
    office = open_office(tmp_path)
    assert office.offer(small_set()).status == "applied"
    return office


def bring(
    office: Office, text: str, kind: str = "csv", now: datetime = AUTUMN, system: str = "Paper SIS"
) -> ImportRun:
    """Import a text as a file of attendance."""
    path = office.folder / f"attendance.{kind}"
    path.write_text(text)
    return roster.import_attendance(
        by=None, district=office.district, path=path, kind=kind, system=system, now=now
    )


def days() -> set[tuple[str, str, date, str, str]]:
    """Return everything that is known of attendance."""
    return set(
        AttendanceDay.objects.values_list(
            "learner__given_name", "school__name", "day", "status", "reason"
        )
    )


def test_days_come_in_by_any_identifier_of_the_learner(office: Office) -> None:
    run = bring(office, THREE_DAYS)
    assert (run.status, run.counts) == ("applied", {"days": 3, "new": 3, "changed": 0})
    assert days() == {
        ("Maya", "Cedar School", date(2025, 9, 22), "present", ""),
        ("Maya", "Cedar School", date(2025, 9, 23), "absent", ""),
        ("Dev", "Birch School", date(2025, 9, 23), "tardy", "bus"),
    }
    assert events(run) == ["import.attendance.applied"]


def test_the_same_days_change_nothing(office: Office) -> None:
    bring(office, THREE_DAYS)
    before = list(AttendanceDay.objects.order_by("pk").values())
    assert bring(office, THREE_DAYS).status == "unchanged"
    again = bring(office, THREE_DAYS.replace("\n", "\r\n"))
    assert (again.status, again.counts) == ("unchanged", {"days": 3, "new": 0, "changed": 0})
    assert list(AttendanceDay.objects.order_by("pk").values()) == before


def test_a_corrected_day_is_changed_and_the_others_stay(office: Office) -> None:
    bring(office, THREE_DAYS)
    ids = set(AttendanceDay.objects.values_list("pk", flat=True))
    run = bring(office, HEADER + "maya,2025-09-23,CEDAR,excused,doctor\n")
    assert run.counts == {"days": 1, "new": 0, "changed": 1}
    assert ("Maya", "Cedar School", date(2025, 9, 23), "excused", "doctor") in days()
    assert set(AttendanceDay.objects.values_list("pk", flat=True)) == ids


def test_every_bad_row_is_named_and_nothing_comes_in(office: Office) -> None:
    run = bring(
        office,
        HEADER
        + "maya,2025-09-22,CEDAR,present,\n"
        + "nobody,2025-09-22,CEDAR,present,\n"
        + "maya,2025-09-23,OAK,present,\n"
        + "maya,2025-13-01,CEDAR,present,\n"
        + "maya,2025-10-02,CEDAR,present,\n"
        + "okafor,2025-09-22,CEDAR,present,\n"
        + "10423,2025-09-22,CEDAR,absent,\n"
        + "dev,2025-09-22,BIRCH,asleep,\n",
    )
    assert run.status == "refused"
    assert refusals(run) == [
        ("attendance.csv", 3, "learner"),
        ("attendance.csv", 4, "school"),
        ("attendance.csv", 5, "date"),
        ("attendance.csv", 6, "date"),
        ("attendance.csv", 7, "learner"),
        ("attendance.csv", 8, "learner"),
        ("attendance.csv", 9, "status"),
    ]
    reasons = {row.line: row.reason for row in run.refused_rows.all()}
    assert "in the future" in reasons[6]
    assert reasons[8] == "The same learner is on line 2 for 2025-09-22 as maya."
    assert days() == set()
    assert run.message.startswith("7 rows were refused (attendance.csv: 7)")


def test_the_future_is_that_of_the_district(office: Office) -> None:
    text = HEADER + "maya,2025-10-02,CEDAR,present,\n"
    night = datetime(2025, 10, 2, 3, tzinfo=UTC)  # still the evening of the first in Texas
    assert bring(office, text, now=night).status == "refused"
    assert bring(office, text, now=datetime(2025, 10, 2, 14, tzinfo=UTC)).status == "applied"


def test_ed_fi_names_the_learner_by_the_states_number(office: Office) -> None:
    event = {
        "attendanceEventCategoryDescriptor": "uri://ed-fi.org/Category#Excused Absence",
        "eventDate": "2025-09-24",
        "schoolReference": {"schoolId": 480000101},
        "studentReference": {"studentUniqueId": "10423"},
        "attendanceEventReason": "Fever",
    }
    unknown = event | {"studentReference": {"studentUniqueId": "99"}}
    run = bring(office, json.dumps([event, unknown]), kind="edfi", system="Ed-Fi")
    assert [column for _, _, column in refusals(run)] == ["studentUniqueId"]
    run = bring(office, json.dumps([event]), kind="edfi", system="Ed-Fi")
    assert run.status == "applied", run.message
    assert days() == {("Maya", "Cedar School", date(2025, 9, 24), "excused", "Fever")}


def test_a_number_that_two_systems_give_to_two_learners_is_refused(office: Office) -> None:
    files = small_set()
    files["users.csv"] = files["users.csv"].replace("dev.p,,", "dev.p,{Lunch:10423},")
    assert office.offer(files).status == "applied"
    run = bring(office, HEADER + "10423,2025-09-22,CEDAR,present,\n")
    assert run.refused_rows.get().reason == '"10423" names two learners.'
    # The system that sends the file may say whom it means.
    run = bring(office, HEADER + "10423,2025-09-22,CEDAR,present,\n", system="Lunch")
    assert run.status == "applied"
    assert {name for name, *_ in days()} == {"Dev"}


def test_a_file_that_is_not_there_is_refused_in_words(office: Office) -> None:
    run = roster.import_attendance(
        by=None,
        district=office.district,
        path=office.folder / "none.csv",
        system="Paper SIS",
        now=AUTUMN,
    )
    assert run.status == "refused"
    assert run.message == "none.csv cannot be read: No such file or directory."


def test_an_error_in_the_middle_leaves_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("the machine stopped")

    monkeypatch.setattr("milepost.roster.commands.attendance.finish_run", fail)
    with pytest.raises(RuntimeError, match="the machine stopped"):
        bring(office, THREE_DAYS)
    assert days() == set()
    monkeypatch.undo()
    assert bring(office, THREE_DAYS).status == "applied"


def test_weeks_count_tardy_as_present_and_leave_out_what_was_not_taken(office: Office) -> None:
    text = THREE_DAYS + (
        "maya,2025-09-26,CEDAR,tardy,\n"
        "dev,2025-09-26,CEDAR,excused,\n"
        "maya,2025-09-08,CEDAR,present,\n"
        "maya,2025-09-05,CEDAR,present,\n"
    )
    assert bring(office, text).status == "applied"
    cedar = Organisation.objects.get(name="Cedar School")
    assert attendance_by_week(cedar, date(2025, 9, 8)) == [
        (date(2025, 9, 8), 1, 1),
        (date(2025, 9, 22), 2, 4),
    ]
    assert person("Maya").attendance.count() == 5
