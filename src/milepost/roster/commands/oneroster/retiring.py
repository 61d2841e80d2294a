"""A system that sends no more rosters."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl
from django.db import transaction

from milepost.audit.commands import record_event
from milepost.roster.commands.oneroster.identifiers import Identifiers
from milepost.roster.commands.oneroster.runs import bring_in
from milepost.roster.commands.oneroster.work import Work
from milepost.roster.models import Organisation, OutsideIdentifier
from milepost.roster.oneroster import Manifest, Roster
from milepost.roster.oneroster.tables import TABLES


@transaction.atomic
def retire_system(
    *, by: UUID | None, district: Organisation, system: str, why: str, now: datetime
) -> dict[str, dict[str, int]]:
    """Stop counting on a system: call it when another has taken its place.

    What it alone names ends, as if it had sent an empty set, and its identifiers end with it.
    Until then what it names is held open beside the new system's roster. Returns what was ended.
    Raises ValueError without a reason, and when the system names nothing.
    """
    if not why.strip():
        raise ValueError("Say why the system is retired.")
    district = Organisation.objects.select_for_update().get(pk=district.pk)
    names = OutsideIdentifier.objects.filter(district=district, system=system, valid_until=None)
    if not names.exists():
        raise ValueError(f"Nothing here is known under {system!r}.")
    modes = {table.name: "bulk" for table in TABLES}
    # The reader works out the last day of what has one; here there is nothing to work out.
    no_day = pl.lit(None, dtype=pl.Date).alias("last_day")
    frames = {table.name: table.empty().with_columns(no_day) for table in TABLES}
    nothing = Roster(Manifest("1.2", modes, system, ""), "", frames, (), (), ())
    today = now.astimezone(ZoneInfo(district.time_zone)).date()
    identifiers = Identifiers(district, system, now)
    work = Work(district, system, now, today, nothing, identifiers, lambda *_: None)
    bring_in(work, {})
    counts = {what: dict(changes) for what, changes in work.counts.items()}
    counts["identifiers"] = {"ended": names.update(valid_until=now)}
    record_event(
        action="roster.retire_system",
        by=by,
        district=district.pk,
        target_kind="district",
        target=district.pk,
        why=why,
        detail={"system": system, "counts": counts},
        now=now,
    )
    return counts
