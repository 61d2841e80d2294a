"""Writes of plans: begin one, keep a version of it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.audit.commands import record_event
from milepost.funding.models.plan import Plan, PlanVersion
from milepost.funding.plan import document
from milepost.funding.plan.model import Plan as Contents
from milepost.roster.models import Organisation


class NewerVersionError(ValueError):
    """Somebody kept a version after the one that a change was made from."""

    def __init__(self, newest: PlanVersion, base: int) -> None:
        super().__init__(
            _(
                "Version {newest} of {plan} was kept at {at:%Y-%m-%d %H:%M} after version {base}, "
                "from which you worked. Nothing was changed: look at what differs, bring your "
                "changes into the newest version and keep that."
            ).format(newest=newest.number, plan=newest.plan.name, at=newest.kept_at, base=base)
        )
        self.newest = newest


@transaction.atomic
def begin_plan(
    *,
    by: UUID,
    district: Organisation,
    contents: Contents,
    now: datetime,
    school: Organisation | None = None,
    note: str = "",
) -> Plan:
    """Begin a plan with its first version; ``by`` holds it.

    Raises ValueError for a school of another district, or a name that the year has already.
    """
    if school and school.district_id != district.pk:
        raise ValueError(_("{name} is no school of this district.").format(name=school.name))
    first = contents.first_year
    if Plan.objects.filter(district=district, name=contents.name, first_year=first).exists():
        raise ValueError(
            _("There is a plan {name!r} from {year} on already: choose another name.").format(
                name=contents.name, year=first
            )
        )
    plan = Plan.objects.create(
        district=district,
        school=school,
        name=contents.name,
        first_year=first,
        held_by=by,
        begun_at=now,
    )
    _append(plan, contents, 1, by, now, note)
    record_event(
        action="funding.begin_plan",
        by=by,
        district=district.pk,
        target_kind="plan",
        target=plan.pk,
        detail={"school": str(school.pk) if school else None},
        now=now,
    )
    return plan


@transaction.atomic
def keep_version(
    *,
    by: UUID,
    plan: Plan,
    contents: Contents,
    base: int,
    now: datetime,
    note: str = "",
) -> PlanVersion:
    """Keep a new version of a plan that was made from version ``base``, and return it.

    What says the same as the newest version is not kept again. Raises NewerVersionError when
    somebody kept a version after ``base``; ValueError when there is no such version or the plan
    would begin in another year.
    """
    held = Plan.objects.select_for_update().get(pk=plan.pk)
    newest = held.versions.order_by("-number").select_related("plan")[0]
    if not 1 <= base <= newest.number:
        raise ValueError(
            _("There is no version {base}: the newest is {number}.").format(
                base=base, number=newest.number
            )
        )
    if base < newest.number:
        raise NewerVersionError(newest, base)
    if contents.first_year != held.first_year:
        raise ValueError(
            _("The plan begins in {year}: begin another for {other}.").format(
                year=held.first_year, other=contents.first_year
            )
        )
    if newest.digest == document.digest(contents.to_json()):
        return newest
    version = _append(held, contents, newest.number + 1, by, now, note)
    record_event(
        action="funding.keep_plan_version",
        by=by,
        district=held.district_id,
        target_kind="plan",
        target=held.pk,
        detail={"number": version.number},
        now=now,
    )
    return version


def _append(
    plan: Plan, contents: Contents, number: int, by: UUID, now: datetime, note: str
) -> PlanVersion:
    text = contents.to_json()
    return PlanVersion.objects.create(
        district_id=plan.district_id,
        plan=plan,
        number=number,
        document=text,
        digest=document.digest(text),
        kept_by=by,
        kept_at=now,
        note=note,
    )
