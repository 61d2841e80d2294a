"""A framework, learners and evidence for the tests of pages, and a way to read a page."""

import html
import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from milepost.evidence import commands as evidence
from milepost.evidence.models import Observation
from milepost.mastery import commands as mastery
from milepost.purpose.models import Competency, Framework
from milepost.roster import commands as roster
from milepost.roster.models import LearnerKey, Organisation, Person, Role, SchoolClass
from tests.evidence.making import answer

ClientOf = Callable[[Person | None], Client]
CODES = ("M.6.1", "M.6.2", "M.6.3")


def framework(
    district: Organisation, codes: Sequence[str] = CODES, subject: str = "Mathematics"
) -> list[Competency]:
    """Write a framework that the district works by: grade 6 of one subject."""
    whole = Framework.objects.create(
        district=district, identifier=f"of {subject}", title=subject, in_use=True
    )
    return [
        Competency.objects.create(
            district=district, framework=whole, identifier=code, code=code, title=f"Skill {code}",
            statement=f"I can do {code}.", grades=["06"], subject=subject, position=k,
        )
        for k, code in enumerate(codes)
    ]  # fmt: skip


def key_of(person: Person) -> UUID:
    """Return the key of a learner's evidence."""
    return LearnerKey.objects.get(person=person).pk


def show(
    person: Person, one: Competency, *scores: float, ago: timedelta = timedelta(), **more: object
) -> list[Observation]:
    """Let a learner show something, a minute apart, the last a minute ago; fold it."""
    key, now = key_of(person), timezone.now()
    rows = [
        answer(key, one.pk, score=score, **(
            {"occurred_at": now - ago - timedelta(minutes=len(scores) - k)} | more
        ))
        for k, score in enumerate(scores)
    ]  # fmt: skip
    made = evidence.record(by=None, district=person.district_id, shown=rows, now=now - ago)
    mastery.fold_learners(district=person.district_id, learners=[key])
    return made


def add_learners(school_class: SchoolClass, count: int, grade: str = "06") -> list[Person]:
    """Enroll new learners in a class."""
    made = []
    for k in range(count):
        person = roster.add_person(
            by=None, district=school_class.district, given_name=f"Kim{k}", family_name="Lee",
            grade=grade,
        )  # fmt: skip
        roster.give_role(
            by=None, person=person, organisation=school_class.school, kind=Role.Kind.LEARNER
        )
        roster.enroll(
            by=None, person=person, school_class=school_class, role="learner",
            begins_on=date(2020, 8, 1),
        )  # fmt: skip
        made.append(person)
    return made


def text(page: bytes) -> str:
    """Return what a page says: no tags, single spaces."""
    body = re.sub(r"(?s)<(head|svg|script)\b.*?</\1>", " ", page.decode())
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def read(client: Client, name: str, *args: object, status: int = 200, **query: str) -> str:
    """Get a page and return what it says, and hold that it came."""
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == status, (name, response.status_code)
    return text(response.content)


def send(client: Client, name: str, *args: object, **form: str) -> str:
    """Post a form, follow where it leads and return what the page there says."""
    response = client.post(reverse(name, args=args), form, follow=True)
    assert response.status_code == 200, (name, response.status_code)
    return text(response.content)


def lead(client: Client, name: str, *args: object, **query: str) -> str:
    """Return the one plain sentence that a page begins with."""
    response = client.get(reverse(name, args=args), query)
    found = re.search(r'(?s)<div class="lead">(.*?)</div>', response.content.decode())
    assert found, f"{name} has no first sentence"
    return text(found[1].encode())


def questions(client: Client, name: str, *args: object, **query: str) -> int:
    """Return how many questions to the database a page takes, the second time that it is asked."""
    address = reverse(name, args=args)
    client.get(address, query)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address, query).status_code == 200
    return len(asked)


def waiting_tasks() -> list[tuple[str, dict[str, object]]]:
    """Return the names and arguments of what the worker is asked to do."""
    return [
        (task.task_path.rsplit(".", 1)[-1], task.args_kwargs["kwargs"])
        for task in DBTaskResult.objects.order_by("enqueued_at")
    ]
