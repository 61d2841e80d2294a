"""Which rules keep a stream from a cost, and in which years its money may be promised."""

from datetime import date

from milepost.funding.braid.terms import PAID_BEFORE, REQUIRED_BY_LAW, SUPPLEMENT, Terms
from milepost.funding.streams import Cost, Stream
from milepost.funding.years import first_day, last_day


def everybody(cost: Cost, terms: Terms) -> tuple[str, ...]:
    """Return the rules by which nobody may pay a cost, waivers taken into account."""
    return tuple(
        sorted({one.rule for one in terms.rules if one.covers(cost)} - terms.waived),
    )


def blocks(stream: Stream, cost: Cost, terms: Terms) -> tuple[str, ...]:
    """Return every rule that keeps a stream from a cost, waivers taken into account.

    What a stream may pay is a list of alternatives; a waiver of one of them lifts the whole list,
    since a condition that is waived covers every cost.
    """
    found = {one.rule for one in stream.forbids if one.covers(cost)}
    if stream.supplements and cost.tags & {REQUIRED_BY_LAW, PAID_BEFORE}:
        found.add(terms.supplement.get(stream.key, SUPPLEMENT))
    alternatives = [one.rule for one in stream.allows]
    if (
        alternatives
        and not terms.waived.intersection(alternatives)
        and not any(one.covers(cost) for one in stream.allows)
    ):
        found.add("; ".join(dict.fromkeys(alternatives)))
    return tuple(sorted(found - terms.waived))


def closing(stream: Stream, on: date) -> date | None:
    """Return the last day on which a stream may be promised, as known on a day; None: no end.

    Where only the last day of payment is known, nothing is promised after it.
    """
    window = stream.window(on)
    if window is None:
        return None
    return window.obligate_by or window.liquidate_by


def closed(stream: Stream, year: int, on: date, *, pinned: bool = False) -> str | None:
    """Return in words why nothing may be promised from a stream in a year, or None when it may.

    In a year that is not over, a day before ``on`` is gone: only the days that are left count. A
    pinned cell may stand for what was promised before that day.
    """
    window = stream.window(on)
    if window is None:
        return f"nothing was known on {on} about when {stream.key} may be spent"
    until = closing(stream, on)
    if window.obligate_from > last_day(year):
        return f"{stream.key} may be promised only from {window.obligate_from}"
    if until and until < first_day(year):
        return f"{stream.key} had to be promised by {until}"
    if until and until < on <= last_day(year) and not pinned:
        return f"{stream.key} had to be promised by {until}, and today is {on}"
    return None


def order(stream: Stream, on: date) -> tuple[bool, date, str]:
    """Return where a stream stands in the order of payers: restricted first, soonest end first."""
    return (not stream.restricted, closing(stream, on) or date.max, stream.key)
