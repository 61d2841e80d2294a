"""Writes of the learning room."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.audit.commands import record_event
from milepost.learning.models import Conference, Goal, StepChoice
from milepost.learning.next_steps import Step
from milepost.purpose.models import Competency
from milepost.roster.models import Person


@transaction.atomic
def set_goal(
    *,
    by: UUID,
    learner: Person,
    competency: Competency,
    now: datetime,
    why: str = "",
    due_on: date | None = None,
) -> Goal:
    """Set a goal. Setting one that is open already changes its words and date, not its start.

    Raises ValueError for a day that has passed or a competency of another district.
    """
    if competency.district_id != learner.district_id:
        raise ValueError(_("This competency is not one of the learner's district."))
    if due_on and due_on < _day(learner, now):
        raise ValueError(_("Choose a day that is still to come."))
    goal, made = Goal.objects.get_or_create(
        learner=learner,
        competency=competency,
        ended_at=None,
        defaults={
            "district_id": learner.district_id,
            "why": why,
            "due_on": due_on,
            "set_at": now,
            "set_by": by,
        },
    )
    if not made:
        goal.why, goal.due_on = why, due_on
        goal.save(update_fields=["why", "due_on"])
    _event("learning.set_goal", by, learner, "goal", goal.pk, now)
    return goal


@transaction.atomic
def end_goal(*, by: UUID, goal: Goal, now: datetime) -> None:
    """End a goal; it stays in the record. Ending it twice changes nothing."""
    if goal.ended_at is None:
        goal.ended_at = now
        goal.save(update_fields=["ended_at"])
        _event("learning.end_goal", by, goal.learner, "goal", goal.pk, now)


@transaction.atomic
def choose_step(
    *, by: UUID, learner: Person, competency: Competency, offered: Sequence[Step], now: datetime
) -> StepChoice:
    """Record which step a learner chose, and what had been offered (also when it was not it)."""
    choice = StepChoice.objects.create(
        district_id=learner.district_id,
        learner=learner,
        chosen_at=now,
        competency=competency,
        offered=[
            {"competency": str(s.competency), "kind": s.kind, "chance": round(s.chance, 4)}
            for s in offered
        ],
    )
    _event("learning.choose_step", by, learner, "step_choice", choice.pk, now)
    return choice


@transaction.atomic
def record_conference(
    *,
    by: UUID,
    learner: Person,
    people: Sequence[Person],
    held_on: date,
    agreed: str,
    now: datetime,
) -> Conference:
    """Record who met about a learner's learning, when, and what was agreed.

    Raises ValueError when nothing was agreed or the day is still to come.
    """
    if not agreed.strip():
        raise ValueError(_("Write down what was agreed."))
    if held_on > _day(learner, now):
        raise ValueError(_("A conference is recorded on its day or after."))
    conference = Conference.objects.create(
        district_id=learner.district_id,
        learner=learner,
        held_on=held_on,
        agreed=agreed.strip(),
        recorded_at=now,
        recorded_by=by,
    )
    conference.people.set(people)
    _event("learning.record_conference", by, learner, "conference", conference.pk, now)
    return conference


def _day(learner: Person, now: datetime) -> date:
    """Return the day that it is where the learner goes to school."""
    return now.astimezone(ZoneInfo(learner.district.time_zone)).date()


def _event(action: str, by: UUID, learner: Person, kind: str, target: UUID, now: datetime) -> None:
    record_event(
        action=action,
        by=by,
        district=learner.district_id,
        target_kind=kind,
        target=target,
        now=now,
    )
