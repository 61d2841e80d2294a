"""The page of chance: where the reserve may end, what moves it most, line by line."""

import csv
import html
import io
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from milepost.funding.models import Plan
from milepost.funding.plan.example import example
from milepost.funding.stress.chance import reserves
from milepost.roster.models import Person
from tests.cast import Cast
from tests.funding.pages.test_plan_pages import plain_files, plan  # noqa: F401

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Person | None], Client]
LESS = "?from=2028&enrollment-low=0&enrollment-likely=10&enrollment-high=20"
CALM = "&".join(
    f"{field}-{end}=0"
    for field in ("index-pay", "index-prices", "index-health", "index-state aid", "benefit-pension")
    for end in ("low", "likely", "high")
)


def get(client: Client, plan: Plan, query: str, name: str = "chance") -> HttpResponse:  # noqa: F811
    return client.get(reverse(f"funding:{name}", args=[plan.pk]) + query)


def words(response: HttpResponse) -> str:
    return " ".join(html.unescape(response.content.decode()).split())


def test_it_says_between_what_the_reserve_ends_and_repeats_itself(
    cast: Cast,
    client_of: ClientOf,
    plan: Plan,  # noqa: F811
) -> None:
    client = client_of(cast.fox)
    text = words(get(client, plan, "")).split("<main")[1]
    assert "In eight of ten draws the reserve at the end of 2030‑31 lies between $" in text
    assert "Learners lost, percent" in text
    assert words(get(client, plan, "")).split("<main")[1] == text


def test_a_loss_of_learners_shows_in_the_lines_that_hang_on_them(
    cast: Cast,
    client_of: ClientOf,
    plan: Plan,  # noqa: F811
) -> None:
    text = words(get(client_of(cast.fox), plan, f"{LESS}&{CALM}"))
    assert "Line by line, all at their likely size" in text
    assert "-$" in text.split("Line by line")[1]


def test_the_file_holds_reserve_tornado_and_lines(
    cast: Cast,
    client_of: ClientOf,
    plan: Plan,  # noqa: F811
) -> None:
    response = get(client_of(cast.fox), plan, f"{LESS}&{CALM}", "chance_csv")
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert {one["what"] for one in rows} == {"reserve", "tornado", "line"}
    on = response.wsgi_request.viewer.on
    held = [one for one in rows if one["what"] == "reserve"]
    planned = [round(float(one["planned"]) * 100) for one in held]
    assert planned == reserves(example(), on=on)
    assert all(float(one["low"]) <= float(one["likely"]) <= float(one["high"]) for one in held)


def test_with_nothing_uncertain_the_plan_stands(
    cast: Cast,
    client_of: ClientOf,
    plan: Plan,  # noqa: F811
) -> None:
    calm = f"?{CALM}&enrollment-low=0&enrollment-likely=0&enrollment-high=0"
    assert "Nothing is uncertain here" in words(get(client_of(cast.fox), plan, calm))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?enrollment-low=much", "“much” is no percentage from -100 to 100"),
        ("?enrollment-low=NaN", "“NaN” is no percentage"),
        ("?enrollment-low=5&enrollment-high=1", "in this order"),
        ("?index-pay-low=3&index-pay-likely=3&index-pay-high=3", "in this order"),
    ],
)
def test_a_range_that_is_none_is_told_in_words(
    cast: Cast,
    client_of: ClientOf,
    plan: Plan,  # noqa: F811
    query: str,
    said: str,
) -> None:
    response = get(client_of(cast.fox), plan, query)
    assert response.status_code == 400
    assert said in words(response)
    assert get(client_of(cast.fox), plan, query, "chance_csv").status_code == 404
