"""Lawful erasure: what the evidence room keeps beside the evidence itself."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from milepost.audit.commands import record_event
from milepost.evidence.models import WaitingRow


@transaction.atomic
def forget_labels(
    *,
    by: UUID | None,
    district: UUID,
    labels: Collection[tuple[str, str]],
    why: str,
    now: datetime,
) -> int:
    """Destroy the rows kept aside for a learner under (system, label); return how many.

    Also those that were taken in: they name the learner beside the evidence that they became.
    """
    count = 0
    for system, label in labels:
        rows = WaitingRow.objects.filter(district=district, system=system, learner_label=label)
        count += rows.delete()[0]
    record_event(
        action="evidence.forget_labels",
        by=by,
        district=district,
        target_kind="waiting_row",
        why=why,
        detail={"rows": count},
        now=now,
    )
    return count
