"""What a learner still lacks, in words that a finance lead reads in the ledger."""

import math
from decimal import Decimal

from milepost.funding.contracts.facts import Received, Showing
from milepost.funding.contracts.terms import Gate, Outcome
from milepost.funding.money import dollars


def lacking_dosage(gate: Gate, received: Received) -> str:
    """Return how many sessions are missing; empty when the gate is passed."""
    asked = math.ceil(gate.due * gate.share)
    missing = asked - received.sessions
    if missing <= 0:
        return ""
    more = "1 more session" if missing == 1 else f"{missing} more sessions"
    text = f"{more} (received {received.sessions} of {gate.due} due; {asked} are asked)"
    if received.untimed:
        days = "1 day" if received.untimed == 1 else f"{received.untimed} days"
        text += f"; on {days} nobody recorded the time"
    return text


def lacking_outcome(outcome: Outcome, showing: Showing) -> tuple[str, ...]:
    """Return what the next tier of an outcome asks for; empty when the highest is reached."""
    value = showing.value
    reached = [t for t in outcome.tiers if value is not None and value >= t.at_least]
    if len(reached) == len(outcome.tiers):
        return ()
    tier = outcome.tiers[len(reached)]
    more = dollars(tier.pays - (reached[-1].pays if reached else 0))
    gap = f"{outcome.name}: {_gap(outcome, value, tier.at_least)}, for ${more:,.2f} more"
    return gap, *showing.lacking


def _gap(outcome: Outcome, value: Decimal | None, asked: Decimal) -> str:
    if outcome.measure in ("proficient", "gain"):
        verb = "gained" if outcome.measure == "gain" else "proficient"
        return f"{value or 0} of {asked.normalize():f} competencies {verb}"
    thing = "attendance" if outcome.measure == "attendance" else f"score on {outcome.instrument}"
    if value is None:
        return f"no {thing} is recorded ({asked:.0%} is asked)"
    return f"{thing} {value:.1%}, {asked:.1%} is asked"
