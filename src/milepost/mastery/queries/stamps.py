"""What changes whenever a learner's statuses may: for those who keep something made of them."""

from collections.abc import Collection, Hashable
from uuid import UUID

from django.db import connection

_POSITIONS = (
    "SELECT learner, epoch, position FROM mastery_learnerbelief WHERE learner IN ({}) ORDER BY 1"
)


def fold_stamp(learners: Collection[UUID]) -> Hashable:
    """Return how far the fold has read each learner's evidence, by epoch and position.

    Every fold of new evidence moves one of them. What a rule changes at once is not in it: keep
    that with the district's epoch beside. One question to the database.
    """
    if not learners:
        return ()
    native = connection.vendor == "postgresql"
    marks = ", ".join(["%s"] * len(learners))
    with connection.cursor() as cursor:
        cursor.execute(_POSITIONS.format(marks), [k if native else k.hex for k in learners])
        return tuple(cursor.fetchall())
