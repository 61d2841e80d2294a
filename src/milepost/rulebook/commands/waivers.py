"""Granting and ending a waiver."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.roster.models import Organisation
from milepost.rulebook.commands.events import told
from milepost.rulebook.models import Rule, Waiver
from milepost.rulebook.queries import lineage


@transaction.atomic
def grant_waiver(
    *,
    by: UUID | None,
    rule: Rule,
    organisations: Sequence[Organisation],
    begins_on: date,
    ends_on: date | None,
    decided_by: str,
    document: str,
    now: datetime,
    conditions: str = "",
) -> Waiver:
    """Free organisations, and all below them, from a rule from one day to another.

    Raises ValueError when nobody is freed, the days are turned round, the decision is not named,
    or an organisation is not bound by the rule.
    """
    if not organisations:
        raise ValueError(_("Say which schools, districts or state the waiver covers."))
    if ends_on and ends_on < begins_on:
        raise ValueError(
            _("The waiver ends (%(end)s) before it begins (%(begin)s): correct one of the days.")
            % {"end": ends_on, "begin": begins_on}
        )
    if not decided_by.strip() or not document.strip():
        raise ValueError(_("Say who decided, and in which document."))
    for one in organisations:
        if rule.organisation not in lineage(one):
            raise ValueError(
                _("%(name)s is not bound by “%(rule)s”: it stands in the rulebook of %(owner)s.")
                % {"name": one.name, "rule": rule.title, "owner": rule.organisation.name}
            )
    waiver = Waiver.objects.create(
        rule=rule,
        begins_on=begins_on,
        ends_on=ends_on,
        conditions=conditions.strip(),
        decided_by=decided_by.strip(),
        document=document.strip(),
        recorded_at=now,
        recorded_by=by,
    )
    waiver.organisations.set(organisations)
    covers = [str(one.pk) for one in organisations]
    told("grant_waiver", by=by, organisation=organisations[0], target=waiver.pk, now=now,
         detail={"rule": str(rule.pk), "covers": covers})  # fmt: skip
    return waiver


@transaction.atomic
def end_waiver(
    *, by: UUID | None, waiver: Waiver, last_day: date, why: str, now: datetime
) -> Waiver:
    """End a waiver early; it stays in the record and held until its last day.

    Raises ValueError for a last day before it began (or after it ends anyway), or without a reason.
    """
    waiver = Waiver.objects.select_for_update().get(pk=waiver.pk)
    if not why.strip():
        raise ValueError(_("Say why the waiver ends."))
    if last_day < waiver.begins_on or (waiver.ends_on and last_day > waiver.ends_on):
        raise ValueError(
            _("Choose a last day between %(first)s and %(last)s.")
            % {"first": waiver.begins_on, "last": waiver.ends_on or _("today")}
        )
    waiver.ends_on, waiver.ended_why = last_day, why.strip()
    waiver.status = Waiver.Status.ENDED
    waiver.save(update_fields=["ends_on", "ended_why", "status"])
    told("end_waiver", by=by, organisation=waiver.rule.organisation, target=waiver.pk, now=now,
         why=why, detail={"last_day": last_day.isoformat()})  # fmt: skip
    return waiver
