"""The ledger: what is due for each learner, worked out in this one place, to the cent.

Nothing here knows a clock or a database: the same terms and facts give the same ledger and digest.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any, Literal

from milepost.funding.contracts.documents import to_document
from milepost.funding.contracts.facts import Duty, Learner
from milepost.funding.contracts.terms import Exclusion, Obligation, Outcome, Terms
from milepost.funding.contracts.words import lacking_dosage, lacking_outcome
from milepost.funding.money import shares

Standing = Literal["in", "excluded", "outside"]
RANK = {"none": 0, "working": 1, "proficient": 2, "refresh": 2}
"""Order of the codes of `mastery`: what is due for a refresher was shown and is not undone."""


@dataclass(frozen=True)
class Earned:
    """One outcome of one learner: what it would bring alone, gate and obligations aside."""

    outcome: str
    value: Decimal | None
    cents: int
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """What is due for one learner, in cents, and why."""

    key: str
    standing: Standing
    reason: str
    """Why a learner is out of the population, or why the full price is due; else empty."""
    sessions: int
    sessions_due: int
    gate_passed: bool
    session_evidence: tuple[str, ...]
    earned: tuple[Earned, ...]
    base: int
    bonus: int
    lacks: tuple[str, ...]
    adjustment: int = 0
    """This learner's share of what the cap takes away or the floor adds."""

    @property
    def total(self) -> int:
        """What is due for the learner."""
        return self.base + self.bonus + self.adjustment


@dataclass(frozen=True)
class Ledger:
    """All lines, in the order of their keys."""

    lines: tuple[Line, ...]
    missed: tuple[Obligation, ...]
    limit: Literal["cap", "floor"] | None
    digest: str
    """Of the terms, the facts and the lines; words and their language left out."""

    @property
    def base(self) -> int:
        """Base pay, before cap and floor."""
        return sum(line.base for line in self.lines)

    @property
    def bonus(self) -> int:
        """Pay for outcomes, before cap and floor."""
        return sum(line.bonus for line in self.lines)

    @property
    def adjustment(self) -> int:
        """What the cap takes away or the floor adds."""
        return sum(line.adjustment for line in self.lines)

    @property
    def total(self) -> int:
        """What is due for all."""
        return sum(line.total for line in self.lines)

    @property
    def learners(self) -> int:
        """Learners in the population."""
        return sum(line.standing == "in" for line in self.lines)

    @property
    def contingent_share(self) -> Decimal | None:
        """Share of what was earned that came from outcomes; None when nothing was."""
        earned = self.base + self.bonus
        return Decimal(self.bonus) / earned if earned else None


@dataclass(frozen=True)
class Payment:
    """What a ledger pays now, and what disputes hold back, in cents."""

    due: tuple[tuple[str, int], ...]
    """(learner key, cents to pay now: the line less what was paid before; may be negative)."""
    held: int
    disputed: int
    """How many lines are disputed."""

    @property
    def pays(self) -> int:
        """The sum to pay now."""
        return sum(amount for _, amount in self.due)


def ledger(
    terms: Terms, learners: Iterable[Learner], *, duties: Sequence[Duty] = (), on: date
) -> Ledger:
    """Return what is due for each learner, as things stood on the day ``on``.

    Raises ValueError when a learner comes twice, when nobody said what became of an obligation
    that was due, and when a floor is due with nobody in the population.
    """
    everybody = sorted(learners, key=lambda one: one.key)
    if len({one.key for one in everybody}) < len(everybody):
        raise ValueError("learners: one of them comes twice; a learner has one line")
    missed = _missed(terms, duties, on)
    lines = [_line(terms, one, missed) for one in everybody]
    lines, limit = _limited(terms, lines)
    digest = _digest(terms, everybody, duties, on, lines)
    return Ledger(tuple(lines), missed, limit, digest)


def payment(
    totals: Sequence[tuple[str, int]],
    *,
    disputed: Collection[str] = (),
    paid: dict[str, int] | None = None,
) -> Payment:
    """Return what to pay of lines (key, total in cents) when some are disputed.

    ``paid``: cents paid before for a learner under the same contract, taken off what is due now.
    """
    before = paid or {}
    rest = [(key, total - before.get(key, 0)) for key, total in totals]
    return Payment(
        due=tuple((key, amount) for key, amount in rest if key not in disputed),
        held=sum(amount for key, amount in rest if key in disputed),
        disputed=sum(key in disputed for key, _ in rest),
    )


def _missed(terms: Terms, duties: Sequence[Duty], on: date) -> tuple[Obligation, ...]:
    """Return the obligations that were due by a day and not met in time."""
    said = {duty.key: duty.met_on for duty in duties}
    if unknown := said.keys() - {one.key for one in terms.obligations}:
        raise ValueError(f"duties: the terms have no obligation {min(unknown)!r}")
    due = [one for one in terms.obligations if one.due_on < on]
    for one in due:
        if one.key not in said:
            raise ValueError(
                f"obligation {one.key!r} ({one.what}) was due on {one.due_on}: say whether the "
                "district met it, and when"
            )
    return tuple(one for one in due if (said[one.key] or date.max) > one.due_on)


def _line(terms: Terms, learner: Learner, missed: Sequence[Obligation]) -> Line:
    gate, received = terms.gate, learner.received
    outside = _outside(terms, learner)
    exclusion = None if outside else _excluded(terms, learner)
    lack = lacking_dosage(gate, received) if gate else ""
    earned = tuple(_earned(outcome, learner) for outcome in terms.outcomes)
    base, bonus, reason = _amounts(terms, earned, not lack, missed)
    if outside or exclusion:
        base = terms.base if exclusion and exclusion.base else 0
        bonus, reason = 0, outside or _because(exclusion, learner)
    return Line(
        key=learner.key,
        standing="outside" if outside else "excluded" if exclusion else "in",
        reason=reason,
        sessions=received.sessions,
        sessions_due=gate.due if gate else 0,
        gate_passed=not lack,
        session_evidence=received.evidence,
        earned=earned,
        base=base,
        bonus=bonus,
        lacks=() if outside or exclusion else _lacks(terms, learner, lack),
    )


def _amounts(
    terms: Terms, earned: Sequence[Earned], passed: bool, missed: Sequence[Obligation]
) -> tuple[int, int, str]:
    """Return base, bonus and the reason of a learner in the population."""
    if missed:
        rules = "; ".join(f"{one.what} was due on {one.due_on} ({one.rule})" for one in missed)
        return terms.base, terms.bonus, f"Full price: the district missed its part. {rules}"
    base = terms.base if passed or not (terms.gate and terms.gate.base_too) else 0
    return base, sum(one.cents for one in earned) if passed else 0, ""


def _earned(outcome: Outcome, learner: Learner) -> Earned:
    showing = learner.showing(outcome.key)
    return Earned(outcome.key, showing.value, outcome.pays(showing.value), showing.evidence)


def _lacks(terms: Terms, learner: Learner, dosage: str) -> tuple[str, ...]:
    found = [dosage] if dosage else []
    for outcome in terms.outcomes:
        found += lacking_outcome(outcome, learner.showing(outcome.key))
    return tuple(found)


def _outside(terms: Terms, learner: Learner) -> str:
    """Return why a learner does not belong to the population; empty when they do."""
    rule, is_ = terms.population, learner.enrolled
    if not is_.found:
        return "In no school of the district during the contract."
    if rule.grades and is_.grade not in rule.grades:
        return f"Grade {is_.grade or 'unknown'}; the contract is for {', '.join(rule.grades)}."
    if rule.schools and not set(rule.schools) & set(is_.schools):
        return "In none of the contract's schools."
    if rule.groups and not set(rule.groups) & set(is_.groups):
        return "In none of the contract's groups."
    for one in rule.below:
        if RANK[learner.starts_at(one.competency)] >= RANK[one.status]:
            return f"Started at or above {one.status} in {one.competency}."
    return ""


def _excluded(terms: Terms, learner: Learner) -> Exclusion | None:
    """Return the first of the terms' exclusions that holds for a learner."""
    is_ = learner.enrolled
    late = (is_.joined_on - terms.first).days if is_.joined_on else 0
    early = (terms.last - is_.left_on).days if is_.left_on else 0
    for one in terms.exclusions:
        holds = {
            "joined late": late > one.limit,
            "left early": early > one.limit,
            # Attendance that nobody took is missing, not absence.
            "attendance": is_.counted > 0 and is_.present < one.limit * is_.counted,
            "agreed": bool(is_.agreed),
        }
        if holds[one.ground]:
            return one
    return None


def _because(exclusion: Exclusion | None, learner: Learner) -> str:
    if exclusion is None:
        return ""
    is_ = learner.enrolled
    what = {
        "joined late": f"Joined on {is_.joined_on}",
        "left early": f"Left on {is_.left_on}",
        "attendance": f"Present on {is_.present} of {is_.counted} days",
        "agreed": is_.agreed,
    }
    return f"{what[exclusion.ground]} ({exclusion.rule})"


def _limited(terms: Terms, lines: list[Line]) -> tuple[list[Line], Literal["cap", "floor"] | None]:
    """Spread what the cap takes away or the floor adds over the lines, to the cent."""
    total = sum(line.total for line in lines)
    if terms.cap is not None and total > terms.cap:
        parts = shares(terms.cap, [line.total for line in lines])
        return _adjusted(lines, parts), "cap"
    if terms.floor is not None and total < terms.floor:
        weights = [line.total for line in lines]
        if not total:
            weights = [int(line.standing == "in") for line in lines]
        if not any(weights):
            raise ValueError(
                f"floor: {terms.floor} cents are due and nobody is in the population to share them"
            )
        return _adjusted(lines, shares(terms.floor, weights)), "floor"
    return lines, None


def _adjusted(lines: list[Line], parts: list[int]) -> list[Line]:
    pairs = zip(lines, parts, strict=True)
    return [replace(line, adjustment=part - line.total) for line, part in pairs]


def _digest(
    terms: Terms,
    learners: Sequence[Learner],
    duties: Sequence[Duty],
    on: date,
    lines: Sequence[Line],
) -> str:
    whole = {
        "terms": to_document(terms),
        "on": str(on),
        "duties": sorted((duty.key, str(duty.met_on)) for duty in duties),
        "learners": [_fact(one) for one in learners],
        "lines": [(line.key, line.standing, line.base, line.bonus, line.total) for line in lines],
    }
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), default=str)
    return sha256(text.encode()).hexdigest()


def _fact(learner: Learner) -> list[Any]:
    """Return what is known of a learner without the words, which change with the language."""
    is_, got = learner.enrolled, learner.received
    return [
        learner.key,
        [is_.found, is_.grade, sorted(is_.schools), sorted(is_.groups), is_.joined_on, is_.left_on],
        [is_.present, is_.counted, is_.agreed],
        sorted((day.outcome, day.present, day.counted) for day in is_.outcome_days),
        sorted(learner.start),
        [got.sessions, got.untimed, sorted(got.evidence)],
        sorted((key, str(one.value), sorted(one.evidence)) for key, one in learner.showings),
    ]
