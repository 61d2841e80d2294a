"""A roster that is in order comes in whole, and comes in once."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from milepost.roster.models import (
    AcademicSession,
    Demographics,
    Enrollment,
    Guardianship,
    LearnerKey,
    Organisation,
    OutsideIdentifier,
    Role,
    SchoolClass,
)
from milepost.roster.queries import named, viewer, visible_learners
from tests.roster.importing import (
    AUTUMN,
    TODAY,
    Office,
    edit,
    enrolled,
    events,
    open_office,
    person,
    rows,
)
from tests.roster.oneroster_files import as_zip, small_set


@pytest.fixture
def office(db: None, tmp_path: Path) -> Office:
    return open_office(tmp_path)


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_whole_set_comes_in(office: Office, version: str) -> None:
    run = office.offer(small_set(version))
    assert run.status == "applied", run.message
    assert run.counts["people"] == {"new": 4}
    assert run.counts["enrollments"] == {"new": 3}
    assert run.system == "Paper SIS"
    assert events(run) == ["import.oneroster.applied"]
    assert enrolled() == {
        ("Maya", "M7-1", "learner"),
        ("Dev", "M7-2", "learner"),
        ("Ngozi", "M7-1", "teacher"),
    }
    maya = person("Maya")
    assert maya.grade == "07"
    assert maya.demographics.birth_date == date(2013, 2, 28)
    assert maya.demographics.race == ["white", "hispanicOrLatinoEthnicity"]
    assert person("Dev").grade == "PK"
    tie = Guardianship.objects.get()
    assert (tie.guardian, tie.learner, tie.relationship) == (person("Rosa"), maya, "parent")
    assert set(LearnerKey.objects.values_list("person", flat=True)) == {
        maya.pk,
        person("Dev").pk,
    }


def test_the_tree_of_organisations_is_ours(office: Office) -> None:
    orgs = (
        "ST,,,Texas,state,,\n"
        "MATH,,,Mathematics department,department,,CEDAR\n"
        "ARTS,,,Arts department,department,,CEDAR\n"
        "OFFICE,,,Central office,department,,D\n"
    )
    files = small_set()
    files = edit(files, "orgs.csv", {"CEDAR,,,": orgs + "CEDAR,,,"})
    files = edit(
        files,
        "roles.csv",
        {"R4,,,okafor,primary,teacher,,,CEDAR": "R4,,,okafor,primary,teacher,,,MATH"},
    )
    assert office.offer(files).status == "applied"
    schools = Organisation.objects.filter(kind="school")
    assert set(schools.values_list("name", "parent", "identifier")) == {
        ("Cedar School", office.district.pk, "480000101"),
        ("Birch School", office.district.pk, "480000102"),
    }
    assert Organisation.objects.filter(kind="district").count() == 1
    okafor = person("Ngozi")
    at = {r.kind: r.organisation.name for r in okafor.roles.all()}
    assert at == {"teacher": "Cedar School", "school_leader": "Birch School"}
    before = rows()
    # A second time, though by another file: the parts of the tree keep their names.
    again = edit(files, "manifest.csv", {"source.systemCode,paper": "source.systemCode,p"})
    assert office.offer(again).status == "unchanged"
    assert rows() == before


def test_sessions_end_on_their_last_day_and_classes_run_in_them(office: Office) -> None:
    office.offer(small_set())
    year, term = AcademicSession.objects.order_by("begins_on", "-ends_on")
    assert (year.ends_on, term.ends_on) == (date(2026, 6, 5), date(2026, 1, 16))
    assert (year.school_year, term.parent) == (2026, year)
    first = SchoolClass.objects.get(code="M7-1")
    assert set(first.sessions.all()) == {year, term}
    assert (first.course.title, first.school.name) == ("Mathematics 7", "Cedar School")


def test_periods_are_those_of_the_file(office: Office) -> None:
    office.offer(small_set())
    maya = Enrollment.objects.get(person=person("Maya"))
    assert (maya.begins_on, maya.ends_on) == (date(2025, 8, 18), date(2026, 1, 16))
    assert Enrollment.objects.get(person=person("Ngozi")).primary
    dev = person("Dev").roles.get(organisation__name="Cedar School")
    assert (dev.begins_on, dev.ends_on) == (date(2025, 8, 18), date(2026, 6, 5))


def test_one_person_may_have_several_roles_and_schools(office: Office) -> None:
    office.offer(small_set())
    assert set(Role.objects.values_list("person__given_name", "organisation__name", "kind")) == {
        ("Maya", "Cedar School", "learner"),
        ("Dev", "Cedar School", "learner"),
        ("Dev", "Birch School", "learner"),
        ("Ngozi", "Cedar School", "teacher"),
        ("Ngozi", "Birch School", "school_leader"),
        ("Rosa", "Cedar School", "guardian"),
    }


def test_what_came_in_decides_who_sees_whom(office: Office) -> None:
    office.offer(small_set())

    def seen_by(name: str) -> set[str]:
        return {one.given_name for one in visible_learners(viewer(person(name), TODAY))}

    assert seen_by("Ngozi") == {"Maya", "Dev"}  # teaches the one, leads the other's school
    assert seen_by("Rosa") == {"Maya"}
    assert seen_by("Dev") == {"Dev"}


def test_identifiers_elsewhere_are_kept_under_their_own_systems(office: Office) -> None:
    office.offer(small_set())
    maya = person("Maya")
    names = OutsideIdentifier.objects.filter(target=maya.pk).values_list("system", "value")
    assert set(names) == {
        ("Paper SIS", "maya"),
        ("State", "10423"),
        ("LDAP", "mr"),
        ("identifier", "10423"),
    }
    assert named(office.district.pk, "State", "person", "10423") == maya.pk


def test_an_identifier_that_two_people_share_names_neither(office: Office) -> None:
    files = edit(small_set(), "users.csv", {"Patel,,10424": "Patel,,10423"})
    assert office.offer(files).status == "applied"
    assert named(office.district.pk, "identifier", "person", "10423") is None
    assert named(office.district.pk, "State", "person", "10423") == person("Maya").pk


def test_the_same_files_change_nothing(office: Office) -> None:
    office.offer(small_set())
    before = rows()
    folder = office.folder / "set 1"
    again = office.offer(small_set(), now=AUTUMN + timedelta(days=30))
    assert (again.status, again.counts) == ("unchanged", {})
    assert again.message.startswith("The same files were imported before")
    assert rows() == before
    (folder / "all.zip").write_bytes(as_zip(small_set()).read())
    from milepost.roster.commands import import_oneroster

    zipped = import_oneroster(
        by=None,
        district=office.district,
        path=folder / "all.zip",
        keep_in=office.kept,
        now=AUTUMN,
    )
    assert zipped.status == "unchanged"


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_the_same_content_in_other_files_writes_no_row(office: Office, version: str) -> None:
    office.offer(small_set(version))
    before = rows()
    other = edit(small_set(version), "orgs.csv", {"\n": "\r\n"})
    with CaptureQueriesContext(connection) as queries:
        run = office.offer(other, now=AUTUMN + timedelta(days=30))
    assert run.status == "unchanged"
    assert rows() == before
    written = [
        q["sql"]
        for q in queries
        if q["sql"].startswith(("INSERT", "UPDATE", "DELETE")) and "audit_" not in q["sql"]
    ]
    assert written == []


def test_more_people_cost_no_more_queries(office: Office) -> None:
    def cost(files: dict[str, str]) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert office.offer(files).status == "applied"
        return len(queries)

    office.offer(small_set())
    office.allow_all_ends()
    few = cost(_with_learners(small_set(), 10))
    many = cost(_with_learners(small_set(), 300))
    # 290 people more bring some 1,700 rows, and SQLite takes a few hundred at a time.
    assert many < few + 30


def _with_learners(files: dict[str, str], count: int) -> dict[str, str]:
    people = range(count)
    return files | {
        "users.csv": files["users.csv"]
        + "".join(f"n{count}-{i},,,true,u{i},,Nia{i},Nova,,,,,,,6,,,,,,,\n" for i in people),
        "roles.csv": files["roles.csv"]
        + "".join(f"r{count}-{i},,,n{count}-{i},primary,student,,,CEDAR,\n" for i in people),
        "enrollments.csv": files["enrollments.csv"]
        + "".join(f"e{count}-{i},,,M7-1,CEDAR,n{count}-{i},student,,,\n" for i in people),
    }


def test_changes_are_taken_over_row_by_row(office: Office) -> None:
    office.offer(small_set())
    files = edit(small_set(), "users.csv", {"Dev,Patel": "Dev,Patel-Shah"})
    files = edit(
        files,
        "enrollments.csv",
        {"maya,student,,2025-08-18,2026-01-17": "maya,student,,2025-08-25,2026-06-06"},
    )
    files = edit(files, "classes.csv", {'"Y26,T1"': "Y26"})
    run = office.offer(files, now=AUTUMN + timedelta(days=1))
    assert run.counts == {
        "people": {"changed": 1},
        "enrollments": {"changed": 1},
        "sessions of classes": {"ended": 1},
    }
    maya = Enrollment.objects.get(person=person("Maya"))
    assert (maya.begins_on, maya.ends_on) == (date(2025, 8, 25), date(2026, 6, 5))


def test_schools_and_classes_made_by_hand_are_recognised(office: Office) -> None:
    from milepost.roster import commands as roster

    by_hand = roster.add_organisation(
        by=None, kind="school", name="cedar school", parent=office.district
    )
    assert office.offer(small_set()).status == "applied"
    by_hand.refresh_from_db()
    assert (by_hand.name, by_hand.identifier) == ("Cedar School", "480000101")
    assert Organisation.objects.filter(kind="school").count() == 2


def test_quirks_of_real_files_come_in(office: Office) -> None:
    files = {name.upper(): "\ufeff" + text for name, text in small_set("1.1").items()}
    files["USERS.CSV"] = files["USERS.CSV"].replace(",-1,", ",TK,")
    assert office.offer(files).status == "applied"
    assert person("Dev").grade == "TK"


def test_demographics_that_are_taken_back_are_emptied_and_absent_ones_kept(
    office: Office,
) -> None:
    office.offer(small_set())
    files = small_set()
    header = files["demographics.csv"].splitlines(keepends=True)[0]
    assert office.offer(files | {"demographics.csv": header}).status == "unchanged"
    assert Demographics.objects.get().sex == "female"
    gone = files["demographics.csv"].replace("maya,,,", "maya,tobedeleted,,")
    assert office.offer(files | {"demographics.csv": gone}).status == "applied"
    kept = Demographics.objects.get()
    assert (kept.birth_date, kept.sex, kept.race) == (None, "", [])


def test_a_new_department_does_not_take_the_names_of_the_others(office: Office) -> None:
    math = "MATH,,,Mathematics department,department,,CEDAR\n"
    office.offer(edit(small_set(), "orgs.csv", {"CEDAR,,,": math + "CEDAR,,,"}))
    arts = "ARTS,,,Arts department,department,,CEDAR\n"
    both = edit(small_set(), "orgs.csv", {"CEDAR,,,": math + arts + "CEDAR,,,"})
    assert office.offer(both).status == "applied"
    again = edit(both, "orgs.csv", {"\n": "\r\n"})
    assert office.offer(again).status == "unchanged"
