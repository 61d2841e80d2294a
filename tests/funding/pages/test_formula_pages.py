"""Pages of funding formulas: New Jersey's law, a district's notice, and the base 2 % higher."""

import csv
import html
import io
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from milepost.roster.models import Person
from tests.cast import Cast
from tests.funding.pages.test_equity_page import official  # noqa: F401
from tests.funding.pages.test_plan_pages import plain_files  # noqa: F401

pytestmark = pytest.mark.django_db

ClientOf = Callable[[Person | None], Client]
NJ = ("nj", 2021)
HIGHER = "change=base&by=%2B2%25"


def words(response: HttpResponse) -> str:
    return " ".join(html.unescape(response.content.decode()).split())


def get(client: Client, name: str, *args: object, query: str = "") -> HttpResponse:
    return client.get(reverse(f"funding:{name}", args=args) + query)


def test_a_state_s_official_sees_what_every_district_gets_by_the_law(
    client_of: ClientOf,
    official: Person,  # noqa: F811
) -> None:
    client = client_of(official)
    assert f'href="{reverse("funding:formula", args=NJ)}"' in words(get(client, "formulas"))
    text = words(get(client, "formula", *NJ, query="?line=adequacy_budget&q=newark"))
    assert "Adequacy budget comes to" in text
    assert "for 592 districts in 2020‑21" in text
    assert '>NEWARK CITY</a></th><td class="number">1,154,547,544</td>' in text


def test_a_notice_shows_each_line_with_its_numbers_and_its_law(
    cast: Cast, client_of: ClientOf
) -> None:
    text = words(get(client_of(cast.fox), "formula_notice", *NJ, "3570"))
    assert "Notice of NEWARK CITY" in text
    assert ": 11,975 <span" in text
    assert "N.J.S.A. 18A:7F-50" in text


def test_a_reform_says_who_gains_and_who_loses_and_can_be_passed_on(
    cast: Cast, client_of: ClientOf
) -> None:
    client = client_of(cast.fox)
    text = words(get(client, "formula", *NJ, query=f"?{HIGHER}&line=adequacy_budget"))
    assert "Under the change, Adequacy budget comes to" in text
    assert f"/notices/3570/?{HIGHER}".replace("+", "%2B") in text
    paper = words(get(client, "formula_notice", *NJ, "3570", query=f"?{HIGHER}"))
    assert "Not the law: a change that somebody tries out" in paper
    assert "base +2%" in paper
    assert "12,214.5" in paper


def test_the_table_of_all_lines_holds_both_sides_of_a_reform(
    cast: Cast, client_of: ClientOf
) -> None:
    response = get(client_of(cast.fox), "formula_csv", *NJ, query=f"?{HIGHER}")
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert len(rows) == 592
    newark = next(one for one in rows if one["name"] == "NEWARK CITY")
    assert int(newark["adequacy_budget"]) > int(newark["adequacy_budget_before"])


@pytest.mark.parametrize(
    ("name", "by", "said"),
    [("base", "much", "change 'much' is not known"), ("bass", "+2%", "no use for 'bass'")],
)
def test_a_change_that_cannot_be_is_told_in_words_and_the_law_is_shown(
    cast: Cast, client_of: ClientOf, name: str, by: str, said: str
) -> None:
    response = get(
        client_of(cast.fox), "formula", *NJ, query=f"?change={name}&by={by.replace('+', '%2B')}"
    )
    assert response.status_code == 400
    assert said in words(response)
    assert "the law as it stands is shown" in words(response)


@pytest.mark.parametrize("where", [("nj", 1999), ("xx", 2021), ("ca", 2026)])
def test_a_state_or_year_without_public_figures_is_not_there(
    cast: Cast, client_of: ClientOf, where: tuple[str, int]
) -> None:
    assert get(client_of(cast.fox), "formula", *where).status_code == 404


def test_a_district_that_is_not_there_has_no_notice(cast: Cast, client_of: ClientOf) -> None:
    assert get(client_of(cast.fox), "formula_notice", *NJ, "9999").status_code == 404
    text = words(get(client_of(cast.fox), "formula", *NJ, query="?q=nowhere"))
    assert "No district is called “nowhere”." in text
