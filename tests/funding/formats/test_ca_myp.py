"""California's multi-year projection is read, adds up as it says, and a plan reconciles to it."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from milepost.funding.accounts import Account
from milepost.funding.ca_myp.form import Entry, sums
from milepost.funding.ca_myp.planned import place, plan_of, reconcile
from milepost.funding.ca_myp.reading import read_form
from milepost.funding.plan.outlook import outlook
from milepost.funding.sources import Source
from milepost.funding.streams import Cost

pytestmark = pytest.mark.pure

SOURCE = Source("Form MYP, budget of 1 July 2025", date(2025, 7, 1), "finance lead")
DAY = date(2025, 8, 1)


def row(label: str, *amounts: str) -> str:
    """A printed row: amounts end at 60, 80 and 100; the last two where there are only two."""
    ends = [60, 80, 100][-len(amounts) :]
    text = label.ljust(40)
    for amount, end in zip(amounts, ends, strict=True):
        text = text.ljust(end - len(amount)) + amount
    return text


PAGE = "\n".join(
    [
        "Alder Unified             General Fund             12 34567 0000000",
        "Alder County        Multiyear Projections        Form MYP",
        "                    Unrestricted/Restricted        ABC(2025-26)",
        "      2025-26       %       %",
        " A. REVENUES AND OTHER",
        row(" 1. LCFF Sources   8010-8099", "900.00", "950.00", "990.50"),
        row(" 2. Federal Revenues", "100.00", "50.00", "0.00"),
        row(" 6. Total", "1,000.00", "1,000.00", "990.50"),
        " B. EXPENDITURES AND OTHER",
        row("   a. Base Salaries", "600.00", "620.00").replace("   a.", " 1. x\n   a."),
        row("   d. Other Adjustments", "20.00", "(20.00)"),
        "   e. Total Certif icated Salaries (Sum",
        row("   lines B1a thru B1d)", "600.00", "620.00", "600.00"),
        row(" 8. Transfers", "(50.00)", "(60.00)", "(60.00)"),
        row(" 11. Total (Sum lines B1 thru B10)", "550.00", "560.00", "540.00"),
        " C. NET INCREASE (DECREASE)",
        row(" line B11)", "450.00", "440.00", "450.50"),
        " D. FUND BALANCE",
        row(" 1. Beginning", "10.00", "460.00", "900.00"),
        row(" 2. Ending", "460.00", "900.00", "1,350.50"),
        " 3. Components",
        "  c. Committed",
        row("    2. Other Commitments", "460.00", "900.00", "1,350.50"),
        row("  f . Total", "460.00", "900.00", "1,350.50"),
        "California Dept of Education",
    ]
)


def test_a_page_is_read_by_line_and_column() -> None:
    form = read_form("Another form   1.00\n" + PAGE)
    assert (form.district, form.code) == ("Alder Unified", "12 34567 0000000")
    table = form.table("Unrestricted/Restricted")
    assert table["A1", 2028] == 99_050
    assert table["B8", 2026] == -5000
    assert table["D3c2", 2027] == 90_000
    assert ("B1a", 2026) not in table
    assert len(sums(form)) == 24
    assert all(one.closes for one in sums(form))


def test_a_sum_that_does_not_close_is_told_in_words() -> None:
    form = read_form(PAGE.replace("(20.00)", "(10.00)"))
    (broken,) = [one for one in sums(form) if not one.closes]
    assert broken.sentence() == (
        "Unrestricted/Restricted, line B1e (Certificated salaries), 2027-28: 600.00 is printed, "
        "the sum of B1a to B1d makes 610.00"
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (" 6. Total", " 7. Total", "line 8: 1,000.00 stands on line A7 of no form"),
        (" 2. Fed", " 1. Fed", "line 7: .* line A1 is given twice"),
        (" A. REV", " 5,000.00\n A. REV", "line 5: 5,000.00 stands on line .none. of no form"),
        ("(50.00)", "(50.00 ", "one parenthesis"),
        ("Form MYP", "Form X", "holds no Form MYP"),
    ],
)
def test_pages_that_cannot_be_trusted_are_refused(old: str, new: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_form(PAGE.replace(old, new))


def test_a_plan_of_given_amounts_differs_from_the_form_by_nothing() -> None:
    form = read_form(PAGE)
    plan = plan_of(form, source=SOURCE)
    gaps = reconcile(form, outlook(plan, on=DAY))
    assert len(gaps) == 18 * 3
    assert {gap.cents for gap in gaps} == {0}
    assert sum(gap.plan for gap in gaps if gap.line.startswith("B")) == 165_000
    dearer = tuple(
        replace(line, amounts=((2026, 60_100), (2027, 62_000), (2028, 60_000)))
        if line.key == "B1e"
        else replace(line, key="extra", amounts=((2026, 7), (2027, 0), (2028, 0)))
        if line.key == "B10"
        else line
        for line in plan.lines
    )
    gaps = reconcile(form, outlook(replace(plan, lines=dearer), on=DAY))
    assert {(gap.line, gap.year): gap.cents for gap in gaps if gap.cents} == {
        ("B1e", 2026): 100,
        ("extra", 2026): 7,
    }


@pytest.mark.parametrize(
    ("line", "code", "expected"),
    [
        ("A line", "1100", "B1e"),
        ("A line", "2999", "B2e"),
        ("A line", "3101", "B3"),
        ("A line", "4310", "B4"),
        ("A line", "5800", "B5"),
        ("A line", "6400", "B6"),
        ("A line", "7142", "B7"),
        ("A line", "7438", "B7"),
        ("A line", "7310", "B8"),
        ("A line", "7619", "B9a"),
        ("A line", "7651", "B9b"),
        ("A line", "110", "A line"),
        ("A line", "8011", "A line"),
        ("B10", "1100", "B10"),
    ],
)
def test_a_cost_stands_on_the_line_of_its_object(line: str, code: str, expected: str) -> None:
    account = Account("01", "1110", code, "0000")
    assert place(Cost(line, 2026, 1, account, "other", "recurring")) == expected


def test_revenue_that_is_given_away_needs_the_page_of_both_parts() -> None:
    form = read_form(PAGE)
    given = Entry("Unrestricted/Restricted", "A5c", 2026, -1)
    with pytest.raises(ValueError, match=r"line A5c \(Contributions\) of 2026 is negative"):
        plan_of(replace(form, entries=(*form.entries, given)), source=SOURCE)


def test_a_real_district_adds_up_and_reconciles(real_data: Path) -> None:
    path = real_data / "finance/ca/sjusd_2025-26_form_MYP_by_object.txt"
    form = read_form(path.read_text())
    found = sums(form)
    assert (form.district, form.years, len(found)) == ("San Juan Unified", (2026, 2027, 2028), 190)
    assert [one.sentence() for one in found if not one.closes] == []
    table = form.table("Unrestricted")
    assert table["A1", 2026] == 50_604_043_900
    assert table["D3c2", 2028] == 1_164_905_706
    view = outlook(plan_of(form, source=SOURCE), on=DAY)
    assert {gap.cents for gap in reconcile(form, view)} == {0}
    both = form.table("Unrestricted/Restricted")
    assert sum(cost.cents for cost in view.costs if cost.year == 2028) == both["B11", 2028]
