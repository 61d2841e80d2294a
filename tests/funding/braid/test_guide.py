"""The example of the guide, worked by hand there, is what the braid answers."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from milepost.funding.braid import Braid, Cap, Infeasible, braid
from milepost.funding.money import cents
from milepost.funding.streams import Cost, Restriction, Stream
from milepost.funding.years import named
from tests.funding.braid.money import ON, cost, stream

pytestmark = pytest.mark.pure

GUIDE = Path(__file__).parents[3] / "docs/funding/braid.md"
CAP = Cap(
    "20 U.S.C. 7119(b)",
    "Title IV-A",
    share=Decimal("0.15"),
    categories=frozenset({"technology"}),
)


def plan() -> list[Cost]:
    """Return the lines of the example."""
    return [
        cost("teachers", cents(100_000), "required-by-law"),
        cost("tutors", cents(60_000), "tutoring", "pilot"),
        cost("tutors", cents(12_000), "tutoring", "pilot", year=2027),
        cost("laptops", cents(40_000), "pilot", category="technology"),
    ]


def money() -> list[Stream]:
    """Return the streams of the example."""
    technology = Restriction("20 U.S.C. 7119", categories=frozenset({"technology"}))
    return [
        stream("General fund", {2026: cents(110_000)}, origin="local"),
        stream(
            "Title I-A",
            {2026: cents(84_000)},
            "tutoring",
            ends=date(2027, 9, 30),
            carry_over="0.15",
            indirect_rate=Decimal("0.05"),
            supplements=True,
        ),
        stream("Title IV-A", {2026: cents(20_000)}, ends=date(2026, 9, 30), allows=(technology,)),
        stream("Gift", {2026: cents(30_000)}, "pilot", ends=date(2026, 6, 30)),
    ]


def rows(heading: str) -> list[list[str]]:
    """Return the rows of the table below a heading of the guide."""
    below = GUIDE.read_text().split(heading)[1]
    table = re.search(r"((?:^\|.*\n)+)", below, re.MULTILINE)
    assert table
    lines = table[1].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def amount(text: str) -> int:
    """Return dollars as the guide writes them in cents."""
    return cents(text.replace("$", "").replace(",", ""))


@pytest.fixture
def found() -> Braid:
    return braid(plan(), money(), on=ON, caps=[CAP])


def test_the_guide_says_who_pays_what(found: Braid) -> None:
    said = {
        (line, year, payer): amount(paid) for line, year, payer, paid, _ in rows("### Who pays")
    }
    assert said == {
        (line, named(year), payer): paid for (line, year, payer), paid in found.cells.items()
    }


def test_the_guide_says_what_is_left(found: Braid) -> None:
    said = {
        (payer, year): (amount(left), what)
        for payer, year, left, what, _ in rows("### What is left")
    }
    assert said == {
        (one.stream, named(one.year)): (one.cents, "lapses" if one.lapses else "moves on")
        for one in found.left
    }
    assert not found.unpaid


def test_the_guide_quotes_why_not(found: Braid) -> None:
    guide = GUIDE.read_text()
    assert found.why_not("teachers", "Title I-A", 2026).text in guide
    assert found.why_not("laptops", "Title IV-A", 2026).text in guide


def test_the_guide_quotes_the_conflict_without_the_gift() -> None:
    with pytest.raises(Infeasible) as raised:
        braid(plan(), money()[:3], on=ON, caps=[CAP], required=["laptops", "teachers"])
    said = re.findall(r"^- (.*)$", GUIDE.read_text().split("### When it cannot be done")[1], re.M)
    assert sorted(said[: len(raised.value.conflict)]) == sorted(raised.value.conflict)
