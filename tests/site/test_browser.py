"""Journeys in a real browser, for every persona; axe finds nothing on any page."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.conftest import ROOT
from tests.site.demonstration import served

pytestmark = pytest.mark.browser

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PERSONAS = {
    "maya": ["My path", "My evidence", "Frameworks"],
    "rosa": [],
    "teacher": ["Classes", "Frameworks"],
    "homeroom": ["Classes"],
    "principal": ["Schools"],
    "data": ["Data health", "Schools", "Frameworks"],
    "superintendent": ["Data health", "Schools"],
    "community_educator": ["Learners"],
    "finance_lead": ["Money", "Frameworks"],
    "state_official": ["Formulas", "Equity", "Frameworks"],
}
"""Sign-in names of the demonstration → what each can open from the navigation."""

PICTURES = os.environ.get("MILEPOST_PICTURES")
"""Set to renew the pictures of the README (`docs/pictures`)."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("demonstration")) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    yield page
    context.close()
    assert not [p for p in problems if "404" not in p and "422" not in p]


def sign_in(page: Page, username: str) -> None:
    page.goto("/account/login/")
    page.locator(f'form:has(input[value="{username}"]) button').click()
    expect(page.locator("h1")).to_be_visible()


def check(page: Page) -> None:
    """Nothing for axe to find, and no sideways scrolling on the smallest phone."""
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 640})
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 320, f"{page.url} is {wide} wide on a phone"
    assert size
    page.set_viewport_size(size)


def picture(page: Page, name: str) -> None:
    if PICTURES:
        folder = ROOT / "docs" / "pictures"
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("username", PERSONAS)
def test_every_page_that_a_persona_opens_is_clean(page: Page, username: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto("/account/login/")
    check(page)
    sign_in(page, username)
    expect(page.locator(".demo-banner")).to_be_visible()
    check(page)
    for label in PERSONAS[username]:
        page.get_by_role("navigation").get_by_role("link", name=label, exact=True).first.click()
        check(page)


def test_a_learner_sees_why_practises_by_keyboard_and_the_page_moves(page: Page) -> None:
    sign_in(page, "maya")
    picture(page, "path")
    page.get_by_role("button", name="Start").first.click()
    expect(page.get_by_role("button", name="Check my answer")).to_be_visible()
    check(page)
    path = page.url
    page.get_by_role("button", name="Give me a hint").press("Enter")
    expect(page.locator("#hints li")).to_have_count(1)
    answer(page, "not a number!")
    expect(page.locator("main")).to_contain_text("One way to do it")
    check(page)
    page.get_by_role("link", name="piece").first.click()
    expect(page.locator("#evidence")).to_be_visible()
    expect(page.locator("main")).to_contain_text("1 hint")
    check(page)
    page.goto(path)
    answer(page, "1")
    expect(page.locator("main")).to_contain_text("Where this leaves you")


def answer(page: Page, text: str) -> None:
    """Answer with the keyboard alone: a choice by its first option, else by typing."""
    choices = page.get_by_role("radio")
    if choices.count():
        choices.first.focus()
        page.keyboard.press("Space")
    else:
        page.locator("#answer").fill(text)
    page.get_by_role("button", name="Check my answer").press("Enter")
    if page.get_by_text("could not be read").count():
        page.locator("#answer").fill("1")
        page.get_by_role("button", name="Check my answer").press("Enter")


def test_a_family_reads_its_page_in_spanish(page: Page) -> None:
    sign_in(page, "rosa")
    page.get_by_role("link", name="Maya Reyes").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.get_by_role("heading", name="Cómo puede ayudar")).to_be_visible()
    check(page)


def test_a_teacher_goes_from_the_grid_to_the_evidence_and_judges_many(page: Page) -> None:
    sign_in(page, "teacher")
    page.locator("main").get_by_role("link", name="Mathematics").first.click()
    picture(page, "grid")
    check(page)
    page.get_by_role("link", name="Groups for tomorrow").first.click()
    check(page)
    page.get_by_role("link", name="Record judgements").first.click()
    page.get_by_role("button", name="Choose").click()
    check(page)
    for learner in page.get_by_role("radio", name="Shown").all()[:3]:
        learner.check()
    page.get_by_role("button", name="Record these judgements").click()
    expect(page.locator("main")).to_contain_text("Your judgement of 3 learners")
    page.locator("table a[href*='/learners/']").first.click()
    check(page)


def test_a_leader_opens_the_pulse(page: Page) -> None:
    sign_in(page, "principal")
    expect(page.locator("main")).to_contain_text("Attendance")
    check(page)
    figure = page.locator("td .figures").first.inner_text().split(" of ")[0]
    page.get_by_role("link", name="English language arts").first.click()
    expect(page.locator(".lead")).to_contain_text(figure)
    check(page)


def test_a_data_lead_sees_the_effect_of_a_rule_before_it_holds(page: Page) -> None:
    sign_in(page, "data")
    picture(page, "health")
    page.get_by_role("link", name="oneroster").first.click()
    check(page)
    page.goto("/data/rules/")
    page.get_by_label("How sure").fill("95")
    page.get_by_role("button", name="Show the effect").click()
    expect(page.locator("main")).to_contain_text("This rule would add 0")
    check(page)
    for url in ("/data/words/", "/data/settings/"):
        page.goto(url)
        check(page)


def test_a_page_prints(page: Page, tmp_path: Path) -> None:
    sign_in(page, "rosa")
    page.emulate_media(media="print")
    expect(page.locator("header nav").first).to_be_hidden()
    assert page.pdf(path=tmp_path / "story.pdf")


def test_a_state_s_official_reads_a_notice_and_tries_a_change_of_the_law(page: Page) -> None:
    sign_in(page, "state_official")
    page.get_by_role("navigation").get_by_role("link", name="Formulas", exact=True).click()
    page.get_by_role("row", name="New Jersey").get_by_role("link", name="2020").click()
    check(page)
    page.get_by_label("Line", exact=True).select_option("Adequacy budget")
    page.get_by_label("District", exact=True).fill("newark")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="NEWARK CITY").click()
    expect(page.locator("main")).to_contain_text("1,154,547,544")
    check(page)
    page.get_by_role("link", name="New Jersey").click()
    page.get_by_label("Line", exact=True).select_option("Adequacy budget")
    page.get_by_role("button", name="Show").click()
    page.get_by_label("Amount 1").select_option("base")
    page.get_by_label("Change 1").fill("+2%")
    page.get_by_role("button", name="Work it out").click()
    expect(page.locator(".lead")).to_contain_text("Under the change, Adequacy budget comes to")
    check(page)
    picture(page, "reform")


def test_a_finance_lead_sees_where_the_reserve_may_end(page: Page) -> None:
    sign_in(page, "finance_lead")
    page.get_by_role("navigation").get_by_role("link", name="Money", exact=True).click()
    page.locator("table").first.get_by_role("link").first.click()
    page.get_by_role("link", name="Chance", exact=True).click()
    expect(page.locator(".lead")).to_contain_text("In eight of ten draws")
    check(page)
    picture(page, "chance")
    page.get_by_role("textbox", name="Highest").first.fill("20")
    page.get_by_role("button", name="Work it out").click()
    expect(page.get_by_role("heading", name="What moves it most")).to_be_visible()
    check(page)
