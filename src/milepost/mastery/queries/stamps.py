"""What changes whenever a learner's statuses may: for those who keep something made of them."""

from collections.abc import Collection, Hashable
from uuid import UUID

from django.db import connection

from milepost.prepared import answer

_POSITIONS = (
    "SELECT learner, epoch, position FROM mastery_learnerbelief WHERE learner {} ORDER BY 1"
)


def fold_stamp(learners: Collection[UUID]) -> Hashable:
    """Return how far the fold has read each learner's evidence, by epoch and position.

    Every fold of new evidence moves one of them. What a rule changes at once is not in it: keep
    that with the district's epoch beside. One question to the database.
    """
    if not learners:
        return ()
    if connection.vendor == "postgresql":
        return tuple(answer(_POSITIONS.format("= ANY(%s)"), [list(learners)]))
    marks = ", ".join(["%s"] * len(learners))
    return tuple(answer(_POSITIONS.format(f"IN ({marks})"), [key.hex for key in learners]))
