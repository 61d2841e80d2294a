"""Keeping the states true to the evidence."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from milepost.evidence import queries as evidence
from milepost.mastery.fold import Folded, fold_evidence
from milepost.mastery.models import FoldCursor, LearnerBelief, State
from milepost.mastery.queries.recipes import Recipe, recipe

LEARNERS_AT_ONCE = 1_000
"""Learners folded in one batch: bounds memory and the time for which their rows are locked."""

Progress = Callable[[int, int], None]
"""Told how many learners are done, of how many."""


def catch_up(
    *,
    district: UUID,
    limit: int | None = None,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> int:
    """Fold every learner with evidence since the last time; return how many.

    Follows the order of commit. `limit`: take at most so many positions further. In an epoch that
    is new (a calibration or a rule was published) everybody is folded. In any number of steps it
    gives exactly the states of `rebuild`.
    """
    cursor, _ = FoldCursor.objects.get_or_create(district_id=district)
    last = evidence.last_position(district)
    anew = cursor.folded_epoch < cursor.epoch
    after = 0 if anew else cursor.position
    until = last if limit is None or anew else min(last, after + limit)
    learners = set(evidence.learners_since(district, after, until))
    if anew:
        learners |= set(State.objects.filter(district=district).values_list("learner", flat=True))
    fold_learners(district=district, learners=sorted(learners), progress=progress)
    behind = FoldCursor.objects.filter(district=district, epoch=cursor.epoch)
    behind.filter(position__lte=until).update(position=until, folded_at=now or timezone.now())
    behind.update(folded_epoch=cursor.epoch)
    return len(learners)


def rebuild(
    *, district: UUID, now: datetime | None = None, progress: Progress | None = None
) -> int:
    """Throw every state of a district away and fold all its evidence; return how many learners."""
    with transaction.atomic():
        begin_epoch(district=district)
        State.objects.filter(district=district).delete()
        LearnerBelief.objects.filter(district=district).delete()
    return catch_up(district=district, now=now, progress=progress)


def begin_epoch(*, district: UUID) -> None:
    """Make everybody wait to be folded anew. Call it in the transaction that changed the recipe."""
    FoldCursor.objects.get_or_create(district_id=district)
    cursor = FoldCursor.objects.select_for_update().get(district=district)
    cursor.epoch += 1
    cursor.save(update_fields=["epoch"])


def fold_learners(
    *, district: UUID, learners: Sequence[UUID], progress: Progress | None = None
) -> None:
    """Fold these learners whole and write their states; an answer in practice calls it for one."""
    with_what = recipe(district)
    for start in range(0, len(learners), LEARNERS_AT_ONCE):
        some = learners[start : start + LEARNERS_AT_ONCE]
        position = evidence.last_position(district)
        frame = evidence.evidence_frame(district, learners=some, until_position=position)
        folded = fold_evidence(frame, with_what.calibration, with_what.rule_of)
        _write(district, some, folded, with_what, position)
        if progress:
            progress(start + len(some), len(learners))


@transaction.atomic
def _write(
    district: UUID, learners: Collection[UUID], folded: Folded, with_what: Recipe, position: int
) -> None:
    """Replace the states of learners whom nobody folded with more evidence meanwhile."""
    LearnerBelief.objects.bulk_create(
        [LearnerBelief(learner=learner, district_id=district) for learner in learners],
        ignore_conflicts=True,
    )
    locked = LearnerBelief.objects.select_for_update().filter(learner__in=learners)
    mine = (with_what.epoch, position)
    ours = {b.learner for b in locked.order_by("learner") if (b.epoch, b.position) <= mine}
    State.objects.filter(learner__in=ours).delete()
    State.objects.bulk_create(
        [
            State(
                district_id=district,
                learner=learner,
                competency_id=UUID(row["competency"]),
                mean=row["mean"],
                variance=row["variance"],
                first_at=row["first_at"],
                last_at=row["last_at"],
                pieces=row["pieces"],
                needs=row["needs"],
                met_at=row["met_at"],
            )
            for row in folded.states.iter_rows(named=True)
            if (learner := UUID(row["learner"])) in ours
        ],
        batch_size=2_000,
    )
    _write_learners(district, ours, folded, mine)


def _write_learners(
    district: UUID, learners: Collection[UUID], folded: Folded, read: tuple[int, int]
) -> None:
    epoch, position = read
    beliefs = [
        LearnerBelief(
            learner=learner,
            district_id=district,
            epoch=epoch,
            position=position,
            mean=row["mean"],
            variance=row["variance"],
            last_at=row["last_at"],
            observations=row["observations"],
        )
        for row in folded.learners.iter_rows(named=True)
        if (learner := UUID(row["learner"])) in learners
    ]
    LearnerBelief.objects.bulk_create(
        beliefs,
        update_conflicts=True,
        unique_fields=["learner"],
        update_fields=["epoch", "position", "mean", "variance", "last_at", "observations"],
    )
    silent = set(learners) - {b.learner for b in beliefs}
    LearnerBelief.objects.filter(learner__in=silent).delete()
