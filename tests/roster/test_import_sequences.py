"""Whatever whole sets come in, one after the other: the last is how it is, and nothing is lost."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost.roster.models import Enrollment, Person, Role
from milepost.roster.queries import is_open, open_enrollments
from tests.roster.importing import AUTUMN, Office, open_office, rows
from tests.roster.oneroster_files import Files, small_set

LEARNERS = ("ana", "bo", "cy", "di")
CLASSES = ("M7-1", "M7-2")
SCHOOLS = {"M7-1": "CEDAR", "M7-2": "BIRCH"}

Set = dict[str, tuple[str, str]]
"""learner → the class of their enrollment, and its begin as the file has it."""

sets = st.dictionaries(
    st.sampled_from(LEARNERS),
    st.tuples(st.sampled_from(CLASSES), st.sampled_from(["", "2025-08-18", "2025-10-03"])),
)


def files(one: Set) -> Files:
    """A whole set with these learners, each in one class, and nobody else."""
    base = {name: text.splitlines(keepends=True)[0] for name, text in small_set().items()}
    whole = ("manifest.csv", "orgs.csv", "academicSessions.csv", "courses.csv", "classes.csv")
    base |= {name: small_set()[name] for name in whole}
    for name, (where, begin) in one.items():
        base["users.csv"] += f"{name},,,true,{name},,{name.title()},Lee,,,,,,,7,,,,,,,\n"
        base["roles.csv"] += f"R-{name},,,{name},primary,student,,,{SCHOOLS[where]},\n"
        base["enrollments.csv"] += f"E-{name},,,{where},{SCHOOLS[where]},{name},student,,{begin},\n"
    return base


def membership(on: date) -> set[tuple[str, str]]:
    """Return who is in which class on a day."""
    pairs = open_enrollments(on).values_list("person__given_name", "school_class__code")
    assert len(pairs) == len(set(pairs)), "somebody is in a class twice"
    return set(pairs)


@pytest.mark.django_db(transaction=False)
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(sequence=st.lists(sets, min_size=1, max_size=4))
def test_the_last_set_is_how_it_is_and_all_history_is_kept(
    sequence: list[Set], tmp_path_factory: pytest.TempPathFactory
) -> None:
    _roll_back(sequence, tmp_path_factory)


@pytest.mark.long
@pytest.mark.django_db(transaction=False)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(sequence=st.lists(sets, min_size=1, max_size=6))
def test_of_many_sequences_the_last_set_is_how_it_is(
    sequence: list[Set], tmp_path_factory: pytest.TempPathFactory
) -> None:
    _roll_back(sequence, tmp_path_factory)


def _roll_back(sequence: list[Set], tmp_path_factory: pytest.TempPathFactory) -> None:
    from django.db import transaction

    with transaction.atomic():
        _check(sequence, open_office(tmp_path_factory.mktemp("office")))
        transaction.set_rollback(True)


def _check(sequence: list[Set], office: Office) -> None:
    office.allow_all_ends()
    seen: dict[date, set[tuple[str, str]]] = {}
    everybody: set[str] = set()
    for number, one in enumerate(sequence):
        now = AUTUMN + timedelta(days=7 * number)
        before = {row["id"] for table in rows().values() for row in table}
        run = office.offer(files(one), now=now)
        assert run.status in {"applied", "unchanged"}, run.message
        after = {row["id"] for table in rows().values() for row in table}
        assert before <= after, "a row was deleted"
        everybody |= {name.title() for name in one}
        on = now.date()
        late = {n for n, (_, begin) in one.items() if begin and date.fromisoformat(begin) > on}
        expected = {(n.title(), where) for n, (where, _) in one.items() if n not in late}
        assert membership(on) == expected
        seen[on] = expected
        assert set(Person.objects.filter(active=True).values_list("given_name", flat=True)) == {
            name.title() for name in one
        }
        at = Role.objects.filter(is_open(on)).values_list("person__given_name", flat=True)
        assert sorted(at) == sorted(name.title() for name in one)
        again = office.offer(files(one) | {"orgs.csv": files(one)["orgs.csv"] + "\n"}, now=now)
        assert again.status == "unchanged"
    assert set(Person.objects.values_list("given_name", flat=True)) == everybody
    for enrollment in Enrollment.objects.filter(ends_on__isnull=False):
        assert enrollment.person.given_name in everybody
