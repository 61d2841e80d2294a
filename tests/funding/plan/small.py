"""Small parts to make plans of, in tests."""

from datetime import date
from decimal import Decimal

from milepost.funding.accounts import Account
from milepost.funding.plan.model import Plan
from milepost.funding.plan.parts import Headcount, Line, Position, School
from milepost.funding.sources import Source
from milepost.funding.streams import Award, Stream, Window

SAID = Source("a test", date(2026, 7, 1), "finance lead")
BOOKS = Account("1", "1000", "600", "100")
PAY = Account("1", "1000", "111", "100")
ON = date(2026, 8, 1)


def school(key: str = "north", learners: int = 100) -> School:
    """A school with the same number of learners every year."""
    given = tuple((year, learners) for year in range(2026, 2032))
    return School(key, key.title(), SAID, given=given)


def counted(**history: tuple[int | None, ...]) -> School:
    """A school of two grades with a history: y2025=(30, 40)."""
    heads = tuple(Headcount(int(year[1:]), counts) for year, counts in history.items())
    return School("north", "North", SAID, ("KG", "01"), heads)


def line(key: str = "books", **entries: object) -> Line:
    """A recurring line of $10.00, fixed, unless said otherwise."""
    about = {"timing": "recurring", "category": "other", "price": 10_00, **entries}
    return Line(key=key, name=key.title(), account=BOOKS, source=SAID, **about)  # type: ignore[arg-type]


def position(key: str = "aide", **entries: object) -> Position:
    """A position of $40,000, one in the district, unless said otherwise."""
    about = {"category": "instructional support staff", "salary": 40_000_00, **entries}
    return Position(key=key, name=key.title(), account=PAY, source=SAID, **about)  # type: ignore[arg-type]


def stream(key: str = "gift", *awards: int, until: date | None = None, **entries: object) -> Stream:
    """A stream with awards from 2027 on; it ends on a day, or never."""
    return Stream(
        key,
        key.title(),
        "philanthropy",
        tuple(Award(2027 + at, cents, SAID) for at, cents in enumerate(awards)),
        (Window(date(2026, 1, 1), date(2026, 7, 1), until, None, SAID),),
        ends=until is not None,
        **entries,  # type: ignore[arg-type]
    )


def plan(*lines: Line, **entries: object) -> Plan:
    """A plan of one school of 100 learners, unless said otherwise."""
    about: dict[str, object] = {"schools": (school(),), "first_year": 2027, **entries}
    return Plan(name="Test", lines=lines, **about)  # type: ignore[arg-type]


HALF = Decimal("0.5")
