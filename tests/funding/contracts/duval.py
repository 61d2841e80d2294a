"""The tutoring contract of Duval County, Florida, as it was reported.

Source: The 74, "Making Districts and Providers Mutually Accountable"; EdWeek, November 2024;
National Student Support Accelerator (studentsupportaccelerator.org). $670 for each of 450 learners,
up to $750 more for what they show, three half-hour sessions a week, at least 40 % of the price on
outcomes, and the full price when the district misses its own part. The days, the number of weeks,
the share of sessions asked and the single outcome are ours: the reports do not give them.
"""

from datetime import date
from decimal import Decimal

from milepost.funding.contracts.facts import Enrolled, Learner, Received, Showing
from milepost.funding.contracts.terms import Gate, Obligation, Outcome, Population, Terms, Tier

ON = date(2025, 6, 15)
SKILL = "0196f000-0000-7000-8000-000000000001"


def terms(**changes: object) -> Terms:
    """Return the contract, with any of its terms changed."""
    signed: dict[str, object] = {
        "district": "Duval County Public Schools",
        "provider": "Tutors of the North East",
        "title": "High-impact tutoring in mathematics",
        "first": date(2024, 9, 2),
        "last": date(2025, 5, 30),
        "population": Population(grades=("07",)),
        "outcomes": (outcome(),),
        "base": 670_00,
        "contingent_minimum": Decimal("0.40"),
        "verified_by": "Office of research and evaluation",
        "verification_days": 14,
        "dispute_days": 10,
        "gate": Gate(
            sessions_a_week=3,
            minutes=30,
            first=date(2024, 9, 2),
            weeks=12,
            share=Decimal("0.90"),
            sources=("Tutors of the North East",),
        ),
        "obligations": (
            Obligation("rooms", "A room for each group", date(2024, 9, 16), "section 4.2"),
        ),
    }
    return Terms(**(signed | changes))  # type: ignore[arg-type]


def outcome(**changes: object) -> Outcome:
    """Return the outcome: proficient in one competency by the last day, $750."""
    agreed: dict[str, object] = {
        "key": "ready",
        "name": "Ready for grade-level mathematics",
        "measure": "proficient",
        "first": date(2024, 9, 2),
        "last": date(2025, 5, 30),
        "tiers": (Tier(Decimal(1), 750_00),),
        "competencies": (SKILL,),
    }
    return Outcome(**(agreed | changes))  # type: ignore[arg-type]


def learner(number: int, *, shown: bool, sessions: int = 36, **roster: object) -> Learner:
    """Return one learner of grade 7."""
    facts: dict[str, object] = {"grade": "07"}
    value = Showing(Decimal(1), (f"task-{number}",)) if shown else Showing(Decimal(0))
    return Learner(
        key=f"learner-{number:03}",
        enrolled=Enrolled(**(facts | roster)),  # type: ignore[arg-type]
        received=Received(sessions),
        showings=(("ready", value),),
    )


def cohort(size: int = 450, ready: int = 225) -> list[Learner]:
    """Return the learners of the contract, the first ``ready`` of whom showed the outcome."""
    return [learner(number, shown=number < ready) for number in range(size)]
