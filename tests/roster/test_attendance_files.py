"""Attendance by day, from our CSV and from Ed-Fi, becomes the same records."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.roster.attendance_files import (
    AttendanceDay,
    read_attendance_csv,
    read_edfi_attendance,
)
from milepost.roster.oneroster import FatalProblem

pytestmark = pytest.mark.pure

CSV = (
    "learner,date,school,status,reason,minutes\n"
    "maya,2025-09-02,CEDAR,Present,,\n"
    'dev,2025-09-02,CEDAR,excused absence,"dentist,\nthen home",\n'
    "maya,2025-09-03,CEDAR,T,bus,15\n"
    "dev,2025-09-03T00:00:00Z,CEDAR,Unexcused,,420\n"
)


def event(learner="604822", day="2025-09-02", category="Tardy", **more):
    return {
        "studentReference": {"studentUniqueId": learner},
        "schoolReference": {"schoolId": 255901001},
        "sessionReference": {"schoolId": 255901001, "schoolYear": 2026, "sessionName": "Fall"},
        "eventDate": day,
        "attendanceEventCategoryDescriptor": (
            f"uri://ed-fi.org/AttendanceEventCategoryDescriptor#{category}"
        ),
        **more,
    }


def xml(*events):
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<InterchangeStudentAttendance xmlns="http://ed-fi.org/5.0.0">\n'
        + "".join(events)
        + "</InterchangeStudentAttendance>\n"
    ).encode()


def xml_event(category, learner="604822"):
    return f"""<StudentSchoolAttendanceEvent>
  <AttendanceEvent>
    <EventDate>2025-09-02</EventDate>
    {category}
    <AttendanceEventReason>Bus &amp; snow</AttendanceEventReason>
  </AttendanceEvent>
  <SchoolAttendanceDuration>15</SchoolAttendanceDuration>
  <StudentReference><StudentIdentity>
    <StudentUniqueId>{learner}</StudentUniqueId>
  </StudentIdentity></StudentReference>
  <SchoolReference><SchoolIdentity><SchoolId>255901001</SchoolId></SchoolIdentity></SchoolReference>
  <SessionReference><SessionIdentity>
    <Term><CodeValue>Fall Semester</CodeValue></Term>
  </SessionIdentity></SessionReference>
</StudentSchoolAttendanceEvent>
"""


def test_a_csv_is_read_with_true_lines():
    found = read_attendance_csv(CSV.encode())
    assert found.problems == ()
    assert [(d.line, d.learner, d.day.day, d.status, d.minutes) for d in found.days] == [
        (2, "maya", 2, "present", None),
        (3, "dev", 2, "excused", None),
        (5, "maya", 3, "tardy", 15),
        (6, "dev", 3, "absent", 420),
    ]
    assert found.days[1].reason == "dentist,\nthen home"
    assert found.days[2].category == "T"


def test_a_file_is_read_by_its_path(tmp_path):
    path = tmp_path / "september.csv"
    path.write_text("learner,date,school,status\nmaya,2025-09-02,CEDAR,gone\n")
    assert read_attendance_csv(path).problems[0].file == "september.csv"
    with pytest.raises(FatalProblem, match="cannot be read"):
        read_attendance_csv(tmp_path / "october.csv")


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (",2025-09-02,CEDAR,present,", "learner", "is empty"),
        ("maya,,CEDAR,present,", "date", "is empty"),
        ("maya,9/2/2025,CEDAR,present,", "date", "is not a date"),
        ("maya,2025-02-30,CEDAR,present,", "date", "does not exist"),
        ("maya,2025-09-02,,present,", "school", "is empty"),
        ("maya,2025-09-02,CEDAR,here,", "status", "not a word for attendance"),
        ("maya,2025-09-02,CEDAR,present,some", "minutes", "not a number of minutes"),
        ("maya,2025-09-02,CEDAR,present,-5", "minutes", "not a number of minutes"),
        ("maya,2025-09-02,CEDAR,present,2000", "minutes", "not a number of minutes"),
    ],
)
def test_a_bad_row_is_named_and_the_good_ones_are_read(row, column, reason):
    text = f"learner,date,school,status,minutes\n{row}\ndev,2025-09-02,CEDAR,present,\n"
    found = read_attendance_csv(text.encode())
    (problem,) = found.problems
    assert (problem.file, problem.line, problem.column) == ("attendance.csv", 2, column)
    assert reason in problem.reason
    assert [day.learner for day in found.days] == ["dev"]


def test_missing_columns_are_named():
    problems = read_attendance_csv(b"sourcedId,date\nmaya,2025-09-02\n").problems
    assert [(p.line, p.column) for p in problems] == [(1, "school"), (1, "status")]


def test_the_gravest_event_of_a_day_is_kept_and_the_others_noted():
    events = [event(category=c) for c in ("Tardy", "Unexcused Absence", "Early departure")]
    found = read_edfi_attendance(json.dumps(events).encode())
    assert found.problems == ()
    assert [day.status for day in found.days] == ["absent"]
    assert len(found.notes) == 2


def test_edfi_json_is_read_with_the_line_of_each_event():
    events = [
        event(category="In Attendance"),
        event(day="2025-09-03", attendanceEventReason="flu", schoolAttendanceDuration=15),
        event(day="2025-09-04", category="Excused Absence", eventDuration=0.5),
    ]
    text = "[\n" + ",\n\n".join(json.dumps(one) for one in events) + "\n]\n"
    found = read_edfi_attendance(text.encode())
    assert found.problems == ()
    assert [(d.line, d.status) for d in found.days] == [
        (2, "present"),
        (4, "tardy"),
        (6, "excused"),
    ]
    assert found.days[1] == AttendanceDay(
        learner="604822",
        day=date(2025, 9, 3),
        school="255901001",
        status="tardy",
        reason="flu",
        minutes=15,
        category="uri://ed-fi.org/AttendanceEventCategoryDescriptor#Tardy",
        line=4,
    )


@pytest.mark.parametrize(
    ("bad", "column"),
    [
        ({"studentReference": None}, "studentUniqueId"),
        ({"schoolReference": "255901001"}, "schoolId"),
        ({"eventDate": "September"}, "eventDate"),
        ({"eventDate": ["2025-09-02"]}, "eventDate"),
        ({"attendanceEventCategoryDescriptor": "x#Asleep"}, "attendanceEventCategoryDescriptor"),
        ({"schoolAttendanceDuration": "long"}, "schoolAttendanceDuration"),
        ({"attendanceEventReason": "a\0b"}, "attendanceEventReason"),
    ],
)
def test_a_bad_event_is_named_by_its_line_and_element(bad, column):
    text = "[" + json.dumps(event("1")) + ",\n" + json.dumps({**event(), **bad}) + "]"
    found = read_edfi_attendance(text.encode(), file="events.json")
    assert [(p.file, p.line, p.column) for p in found.problems] == [("events.json", 2, column)]
    assert [day.learner for day in found.days] == ["1"]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (b"", 1, "does not begin with a list"),
        (b'\n{"a": 1}', 2, "does not begin with a list"),
        (b"[\n{]", 2, "not JSON"),
        (b"[1\n2]", 2, "breaks off"),
        (b"[1,", 1, "not JSON"),
        (b"[" * 100_000, 1, "not JSON"),
        (b"[\n\xff", 2, "not UTF-8"),
        (b"<a>\n<b></a>", 2, "not XML"),
        (b"<a/>", None, "holds no StudentSchoolAttendanceEvent"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', 1, "XML"),
        (b'<!DOCTYPE a [<!ENTITY b "bbbb">]>\n<a>&b;</a>', 1, "document type"),
    ],
)
def test_a_file_that_is_not_edfi_is_refused(text, line, reason):
    problem = read_edfi_attendance(text).problems[-1]
    assert reason in problem.reason
    assert problem.line == line


def test_an_empty_list_is_no_problem():
    found = read_edfi_attendance(b"\xef\xbb\xbf [ ] ")
    assert (found.days, found.problems) == ((), ())


@pytest.mark.parametrize(
    "category",
    [
        "<AttendanceEventCategory>uri://ed-fi.org/AttendanceEventCategoryDescriptor#Tardy"
        "</AttendanceEventCategory>",
        "<AttendanceEventCategory><CodeValue>Tardy</CodeValue></AttendanceEventCategory>",
    ],
)
def test_edfi_xml_is_read_old_and_new(category):
    found = read_edfi_attendance(xml(xml_event(category), xml_event(category, "604823")))
    assert found.problems == ()
    first, second = found.days
    assert (first.learner, first.school, first.status) == ("604822", "255901001", "tardy")
    assert (first.day, first.minutes, first.reason) == (date(2025, 9, 2), 15, "Bus & snow")
    assert (first.line, second.line) == (3, 18)


def test_edfi_json_and_xml_say_the_same():
    category = "uri://ed-fi.org/AttendanceEventCategoryDescriptor#Tardy"
    from_xml = read_edfi_attendance(
        xml(xml_event(f"<AttendanceEventCategory>{category}</AttendanceEventCategory>"))
    )
    one = event(attendanceEventReason="Bus & snow", schoolAttendanceDuration=15)
    from_json = read_edfi_attendance(("\n\n[" + json.dumps([one])[1:]).encode())
    assert from_xml.days == from_json.days


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_damage_is_answered(data):
    category = "<AttendanceEventCategory>Tardy</AttendanceEventCategory>"
    reader, good = data.draw(
        st.sampled_from(
            [
                (read_attendance_csv, CSV.encode()),
                (read_edfi_attendance, json.dumps([event(), event("2")]).encode()),
                (read_edfi_attendance, xml(xml_event(category))),
            ]
        )
    )
    start = data.draw(st.integers(0, len(good)))
    stop = data.draw(st.integers(start, min(len(good), start + 6)))
    found = reader(good[:start] + data.draw(st.binary(max_size=6)) + good[stop:])
    assert all(problem.reason and problem.advice for problem in found.problems)
    assert all(day.learner and day.status for day in found.days)
