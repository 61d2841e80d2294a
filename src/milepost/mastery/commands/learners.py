"""Folding learners whole: in batches, and where there are many, in several processes."""

from collections.abc import Callable, Sequence
from uuid import UUID

from django.db import connection

from milepost.evidence import queries as evidence
from milepost.mastery.commands.writing import Read, write
from milepost.mastery.fold import fold_evidence
from milepost.mastery.processes import fold_shares
from milepost.mastery.queries.recipes import recipe

ROWS_AT_ONCE = 40_000
"""Evidence of one batch, about: bounds memory."""
STATES_AT_A_TIME = 4_000
"""States of one transaction, about: bounds the time for which an answer waits. On SQLite only one
may write, and who waits looks again every so often, so there must be many short gaps."""
LEARNERS_AT_ONCE, LEARNERS_AT_FIRST = 2_000, 200
"""Most learners of a batch, and how many before it is known how much evidence they have."""
LEARNERS_OF_A_SHARE = 5_000
"""Learners that a process takes at a time; with fewer, starting one costs more than it saves."""

Progress = Callable[[int, int], None]
"""Told how many learners are done, of how many."""


def fold_learners(
    *, district: UUID, learners: Sequence[UUID], progress: Progress | None = None
) -> None:
    """Fold these learners whole and write their states; an answer in practice calls it for one."""
    with_what = recipe(district)
    done, at_once = 0, LEARNERS_AT_FIRST
    while done < len(learners):
        some = learners[done : done + at_once]
        read = Read(with_what.epoch, evidence.last_position(district))
        frame = evidence.evidence_frame(district, learners=some, until_position=read.position)
        folded = fold_evidence(frame, with_what.calibration, with_what.rule_of)
        at_a_time = max(1, len(some) * STATES_AT_A_TIME // (folded.states.height + 1))
        for start in range(0, len(some), at_a_time):
            part = some[start : start + at_a_time]
            write(district=district, learners=part, folded=folded, read=read)
        done += len(some)
        at_once = min(LEARNERS_AT_ONCE, 1 + ROWS_AT_ONCE * len(some) // (frame.height + 1))
        if progress:
            progress(done, len(learners))


def fold_in_processes(
    *,
    district: UUID,
    learners: Sequence[UUID],
    processes: int,
    progress: Progress | None = None,
) -> None:
    """Fold learners as `fold_learners` does, shared among processes where that is worth it.

    Inside a transaction, and on a database in memory, others would not see what this one sees.
    """
    starts = range(0, len(learners), LEARNERS_OF_A_SHARE)
    if processes < 2 or len(starts) < 2 or _alone():
        fold_learners(district=district, learners=learners, progress=progress)
        return
    shares = [learners[start : start + LEARNERS_OF_A_SHARE] for start in starts]
    done = 0

    def tell(folded: int) -> None:
        nonlocal done
        done += folded
        if progress:
            progress(done, len(learners))

    fold_shares(district=district, shares=shares, processes=processes, done=tell)


def _alone() -> bool:
    if connection.vendor == "sqlite" and connection.is_in_memory_db():  # type: ignore[attr-defined]
        return True
    return connection.in_atomic_block
