"""Reporting what a rule stands in the way of, and saying when it no longer does."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.roster.models import Organisation
from milepost.rulebook.commands.events import told
from milepost.rulebook.models import Barrier, Rule, Waiver
from milepost.rulebook.queries import binding, lineage

LONGEST_CITATION, LONGEST_PART = 200, 300
"""Characters that the table holds."""


@transaction.atomic
def report_barrier(
    *,
    by: UUID | None,
    organisation: Organisation,
    citation: str,
    blocks: str,
    on: date,
    now: datetime,
    record_kind: str = "",
    record: UUID | None = None,
    part: str = "",
    blocked_cents: int | None = None,
    years: Sequence[int] = (),
) -> Barrier:
    """Report that a rule blocks something; its citation finds the rule, where it is in a rulebook.

    Reporting an open barrier of the same part of the same record again corrects it. Raises
    ValueError when the citation or what is blocked is missing, or the money is negative.
    """
    if not citation.strip() or not blocks.strip():
        raise ValueError(_("Say which rule is in the way (its citation), and of what."))
    if len(citation) > LONGEST_CITATION or len(part) > LONGEST_PART:
        raise ValueError(
            _("A citation has at most %(one)s characters, the name of a part %(other)s.")
            % {"one": LONGEST_CITATION, "other": LONGEST_PART}
        )
    if blocked_cents is not None and blocked_cents < 0:
        raise ValueError(
            _("What is blocked cannot cost less than nothing: %(cents)s cents.")
            % {"cents": blocked_cents}
        )
    facts = {
        "rule": _rule(organisation, citation.strip(), on),
        "blocks": blocks.strip(),
        "blocked_cents": blocked_cents,
        "years": sorted(set(years)),
    }
    key = {
        "organisation": organisation,
        "citation": citation.strip(),
        "record_kind": record_kind,
        "record": record,
        "part": part,
    }
    barrier = Barrier.objects.filter(**key, resolved_on=None).first() if record else None
    if barrier and all(getattr(barrier, name) == fact for name, fact in facts.items()):
        return barrier
    if barrier:
        for name, fact in facts.items():
            setattr(barrier, name, fact)
        barrier.save(update_fields=list(facts))
    else:
        barrier = Barrier.objects.create(**key, **facts, reported_by=by, reported_on=on)
    told("report_barrier", by=by, organisation=organisation, target=barrier.pk, now=now,
         detail={"record": str(record or ""), "cents": blocked_cents})  # fmt: skip
    return barrier


@transaction.atomic
def lift(*, by: UUID | None, barrier: Barrier, waiver: Waiver, now: datetime) -> Barrier:
    """Say which waiver lifts a barrier: it does so while it holds, and no day longer.

    Raises ValueError when the waiver does not cover the organisation.
    """
    covered = {one.pk for one in waiver.organisations.all()}
    if not covered & {one.pk for one in lineage(barrier.organisation)}:
        raise ValueError(
            _("The waiver does not cover %(name)s.") % {"name": barrier.organisation.name}
        )
    if waiver.rule.citation != barrier.citation:
        raise ValueError(
            _("The waiver is of %(one)s; %(other)s is in the way.")
            % {"one": waiver.rule.citation, "other": barrier.citation}
        )
    barrier.lifted_by = waiver
    barrier.save(update_fields=["lifted_by"])
    told("lift_barrier", by=by, organisation=barrier.organisation, target=barrier.pk, now=now,
         detail={"waiver": str(waiver.pk)})  # fmt: skip
    return barrier


@transaction.atomic
def resolve_barrier(
    *, by: UUID | None, barrier: Barrier, on: date, why: str, now: datetime
) -> Barrier:
    """Say that a barrier is no longer in the way from a day. Raises ValueError without a reason."""
    if not why.strip():
        raise ValueError(_("Say why it is no longer in the way."))
    if on < barrier.reported_on:
        raise ValueError(
            _("It was reported on %(day)s: choose that day or later.")
            % {"day": barrier.reported_on}
        )
    if barrier.resolved_on is None:
        barrier.resolved_on, barrier.resolved_why = on, why.strip()
        barrier.save(update_fields=["resolved_on", "resolved_why"])
        told("resolve_barrier", by=by, organisation=barrier.organisation, target=barrier.pk,
             now=now, why=why)  # fmt: skip
    return barrier


def _rule(organisation: Organisation, citation: str, on: date) -> Rule | None:
    """Return the rule that a citation means, of the highest rulebook that has it."""
    line = lineage(organisation)
    height = {one.pk: at for at, one in enumerate(line)}
    rows = Rule.objects.filter(binding(on), organisation__in=line, citation=citation)
    return max(rows, key=lambda rule: height[rule.organisation_id], default=None)
