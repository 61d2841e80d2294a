"""Every bad row is named by file, line, column and reason, all of them in one run."""

from datetime import date

import pytest

from milepost.roster.oneroster import read
from tests.roster.oneroster_files import as_fileset, manifest, small_set

pytestmark = pytest.mark.pure

TODAY = date(2025, 9, 1)


def problems_of(files, **options):
    return read(as_fileset(files), today=TODAY, **options).problems


def changed(file, old, new, version="1.2", **modes):
    files = small_set(version, **modes)
    assert old in files[file]
    files[file] = files[file].replace(old, new, 1)
    return files


BAD_CELLS = [
    ("orgs.csv", "Cedar School,", ",", 3, "name", '"name" is empty'),
    ("orgs.csv", "CEDAR,,,", ",,,", 3, "sourcedId", '"sourcedId" is empty'),
    ("orgs.csv", "school,480000101", "college,480000101", 3, "type", '"college" is not a word'),
    ("orgs.csv", "480000101,D", "480000101,X", 3, "parentSourcedId", 'no organisation "X"'),
    ("orgs.csv", "Cedar", "C" * 201, 3, "name", "longer than 200"),
    ("academicSessions.csv", "2026-01-17", "1/17/2026", 3, "endDate", "is not a date"),
    ("academicSessions.csv", "2026-01-17", "2026-02-30", 3, "endDate", "does not exist"),
    ("academicSessions.csv", "2026-01-17", "2025-08-01", 3, "endDate", "is before the startDate"),
    ("academicSessions.csv", "06,,2026", "06,,2025-26", 2, "schoolYear", "not a year"),
    ("courses.csv", '"07,08"', '"07,99"', 2, "grades", 'holds "99"'),
    ("courses.csv", "Y26", "Y99", 2, "schoolYearSourcedId", 'no academic session "Y99"'),
    ("classes.csv", '"Y26,T1"', '"Y26,T9"', 2, "termSourcedIds", 'no academic session "T9"'),
    ("classes.csv", '"Y26,T1"', "", 2, "termSourcedIds", "is empty"),
    ("classes.csv", '"Y26,T1"', '","', 2, "termSourcedIds", "list of nothing"),
    ("users.csv", "maya,,,true", "maya,,,maybe", 2, "enabledUser", "neither true nor false"),
    ("users.csv", "{State:10423}", "10423", 2, "userIds", "not a list of identifiers"),
    ("users.csv", ",,rosa,7", ",,nobody,7", 2, "agentSourcedIds", 'no person "nobody"'),
    ("users.csv", "maya,,,", "maya,gone,,", 2, "status", '"gone" is not a word'),
    ("roles.csv", "dev,secondary", "dev,third", 4, "roleType", '"third"'),
    ("roles.csv", "2026-06-06", "2024-06-06", 3, "endDate", "is before the beginDate"),
    ("roles.csv", "dev,primary", "nobody,primary", 3, "userSourcedId", 'no person "nobody"'),
    ("enrollments.csv", "M7-2", "M9", 3, "classSourcedId", 'no class "M9" in classes.csv'),
    ("enrollments.csv", "student,,2025", "pupil,,2025", 2, "role", '"pupil"'),
    ("enrollments.csv", "BIRCH", "CEDAR", 3, "schoolSourcedId", 'its class is at "BIRCH"'),
    ("demographics.csv", "maya", "nobody", 2, "sourcedId", 'no person "nobody"'),
    ("demographics.csv", "2013", "2031", 2, "birthDate", "in the future"),
    ("demographics.csv", "true,US", "maybe,US", 2, "hispanicOrLatinoEthnicity", "neither true"),
]


@pytest.mark.parametrize(("file", "old", "new", "line", "column", "reason"), BAD_CELLS)
def test_a_bad_cell_is_named_by_file_line_column_and_reason(file, old, new, line, column, reason):
    problems = problems_of(changed(file, old, new))
    named = [p for p in problems if (p.line, p.column) == (line, column) and reason in p.reason]
    assert len(named) == 1
    assert named[0].file == file
    assert named[0].advice


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("CEDAR,student", "ASH,student", "orgSourcedIds"),
        ("CEDAR,student", "CEDAR,pupil", "role"),
        ("CEDAR,student", ",student", "orgSourcedIds"),
    ],
)
def test_a_1_1_user_needs_a_known_role_and_organisation(old, new, column):
    problems = problems_of(changed("users.csv", old, new, "1.1"))
    assert [(p.file, p.line, p.column) for p in problems] == [("users.csv", 2, column)]


def test_all_bad_rows_come_in_one_run():
    files = small_set()
    files["users.csv"] = files["users.csv"].replace("maya,,,true", "maya,,,maybe")
    files["orgs.csv"] = files["orgs.csv"].replace("school,480000102", "college,480000102")
    files["enrollments.csv"] += "E4,,,M9,CEDAR,nobody,student,,,\nE5,,,M7-1\n"
    assert [(p.file, p.line, p.column) for p in problems_of(files)] == [
        ("orgs.csv", 4, "type"),
        ("users.csv", 2, "enabledUser"),
        ("enrollments.csv", 5, "classSourcedId"),
        ("enrollments.csv", 5, "userSourcedId"),
        ("enrollments.csv", 6, None),
    ]


def test_a_bad_user_does_not_make_its_enrollments_bad():
    problems = problems_of(changed("users.csv", "Maya,Reyes", ",Reyes"))
    assert [(p.file, p.column) for p in problems] == [("users.csv", "givenName")]


def test_a_reference_to_a_row_that_cannot_be_read_says_so():
    problems = problems_of(changed("users.csv", "Maya,Reyes", 'Maya,"Re"yes'))
    assert problems[0].line == 2
    referring = [p for p in problems if p.file == "enrollments.csv"]
    assert [p.value for p in referring] == ["maya"]
    assert "cannot be read" in referring[0].advice


def test_each_repeat_of_a_sourced_id_names_the_first():
    files = small_set()
    files["orgs.csv"] += "CEDAR,,,Another,school,,D\nCEDAR,,,A third,school,,D\n"
    problems = problems_of(files)
    assert [(p.line, p.column) for p in problems] == [(5, "sourcedId"), (6, "sourcedId")]
    assert all("already on line 3" in p.reason for p in problems)


def test_every_member_of_a_ring_of_parents_is_named_and_nobody_else():
    files = small_set()
    files["orgs.csv"] = files["orgs.csv"].replace("4800001,\n", "4800001,BIRCH\n")
    assert [(p.line, p.column, p.value) for p in problems_of(files)] == [
        (2, "parentSourcedId", "BIRCH"),
        (4, "parentSourcedId", "D"),
    ]
    files["orgs.csv"] = small_set()["orgs.csv"].replace("480000101,D", "480000101,CEDAR")
    assert [(p.line, p.value) for p in problems_of(files)] == [(3, "CEDAR")]


def test_a_branch_that_leads_into_a_ring_is_not_part_of_it():
    files = small_set()
    header, district, cedar, birch = files["orgs.csv"].splitlines()
    rows = [birch, district.removesuffix(",") + ",CEDAR", cedar]
    files["orgs.csv"] = "\n".join([header, *rows])
    assert [(p.line, p.value) for p in problems_of(files)] == [(3, "CEDAR"), (4, "D")]


def test_an_active_row_may_not_refer_to_one_that_the_set_deletes():
    problems = problems_of(changed("classes.csv", "M7-2,,,", "M7-2,tobedeleted,,"))
    assert [(p.file, p.line) for p in problems] == [("enrollments.csv", 3)]
    assert "to be deleted by this same set" in problems[0].reason


def test_a_row_to_be_deleted_needs_its_sourced_id_alone():
    files = changed("enrollments.csv", "E2,,,M7-2,BIRCH,dev,student", "E2,tobedeleted,,,,,")
    assert problems_of(files) == ()


def test_each_row_of_a_delta_says_its_status():
    files = small_set(enrollments="delta")
    problems = problems_of(files)
    assert [(p.line, p.column) for p in problems] == [(2, "status"), (3, "status"), (4, "status")]


def test_a_missing_column_is_said_once_and_an_optional_one_not_at_all():
    files = small_set()
    header, *rows = files["enrollments.csv"].splitlines()
    files["enrollments.csv"] = "\n".join(
        [header.replace(",primary,beginDate,endDate", "").replace("role", "rolle")]
        + [",".join(row.split(",")[:7]) for row in rows]
    )
    problems = problems_of(files)
    assert [(p.line, p.column) for p in problems] == [(1, "role")]
    assert "missing" in problems[0].reason


def test_a_column_that_comes_twice_is_refused():
    problems = problems_of(changed("courses.csv", "subjects,subjectCodes", "subjects,Subjects"))
    assert problems[0].line == 1
    assert "twice" in problems[0].reason


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_other_separators_are_recognised(separator):
    files = small_set()
    files["demographics.csv"] = files["demographics.csv"].replace(",", separator)
    (problem,) = problems_of(files)
    assert (problem.file, problem.line) == ("demographics.csv", 1)
    assert "separated by" in problem.reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "no manifest.csv"),
        ("", "empty"),
        ("name,what\na,b\n", "propertyName,value"),
        (manifest("1.0"), 'version "1.0"'),
        (manifest(users="all"), 'says "all"'),
        (manifest().replace("file.users,bulk\n", ""), 'says "" of users.csv'),
        (manifest().replace("oneroster.version,1.2\n", ""), "does not say the version"),
    ],
)
def test_a_bad_manifest_is_refused_and_the_rows_are_checked_all_the_same(text, reason):
    files = changed("orgs.csv", "school,480000101", "college,480000101")
    del files["manifest.csv"]
    if text is not None:
        files["manifest.csv"] = text
    problems = problems_of(files)
    assert any(reason in p.reason for p in problems if p.file == "manifest.csv")
    assert any(p.file == "orgs.csv" and p.line == 3 for p in problems)


def test_a_file_that_the_manifest_promises_must_be_there():
    files = small_set()
    del files["demographics.csv"]
    (problem,) = problems_of(files)
    assert (problem.file, problem.value) == ("manifest.csv", "bulk")
    assert "demographics.csv" in problem.reason


def test_a_file_that_the_manifest_calls_absent_is_not_read():
    files = small_set(demographics="absent")
    roster = read(as_fileset(files), today=TODAY)
    assert roster.problems == ()
    assert roster.demographics == ()
    assert [note.file for note in roster.notes] == ["demographics.csv"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda files: files.pop("users.csv"),
        lambda files: files.update({"users.csv": files["users.csv"].encode("utf-16")}),
        lambda files: files.update({"users.csv": ""}),
        lambda files: files.update({"users.csv": "\n".join(files["users.csv"].splitlines()[1:])}),
    ],
)
def test_a_lost_file_is_one_matter_and_does_not_make_every_reference_to_it_bad(damage):
    files = small_set()
    damage(files)
    roster = read(as_fileset(files), today=TODAY)
    assert roster.problems
    assert {problem.file for problem in roster.problems} <= {"users.csv", "manifest.csv"}
    noted = [note.text for note in roster.notes if note.file == "enrollments.csv"]
    assert noted == ["userSourcedId was not checked, because users.csv cannot be read."]
