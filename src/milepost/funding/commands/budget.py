"""Writes from the files of others: a budget into a new version of a plan."""

from datetime import datetime
from uuid import UUID

from milepost.funding.commands.plan import keep_version
from milepost.funding.exchange.merging import Merge
from milepost.funding.models.plan import Plan, PlanVersion


def keep_budget(
    *, by: UUID, plan: Plan, merge: Merge, base: int, file: str, now: datetime
) -> PlanVersion:
    """Keep what a budget file says (`queries.budget.merged`) as a new version of a plan.

    A file that says what the plan says keeps none: the newest is returned. Raises ValueError as
    `keep_version` does, where somebody kept a version after ``base`` for one; nothing is changed.
    """
    return keep_version(
        by=by, plan=plan, contents=merge.plan, base=base, now=now, note=f"From {file}"
    )
