"""Buying together on a page: the guide's example, to the cent, and what cannot be bought."""

import csv
import html
import io
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from milepost.funding.money import cents
from milepost.funding.views.purchasing import EXAMPLE
from milepost.roster.models import Person
from tests.cast import Cast
from tests.funding.pages.test_plan_pages import plain_files  # noqa: F401

ClientOf = Callable[[Person | None], Client]


def post(client: Client, **typed: str) -> HttpResponse:
    return client.post(reverse("funding:purchasing"), EXAMPLE | {"act": "show"} | typed)


def words(response: HttpResponse) -> str:
    return html.unescape(" ".join(response.content.decode().split()))


def test_the_guide_s_pool_is_worked_out_to_the_cent(cast: Cast, client_of: ClientOf) -> None:
    client = client_of(cast.fox)
    for response in (post(client), client.get(reverse("funding:purchasing") + "?example=1")):
        text = words(response)
        assert "Together they pay $25,000.00 instead of $28,500.00: $3,500.00 less." in text
        for row in (
            ("Alder", "60", "$16,900.00", "$14,824.56", "$247.076", "$2,075.44", "12.3 %"),
            ("Beech", "30", "$8,700.00", "$7,631.58", "$254.386", "$1,068.42", "12.3 %"),
            ("Cedar", "10", "$2,900.00", "$2,543.86", "$254.386", "$356.14", "12.3 %"),
        ):
            cells = "".join(f'<td class="number">{cell}</td>' for cell in row[1:])
            assert f'<th scope="row">{row[0]}</th>{cells}' in text
        assert '<th scope="row">Ash</th><td class="number">100</td>' in text


def test_spare_units_are_told(cast: Cast, client_of: ClientOf) -> None:
    text = words(post(client_of(cast.fox), needs="Alder, 95"))
    assert "5 units more than needed" in text


def test_what_each_pays_can_be_downloaded_and_adds_up(cast: Cast, client_of: ClientOf) -> None:
    response = post(client_of(cast.fox), act="csv", item="=Laptops")
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert sum(cents(row["in_the_pool"]) for row in rows) == 25_000_00
    assert rows[0]["item"] == "'=Laptops"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"needs": "Alder, many"}, "needs, line 1: 'many' is no number of units"),
        ({"offers": "Ash, all-units, 1, cheap"}, "offers, line 1: 'cheap' is no price"),
        ({"cite": " "}, "Say where the prices are from"),
        ({"offers": "Ash, all-units, 1, 3\nAsh, incremental, 1, 3"}, "names a vendor twice"),
    ],
)
def test_what_cannot_be_bought_is_told_by_line(
    cast: Cast, client_of: ClientOf, typed: dict[str, str], says: str
) -> None:
    response = post(client_of(cast.fox), **typed)
    assert response.status_code == 400
    assert says in words(response)


def test_who_keeps_no_money_is_not_told_of_the_page(cast: Cast, client_of: ClientOf) -> None:
    for person in (cast.chen, cast.alba, cast.maya, cast.zoe):
        assert post(client_of(person)).status_code == 404
