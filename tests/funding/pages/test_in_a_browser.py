"""Money across districts and in files of others, in a real browser, light and dark."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.funding.equity.test_tables import THREE
from tests.funding.formats.test_ca_myp import PAGE
from tests.site.test_browser import check, sign_in

pytestmark = pytest.mark.browser

SCHEMES = ["light", "dark"]


def shot(page: Page, name: str) -> None:
    """Take a picture where a person asked for pictures, on a desk and on a phone."""
    if folder := os.environ.get("MILEPOST_LOOK"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
        page.set_viewport_size({"width": 320, "height": 640})
        page.screenshot(path=f"{folder}/{name}-phone.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_state_s_official_measures_a_table(
    page: Page,
    tmp_path: Path,
    scheme: str,
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    sign_in(page, "state_official")
    page.get_by_role("navigation").get_by_role("link", name="Equity", exact=True).first.click()
    check(page)
    page.get_by_text("My columns have other names").click()
    check(page)
    page.get_by_role("link", name="Show an example").click()
    expect(page.locator("main")).to_contain_text("Dogwood, for want of")
    check(page)
    shot(page, f"equity-{scheme}")
    table = tmp_path / "table.csv"
    table.write_text(THREE)
    page.get_by_label("Table of districts (CSV)").set_input_files(table)
    page.get_by_role("button", name="Measure", exact=True).click()
    expect(page.locator("main")).to_contain_text("Every district given is counted.")
    check(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the measures (CSV)").click()
    assert "gini,0.107" in Path(download.value.path()).read_text()
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Measure", exact=True)).to_be_hidden()
    expect(page.locator("svg[role=img]")).to_be_visible()
    assert page.pdf(path=tmp_path / "equity.pdf")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_finance_lead_takes_a_budget_out_changes_it_and_brings_it_back(
    page: Page,
    tmp_path: Path,
    scheme: str,
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    sign_in(page, "finance_lead")
    page.get_by_role("navigation").get_by_role("link", name="Money", exact=True).first.click()
    page.get_by_role("link", name="personalizes").first.click()
    page.get_by_role("link", name="Files of others").click()
    check(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV by NCES codes").click()
    lines = Path(download.value.path()).read_text().splitlines(keepends=True)
    at, row = next((at, one) for at, one in enumerate(lines) if one.startswith("software,"))
    amount = row.split(",")[2]
    lines[at] = row.replace(amount, f"{float(amount) + 1:.2f}", 1)
    budget = tmp_path / "budget.csv"
    budget.write_text("".join(lines))
    page.get_by_label("Budget file").set_input_files(budget)
    page.get_by_role("button", name="Say what would change").click()
    expect(page.locator("main")).to_contain_text("(+1.00 dollars)")
    check(page)
    shot(page, f"files-{scheme}")
    page.get_by_role("button", name="Keep a new version").click()
    expect(page.locator("body")).to_contain_text("is kept.")
    page.get_by_role("link", name="Files of others").click()
    form = tmp_path / "form.txt"
    form.write_text(PAGE)
    page.get_by_label("Text of Form MYP").set_input_files(form)
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("main")).to_contain_text("LCFF sources")
    check(page)
    shot(page, f"form-{scheme}")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_finance_lead_buys_with_others(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    sign_in(page, "finance_lead")
    page.get_by_role("navigation").get_by_role("link", name="Buying together").first.click()
    check(page)
    page.get_by_role("link", name="Show an example").click()
    page.get_by_label("Who needs how many").fill("Alder, 60\nBeech, 30\nCedar, 5")
    page.get_by_role("button", name="Work it out").click()
    expect(page.locator("main")).to_contain_text("5 units more than needed")
    check(page)
    shot(page, f"purchasing-{scheme}")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download what each pays (CSV)").click()
    assert "Cedar,5,1450.00" in Path(download.value.path()).read_text()
    page.emulate_media(media="print")
    expect(page.get_by_label("Who needs how many")).to_be_hidden()
    expect(page.get_by_role("cell", name="$15,619.22")).to_be_visible()
