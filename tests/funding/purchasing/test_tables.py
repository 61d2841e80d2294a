"""Needs and offers as people type them."""

from datetime import date

import pytest

from milepost.funding.purchasing.offers import Break
from milepost.funding.purchasing.tables import PoolTableError, read_needs, read_offers
from milepost.funding.sources import Source

pytestmark = pytest.mark.pure

SOURCE = Source("quotes of March", date(2026, 3, 1), "Finn Fox")


def test_needs_and_offers_are_read_as_they_are_typed() -> None:
    assert read_needs('district,units\n"Alder, city", 60\n\nBeech,30\n') == {
        "Alder, city": 60, "Beech": 30
    }  # fmt: skip
    (ash,) = read_offers("Ash, all-units, 1, $300\nAsh,all-units,100,250.5", SOURCE)
    assert (ash.vendor, ash.discount, ash.source) == ("Ash", "all-units", SOURCE)
    assert ash.breaks == (Break(1, 300_00), Break(100, 250_50))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "needs: nobody is named"),
        ("Alder, some", "needs, line 1: 'some' is no number of units"),
        ("Alder, 0", "needs, line 1: '0' is no number of units"),
        ("Alder, 1\nAlder, 2", "needs, line 2: 'Alder' is there twice"),
        (", 1", "needs, line 1: the district has no name"),
        ("Alder", "needs, line 1: 1 cells; 2 are expected: district, units"),
        ('"open', "needs, line 1: "),
        ("\n".join(f"D{at}, 1" for at in range(1_002)), "needs: more than 1,000 rows"),
    ],
)
def test_needs_that_cannot_be_are_named_by_line(text: str, words: str) -> None:
    with pytest.raises(PoolTableError, match=f"^{words}"):
        read_needs(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "offers: there is none"),
        ("Ash, some, 1, 2", "offers, line 1: 'some' is neither all-units nor incremental"),
        ("Ash, all-units, x, 2", "offers, line 1: 'x' is no number of units"),
        ("Ash, all-units, 1, 2.005", "offers, line 1: '2.005' is no price of one"),
        (", all-units, 1, 2", "offers, line 1: the vendor has no name"),
        ("Ash, all-units, 1, 2\nAsh, all-units, 9, 3", "offer of 'Ash': the price rises"),
        ("Ash, all-units, 9, 2\nAsh, all-units, 1, 1", "offer of 'Ash': the break at 1 units"),
    ],
)
def test_offers_that_cannot_be_are_named_by_line(text: str, words: str) -> None:
    with pytest.raises(PoolTableError, match=f"^{words}"):
        read_offers(text, SOURCE)
