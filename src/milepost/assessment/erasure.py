"""Lawful erasure: the attempts that tie a learner's person to their evidence are destroyed."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from milepost.assessment.models import Attempt
from milepost.audit.commands import record_event
from milepost.roster.models import Person


@transaction.atomic
def erase_attempts(*, by: UUID | None, person: Person, why: str, now: datetime) -> int:
    """Destroy every question put to a learner, with the answers; return how many."""
    attempts = Attempt.objects.filter(learner=person)
    count = attempts.count()
    attempts.delete()
    record_event(
        action="assessment.erase_attempts",
        by=by,
        district=person.district_id,
        target_kind="person",
        target=person.pk,
        why=why,
        detail={"attempts": count},
        now=now,
    )
    return count
