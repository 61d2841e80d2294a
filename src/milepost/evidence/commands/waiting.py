"""Rows about learners whom the roster does not know yet: kept aside, taken in when they arrive."""

import json
from datetime import datetime
from uuid import UUID

import polars as pl
from django.db import transaction

from milepost.audit.commands import record_event
from milepost.audit.models import ImportRun
from milepost.evidence.commands import time_given
from milepost.evidence.commands.bulk import DRAFTS, append
from milepost.evidence.commands.matching import learner_keys
from milepost.evidence.models import Observation, WaitingRow
from milepost.ids import new_ids
from milepost.roster.models import Organisation

CHUNK = 5_000
CONTENT = ("id", "item", "scores", "occurred_at", "source", "seconds", "hints")


def keep_waiting(run: ImportRun, drafts: pl.DataFrame, *, system: str) -> None:
    """Keep rows aside under the label by which ``system`` names their learner.

    ``drafts``: shape `DRAFTS`, with `label`. Each keeps the id that it would have had, so that
    rows of one instant stay in their order when they are adopted.
    """
    drafts = drafts.with_columns(occurred_at=pl.col("occurred_at").dt.to_string("iso:strict"))
    WaitingRow.objects.bulk_create(
        (
            WaitingRow(
                pk=pk,
                district_id=run.district,
                run=run,
                row=one["row"],
                system=system,
                learner_label=one["label"],
                content={name: one[name] for name in CONTENT}
                | {"scores": json.loads(one["scores"])},
            )
            for pk, one in zip(new_ids(drafts.height), drafts.iter_rows(named=True), strict=True)
        ),
        batch_size=500,
    )


def adopt_waiting(*, by: UUID | None, district: Organisation, now: datetime) -> int:
    """Take in the waiting rows whose learner the roster knows by now; return how many.

    Call it whenever learners may have arrived: what was adopted is not adopted twice. Each keeps
    its batch and row.
    """
    return sum(
        _adopt_system(by, district, system, now)
        for system in WaitingRow.objects.filter(district=district, adopted_at=None)
        .order_by("system")
        .values_list("system", flat=True)
        .distinct()
    )


def _adopt_system(by: UUID | None, district: Organisation, system: str, now: datetime) -> int:
    keys = {label: key for label, key in learner_keys(district.pk, system).items() if key}
    waiting = WaitingRow.objects.filter(district=district, system=system, adopted_at=None)
    labels = waiting.order_by().values_list("learner_label", flat=True).distinct()
    arrived = sorted(label for label in labels if label in keys)
    count = 0
    for k in range(0, len(arrived), 500):
        while adopted := _adopt(
            by, district, system, {label: keys[label] for label in arrived[k : k + 500]}, now
        ):
            count += adopted
    return count


@transaction.atomic
def _adopt(
    by: UUID | None, district: Organisation, system: str, keys: dict[str, UUID], now: datetime
) -> int:
    rows = list(
        WaitingRow.objects.select_for_update()
        .filter(district=district, system=system, adopted_at=None, learner_label__in=list(keys))
        .order_by("run", "row")[:CHUNK]
    )
    if not rows:
        return 0
    drafts = pl.DataFrame(
        [
            row.content
            | {
                "scores": json.dumps(row.content["scores"]),
                "occurred_at": datetime.fromisoformat(row.content["occurred_at"]),
                "learner": str(keys[row.learner_label]),
                "batch_id": str(row.run_id),
                "row": row.row,
            }
            for row in rows
        ],
        schema=DRAFTS,
    )
    WaitingRow.objects.filter(pk__in=[row.pk for row in rows]).update(adopted_at=now)
    time_given.hold(ImportRun.objects.filter(pk__in={row.run_id for row in rows}))
    position = append(drafts, district=district.pk, kind=Observation.Kind.PRACTICE, now=now)
    adopted = Observation.objects.filter(district=district, position__gte=position)
    time_given.add(adopted.filter(time_given.COUNTED), district=district.pk)
    record_event(
        action="evidence.adopt_waiting",
        by=by,
        district=district.pk,
        target_kind="observation",
        detail={"observations": len(rows), "first_position": position, "system": system},
        now=now,
    )
    return len(rows)
