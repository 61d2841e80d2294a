"""Positions: the order in which evidence was committed."""

from uuid import UUID

from django.db.models import F

from milepost.evidence.models import Ledger


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
