"""Pages about plans: what they say, who may change a number, and that nothing is overwritten."""

import csv
import io
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from milepost.funding import braided
from milepost.funding.commands.plan import begin_plan
from milepost.funding.models import Plan, PlanVersion
from milepost.funding.money import cents
from milepost.funding.plan.example import example
from milepost.funding.plan.outlook import outlook
from milepost.funding.queries.plan import plan as held
from milepost.roster.models import Person
from tests.cast import Cast

ClientOf = Callable[[Person | None], Client]
NEW_PRICE = {"base": "1", "price": "368.00", "quantity": "1", "life": "4", "loss": "0.04",
             "cite": "quote of 3 March"}  # fmt: skip


@pytest.fixture(autouse=True)
def plain_files(settings: Settings) -> None:
    """Serve stylesheets as they lie in the source: nothing was collected for the tests."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def plan(cast: Cast) -> Plan:
    """The worked example as the plan of Cedar School."""
    return begin_plan(
        by=cast.fox.pk, district=cast.district, school=cast.school, contents=example(),
        now=timezone.now(),
    )  # fmt: skip


def read(client: Client, name: str, *args: object, query: str = "") -> str:
    response = client.get(reverse(f"funding:{name}", args=args) + query)
    assert response.status_code == 200, name
    return " ".join(response.content.decode().split())


def test_a_plan_says_what_it_costs_to_start_and_whether_it_lasts(
    cast: Cast, client_of: ClientOf, plan: Plan
) -> None:
    text = read(client_of(cast.fox), "plan", plan.pk, query="?on=2026-08-01")
    assert "$783.48 a pupil to start;" in text
    assert "sustained without grants" in text
    assert "with $23,741.68 to spare" in text
    assert "$429,346.51 in all, 5.8 % of a year" in text


def test_the_cliff_moves_with_the_day_on_which_a_date_was_known(
    cast: Cast, client_of: ClientOf, plan: Plan
) -> None:
    client = client_of(cast.fox)
    assert "$52,372.94" in read(client, "plan", plan.pk, query="?on=2026-08-01")
    assert "$42,948.76" in read(client, "plan", plan.pk, query="?on=2027-04-01")


def test_a_day_that_is_none_is_named_and_today_is_shown(
    cast: Cast, client_of: ClientOf, plan: Plan
) -> None:
    text = read(client_of(cast.fox), "plan", plan.pk, query="?on=soon")
    assert "“soon” is no day" in text


def test_a_changed_price_keeps_a_new_version_with_its_source(
    cast: Cast, client_of: ClientOf, plan: Plan
) -> None:
    client = client_of(cast.fox)
    response = client.post(reverse("funding:plan_line", args=[plan.pk, "laptops"]), NEW_PRICE)
    assert response.status_code == 302
    found = held(plan.pk)
    assert (found.version.number, found.version.kept_by) == (2, cast.fox.pk)
    (laptops,) = found.contents.devices
    assert (laptops.price, laptops.source.cite) == (368_00, "quote of 3 March")
    assert laptops.source.by == cast.fox.name
    text = read(client, "plan_versions", plan.pk, query="?of=2")
    assert "quote of 3 March" in text
    assert "What version 2 changed" in text


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"cite": " "}, "every number has a source"),
        ({"price": "many"}, "“many” is no number"),
        ({"price": "1.005"}, "“1.005” is no number"),
        ({"price": "-5"}, "price"),
        ({"loss": "4"}, "is no share"),
        ({"loss": "NaN"}, "“NaN” is no number"),
        ({"base": "7"}, "There is no version 7"),
        ({"base": "x"}, "There is no version 0"),
    ],
)
def test_a_number_that_does_not_fit_is_refused_in_words_and_changes_nothing(
    cast: Cast, client_of: ClientOf, plan: Plan, change: dict[str, str], says: str
) -> None:
    url = reverse("funding:plan_line", args=[plan.pk, "laptops"])
    response = client_of(cast.fox).post(url, NEW_PRICE | change)
    assert response.status_code == 400
    assert says in response.content.decode()
    assert PlanVersion.objects.count() == 1


def test_nobody_overwrites_what_another_kept_meanwhile(
    cast: Cast, client_of: ClientOf, plan: Plan
) -> None:
    url = reverse("funding:plan_line", args=[plan.pk, "laptops"])
    client_of(cast.fox).post(url, NEW_PRICE)
    response = client_of(cast.diaz).post(url, NEW_PRICE | {"price": "300"})
    assert response.status_code == 400
    assert "Version 2 of Harbor Street personalizes was kept" in response.content.decode()
    assert held(plan.pk).contents.devices[0].price == 368_00


def test_who_leads_the_school_reads_its_plan_and_changes_nothing(
    cast: Cast, client_of: ClientOf, plan: Plan
) -> None:
    client = client_of(cast.chen)
    assert "Keep a new version" not in read(client, "plan_line", plan.pk, "laptops")
    url = reverse("funding:plan_line", args=[plan.pk, "laptops"])
    assert client.post(url, NEW_PRICE).status_code == 404


def test_the_table_adds_up_to_the_plan(cast: Cast, client_of: ClientOf, plan: Plan) -> None:
    url = reverse("funding:plan_costs", args=[plan.pk]) + "?on=2026-08-01"
    text = client_of(cast.fox).get(url).content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    plan_costs = outlook(example(), on=held(plan.pk).version.kept_at.date()).costs
    assert sum(cents(row["dollars"]) for row in rows) == sum(one.cents for one in plan_costs)
    assert {row["fund"] for row in rows} == {one.account.fund for one in plan_costs}


def test_the_braid_pays_the_plan_and_answers_why_not(
    cast: Cast, client_of: ClientOf, plan: Plan
) -> None:
    query = "?on=2026-08-01&year=2027"
    text = read(client_of(cast.fox), "braid", plan.pk, query=query)
    assert "Federal innovation grant" in text
    assert "why Title I does not pay" in text
    asked = read(client_of(cast.fox), "braid", plan.pk, query=f"{query}&line=coach&stream=gift")
    assert "Why does gift not pay more of coach?" in asked
    nothing = read(client_of(cast.fox), "braid", plan.pk, query=f"{query}&line=x&stream=y")
    assert "Why does" not in nothing


def test_what_the_braid_pays_is_never_more_than_a_line_costs(
    cast: Cast, client_of: ClientOf, plan: Plan
) -> None:
    url = reverse("funding:braid_csv", args=[plan.pk]) + "?on=2026-08-01"
    text = client_of(cast.fox).get(url).content.decode()
    paid: dict[tuple[str, str], int] = {}
    for row in csv.DictReader(io.StringIO(text)):
        key = (row["line"], row["fiscal_year"])
        paid[key] = paid.get(key, 0) + cents(row["dollars"])
    found = outlook(example(), on=plan.begun_at.date())
    costs = {(one.line, str(one.year)): one.cents for one in braided.costs(found)}
    assert sum(costs.values()) == sum(one.cents for one in found.costs)
    assert paid
    assert all(amount <= costs[key] for key, amount in paid.items())


def test_another_districts_plan_is_not_there(cast: Cast, client_of: ClientOf, plan: Plan) -> None:
    for person in (cast.zoe, cast.young, cast.alba, cast.maya):
        url = reverse("funding:plan", args=[plan.pk])
        assert client_of(person).get(url).status_code == 404


def test_pages_ask_the_database_as_often_for_a_long_plan_as_for_a_short_one(
    cast: Cast, client_of: ClientOf, plan: Plan
) -> None:
    client = client_of(cast.fox)
    counts = []
    for versions in (1, 3):
        while held(plan.pk).version.number < versions:
            number = held(plan.pk).version.number
            new = NEW_PRICE | {"price": str(300 + number), "base": str(number)}
            client.post(reverse("funding:plan_line", args=[plan.pk, "laptops"]), new)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            read(client, "plan", plan.pk)
            read(client, "plan_versions", plan.pk)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_cut_is_met_by_levers_and_the_rest_by_the_reserve(
    cast: Cast, client_of: ClientOf, plan: Plan
) -> None:
    text = read(client_of(cast.fox), "stress", plan.pk, query="?share=5&year=2029")
    assert "$395,201.68 comes out of the reserve" in text  # 5 % of 7,904,033.68, no lever ticked
    text = read(client_of(cast.fox), "stress", plan.pk, query="?year=2029")
    assert "The levers cover $8,719.74 of it in that year; $386,481.94 comes out" in text
    assert "A cut of $395,202 in 2028\u201129" in text
    strange = read(client_of(cast.fox), "stress", plan.pk, query="?share=half")
    assert "“half” is no percentage" in strange
    low = read(client_of(cast.fox), "stress", plan.pk, query="?share=40&year=2028")
    assert "leaves the reserve below the policy from 2027\u201128 on" in low


def test_levers_that_conflict_are_refused_by_name(
    cast: Cast, client_of: ClientOf, plan: Plan
) -> None:
    url = reverse("funding:stress", args=[plan.pk])
    both = "?share=5&year=2029&lever=keep-devices&lever=fewer-devices"
    response = client_of(cast.fox).get(url + both)
    assert response.status_code == 400
    assert "conflict: leave one of them out" in response.content.decode()
