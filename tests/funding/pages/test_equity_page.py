"""The equity page: what it says of a table, who may open it, and what it leaves out by name."""

import csv
import html
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from milepost.roster import commands as roster
from milepost.roster.models import Person, Role
from tests.cast import Cast
from tests.funding.equity.test_tables import THREE
from tests.funding.pages.test_plan_pages import plain_files  # noqa: F401

ClientOf = Callable[[Person | None], Client]


@pytest.fixture
def official(cast: Cast) -> Person:
    """Ms. Sato works for the state: she sees no learner and no plan."""
    person = roster.add_person(
        by=None, district=cast.district, given_name="Sumi", family_name="Sato", language="en"
    )
    roster.give_role(
        by=None, person=person, organisation=cast.district, kind=Role.Kind.STATE_OFFICIAL
    )
    roster.add_account(by=None, person=person, username="sumi")
    return person


def bring(client: Client, data: bytes, **typed: str) -> HttpResponse:
    file = SimpleUploadedFile("table.csv", data)
    return client.post(reverse("funding:equity"), {"act": "measure", "file": file, **typed})


def words(response: HttpResponse) -> str:
    return html.unescape(" ".join(response.content.decode().split()))


def test_a_state_s_official_measures_a_table_with_a_sentence_for_each_measure(
    client_of: ClientOf, official: Person
) -> None:
    text = words(bring(client_of(official), f"{THREE}Dogwood,,900000,200,0.3\n".encode()))
    assert "spread over the pupils of 3 districts" in text
    assert (
        '>Gini</th><td class="number">0.1071</td><td class="says">0 is the same for every pupil'
        in text
    )
    assert '>Restricted range</th><td class="number">$6,000</td>' in text
    assert text.count('<th scope="row">') == 11
    assert "Dogwood, for want of pupils, dollars per pupil" in text
    assert '<th scope="row" class="number">50%</th><td class="number">42.9%</td>' in text


def test_the_measures_can_be_downloaded(client_of: ClientOf, official: Person) -> None:
    client = client_of(official)
    page = bring(client, f"{THREE}Dogwood,,900000,200,0.3\n".encode()).content.decode()
    carried = re.search(r"hidden>\n(.*?)</textarea>", page, re.S)
    assert carried
    typed = {"act": "csv", "text": html.unescape(carried.group(1))}
    response = client.post(reverse("funding:equity"), typed)
    assert response.headers["Content-Disposition"] == 'attachment; filename="equity.csv"'
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    values = {row["measure"]: row["value"] for row in rows}
    assert float(values["mcloone"]) == pytest.approx(2.8 / 3)
    assert rows[-1] == {
        "measure": "left_out", "value": "", "says": "Dogwood: pupils, dollars per pupil"
    }  # fmt: skip


def test_a_bad_table_is_told_by_line_and_column(client_of: ClientOf, official: Person) -> None:
    response = bring(client_of(official), THREE.replace("200,2000000", "many,1").encode())
    assert response.status_code == 400
    assert "line 3, column pupils: 'many' is no number" in words(response)
    assert "is no number of pupils" in words(bring(client_of(official), b"", least="few"))
    nothing = client_of(official).post(reverse("funding:equity"), {"act": "measure"})
    assert "No file came: choose one." in words(nothing)


def test_a_state_s_official_finds_the_page_and_sees_no_money_of_a_district(
    client_of: ClientOf, official: Person
) -> None:
    client = client_of(official)
    text = words(client.get(reverse("funding:equity") + "?example=1"))
    assert f'href="{reverse("funding:equity")}"' in text
    assert f'href="{reverse("funding:plans")}"' not in text
    assert client.get(reverse("funding:plans")).status_code == 404


def test_who_compares_no_districts_is_not_told_of_the_page(cast: Cast, client_of: ClientOf) -> None:
    for person in (cast.chen, cast.alba, cast.maya, cast.rosa, cast.zoe):
        client = client_of(person)
        assert client.get(reverse("funding:equity")).status_code == 404
        assert bring(client, THREE.encode()).status_code == 404
    assert client_of(cast.fox).get(reverse("funding:equity")).status_code == 200


def test_texas_2016_on_the_page(client_of: ClientOf, official: Person, real_data: Path) -> None:
    data = (real_data / "finance/tx/yearly-fiscal-data-by-district.csv").read_bytes()
    text = words(
        bring(
            client_of(official),
            data,
            **{
                "column-district": "State ID (CDN)",
                "column-pupils": "Reported Enrollment",
                "column-dollars": "Total Operating Expenditures (TOP)",
                "column-wealth": "Property Value Per Pupil",
                "where": "Year",
                "value": "2016",
                "least": "100",
            },
        )
    )
    assert "the pupils of 999 districts" in text
    for value in (".1059", ".0536", ".9444", "1.0952", ".0301"):
        assert value in text


def test_who_reads_spanish_reads_the_pages_in_spanish(
    client_of: ClientOf, official: Person
) -> None:
    official.language = "es"
    official.save()
    client = client_of(official)
    text = words(client.get(reverse("funding:equity") + "?example=1"))
    assert "Con qué igualdad y justicia se reparte el dinero" in text
    assert "Correlación con la riqueza" in text
    text = words(client.get(reverse("funding:purchasing") + "?example=1"))
    assert "Juntos pagan $25,000.00 en vez de $28,500.00: $3,500.00 menos." in text
