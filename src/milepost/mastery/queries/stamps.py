"""What changes whenever a learner's statuses may: for those who keep something made of them."""

from collections.abc import Collection, Hashable
from uuid import UUID

from milepost.mastery.models import LearnerBelief


def fold_stamp(learners: Collection[UUID]) -> Hashable:
    """Return how far the fold has read each learner's evidence, by epoch and position.

    Every fold of new evidence moves one of them. What a rule changes at once is not in it: keep
    that with the district's epoch beside. One question to the database.
    """
    rows = LearnerBelief.objects.filter(learner__in=list(learners)).order_by("learner")
    return tuple(rows.values_list("learner", "epoch", "position"))
