"""Amending a rule by hand: the old wording keeps its days."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.rulebook.commands.events import told
from milepost.rulebook.commands.publishing import TEXT, chain
from milepost.rulebook.models import Rule, RuleValue
from milepost.rulebook.rules import Value

AMENDABLE = frozenset(TEXT) - {"ends_on", "begins_earlier"}


@transaction.atomic
def amend_rule(
    *,
    by: UUID | None,
    rule: Rule,
    begins_on: date,
    source: str,
    source_on: date,
    now: datetime,
    values: Sequence[Value] | None = None,
    **changes: Any,
) -> Rule:
    """Give a rule a new wording from a day; the old one binds until the day before.

    ``values``: the figures of the new wording; None: those that stand now. ``changes``: any of
    `AMENDABLE`. Raises ValueError for a day that is not after the old wording's first, a rule that
    has an amendment already or has ended, or a change that is no part of a wording.
    """
    rule = Rule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    _check(rule, begins_on, source, changes)
    fields = {name: getattr(rule, name) for name in AMENDABLE} | changes
    amended = Rule.objects.create(
        **fields | {"source": source.strip(), "source_on": source_on},
        organisation=rule.organisation,
        authority=rule.authority,
        identifier=rule.identifier,
        begins_on=begins_on,
        ends_on=rule.ends_on,
    )
    figures = _standing(rule, begins_on) if values is None else list(values)
    RuleValue.objects.bulk_create(
        RuleValue(
            rule=amended,
            name=one.name,
            value=str(one.value),
            unit=one.unit,
            grades=list(one.grades),
            begins_on=one.begins_on,
            ends_on=one.ends_on,
            source=one.source,
            position=position,
        )
        for position, one in enumerate(figures)
    )
    chain(rule.organisation, {rule.identifier})
    told("amend_rule", by=by, organisation=rule.organisation, target=amended.pk, now=now,
         detail={"was": str(rule.pk), "changed": sorted(changes)})  # fmt: skip
    amended.refresh_from_db()
    return amended


def _check(rule: Rule, begins_on: date, source: str, changes: dict[str, Any]) -> None:
    if unknown := sorted(set(changes) - AMENDABLE):
        raise ValueError(
            _("%(names)s: no part of a rule's wording. Known: %(known)s.")
            % {"names": ", ".join(unknown), "known": ", ".join(sorted(AMENDABLE))}
        )
    if not source.strip():
        raise ValueError(_("Say which text makes the amendment."))
    if begins_on <= rule.begins_on:
        raise ValueError(
            _("The rule binds in this wording from %(day)s: an amendment begins later.")
            % {"day": rule.begins_on}
        )
    if rule.retired_on or (rule.ends_on and rule.ends_on < begins_on):
        raise ValueError(
            _("The rule no longer binds on %(day)s: publish it anew.") % {"day": begins_on}
        )
    later = Rule.objects.filter(
        organisation=rule.organisation_id,
        identifier=rule.identifier,
        begins_on__gt=rule.begins_on,
        retired_on=None,
    )
    if later.exists():
        raise ValueError(_("The rule has a later wording already: amend that one."))


def _standing(rule: Rule, on: date) -> list[Value]:
    """Return the figures that hold on a day or later, beginning on it at the earliest."""
    figures = [
        Value(
            name=one.name,
            value=one.decimal,
            unit=one.unit,
            begins_on=one.begins_on,
            source=one.source,
            ends_on=one.ends_on,
            grades=tuple(one.grades),
        )
        for one in rule.values.all()
        if one.ends_on is None or one.ends_on >= on
    ]
    first = [max(one.begins_on, on) for one in figures]
    return [replace(one, begins_on=day) for one, day in zip(figures, first, strict=True)]
