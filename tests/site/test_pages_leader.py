"""The school leader's pages: which schools, and the pulse of one."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from milepost.evidence import commands as evidence
from milepost.purpose.models import Competency
from milepost.roster import commands as roster
from milepost.roster.models import AttendanceDay, Person
from milepost.roster.queries import today
from tests.cast import Cast
from tests.evidence.making import answer
from tests.site.schoolroom import (
    ClientOf,
    add_learners,
    framework,
    key_of,
    lead,
    questions,
    read,
    show,
)

TOO_SHORT = "Attendance is not known for long enough to compare."


@pytest.fixture
def skills(cast: Cast) -> list[Competency]:
    return framework(cast.district)


@pytest.fixture
def attend(cast: Cast) -> Callable[..., None]:
    """Write a learner's attendance of whole weeks, so many weeks ago."""

    def act(person: Person, status: str, *weeks: int) -> None:
        day = today(cast.district)
        monday = day - timedelta(days=day.weekday())
        AttendanceDay.objects.bulk_create(
            AttendanceDay(
                district=cast.district, learner=person, school=cast.school, status=status,
                day=monday - timedelta(weeks=week) + timedelta(days=k),
            )
            for week in weeks
            for k in range(5)
        )  # fmt: skip

    return act


def test_a_leader_of_one_school_comes_to_it_and_the_district_chooses(
    cast: Cast, client_of: ClientOf
) -> None:
    response = client_of(cast.chen).get(reverse("schools"))
    assert response["Location"] == reverse("pulse", args=[cast.school.pk])
    roster.add_organisation(by=None, kind="school", name="Birch School", parent=cast.district)
    page = read(client_of(cast.diaz), "schools")
    assert "2 schools." in page
    assert page.index("Birch School") < page.index("Cedar School")
    assert "Plains School" not in page


def test_a_school_without_attendance_says_so_and_never_zero(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    client = client_of(cast.chen)
    assert lead(client, "pulse", cast.school.pk) == TOO_SHORT
    page = read(client, "pulse", cast.school.pk)
    assert "No attendance was brought in." in page
    assert "0 %" not in page
    assert "attended in the last week" not in page
    assert "No practice time is known for this week." in page


def test_a_school_without_evidence_is_not_said_to_stand_still(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    page = read(client_of(cast.chen), "pulse", cast.school.pk)
    assert "no evidence yet" in page
    assert "moved least" not in page
    assert "0.00" not in page
    assert "0 of 9" not in page


def test_a_school_without_learners_says_so(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    new = roster.add_organisation(by=None, kind="school", name="New", parent=cast.district)
    client = client_of(cast.diaz)
    assert lead(client, "pulse", new.pk) == "The roster has no learner at this school today."
    assert "0 learners" not in read(client, "pulse", new.pk)


@pytest.mark.parametrize(
    ("present", "absent", "words"),
    [
        ((1, 2, 3, 4, 5, 6, 7, 8), (), "Attendance is steady."),
        ((5, 6, 7, 8), (1, 2, 3, 4), "Attendance fell by 50.0 points in four weeks."),
        ((1, 2, 3, 4), (5, 6, 7, 8), "Attendance rose by 50.0 points in four weeks."),
        ((1, 2, 3), (4, 5, 6), TOO_SHORT),
    ],
)
def test_it_begins_with_how_attendance_moved(
    present: tuple[int, ...],
    absent: tuple[int, ...],
    words: str,
    cast: Cast,
    attend: Callable[..., None],
    client_of: ClientOf,
) -> None:
    attend(cast.maya, "present", *present, *absent)
    attend(cast.dev, "tardy", *present)
    attend(cast.dev, "absent", *absent)
    assert lead(client_of(cast.chen), "pulse", cast.school.pk).startswith(words)


def test_a_week_is_shown_with_its_share_and_a_table_of_the_same(
    cast: Cast, attend: Callable[..., None], client_of: ClientOf
) -> None:
    attend(cast.maya, "present", 1, 2)
    attend(cast.dev, "excused", 1)
    page = read(client_of(cast.chen), "pulse", cast.school.pk)
    assert "50 % attended in the last week counted" in page
    assert "The same as a table" in page
    assert "100.0" in page


def test_grades_and_subjects_say_what_was_shown_and_what_is_new(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    framework(cast.district, ["H.6.1"], "History")
    show(cast.maya, skills[0], *[1.0] * 8)
    show(cast.dev, skills[0], *[1.0] * 8, ago=timedelta(days=60))
    page = read(client_of(cast.chen), "pulse", cast.school.pk)
    assert "2 of 9" in page  # Maya, Dev and Omar in three competencies
    assert "0.33" in page  # one of three learners, in the last four weeks
    said = lead(client_of(cast.chen), "pulse", cast.school.pk)
    assert "Mathematics in grade 6 moved least this month." in said
    assert "History" not in said


def test_practice_time_is_the_mean_of_those_of_whom_it_is_known(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    now = timezone.now()
    row = answer(key_of(cast.maya), skills[0].pk, occurred_at=now, seconds=1_200)
    evidence.record(by=None, district=cast.district.pk, shown=[row], now=now)
    page = read(client_of(cast.chen), "pulse", cast.school.pk)
    assert "20 minutes of practice a learner this week" in page


def test_a_large_school_takes_no_more_questions_than_a_small_one(
    cast: Cast, skills: list[Competency], client_of: ClientOf
) -> None:
    client = client_of(cast.chen)
    for person in add_learners(cast.algebra, 5):
        show(person, skills[0], 1.0)
    few = questions(client, "pulse", cast.school.pk)
    for k, person in enumerate(add_learners(cast.history, 40)):
        show(person, skills[k % 3], 1.0, 0.0)
    assert questions(client, "pulse", cast.school.pk) == few
