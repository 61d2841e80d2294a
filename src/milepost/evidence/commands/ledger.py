"""The book of a district's evidence: positions in the order of commit, and counts by source."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import F

from milepost.evidence.models import Ledger, SourceCount


def take_positions(district: UUID, count: int) -> int:
    """Return the first of ``count`` consecutive positions, taken for the running transaction.

    Locks the district's ledger until the transaction ends: whoever commits first holds the lower
    positions, so a reader that has seen position n has seen all before it. Call it last before
    the insert, and only inside a transaction.
    """
    ledger = Ledger.objects.select_for_update().filter(district=district)
    if not ledger.exists():
        Ledger.objects.bulk_create([Ledger(district_id=district)], ignore_conflicts=True)
    last = ledger.get().last_position
    ledger.update(last_position=F("last_position") + count)
    return last + 1


def count_sources(district: UUID, written: Mapping[tuple[str, str], int], now: datetime) -> None:
    """Count rows by (source, kind) that the running transaction writes.

    Call it after `take_positions`, whose lock keeps two writers from counting past each other.
    """
    for (source, kind), rows in written.items():
        one = SourceCount.objects.filter(district=district, source=source, kind=kind)
        if not one.update(count=F("count") + rows, last_recorded_at=now):
            SourceCount.objects.create(
                district_id=district, source=source, kind=kind, count=rows, last_recorded_at=now
            )
