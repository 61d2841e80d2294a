"""Reads of the rulebook room: what binds an organisation on a day, and what frees it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from milepost.roster.models import Organisation
from milepost.rulebook.models import Barrier, Publication, Rule, RuleValue, Waiver

State = Literal["open", "lifted", "resolved"]


@dataclass(frozen=True)
class RuleInForce:
    """A rule that binds on a day, the figures that hold on it, and the waiver that frees from it.

    ``waiver`` is None when the rule binds.
    """

    rule: Rule
    values: tuple[RuleValue, ...]
    waiver: Waiver | None

    @property
    def waived(self) -> bool:
        """Whether a waiver frees the organisation from it."""
        return self.waiver is not None

    def value(self, name: str, grade: str = "") -> RuleValue | None:
        """Return the figure of a name, for a grade where the rule tells grades apart."""
        fits = [one for one in self.values if one.name == name]
        return next((one for one in fits if not one.grades or grade in one.grades), None)


@dataclass(frozen=True)
class BarrierOnDay:
    """A barrier as it stood on a day: open, lifted by a waiver in force, or resolved."""

    barrier: Barrier
    state: State
    waiver: Waiver | None


def lineage(organisation: Organisation) -> list[Organisation]:
    """Return an organisation and all above it, nearest first: school, district, state."""
    found = [organisation]
    while (above := found[-1].parent) and above not in found:
        found.append(above)
    return found


def holds(on: date) -> Q:
    """Return the filter for records with `begins_on` and `ends_on` that hold on a day."""
    return Q(begins_on__lte=on) & (Q(ends_on=None) | Q(ends_on__gte=on))


def binding(on: date) -> Q:
    """Return the filter for rules that bind on a day."""
    return holds(on) & (Q(retired_on=None) | Q(retired_on__gt=on))


def rules_in_force(
    organisation: Organisation, on: date, *, binds: str | None = None, text: str = ""
) -> list[RuleInForce]:
    """Return the rules of an organisation and of all above it that bind on a day.

    A waived rule is there too, with its waiver. ``text``: every word must stand in title,
    citation, words or identifier. Where two rulebooks above each other have one identifier, the
    higher one's rule is returned: nobody sets aside a state's rule by copying it.
    """
    line = lineage(organisation)
    rows = Rule.objects.filter(binding(on), organisation__in=line).select_related("organisation")
    if binds:
        rows = rows.filter(binds=binds)
    for word in text.split():
        rows = rows.filter(
            Q(title__icontains=word)
            | Q(citation__icontains=word)
            | Q(words__icontains=word)
            | Q(identifier__icontains=word)
        )
    height = {one.pk: at for at, one in enumerate(line)}
    highest: dict[str, Rule] = {}
    for row in sorted(rows.prefetch_related("values"), key=lambda r: height[r.organisation_id]):
        highest[row.identifier] = row
    freed = {one.rule.identifier: one for one in waivers(organisation, on)}
    return [
        RuleInForce(row, _on(row.values.all(), on), freed.get(row.identifier))
        for row in sorted(highest.values(), key=lambda r: (r.binds, r.authority, r.citation))
    ]


def rule_in_force(organisation: Organisation, identifier: str, on: date) -> RuleInForce | None:
    """Return one rule as it binds an organisation on a day, or None."""
    found = rules_in_force(organisation, on)
    return next((one for one in found if one.rule.identifier == identifier), None)


def value(
    organisation: Organisation, identifier: str, name: str, on: date, grade: str = ""
) -> Decimal | None:
    """Return the figure of a rule that binds an organisation on a day.

    None when no such rule binds on it, or it has no such figure: missing, not zero. A waiver does
    not change the figure; ask `rules_in_force` whether it binds.
    """
    found = rule_in_force(organisation, identifier, on)
    figure = found.value(name, grade) if found else None
    return figure.decimal if figure else None


def waivers(organisation: Organisation, on: date) -> list[Waiver]:
    """Return the waivers that free an organisation on a day, its own and those of all above it.

    A waiver is of a rule under its identifier, and goes on when the rule is amended.
    """
    line = lineage(organisation)
    covers = Waiver.organisations.through.objects.filter(
        waiver=OuterRef("pk"), organisation__in=line
    )
    rows = Waiver.objects.filter(holds(on), Exists(covers), rule__organisation__in=line)
    return list(rows.select_related("rule").order_by("begins_on", "pk"))


def barriers(organisation: Organisation, on: date, *, resolved: bool = False) -> list[BarrierOnDay]:
    """Return what had been reported of an organisation and all below it by a day, and its state.

    A barrier is lifted while a waiver of its rule (or citation) holds, and open again when that
    has ended. ``resolved``: those that were no longer in the way, too.
    """
    rows = Barrier.objects.filter(
        Q(organisation=organisation)
        | Q(organisation__parent=organisation)
        | Q(organisation__parent__parent=organisation),
        reported_on__lte=on,
    )
    if not resolved:
        rows = rows.filter(Q(resolved_on=None) | Q(resolved_on__gt=on))
    rows = rows.select_related("organisation__parent__parent", "rule", "lifted_by__rule")
    found = list(rows.order_by("-reported_on", "citation", "part", "pk"))
    held = Waiver.objects.filter(holds(on)).select_related("rule").prefetch_related("organisations")
    held = held.filter(
        Q(rule__citation__in={one.citation for one in found})
        | Q(rule__identifier__in={one.rule.identifier for one in found if one.rule})
    )
    return [_stood(one, on, list(held)) for one in found]


def history(rule: Rule) -> list[Rule]:
    """Return every wording of a rule in its rulebook, newest first, with figures."""
    rows = Rule.objects.filter(organisation=rule.organisation_id, identifier=rule.identifier)
    rows = rows.select_related("organisation", "supersedes").prefetch_related("values")
    return list(rows.order_by("-begins_on"))


def waivers_of(rule: Rule, district: Organisation) -> list[Waiver]:
    """Return the waivers of a rule, ever, that cover a district, its schools, or all of a state."""
    seen = [one.pk for one in lineage(district)]
    covers = Waiver.organisations.through.objects.filter(
        Q(organisation__in=seen) | Q(organisation__district=district), waiver=OuterRef("pk")
    )
    rows = Waiver.objects.filter(
        Exists(covers), rule__organisation=rule.organisation_id, rule__identifier=rule.identifier
    )
    return list(rows.prefetch_related("organisations").order_by("-begins_on", "pk"))


def publications(organisations: Iterable[Organisation]) -> QuerySet[Publication]:
    """Return the files of rules that were taken in, newest first, without their text."""
    rows = Publication.objects.filter(organisation__in=list(organisations)).defer("received")
    return rows.select_related("organisation").order_by("-taken_at", "-number")


def _on(values: Iterable[RuleValue], on: date) -> tuple[RuleValue, ...]:
    return tuple(
        one for one in values if one.begins_on <= on and (one.ends_on is None or one.ends_on >= on)
    )


def _stood(barrier: Barrier, on: date, held: Sequence[Waiver]) -> BarrierOnDay:
    if barrier.resolved_on and barrier.resolved_on <= on:
        return BarrierOnDay(barrier, "resolved", None)
    line: set[UUID] = {one.pk for one in lineage(barrier.organisation)}
    for waiver in held:
        covered = line & {one.pk for one in waiver.organisations.all()}
        if covered and waiver.rule.organisation_id in line and _of(waiver, barrier):
            return BarrierOnDay(barrier, "lifted", waiver)
    return BarrierOnDay(barrier, "open", None)


def _of(waiver: Waiver, barrier: Barrier) -> bool:
    """Say whether a waiver is of what is in the way."""
    if waiver.pk == barrier.lifted_by_id or waiver.rule.citation == barrier.citation:
        return True
    return barrier.rule is not None and barrier.rule.identifier == waiver.rule.identifier
