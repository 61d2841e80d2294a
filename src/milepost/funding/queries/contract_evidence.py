"""What evidence and mastery say of the learners of a contract, as it was known at a moment."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import fsum
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl

from milepost.evidence.dosage import CAPPED_KINDS, LONGEST_SECONDS, monday_of
from milepost.evidence.models import Observation
from milepost.evidence.queries import evidence_frame
from milepost.funding.contracts.facts import Enrolled, Learner, Received, Showing
from milepost.funding.contracts.terms import Gate, Outcome, Terms
from milepost.mastery.queries import StatusTable, explain, statuses_as_of
from milepost.purpose.models import Competency
from milepost.roster.models import Organisation
from milepost.roster.queries import local_midnight

INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Moment:
    """The day up to which a ledger speaks, and how much of the evidence it may know."""

    as_of: date
    known_at: datetime
    cursor: int


def learner_facts(
    district: Organisation, terms: Terms, enrolled: Mapping[UUID, Enrolled], moment: Moment
) -> list[Learner]:
    """Return the facts of learners (keys), their sessions, start and outcomes."""
    keys = sorted(enrolled)
    known = _known(district, keys, moment)
    received = _received(district, terms.gate, keys, known) if terms.gate else {}
    start = _starts(district, terms, keys, moment)
    shown = {
        outcome.key: _showings(district, outcome, enrolled, known, moment)
        for outcome in terms.outcomes
    }
    return [
        Learner(
            key=str(key),
            enrolled=enrolled[key],
            start=tuple((c, start.of(key, UUID(c)).code) for c in _asked_at_start(terms)),
            received=received.get(key, Received()),
            showings=tuple((name, by_key[key]) for name, by_key in shown.items()),
        )
        for key in keys
    ]


@dataclass(frozen=True)
class _Piece:
    """One piece of evidence that counts."""

    id: str
    kind: str
    item: str
    scores: tuple[tuple[str, float], ...]
    at: datetime

    def shows(self, competencies: set[str]) -> bool:
        """Return whether it is about one of some competencies."""
        return any(name in competencies for name, _ in self.scores)


def _known(
    district: Organisation, keys: Sequence[UUID], moment: Moment
) -> dict[UUID, list[_Piece]]:
    """Return the evidence that counted by the moment, in order, by learner."""
    frame = evidence_frame(
        district.pk,
        learners=keys,
        until_position=moment.cursor,
        occurred_until=_end(district, moment.as_of),
        recorded_until=moment.known_at,
    )
    found: dict[UUID, list[_Piece]] = defaultdict(list)
    columns = ("learner", "id", "kind", "item", "scores", "occurred_at")
    for learner, id_, kind, item, scores, at in frame.select(pl.col(*columns)).iter_rows():
        pairs = tuple((name, score) for name, score in json.loads(scores))
        found[UUID(learner)].append(_Piece(str(UUID(id_)), kind, item or "", pairs, at))
    return found


def _received(
    district: Organisation,
    gate: Gate,
    keys: Sequence[UUID],
    known: Mapping[UUID, Sequence[_Piece]],
) -> dict[UUID, Received]:
    """Return the sessions of each learner, from the evidence that counts."""
    monday = monday_of(gate.first)
    begins = local_midnight(district, gate.first)
    ends = local_midnight(district, monday + timedelta(weeks=gate.weeks))
    rows = Observation.objects.filter(
        learner__in=list(keys), occurred_at__gte=begins, occurred_at__lt=ends
    )
    rows = rows.filter(source__in=gate.sources) if gate.sources else rows
    rows = rows.filter(kind__in=gate.kinds) if gate.kinds else rows
    times = {str(id_): seconds for id_, seconds in rows.values_list("pk", "seconds")}
    zone = ZoneInfo(district.time_zone)
    return {
        key: _sessions(
            gate, [piece for piece in known.get(key, ()) if piece.id in times], times, zone
        )
        for key in keys
    }


def _sessions(
    gate: Gate, pieces: Iterable[_Piece], times: Mapping[str, float | None], zone: ZoneInfo
) -> Received:
    days: dict[date, list[_Piece]] = defaultdict(list)
    for piece in pieces:
        days[piece.at.astimezone(zone).date()].append(piece)
    weeks: dict[date, int] = defaultdict(int)
    evidence: list[str] = []
    untimed = 0
    for day, of_day in days.items():
        given = [_seconds(piece, times[piece.id]) for piece in of_day]
        if fsum(s for s in given if s is not None) >= gate.minutes * 60:
            weeks[monday_of(day)] += 1
            evidence += [piece.id for piece in of_day]
        elif None in given:
            untimed += 1
    counted = sum(min(count, gate.sessions_a_week) for count in weeks.values())
    return Received(counted, tuple(evidence), untimed)


def _seconds(piece: _Piece, seconds: float | None) -> float | None:
    """Return the time that counts, by the limit that holds for dosage everywhere."""
    if seconds is None or piece.kind not in CAPPED_KINDS:
        return seconds
    return min(seconds, LONGEST_SECONDS)


def _asked_at_start(terms: Terms) -> list[str]:
    return [one.competency for one in terms.population.below]


def _starts(
    district: Organisation, terms: Terms, keys: Sequence[UUID], moment: Moment
) -> StatusTable:
    """Return statuses at the start, as far as they were recorded in time."""
    at = local_midnight(district, terms.first) - INSTANT
    known_on = terms.population.start_known_on or terms.first
    known_at = min(_end(district, known_on), moment.known_at)
    if not _asked_at_start(terms):
        return StatusTable(at, {})
    return statuses_as_of(district.pk, learners=keys, true_at=at, known_at=known_at)


def _showings(
    district: Organisation,
    outcome: Outcome,
    enrolled: Mapping[UUID, Enrolled],
    known: Mapping[UUID, Sequence[_Piece]],
    moment: Moment,
) -> dict[UUID, Showing]:
    """Return what each learner showed of an outcome by its last day."""
    if outcome.measure == "attendance":
        return {key: _attended(outcome, facts) for key, facts in enrolled.items()}
    begins = local_midnight(district, outcome.first)
    ends = _end(district, min(outcome.last, moment.as_of))
    if outcome.measure == "score":
        return {key: _scored(outcome, known.get(key, ()), begins, ends) for key in enrolled}
    return _mastered(district, outcome, sorted(enrolled), known, (begins, ends), moment)


def _attended(outcome: Outcome, facts: Enrolled) -> Showing:
    for days in facts.outcome_days:
        if days.outcome == outcome.key and days.counted:
            return Showing(round(Decimal(days.present) / days.counted, 6))
    return Showing(None)


def _scored(
    outcome: Outcome, pieces: Iterable[_Piece], begins: datetime, ends: datetime
) -> Showing:
    """Return the latest score on the instrument; of several competencies, their mean."""
    found = [
        piece
        for piece in pieces
        if piece.kind == Observation.Kind.OUTSIDE
        and piece.item == outcome.instrument
        and begins <= piece.at <= ends
    ]
    if not found:
        return Showing(None)
    scores = [score for _, score in found[-1].scores]
    return Showing(round(Decimal(fsum(scores)) / len(scores), 6), (found[-1].id,))


def _mastered(
    district: Organisation,
    outcome: Outcome,
    keys: Sequence[UUID],
    known: Mapping[UUID, Sequence[_Piece]],
    window: tuple[datetime, datetime],
    moment: Moment,
) -> dict[UUID, Showing]:
    """Return how many competencies count as proficient; for a gain, that did not before."""
    begins, ends = window
    now = statuses_as_of(district.pk, learners=keys, true_at=ends, known_at=moment.known_at)
    before = None
    if outcome.measure == "gain":
        before = statuses_as_of(
            district.pk, learners=keys, true_at=begins - INSTANT, known_at=moment.known_at
        )
    ids = [UUID(competency) for competency in outcome.competencies]
    asked = set(outcome.competencies)
    titles = {c.pk: c.code or c.title for c in Competency.objects.filter(pk__in=ids)}
    found = {}
    for key in keys:
        new = [c for c in ids if not (before and before.of(key, c).shown)]
        shown = [c for c in new if now.of(key, c).shown]
        found[key] = Showing(
            Decimal(len(shown)),
            tuple(p.id for p in known.get(key, ()) if p.at <= ends and p.shows(asked)),
            tuple(_why(titles.get(c, str(c)), now, key, c) for c in new if c not in shown),
        )
    return found


def _why(title: str, now: StatusTable, key: UUID, competency: UUID) -> str:
    """Return the nearest reason of `mastery` why a competency does not count as proficient."""
    return f"{title}: {explain(now.of(key, competency).not_yet) or 'no evidence yet'}"


def _end(district: Organisation, day: date) -> datetime:
    """Return the last instant of a day where the district is."""
    return local_midnight(district, day + timedelta(days=1)) - INSTANT
