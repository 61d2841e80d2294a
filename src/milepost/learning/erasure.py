"""Lawful erasure: goals, choices and conferences of one learner are destroyed."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from milepost.audit.commands import record_event
from milepost.learning.models import Conference, Goal, StepChoice
from milepost.roster.models import Person


@transaction.atomic
def erase_learning(*, by: UUID | None, person: Person, why: str, now: datetime) -> dict[str, int]:
    """Destroy what a learner chose and what was agreed about them; return how much of each."""
    rows = {
        "goals": Goal.objects.filter(learner=person),
        "choices of next steps": StepChoice.objects.filter(learner=person),
        "conferences": Conference.objects.filter(learner=person),
    }
    destroyed = {name: found.count() for name, found in rows.items()}
    for found in rows.values():
        found.delete()
    Conference.people.through.objects.filter(person=person).delete()
    record_event(
        action="learning.erase_learning",
        by=by,
        district=person.district_id,
        target_kind="person",
        target=person.pk,
        why=why,
        detail=destroyed,
        now=now,
    )
    return destroyed
