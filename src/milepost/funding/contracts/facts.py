"""Facts: what is known about the learners of a contract when its ledger is drawn."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Showing:
    """What a learner showed of one outcome, and the evidence (ids) that it rests on."""

    value: Decimal | None
    """None: nothing is known, which is not zero."""
    evidence: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    """What is missing, in words, where the measure can say it."""


@dataclass(frozen=True)
class Received:
    """The sessions that a learner received."""

    sessions: int = 0
    evidence: tuple[str, ...] = ()
    untimed: int = 0
    """Days with evidence of a session whose time nobody recorded; not counted, but said."""


@dataclass(frozen=True)
class Days:
    """Days of an outcome's window on which attendance was taken, and those present."""

    outcome: str
    present: int
    counted: int


@dataclass(frozen=True)
class Enrolled:
    """What the roster says of a learner. It keeps no history, so a ledger keeps what it read."""

    found: bool = True
    """Whether the roster has them in a school at some time of the contract."""
    grade: str = ""
    schools: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    joined_on: date | None = None
    """None: before anybody wrote it down."""
    left_on: date | None = None
    """Last day; None: still there."""
    present: int = 0
    counted: int = 0
    """Days of the contract on which attendance was taken, and those present."""
    outcome_days: tuple[Days, ...] = ()
    """Of each outcome that measures attendance."""
    agreed: str = ""
    """Why both sides take this learner out; empty: they do not."""


@dataclass(frozen=True)
class Learner:
    """All that a ledger needs to know of one learner, who is named by a key (a pseudonym)."""

    key: str
    enrolled: Enrolled
    start: tuple[tuple[str, str], ...] = ()
    """(competency, code of its status at the start); one left out has no evidence."""
    received: Received = Received()
    showings: tuple[tuple[str, Showing], ...] = ()
    """(outcome key, what was shown)."""

    def showing(self, outcome: str) -> Showing:
        """Return what was shown of an outcome."""
        return dict(self.showings).get(outcome, Showing(None))

    def starts_at(self, competency: str) -> str:
        """Return the code of the status in which the learner started."""
        return dict(self.start).get(competency, "none")


@dataclass(frozen=True)
class Duty:
    """What became of one of the district's obligations."""

    key: str
    met_on: date | None
    """None: it was not met."""
