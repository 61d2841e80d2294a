"""Pages about rules: everybody of the district reads them; plans in the way are for its staff."""

from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from milepost.ids import new_id
from milepost.roster.models import Person
from milepost.roster.queries import today
from milepost.rulebook import commands
from milepost.rulebook.models import Rule
from tests.cast import Cast
from tests.rulebook.books import BOOK, NOW, a_rule, publish

ClientOf = Callable[[Person | None], Client]


@pytest.fixture(autouse=True)
def plain_files(settings: Settings) -> None:
    """Serve stylesheets as they lie in the source: nothing was collected for the tests."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def rule(cast: Cast) -> Rule:
    """The class-size rule of the cast's district, in today's wording."""
    return a_rule(cast.district)


def read(client: Client, name: str, *args: object, query: str = "") -> str:
    response = client.get(reverse(f"rulebook:{name}", args=args) + query)
    assert response.status_code == 200, name
    return " ".join(response.content.decode().split())


def free(cast: Cast, rule: Rule) -> None:
    on = today(cast.district)
    commands.grant_waiver(
        by=None, rule=rule, organisations=[cast.district], begins_on=on,
        ends_on=on + timedelta(60), decided_by="State board", document="Decision 12",
        conditions="A report each spring.", now=NOW,
    )  # fmt: skip


def block(cast: Cast, number: int = 1) -> None:
    for _ in range(number):
        commands.report_barrier(
            by=None, organisation=cast.school, citation="Cedar Code 1.01",
            blocks="One studio of 40",
            on=today(cast.district), now=NOW, record_kind="plan_version", record=new_id(),
            blocked_cents=1_234_567, years=[2027],
        )  # fmt: skip


def test_anybody_of_the_district_reads_what_binds_it(
    cast: Cast, rule: Rule, client_of: ClientOf
) -> None:
    for person in (cast.maya, cast.rosa, cast.alba, cast.chen, cast.fox, cast.diaz):
        page = read(client_of(person), "rules")
        assert "2 rules bind Cedar Valley." in page
        assert "Cedar Code 9.09" in page
        assert "28" in read(client_of(person), "rule", rule.pk)


def test_people_of_another_district_and_nobody_see_nothing(
    cast: Cast, rule: Rule, client_of: ClientOf
) -> None:
    address = reverse("rulebook:rule", args=[rule.pk])
    assert client_of(cast.young).get(address).status_code == 404
    assert client_of(None).get(address).status_code == 302
    assert "No rule is found" in read(client_of(cast.young), "rules")
    assert client_of(cast.maya).post(address).status_code == 405


def test_search_day_and_what_is_bound_narrow_the_list(
    cast: Cast, rule: Rule, client_of: ClientOf
) -> None:
    client = client_of(cast.fox)
    page = read(client, "rules", query="?q=sealed")
    assert ("Bids above a price" in page, "so many pupils" in page) == (True, False)
    page = read(client, "rules", query="?binds=class_size")
    assert ("Bids above a price" in page, "so many pupils" in page) == (False, True)
    page = read(client, "rules", query="?on=2016-01-01")
    assert "One rule binds" in page
    before = Rule.objects.get(identifier="class-size", ends_on__isnull=False)
    assert reverse("rulebook:rule", args=[before.pk]) + "?on=2016-01-01" in page
    then, now = (read(client, "rule", before.pk, query=q) for q in ("?on=2016-01-01", ""))
    assert ("bound until" in then, "bound until" in now) == (False, True)
    assert "No rule is found" in read(client, "rules", query="?on=2001-01-01")
    page = read(client, "rules", query="?on=<b>&binds=x")
    assert "“&lt;b&gt;” is no day" in page
    assert "2 rules bind" in page


def test_a_rule_shows_its_waiver_its_conditions_and_its_past(
    cast: Cast, rule: Rule, client_of: ClientOf
) -> None:
    free(cast, rule)
    page = read(client_of(cast.maya), "rule", rule.pk)
    for words in ("A waiver frees from it: State board, Decision 12.", "A report each spring.",
                  "Cedar Code, volume 2", "Its wordings, newest", "maximum pupils"):  # fmt: skip
        assert words in page, words
    assert "A waiver frees from one of them." in read(client_of(cast.maya), "rules")
    before = Rule.objects.get(identifier="class-size", ends_on__isnull=False)
    old = read(client_of(cast.maya), "rule", before.pk)
    assert "This wording bound until" in old
    assert reverse("rulebook:rule", args=[rule.pk]) in old


def test_plans_that_a_rule_blocks_are_shown_to_the_districts_staff_alone(
    cast: Cast, rule: Rule, client_of: ClientOf
) -> None:
    block(cast)
    for page in (read(client_of(cast.diaz), "rules"), read(client_of(cast.diaz), "rule", rule.pk)):
        assert "One studio of 40" in page
        assert "12,345.67" in page
        assert "in the way" in page
    for person in (cast.maya, cast.rosa, cast.alba):
        assert "One studio" not in read(client_of(person), "rules")
        assert "One studio" not in read(client_of(person), "rule", rule.pk)
    free(cast, rule)
    assert "lifted by a waiver" in read(client_of(cast.diaz), "rules")


def test_a_page_costs_the_same_whatever_it_lists(
    cast: Cast, rule: Rule, client_of: ClientOf
) -> None:
    client = client_of(cast.diaz)
    block(cast)
    free(cast, rule)

    def cost(name: str, *args: object) -> int:
        read(client, name, *args)
        with CaptureQueriesContext(connection) as seen:
            read(client, name, *args)
        return len(seen)

    few = cost("rules"), cost("rule", rule.pk)
    more = "".join(
        "  - identifier:" + one.replace(" bids", f" bids-{n}")
        for n in range(20)
        for one in [BOOK.split("  - identifier:")[3]]
    )
    publish(cast.district, BOOK + more)
    block(cast, 10)
    free(cast, rule)
    assert (cost("rules"), cost("rule", rule.pk)) == few


def upload(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("cedar.yaml", text.encode())


def test_a_file_is_looked_at_first_and_then_taken_in(cast: Cast, client_of: ClientOf) -> None:
    client, address = client_of(cast.diaz), reverse("rulebook:import")
    assert "Import" in read(client, "rules")
    seen = client.post(address, {"file": upload(BOOK), "look": "1"})
    assert seen.status_code == 200
    assert "class-size from 2024-07-01" in seen.content.decode()
    assert not Rule.objects.exists(), "a look changes nothing"
    taken = client.post(address, {"file": upload(BOOK), "publish": "1"})
    assert (taken.status_code, Rule.objects.count()) == (302, 3)
    assert "3 added, 0 changed, 0 retired" in read(client, "import")
    again = client.post(address, {"file": upload(BOOK), "look": "1"})
    assert "It would change nothing." in again.content.decode()


def test_a_bad_file_is_refused_by_line_and_changes_nothing(cast: Cast, client_of: ClientOf) -> None:
    client, address = client_of(cast.diaz), reverse("rulebook:import")
    for text in (BOOK.replace("value: 24", "value: <b>"), "\ufeffx: ["):
        page = client.post(address, {"file": upload(text), "publish": "1"})
        assert page.status_code == 400
        assert "Nothing was changed." in page.content.decode()
        assert "<b>" not in page.content.decode()
    latin = SimpleUploadedFile("cedar.yaml", "title: Año".encode("latin-1"))
    assert "not UTF-8" in client.post(address, {"file": latin, "publish": "1"}).content.decode()
    assert "Choose a file first." in client.post(address, {"publish": "1"}).content.decode()
    assert not Rule.objects.exists()


def test_only_the_districts_staff_takes_rules_in(cast: Cast, client_of: ClientOf) -> None:
    address = reverse("rulebook:import")
    for person in (cast.maya, cast.rosa, cast.alba, cast.chen, cast.young):
        client = client_of(person)
        assert client.get(address).status_code == 404
        assert client.post(address, {"file": upload(BOOK), "publish": "1"}).status_code == 404
        assert address not in read(client, "rules")
    assert not Rule.objects.exists()


class Shape(HTMLParser):
    """Counts what is open, and notes identifiers and what labels point at."""

    VOID = frozenset({"meta", "link", "input", "br", "img", "hr", "source", "path", "use"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.pointed: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.pointed |= {given.get("for") or "", given.get("aria-labelledby") or ""} - {""}
        self.open += [tag] if tag not in self.VOID else []

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag, (tag, self.getpos())


def test_every_page_closes_what_it_opens_and_labels_what_is_there(
    cast: Cast, rule: Rule, client_of: ClientOf
) -> None:
    block(cast)
    free(cast, rule)
    client = client_of(cast.diaz)
    bad = client.post(reverse("rulebook:import"), {"file": upload("x: 1"), "look": "1"})
    pages = [read(client, "rules"), read(client, "rule", rule.pk), bad.content.decode()]
    for page in pages:
        shape = Shape(page)
        assert not shape.open
        assert len(set(shape.ids)) == len(shape.ids)
        assert shape.pointed <= set(shape.ids)
        assert page.count("<h1") == 1
