"""Learners have arrived: what waited for them goes in and is folded."""

from datetime import datetime
from uuid import UUID

from milepost.audit.models import ImportRun
from milepost.evidence import commands as evidence
from milepost.mastery import commands as mastery
from milepost.roster.models import Organisation


def take_in(*, by: UUID | None, run: ImportRun, now: datetime) -> int:
    """Take in and fold the rows that waited for learners of a roster import; return how many.

    Also after one that brought nothing new, so that an adoption which was cut off is finished.
    """
    if run.status not in {ImportRun.Status.APPLIED, ImportRun.Status.UNCHANGED}:
        return 0
    district = Organisation.objects.get(pk=run.district)
    adopted = evidence.adopt_waiting(by=by, district=district, now=now)
    if adopted:
        mastery.catch_up(district=district.pk, now=now)
    return adopted
