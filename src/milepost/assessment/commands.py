"""Writes of the assessment room: a question shown, a hint taken, an answer checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.assessment import items
from milepost.assessment.models import Attempt
from milepost.evidence import commands as evidence
from milepost.mastery import commands as mastery
from milepost.purpose.models import Competency
from milepost.roster.commands import learner_key
from milepost.roster.models import Person

SOURCE = "milepost"


@dataclass(frozen=True)
class Answered:
    """What came of an answer. `attempt` is answered unless the answer could not be read."""

    attempt: Attempt
    result: items.Result


def show_question(
    *, learner: Person, competency: Competency, rng: Random, now: datetime
) -> Attempt | None:
    """Put a question on a competency to a learner; None when no item shows it.

    A question that was shown and not answered comes again, hints and all: leaving and coming
    back gives neither a fresh question nor forgotten hints.
    """
    templates = items.items_for(competency.code)
    if not templates:
        return None
    ids = [template.id for template in templates]
    waiting = Attempt.objects.filter(learner=learner, item__in=ids, answered_at=None)
    if found := waiting.order_by("-shown_at").first():
        return found
    last = (
        Attempt.objects.filter(learner=learner, item__in=ids)
        .order_by("-shown_at")
        .values_list("item", flat=True)
        .first()
    )
    fresh = [id_ for id_ in ids if id_ != last] or ids
    return Attempt.objects.create(
        district_id=learner.district_id,
        learner=learner,
        item=rng.choice(fresh),
        seed=rng.randrange(2**31),
        shown_at=now,
    )


@transaction.atomic
def take_hint(*, attempt: Attempt) -> int:
    """Count one more hint, as far as there are any; return how many are open now.

    Raises ValueError when the question was answered.
    """
    attempt = Attempt.objects.select_for_update().get(pk=attempt.pk)
    if attempt.answered_at:
        raise ValueError(_("This question was answered."))
    available = len(items.render(attempt.item, attempt.seed).hints)
    attempt.hints = min(attempt.hints + 1, available)
    attempt.save(update_fields=["hints"])
    return attempt.hints


def answer(
    *,
    by: UUID,
    attempt: Attempt,
    given: Mapping[str, str],
    competencies: Mapping[str, UUID],
    now: datetime,
) -> Answered:
    """Check an answer on the server, keep it as evidence, and fold it at once.

    ``competencies``: id by code, for every competency that the item shows. An answer that cannot
    be read is no answer: nothing is kept and the learner may try again. Raises ValueError when
    the question was answered before.
    """
    with transaction.atomic():
        attempt = Attempt.objects.select_for_update().get(pk=attempt.pk)
        if attempt.answered_at:
            raise ValueError(_("This question was answered."))
        result = items.check(attempt.item, attempt.seed, given)
        if not result.readable:
            return Answered(attempt, result)
        shown = _shown(attempt, result.score, competencies, now)
        (observation,) = evidence.record(
            by=by, district=attempt.district_id, shown=[shown], now=now
        )
        attempt.answered_at = now
        attempt.answer = dict(given)
        attempt.score = result.score
        attempt.observation = observation
        attempt.save()
    mastery.fold_learners(district=attempt.district_id, learners=[shown.learner])
    return Answered(attempt, result)


def _shown(
    attempt: Attempt, score: float, competencies: Mapping[str, UUID], now: datetime
) -> evidence.Shown:
    template = items.item(attempt.item)
    return evidence.Shown(
        learner=learner_key(person=attempt.learner),
        kind="practice",
        scores=[(competencies[code], score) for code in template.codes if code in competencies],
        occurred_at=now,
        source=SOURCE,
        item=f"{SOURCE}:{attempt.item}",
        seconds=(now - attempt.shown_at).total_seconds(),
        hints=attempt.hints,
    )
