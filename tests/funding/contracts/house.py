"""A district of 450 made-up learners with a tutor's sessions and a teacher's scored tasks."""

import json
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import polars as pl
from django.db import transaction

from milepost.evidence.commands.bulk import DRAFTS, append
from milepost.funding.commands.contracts import record_duty, sign_contract
from milepost.funding.contracts.documents import to_document
from milepost.funding.contracts.terms import Population, Terms
from milepost.funding.models import Contract
from milepost.ids import new_id
from milepost.roster.models import Enrollment, LearnerKey, Person
from tests.cast import Cast
from tests.evidence.making import competencies
from tests.funding.contracts import duval

TUTORS = "Tutors of the North East"
RECORDED = datetime(2025, 6, 2, 17, 0, tzinfo=UTC)
DRAWN = datetime(2025, 6, 16, 17, 0, tzinfo=UTC)
VERIFIED = datetime(2025, 6, 17, 17, 0, tzinfo=UTC)
LATER = datetime(2025, 6, 20, 17, 0, tzinfo=UTC)
PAID = datetime(2025, 6, 28, 17, 0, tzinfo=UTC)


def terms(cast: Cast, competency: UUID, **changes: object) -> Terms:
    """Return Duval's contract for one class of the cast's school."""
    mathematics = Population(
        grades=("07",), schools=(str(cast.school.pk),), groups=(str(cast.algebra.pk),)
    )
    outcome = duval.outcome(competencies=(str(competency),))
    return duval.terms(**({"population": mathematics, "outcomes": (outcome,)} | changes))


def signed(cast: Cast, terms_: Terms) -> Contract:
    """Sign a contract, and say that the district met its part."""
    contract = sign_contract(
        by=cast.fox.pk,
        district=cast.district,
        document=json.loads(json.dumps(to_document(terms_))),
        signed_on=date(2024, 8, 20),
        now=RECORDED,
    )
    for one in terms_.obligations:
        record_duty(
            by=cast.fox.pk,
            contract=contract,
            key=one.key,
            met_on=one.due_on,
            cite="Letter of the principal",
            now=RECORDED,
        )
    return contract


def learners(cast: Cast, count: int) -> list[UUID]:
    """Write learners of grade 7 into the class and return their keys."""
    people = [
        Person(district=cast.district, given_name=f"Given{k}", family_name=f"Family{k}", grade="07")
        for k in range(count)
    ]
    Person.objects.bulk_create(people)
    Enrollment.objects.bulk_create(
        Enrollment(
            district=cast.district,
            person=person,
            school_class=cast.algebra,
            role="learner",
            begins_on=date(2024, 8, 12),
        )
        for person in people
    )
    keys = [LearnerKey(district=cast.district, person=person) for person in people]
    return [key.pk for key in LearnerKey.objects.bulk_create(keys)]


def sessions(
    cast: Cast, keys: list[UUID], competency: UUID, *, weeks: int = 12, minutes: float | None = 30
) -> None:
    """Write three sessions a week for each learner."""
    first = datetime(2024, 9, 2, 15, 0, tzinfo=UTC)
    days = [first + timedelta(days=7 * week + day) for week in range(weeks) for day in (0, 2, 4)]
    seconds = None if minutes is None else minutes * 60
    rows = [(key, "session", competency, 1.0, at, TUTORS, seconds) for key in keys for at in days]
    _append(cast, rows, "outside", RECORDED)


def tasks(
    cast: Cast, keys: list[UUID], competency: UUID, score: float, now: datetime = RECORDED
) -> None:
    """Write four tasks in May for each learner, all with one score."""
    days = [datetime(2025, 5, day, 15, 0, tzinfo=UTC) for day in (5, 12, 19, 26)]
    rows = [
        (key, f"task {at:%d}", competency, score, at, "Task", None) for key in keys for at in days
    ]
    _append(cast, rows, "task", now)


def _append(cast: Cast, rows: list[tuple], kind: str, now: datetime) -> None:  # type: ignore[type-arg]
    drafts = [
        (str(new_id()), str(key), item, json.dumps([[str(c), score]]), at, source, s, 0, None, None)
        for key, item, c, score, at, source, s in rows
    ]
    with transaction.atomic():
        append(
            pl.DataFrame(drafts, schema=DRAFTS, orient="row"),
            district=cast.district.pk,
            kind=kind,
            now=now,
        )


def skills(cast: Cast) -> tuple[UUID, UUID]:
    """Return the competency that is paid for, and the one that sessions are recorded under."""
    paid_for, session = competencies(cast.district, 2)
    return paid_for, session
