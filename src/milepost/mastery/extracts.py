"""What mastery publishes to the lake, and the one expression of the proficiency rate."""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from uuid import UUID

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from milepost.lake import Column, Dataset
from milepost.mastery.models import LearnerBelief
from milepost.mastery.queries import SHOWN, status_frame
from milepost.roster.models import LearnerKey

_TEXT, _INSTANT = pa.string(), pa.timestamp("us", "UTC")
_P = "pseudonymous"

STATES = Dataset(
    "states",
    "One row a learner and competency in which there is evidence, decided as of the extract.",
    (
        Column("learner", _TEXT, "Learner key.", "mastery.State.learner", _P),
        Column("competency", _TEXT, "Competency.", "mastery.State.competency", "public"),
        Column("code", _TEXT, "Status as of the extract.", "mastery.rules.decide", _P),
        Column("mean", pa.float64(), "Level, logits, aged.", "mastery.State.mean", _P),
        Column("variance", pa.float64(), "Of the level.", "mastery.State.variance", _P),
        Column("pieces", pa.int64(), "Pieces that count.", "mastery.State.pieces", _P),
        Column("first_at", _INSTANT, "First evidence, UTC.", "mastery.State.first_at", _P),
        Column("last_at", _INSTANT, "Last evidence, UTC.", "mastery.State.last_at", _P),
        Column("met_at", _INSTANT, "Rule first met, UTC.", "mastery.State.met_at", _P, True),
    ),
)


LEARNERS_AT_ONCE = 5_000
"""Learners of one part: bounds memory."""


def states_table(
    district: UUID, *, now: datetime, learners: Collection[UUID] | None = None
) -> pa.Table:
    """Return the states of a district, or of some of its learners, as of ``now``: `STATES`."""
    frame = status_frame(district, at=now, learners=learners).select(STATES.schema.names)
    return frame.sort("learner", "competency").to_arrow().cast(STATES.schema)


def state_parts(district: UUID, *, now: datetime) -> Iterator[pa.Table]:
    """Yield the states of a district, ordered by learner and competency, shape `STATES`.

    Without those of learners whose record was erased, also where the fold has not been yet.
    """
    erased = LearnerKey.objects.filter(district=district).exclude(erased_at=None)
    believed = LearnerBelief.objects.filter(district=district).order_by("learner")
    believed = believed.exclude(learner__in=erased.values("pk"))
    found = believed.values_list("learner", flat=True).iterator()
    while learners := list(islice(found, LEARNERS_AT_ONCE)):
        yield states_table(district, now=now, learners=learners)


def proficiency_rate(states: ir.Table, people: ir.Table, *, as_of: date) -> ir.Table:
    """Return the proficiency rate by school, grade and student group at the end of a day (UTC).

    Of the states of learners enrolled on that day that had evidence by then (`states`), the share
    in which the rule had been met (`met`) and was not lost again by evidence of until then, which
    is what the status function says on the day of the extract. Of a status that was lost later the
    extract does not tell when: until its last evidence it counts as met. No evidence is not in the
    denominator. `people` has the shape of `roster.extracts.PEOPLE`. Ordered, so that two engines
    give the same rows.
    """
    after = datetime.combine(as_of + timedelta(days=1), datetime.min.time(), UTC)
    end = ibis.literal(after, type="timestamp('UTC')")
    day = ibis.literal(as_of, type="date")
    enrolled = people.filter(
        (people.begins_on.isnull() | (people.begins_on <= day))
        & (people.ends_on.isnull() | (people.ends_on >= day))
    ).select("learner", "school", "grade", "student_group").distinct()  # fmt: skip
    kept = states.code.isin(sorted(SHOWN)) | (states.last_at >= end)
    shown = states.filter(states.first_at < end).select(
        "learner", met=((states.met_at < end) & kept).fill_null(False).cast("int64")
    )
    # A learner is in several groups: their states are added up once, before they meet them.
    each = shown.group_by("learner").aggregate(
        states=lambda t: t.count(), met=lambda t: t.met.sum()
    )
    rows = enrolled.join(each, "learner").group_by("school", "grade", "student_group").aggregate(
        learners=lambda t: t.count(),
        states=lambda t: t.states.sum(),
        met=lambda t: t.met.sum(),
    )  # fmt: skip
    rate = rows.met.cast("float64") / rows.states.cast("float64")
    return rows.mutate(rate=rate).order_by("school", "grade", "student_group")
