"""Reads of contracts paid on outcomes: what a ledger rests on, and its lines without names."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from milepost.evidence.models import Observation
from milepost.funding.contracts.documents import from_document, read
from milepost.funding.contracts.facts import Days, Duty, Enrolled
from milepost.funding.contracts.ledger import Ledger, Payment, ledger, payment
from milepost.funding.contracts.terms import Terms
from milepost.funding.models import Contract, ContractDuty, ContractLedger, ContractLine
from milepost.funding.queries.contract_evidence import Moment, learner_facts
from milepost.roster.access import Viewer
from milepost.roster.models import AttendanceDay, Enrollment, LearnerKey, Organisation, Role
from milepost.roster.queries import PRESENT


@dataclass(frozen=True)
class LedgerLine:
    """A line as a finance lead reads it: the learner is a key, never a name. Money in cents."""

    learner: UUID
    standing: str
    reason: str
    sessions: int
    sessions_due: int
    gate_passed: bool
    base: int
    bonus: int
    adjustment: int
    total: int
    lacks: tuple[str, ...]
    evidence: tuple[str, ...]
    """Ids of the evidence behind the outcomes."""
    disputed: bool
    paid: int | None


def terms_of(contract: Contract) -> Terms:
    """Return what was signed."""
    return from_document(contract.terms)


def contracts(district: UUID) -> list[Contract]:
    """Return a district's contracts, newest first."""
    return list(Contract.objects.filter(district=district).order_by("-signed_on", "-id"))


def newest_ledger(contract: Contract) -> ContractLedger | None:
    """Return the ledger that was drawn last; None before the first."""
    return contract.ledgers.order_by("-id").first()


def why_lines_visible(viewer: Viewer, contract: Contract) -> str | None:
    """Return why somebody may read a contract's lines (keys, no names), or None.

    A finance lead sees no learner's record; the lines hold none.
    """
    if viewer.district != contract.district_id:
        return None
    if Role.Kind.FINANCE_LEAD in viewer.roles:
        return _("You answer for the district's money; learners are keys here.")
    return _("You work for the district.") if contract.district_id in viewer.works_for else None


def ledger_lines(kept: ContractLedger) -> list[LedgerLine]:
    """Return a ledger's lines in the order of their keys."""
    return [
        LedgerLine(
            learner=line.learner,
            standing=line.standing,
            reason=line.reason,
            sessions=line.sessions,
            sessions_due=line.sessions_due,
            gate_passed=line.gate_passed,
            base=line.base_cents,
            bonus=line.bonus_cents,
            adjustment=line.adjustment_cents,
            total=line.total_cents,
            lacks=tuple(line.lacks),
            evidence=tuple(piece for one in line.earned for piece in one["evidence"]),
            disputed=line.disputed_on is not None,
            paid=line.paid_cents,
        )
        for line in kept.lines.order_by("learner")
    ]


def payment_of(kept: ContractLedger) -> Payment:
    """Return what a ledger pays now and what disputes hold back: `settle` pays this."""
    lines = kept.lines.order_by("learner").values_list("learner", "total_cents", "disputed_on")
    return payment(
        [(str(key), total) for key, total, _day in lines],
        disputed={str(key) for key, _total, day in lines if day},
        paid=paid_so_far(kept.contract),
    )


def paid_so_far(contract: Contract) -> dict[str, int]:
    """Return learner key → cents paid by all ledgers of a contract."""
    lines = ContractLine.objects.filter(ledger__contract=contract).exclude(paid_cents=None)
    sums = lines.order_by().values_list("learner").annotate(paid=Sum("paid_cents"))
    return {str(key): paid for key, paid in sums}


def recomputed(kept: ContractLedger) -> Ledger:
    """Work a ledger out again from the evidence at its cursor; its digest must be the same.

    Raises ValueError when evidence was committed after the ledger was drawn under a time of
    before: what was known then cannot be told apart any more.
    """
    enrolled = {UUID(key): read(facts, Enrolled) for key, facts in kept.roster.items()}
    late = Observation.objects.filter(
        learner__in=list(enrolled), position__gt=kept.cursor, recorded_at__lte=kept.known_at
    )
    if count := late.count():
        raise ValueError(
            f"{count} pieces of evidence say that they were recorded by {kept.known_at} and came "
            "after the ledger was drawn: draw a new ledger"
        )
    moment = Moment(kept.as_of, kept.known_at, kept.cursor)
    return drawn(kept.contract, moment, enrolled)


def drawn(contract: Contract, moment: Moment, enrolled: Mapping[UUID, Enrolled]) -> Ledger:
    """Return the ledger of a contract from the evidence as it was known at a moment."""
    terms = terms_of(contract)
    return ledger(
        terms,
        learner_facts(contract.district, terms, enrolled, moment),
        duties=_duties(contract, moment),
        on=moment.as_of,
    )


def _duties(contract: Contract, moment: Moment) -> list[Duty]:
    """Return what was said last of each obligation, by the moment."""
    said = ContractDuty.objects.filter(contract=contract, recorded_at__lte=moment.known_at)
    latest = {one.key: Duty(one.key, one.met_on) for one in said.order_by("recorded_at", "id")}
    return list(latest.values())


def enrolled_learners(
    district: Organisation,
    terms: Terms,
    *,
    agreed: Mapping[UUID, str],
    paid_before: Iterable[UUID] = (),
) -> dict[UUID, Enrolled]:
    """Return learner key → what the roster says of those whom the contract may be for.

    Everybody of its grades, schools and groups at some time of the contract, and who was paid for
    before. `agreed`: key → why both sides take the learner out. Raises ValueError when the terms
    have no such exclusion, or the learner is not one that the contract may be for.
    """
    if agreed and not any(one.ground == "agreed" for one in terms.exclusions):
        raise ValueError("agreed: the terms have no exclusion on which both sides may agree")
    people = _people(district, terms)
    keys = dict(LearnerKey.objects.filter(person__in=people).values_list("person", "id"))
    attendance = _attendance(terms, people)
    found = {
        keys[person]: replace(facts, **attendance.get(person, {}))
        for person, facts in people.items()
        if person in keys
    }
    gone = {key: Enrolled(found=False) for key in paid_before}
    if strange := set(agreed) - found.keys() - gone.keys():
        raise ValueError(f"agreed: {min(strange)} is no learner that the contract may be for")
    return {
        key: replace(facts, agreed=agreed.get(key, "")) for key, facts in (gone | found).items()
    }


def candidates(district: Organisation, terms: Terms) -> list[UUID]:
    """Return the people (ids) whom the contract may be for: they need a learner key."""
    return list(_people(district, terms))


def _people(district: Organisation, terms: Terms) -> dict[UUID, Enrolled]:
    """Return person → grade, schools, groups and days, from enrollments during the contract."""
    rule = terms.population
    rows = Enrollment.objects.filter(
        Q(begins_on=None) | Q(begins_on__lte=terms.last),
        Q(ends_on=None) | Q(ends_on__gte=terms.first),
        district=district,
        role="learner",
        person__merged_into=None,
    )
    for field, asked in (
        ("person__grade", rule.grades),
        ("school_class__school", rule.schools),
        ("school_class", rule.groups),
    ):
        rows = rows.filter(**{f"{field}__in": asked}) if asked else rows
    by_person: dict[UUID, list[tuple[str, str, str, date | None, date | None]]] = defaultdict(list)
    for person, grade, school, group, begins, ends in rows.values_list(
        "person", "person__grade", "school_class__school", "school_class", "begins_on", "ends_on"
    ):
        by_person[person].append((grade, str(school), str(group), begins, ends))
    return {person: _enrolled(ties) for person, ties in by_person.items()}


def _enrolled(ties: Collection[tuple[str, str, str, date | None, date | None]]) -> Enrolled:
    grades, schools, groups, begins, ends = (set(column) for column in zip(*ties, strict=True))
    return Enrolled(
        grade=grades.pop(),
        schools=tuple(sorted(schools)),
        groups=tuple(sorted(groups)),
        joined_on=None if None in begins else min(begins),
        left_on=None if None in ends else max(ends),
    )


def _attendance(terms: Terms, people: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return person → the counts of attendance that the terms ask for, as fields of `Enrolled`."""
    found: dict[UUID, dict[str, Any]] = defaultdict(dict)
    if any(one.ground == "attendance" for one in terms.exclusions):
        for person, present, counted in _days(people, terms.first, terms.last):
            found[person] |= {"present": present, "counted": counted}
    days: dict[UUID, list[Days]] = defaultdict(list)
    for outcome in terms.outcomes:
        if outcome.measure == "attendance":
            for person, present, counted in _days(people, outcome.first, outcome.last):
                days[person].append(Days(outcome.key, present, counted))
    for person, counts in days.items():
        found[person] |= {"outcome_days": tuple(counts)}
    return found


def _days(people: Collection[UUID], first: date, last: date) -> list[tuple[UUID, int, int]]:
    rows = AttendanceDay.objects.filter(learner__in=list(people), day__range=(first, last))
    counts = rows.order_by().values_list("learner")
    return list(
        counts.annotate(present=Count("pk", filter=Q(status__in=PRESENT)), counted=Count("pk"))
    )
