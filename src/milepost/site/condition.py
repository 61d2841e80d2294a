"""How an installation stands: what the doctor, the monitor and the worker all ask of the tables."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max, Min
from django_tasks_db.models import DBTaskResult

from milepost.evidence.models import Ledger
from milepost.mastery.models import FoldCursor
from milepost.roster.models import Organisation
from milepost.site.models import Heartbeat

SILENT_AFTER = timedelta(minutes=1)
"""A worker that has not beaten for so long is taken for dead; it beats every ten seconds."""


@dataclass(frozen=True)
class Lag:
    """How far the states of a district are behind its evidence, in positions of the ledger.

    `anew`: a calibration or a rule is in force that not every learner has been folded with.
    """

    district: UUID
    name: str
    evidence: int
    folded: int
    anew: bool
    folded_at: datetime | None

    @property
    def positions(self) -> int:
        """How many positions wait: rows of evidence that the last run of the fold had not seen."""
        return max(0, self.evidence - self.folded)

    @property
    def behind(self) -> bool:
        """Whether there is something to fold."""
        return self.positions > 0 or (self.anew and self.evidence > 0)


def lags() -> list[Lag]:
    """Return for every district how far its fold is behind, by name."""
    ledgers = dict(Ledger.objects.values_list("district", "last_position"))
    cursors = FoldCursor.objects.in_bulk()
    districts = Organisation.objects.filter(kind="district").order_by("name")
    return [
        Lag(
            district=pk,
            name=name,
            evidence=ledgers.get(pk, 0),
            folded=cursor.position if (cursor := cursors.get(pk)) else 0,
            anew=cursor is None or cursor.folded_epoch < cursor.epoch,
            folded_at=cursor.folded_at if cursor else None,
        )
        for pk, name in districts.values_list("pk", "name")
    ]


@dataclass(frozen=True)
class Queue:
    """What waits for the worker. `oldest`: when the task that waits longest was asked for."""

    waiting: int
    running: int
    failed: int
    oldest: datetime | None


def queue() -> Queue:
    """Return how many tasks wait, run and have failed."""
    tasks = DBTaskResult.objects
    return Queue(
        waiting=tasks.ready().count(),
        running=tasks.running().count(),
        failed=tasks.failed().count(),
        oldest=tasks.ready().aggregate(oldest=Min("enqueued_at"))["oldest"],
    )


def last_beat() -> datetime | None:
    """Return when a worker that has not said goodbye was last heard; None when there is none."""
    beats = Heartbeat.objects.filter(ended_at=None)
    last: datetime | None = beats.aggregate(last=Max("beat_at"))["last"]
    return last


def live_workers(now: datetime) -> int:
    """Return how many workers beat."""
    return Heartbeat.objects.filter(ended_at=None, beat_at__gte=now - SILENT_AFTER).count()
