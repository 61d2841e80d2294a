"""Keeping the states true to the evidence."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from milepost.evidence import queries as evidence
from milepost.mastery.commands.learners import Progress, fold_in_processes
from milepost.mastery.models import FoldCursor, LearnerBelief
from milepost.roster.models import LearnerKey


def catch_up(
    *,
    district: UUID,
    limit: int | None = None,
    now: datetime | None = None,
    progress: Progress | None = None,
    processes: int = 1,
) -> int:
    """Fold every learner with evidence since the last time; return how many.

    Follows the order of commit. `limit`: take at most so many positions further. In an epoch that
    is new (a calibration or a rule was published) everybody is folded; a catch-up that was broken
    off goes on where it stopped. In any number of steps, called by any number of processes at once,
    it gives exactly the states of `rebuild`. `processes`: how many share the work if it is long.
    """
    cursor, _ = FoldCursor.objects.get_or_create(district_id=district)
    last = evidence.last_position(district)
    anew = cursor.folded_epoch < cursor.epoch
    until = last if limit is None or anew else min(last, cursor.position + limit)
    if anew:
        learners = _not_yet_folded(district, cursor.epoch, until)
    else:
        learners = set(evidence.learners_since(district, cursor.position, until))
    fold_in_processes(
        district=district, learners=sorted(learners), processes=processes, progress=progress
    )
    behind = FoldCursor.objects.filter(district=district, epoch=cursor.epoch)
    behind.filter(position__lte=until).update(position=until, folded_at=now or timezone.now())
    behind.update(folded_epoch=cursor.epoch)
    return len(learners)


def _not_yet_folded(district: UUID, epoch: int, until: int) -> set[UUID]:
    """Return who is still to be folded in an epoch, learners without evidence included."""
    beliefs = LearnerBelief.objects.filter(district=district, epoch=epoch)
    done = dict(beliefs.values_list("learner", "position"))
    since = evidence.learners_since(district, min(done.values(), default=until), until)
    everybody = LearnerKey.objects.filter(district=district).values_list("pk", flat=True)
    return (set(everybody) - done.keys()) | set(since)


def rebuild(
    *,
    district: UUID,
    now: datetime | None = None,
    progress: Progress | None = None,
    processes: int = 1,
) -> int:
    """Fold all evidence of a district anew, whatever its states say; return how many learners.

    Until a learner's turn comes, pages show the state of before.
    """
    with transaction.atomic():
        begin_epoch(district=district)
    return catch_up(district=district, now=now, progress=progress, processes=processes)


def begin_epoch(*, district: UUID) -> None:
    """Make everybody wait to be folded anew. Call it in the transaction that changed the recipe."""
    FoldCursor.objects.get_or_create(district_id=district)
    cursor = FoldCursor.objects.select_for_update().get(district=district)
    cursor.epoch += 1
    cursor.save(update_fields=["epoch"])
