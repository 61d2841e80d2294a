"""Recording what learners showed, one observation or a handful at a time."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from milepost.audit.commands import record_event
from milepost.audit.models import ImportRun
from milepost.evidence.commands import time_given
from milepost.evidence.commands.ledger import count_sources, take_positions
from milepost.evidence.models import Note, Observation
from milepost.purpose.models import Competency
from milepost.roster.models import LearnerKey

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far a sender's clock may run ahead of ours before its time is refused as the future."""


@dataclass(frozen=True)
class Shown:
    """What one learner showed: a draft of an observation.

    `scores`: (competency, score from 0 to 1), one or more. `seconds`: time given, None unknown.
    """

    learner: UUID
    kind: str
    scores: Sequence[tuple[UUID, float]]
    occurred_at: datetime
    source: str
    item: str = ""
    seconds: float | None = None
    hints: int = 0
    note: str = ""


@transaction.atomic
def record(
    *, by: UUID | None, district: UUID, shown: Sequence[Shown], now: datetime
) -> list[Observation]:
    """Append observations and return them in the order given.

    Raises ValueError, naming the entry, for a score off the scale, no competency, a competency
    named twice or of another district, a time in the future, an unknown or erased learner.
    """
    for number, one in enumerate(shown, start=1):
        _check(one, f"Entry {number}", now)
    _check_district(district, shown)
    position = take_positions(district, len(shown))
    rows = [
        Observation(
            district_id=district,
            position=position + k,
            learner=one.learner,
            kind=one.kind,
            item=one.item,
            scores=[[str(competency), float(score)] for competency, score in one.scores],
            occurred_at=one.occurred_at,
            recorded_at=now,
            by=by,
            source=one.source,
            seconds=one.seconds,
            hints=one.hints,
        )
        for k, one in enumerate(shown)
    ]
    Observation.objects.bulk_create(rows)
    count_sources(district, Counter((one.source, str(one.kind)) for one in shown), now)
    time_given.add(
        Observation.objects.filter(district=district, position__gte=position), district=district
    )
    Note.objects.bulk_create(
        Note(observation=row, text=one.note)
        for row, one in zip(rows, shown, strict=True)
        if one.note.strip()
    )
    record_event(
        action="evidence.record",
        by=by,
        district=district,
        target_kind="observation",
        target=rows[0].pk if len(rows) == 1 else None,
        detail={"observations": len(rows), "first_position": position},
        now=now,
    )
    return rows


@transaction.atomic
def void(*, by: UUID | None, observation: Observation, why: str, now: datetime) -> Observation:
    """Take back a piece of evidence by a new one that says why. The old row stays as it was.

    Raises ValueError without a reason, and when it is a correction or was taken back already.
    """
    if not why.strip():
        raise ValueError("Say why this evidence is taken back.")
    if observation.kind == Observation.Kind.VOID:
        raise ValueError("A correction cannot be taken back; record the evidence anew.")
    if observation.batch_id:
        time_given.hold(ImportRun.objects.filter(pk=observation.batch_id))
    position = take_positions(observation.district_id, 1)
    if Observation.objects.filter(voids=observation).exists():
        raise ValueError("This evidence was taken back already.")
    row = Observation.objects.create(
        district_id=observation.district_id,
        position=position,
        learner=observation.learner,
        kind=Observation.Kind.VOID,
        occurred_at=now,
        recorded_at=now,
        by=by,
        source="correction",
        voids=observation,
    )
    count_sources(observation.district_id, {(row.source, str(row.kind)): 1}, now)
    time_given.add(
        Observation.objects.filter(time_given.COUNTED, pk=observation.pk),
        district=observation.district_id,
        sign=-1,
    )
    Note.objects.create(observation=row, text=why)
    record_event(
        action="evidence.void",
        by=by,
        district=observation.district_id,
        target_kind="observation",
        target=observation.pk,
        now=now,
    )
    return row


@transaction.atomic
def erase_notes(*, by: UUID | None, district: UUID, learner: UUID, why: str, now: datetime) -> int:
    """Destroy the free text in a learner's evidence, as lawful erasure asks. Returns how many."""
    count, _ = Note.objects.filter(observation__learner=learner).delete()
    record_event(
        action="evidence.erase_notes",
        by=by,
        district=district,
        target_kind="learner_key",
        target=learner,
        why=why,
        detail={"notes": count},
        now=now,
    )
    return count


def _check(one: Shown, where: str, now: datetime) -> None:
    if one.kind == Observation.Kind.VOID or one.kind not in Observation.Kind.values:
        raise ValueError(f"{where}: {one.kind!r} is not a kind of evidence.")
    competencies = [competency for competency, _ in one.scores]
    if not competencies:
        raise ValueError(f"{where}: name at least one competency.")
    if len(set(competencies)) < len(competencies):
        raise ValueError(f"{where}: the same competency is named twice.")
    for _, score in one.scores:
        if not 0 <= score <= 1:
            raise ValueError(f"{where}: the score {score} is not between 0 and 1.")
    if one.occurred_at > now + CLOCK_TOLERANCE:
        raise ValueError(f"{where}: {one.occurred_at:%Y-%m-%d %H:%M} is in the future.")
    if one.seconds is not None and not (one.seconds >= 0 and math.isfinite(one.seconds)):
        raise ValueError(f"{where}: {one.seconds} is not a number of seconds.")
    if one.hints < 0:
        raise ValueError(f"{where}: there cannot be {one.hints} hints.")


def _check_district(district: UUID, shown: Sequence[Shown]) -> None:
    competencies = {c for one in shown for c, _ in one.scores}
    known = Competency.objects.filter(district=district, pk__in=competencies).count()
    if known < len(competencies):
        raise ValueError("A competency is not one of this district.")
    learners = {one.learner for one in shown}
    keys = LearnerKey.objects.filter(district=district, pk__in=learners, erased_at=None).count()
    if keys < len(learners):
        raise ValueError("A learner is unknown in this district, or their record was erased.")
