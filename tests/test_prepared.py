"""Questions that are compiled once: the same rows as Django's own, whatever the values."""

from datetime import date, timedelta
from threading import Thread
from uuid import UUID

import pytest

from milepost.ids import new_id
from milepost.prepared import Prepared
from milepost.roster.models import Enrollment, Person

people = Prepared(lambda pk: Person.objects.filter(pk=pk).select_related("district"), UUID)
ties = Prepared(
    lambda who, on: Enrollment.objects.filter(person=who, begins_on__lte=on).order_by("pk"),
    UUID,
    date,
)


def test_it_finds_what_the_queryset_finds_again_and_again(cast):
    for _ in range(2):
        for person in (cast.diaz, cast.maya):
            assert people(person.pk) == [person]
            assert people.first(person.pk).district == person.district


def test_it_finds_nothing_where_there_is_nothing(cast):
    assert people(new_id()) == []
    assert people.first(new_id()) is None


def test_related_rows_come_along_without_another_question(cast, django_assert_num_queries):
    people(cast.maya.pk)
    with django_assert_num_queries(1):
        assert people.first(cast.maya.pk).district.name


def test_every_value_stands_in_its_own_place(cast):
    days = {tie.begins_on for tie in Enrollment.objects.filter(person=cast.maya)}
    for on in {day + timedelta(days=d) for day in days if day for d in (-1, 0, 1)}:
        asked = Enrollment.objects.filter(person=cast.maya, begins_on__lte=on).order_by("pk")
        assert ties(cast.maya.pk, on) == list(asked)


def test_a_value_that_the_question_does_not_hold_is_named():
    forgetful = Prepared(lambda pk, on: Person.objects.filter(pk=pk), UUID, date)
    with pytest.raises(ValueError, match="value 1 "):
        forgetful(new_id(), date(2026, 1, 1))


@pytest.mark.django_db(transaction=True)
def test_another_thread_asks_over_a_connection_of_its_own(cast):
    people(cast.maya.pk)
    found: list[list[Person]] = []

    def ask() -> None:
        from django.db import connection

        try:
            found.append(people(cast.maya.pk))
        finally:
            connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    assert found == [[cast.maya]]
