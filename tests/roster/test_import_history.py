"""An import ends what is no longer said; it deletes no history."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from milepost.roster.models import (
    Course,
    Enrollment,
    Guardianship,
    Organisation,
    OutsideIdentifier,
    Person,
    Role,
    SchoolClass,
)
from tests.roster.importing import (
    AUTUMN,
    TODAY,
    YESTERDAY,
    Office,
    edit,
    enrolled,
    open_office,
    person,
    rows,
    without,
)
from tests.roster.oneroster_files import Files, manifest, small_set

WEEK = timedelta(days=7)


@pytest.fixture
def office(db: None, tmp_path: Path) -> Office:
    """Riverbend with the small set in it; imports may end as much as they like."""
    office = open_office(tmp_path)
    office.allow_all_ends()
    assert office.offer(small_set(), now=AUTUMN - WEEK).status == "applied"
    return office


def without_dev(files: Files) -> Files:
    """The set as it is after Dev has left."""
    files = without(files, "users.csv", "dev")
    files = without(files, "roles.csv", "R2", "R3")
    return without(files, "enrollments.csv", "E2")


def changes(**files: str) -> Files:
    """A delta of the given files."""
    tables = [
        "academicSessions",
        "classes",
        "courses",
        "demographics",
        "enrollments",
        "orgs",
        "roles",
        "users",
    ]
    modes = {name: "delta" if name in files else "absent" for name in tables}
    headers = {
        name.removesuffix(".csv"): text.splitlines()[0] for name, text in small_set().items()
    }
    return {
        "manifest.csv": manifest(**modes),
        **{f"{name}.csv": f"{headers[name]}\n{text}" for name, text in files.items()},
    }


def test_who_is_no_longer_said_has_ended_yesterday(office: Office) -> None:
    dev = person("Dev")
    run = office.offer(without_dev(small_set()))
    assert run.counts == {
        "people": {"ended": 1},
        "roles": {"ended": 2},
        "enrollments": {"ended": 1},
    }
    dev.refresh_from_db()
    assert not dev.active
    assert Enrollment.objects.get(person=dev).ends_on == YESTERDAY
    assert set(dev.roles.values_list("ends_on", flat=True)) == {YESTERDAY}
    assert ("Dev", "M7-2", "learner") in enrolled(YESTERDAY)
    assert ("Dev", "M7-2", "learner") not in enrolled(TODAY)
    assert dev.learner_key


def test_a_role_given_by_hand_outlives_the_roster(office: Office) -> None:
    from milepost.roster import commands as roster

    dev = person("Dev")
    roster.give_role(
        by=None, person=dev, organisation=office.district, kind=Role.Kind.COMMUNITY_EDUCATOR
    )
    office.offer(without_dev(small_set()))
    dev.refresh_from_db()
    assert dev.active
    assert dev.roles.get(kind="community_educator").ends_on is None


def test_who_returns_after_a_gap_has_the_gap_in_their_history(office: Office) -> None:
    office.offer(without_dev(small_set()))
    back = AUTUMN + 4 * WEEK
    run = office.offer(small_set(), now=back)
    assert run.status == "applied"
    dev = person("Dev")
    assert dev.active
    first, second = Enrollment.objects.filter(person=dev).order_by("pk")
    assert (first.ends_on, second.begins_on, second.ends_on) == (YESTERDAY, back.date(), None)
    assert ("Dev", "M7-2", "learner") not in enrolled(TODAY + WEEK)
    assert ("Dev", "M7-2", "learner") in enrolled(back.date())
    before = rows()
    again = edit(small_set(), "orgs.csv", {"\n": "\r\n"})
    assert office.offer(again, now=back + WEEK).status == "unchanged"
    assert rows() == before


def test_who_was_left_out_by_mistake_never_stopped(office: Office) -> None:
    maya = person("Maya")
    office.offer(without(small_set(), "enrollments.csv", "E1"))
    assert Enrollment.objects.get(person=maya).ends_on == YESTERDAY
    # The set says again that she began in August, which is before she was taken to have ended.
    office.offer(small_set(), now=AUTUMN + WEEK)
    again = Enrollment.objects.get(person=maya)
    assert (again.begins_on, again.ends_on) == (date(2025, 8, 18), date(2026, 1, 16))


def test_a_move_to_another_class_ends_one_enrollment_and_begins_another(office: Office) -> None:
    moved = edit(small_set(), "enrollments.csv", {"E1,,,M7-1,CEDAR": "E1,,,M7-2,BIRCH"})
    assert office.offer(moved).counts == {"enrollments": {"new": 1, "ended": 1}}
    old, new = Enrollment.objects.filter(person=person("Maya")).order_by("pk")
    assert (old.school_class.code, old.begins_on, old.ends_on) == (
        "M7-1", date(2025, 8, 18), YESTERDAY,
    )  # fmt: skip
    # The file left the begin as it was; she cannot have been in both classes since August.
    assert (new.school_class.code, new.begins_on) == ("M7-2", TODAY)
    before = rows()
    again = edit(moved, "orgs.csv", {"\n": "\r\n"})
    assert office.offer(again, now=AUTUMN + WEEK).status == "unchanged"
    assert rows() == before
    names = OutsideIdentifier.objects.filter(kind="enrollment", value="E1").order_by("valid_from")
    assert [(n.target, n.valid_until is None) for n in names] == [(old.pk, False), (new.pk, True)]


def test_a_class_and_a_school_that_go_take_their_ties_with_them(office: Office) -> None:
    files = without(small_set(), "orgs.csv", "BIRCH")
    files = without(files, "classes.csv", "M7-2")
    files = without(files, "enrollments.csv", "E2")
    files = without(files, "roles.csv", "R3", "R5")
    office.offer(files)
    assert not Organisation.objects.get(name="Birch School").active
    assert not SchoolClass.objects.get(code="M7-2").active
    assert Course.objects.get().active
    assert person("Dev").active
    assert not enrolled() & {("Dev", "M7-2", "learner")}
    office.offer(small_set(), now=AUTUMN + WEEK)
    assert SchoolClass.objects.get(code="M7-2").active
    assert Organisation.objects.get(name="Birch School").active


def test_a_family_tie_ends_with_the_agent(office: Office) -> None:
    files = edit(small_set(), "users.csv", {"rosa,7": ",7", ",maya,,": ",,,"})
    office.offer(files)
    assert Guardianship.objects.get().ends_on == YESTERDAY
    office.offer(small_set(), now=AUTUMN + WEEK)
    assert Guardianship.objects.filter(ends_on=None, begins_on=TODAY + WEEK).count() == 1


def test_a_newcomer_to_a_class_of_old_begins_today(office: Office) -> None:
    files = edit(small_set(), "enrollments.csv", {"E3,": "E9,,,M7-1,CEDAR,dev,student,,,\nE3,"})
    office.offer(files)
    new = Enrollment.objects.get(person=person("Dev"), school_class__code="M7-1")
    assert new.begins_on == TODAY


def test_a_delta_touches_only_its_rows(office: Office) -> None:
    run = office.offer(
        changes(enrollments="E2,tobedeleted,,,,,,,,\nE9,active,,M7-1,CEDAR,dev,student,,,\n")
    )
    assert run.counts == {"enrollments": {"new": 1, "ended": 1}}
    assert enrolled() == {
        ("Maya", "M7-1", "learner"),
        ("Dev", "M7-1", "learner"),
        ("Ngozi", "M7-1", "teacher"),
    }


def test_a_person_deleted_by_a_delta_leaves_with_all_ties_and_is_not_deleted(
    office: Office,
) -> None:
    dev = person("Dev")
    run = office.offer(changes(users="dev,tobedeleted" + "," * 20 + "\n"))
    assert run.status == "applied", run.message
    dev.refresh_from_db()
    assert not dev.active
    assert Enrollment.objects.get(person=dev).ends_on == YESTERDAY
    assert set(dev.roles.values_list("ends_on", flat=True)) == {YESTERDAY}
    assert person("Maya").active


def test_a_delta_of_persons_in_1_1_says_all_of_their_roles(db: None, tmp_path: Path) -> None:
    office = open_office(tmp_path)
    office.allow_all_ends()
    office.offer(small_set("1.1"), now=AUTUMN - WEEK)
    header = small_set("1.1")["users.csv"].splitlines()[0]
    tables = ["academicSessions", "classes", "courses", "demographics", "enrollments", "orgs"]
    only_users = dict.fromkeys(tables, "absent")
    run = office.offer(
        {
            "manifest.csv": manifest("1.1", **only_users, users="delta"),
            "users.csv": header
            + "\nokafor,active,,1,BIRCH,teacher,n.okafor,,Ngozi,Okafor,,,,,,,,\n",
        }
    )
    assert run.counts == {"roles": {"ended": 1}}
    at = {r.organisation.name: r.ends_on for r in person("Ngozi").roles.all()}
    assert at == {"Cedar School": YESTERDAY, "Birch School": None}
    assert person("Dev").roles.filter(ends_on=None).count() == 2


def test_a_delta_may_name_what_came_before_and_nothing_else(office: Office) -> None:
    before = rows()
    run = office.offer(changes(enrollments="E9,active,,M7-9,CEDAR,nobody,student,,,\n"))
    assert run.status == "refused"
    assert {row.column for row in run.refused_rows.all()} == {"classSourcedId", "userSourcedId"}
    assert rows() == before


def test_two_systems_of_one_district_end_only_their_own(office: Office) -> None:
    other = edit(small_set(), "manifest.csv", {"Paper SIS": "Clinic"})
    other = {
        name: text.replace("10423", "77").replace("10424", "78").replace("LDAP:mr", "LDAP:nr")
        .replace("maya", "nia").replace("Maya", "Nia").replace("dev", "eli")
        .replace("Dev", "Eli").replace("okafor", "ode").replace("Ngozi,Okafor", "Oby,Ode")
        .replace("rosa", "ruth").replace("Rosa", "Ruth").replace("\nE", "\nX").replace("\nR", "\nZ")
        for name, text in other.items()
    }  # fmt: skip
    assert office.offer(other).status == "applied"
    assert len(enrolled()) == 6
    assert Organisation.objects.filter(kind="school").count() == 2
    assert SchoolClass.objects.count() == 2
    fewer = without(without(other, "classes.csv", "M7-2"), "enrollments.csv", "X2")
    office.offer(fewer, now=AUTUMN + WEEK)
    assert SchoolClass.objects.get(code="M7-2").active  # Paper SIS has it still
    assert Person.objects.filter(active=True).count() == 8
