"""The components as a browser draws them: clean for axe, whole on a phone, calm on paper."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDTHS = (320, 390, 1280)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """The gallery in the whole shell; nothing on it may break the content security policy."""
    context = browser.new_context(base_url=live_server.url, color_scheme="light")
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.goto("/look/signed-in/")
    yield page
    context.close()
    assert problems == []


def clean(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        clean(page)


def test_what_opens_is_clean_too(page: Page) -> None:
    page.get_by_role("button", name="Ask why").click()
    expect(page.get_by_role("dialog", name="Why not yet?")).to_be_visible()
    clean(page)
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    clean(page)


def test_the_reader_chooses_the_colors_and_they_stay(page: Page) -> None:
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(ground)
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    dark = page.evaluate(ground)
    assert dark != light
    page.reload()
    assert page.evaluate(ground) == dark
    clean(page)
    page.emulate_media(color_scheme="dark")
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Light").click()
    assert page.evaluate(ground) == light
    clean(page)


def test_the_keyboard_skips_to_the_main_part_and_closes_the_menu(page: Page) -> None:
    page.goto("/look/")  # an error summary takes the focus when a page opens with one
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    page.locator(".skip").focus()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.locator(".menu summary").press("Enter")
    expect(page.locator(".menu-panel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".menu-panel")).to_be_hidden()
    expect(page.locator(".menu summary")).to_be_focused()


def test_a_form_that_was_refused_takes_the_reader_to_what_is_wrong(page: Page) -> None:
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator(".error-summary a").first.click()
    assert page.evaluate("location.hash") == "#wrong_minutes"


def test_the_names_stay_in_sight_while_the_grid_scrolls(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 700})
    grid, name = page.locator(".heat"), page.locator(".heat tbody th").first
    grid.scroll_into_view_if_needed()
    left = "one => one.getBoundingClientRect().left"
    before = name.evaluate(left)
    moved = grid.evaluate("one => { one.scrollLeft = 200; return one.scrollLeft }")
    assert moved == 200
    assert name.evaluate(left) == before


def test_paper_shows_the_content_and_not_the_controls(page: Page) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    for gone in (".site-nav", ".search", ".menu", "button"):
        assert page.locator(gone).evaluate_all("all => all.every(x => !x.checkVisibility())"), gone
    for kept in ("h1", ".lead", ".heat-map", ".card", ".as-of"):
        expect(page.locator(kept).first).to_be_visible()
    page.set_viewport_size({"width": 700, "height": 900})  # a sheet of paper
    assert page.locator(".heat-map").evaluate("one => one.getBoundingClientRect().right") <= 700
    white = "getComputedStyle(document.documentElement).backgroundColor"
    assert page.evaluate(white) == "rgb(255, 255, 255)"
    inked = "getComputedStyle(document.querySelector('h1')).color.match(/\\d+/g).map(Number)"
    assert max(page.evaluate(inked)) < 80
