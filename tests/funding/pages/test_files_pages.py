"""Files of others on a plan's page: out, in with what would change in words, beside a form."""

import html
import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from milepost.funding.commands.plan import begin_plan
from milepost.funding.models import Plan, PlanVersion
from milepost.funding.plan.example import example
from milepost.funding.queries.plan import plan as held
from milepost.roster.models import Person
from tests.cast import Cast
from tests.funding.formats.test_ca_myp import PAGE
from tests.funding.pages.test_plan_pages import plain_files  # noqa: F401

ClientOf = Callable[[Person | None], Client]


@pytest.fixture
def plan(cast: Cast) -> Plan:
    """The worked example as the plan of Cedar School."""
    return begin_plan(
        by=cast.fox.pk, district=cast.district, school=cast.school, contents=example(),
        now=timezone.now(),
    )  # fmt: skip


def budget(client: Client, plan: Plan, form: str) -> str:
    response = client.get(reverse("funding:plan_file", args=[plan.pk, form]))
    assert response.status_code == 200
    return response.content.decode()


def bring(client: Client, plan: Plan, text: str, name: str, **more: str) -> HttpResponse:
    file = SimpleUploadedFile(name, text.encode())
    url = reverse("funding:plan_files", args=[plan.pk])
    return client.post(url, {"act": "look", "form": "nces", "file": file, **more})


def words(response: HttpResponse) -> str:
    return html.unescape(" ".join(response.content.decode().split()))


def dearer(text: str) -> str:
    """The same budget with a higher first year of everything else."""
    return re.sub(r"(?m)^(everything-else,2027,)[0-9.]+", r"\g<1>9000000.00", text)


@pytest.mark.parametrize("form", ["nces", "edfi"])
def test_what_goes_out_comes_back_and_changes_nothing(
    cast: Cast, client_of: ClientOf, plan: Plan, form: str
) -> None:
    client = client_of(cast.fox)
    text = words(bring(client, plan, budget(client, plan, form), "b", form=form))
    assert "The file says what the plan says: nothing changes." in text
    assert "Keep a new version" not in text


def test_a_budget_is_first_said_in_words_and_then_kept(
    cast: Cast, client_of: ClientOf, plan: Plan
) -> None:
    client = client_of(cast.fox)
    response = bring(client, plan, dearer(budget(client, plan, "nces")), "b.csv")
    said = words(response)
    assert "everything-else: the file's amounts replace what was worked out." in said
    assert "becomes 9,000,000.00" in said
    assert PlanVersion.objects.count() == 1
    url = reverse("funding:plan_files", args=[plan.pk])
    found = re.search(r'name="text" hidden>\n(.*?)</textarea>', response.content.decode(), re.S)
    assert found
    text = html.unescape(found.group(1))
    typed = {"act": "keep", "form": "nces", "name": "b.csv", "base": "1", "text": text}
    assert client.post(url, typed).status_code == 302
    kept = held(plan.pk)
    assert (kept.version.number, kept.version.note) == (2, "From b.csv")
    line = next(one for one in kept.contents.lines if one.key == "everything-else")
    assert (dict(line.amounts)[2027], line.source.cite) == (9_000_000_00, "b.csv")
    late = client_of(cast.fox).post(url, typed | {"text": dearer(text).replace("9000000", "8")})
    assert late.status_code == 400
    assert "Version 2 of Harbor Street personalizes was kept" in words(late)


@pytest.mark.parametrize(
    ("text", "name", "says"),
    [
        ("a,b", "b.csv", "b.csv, line 1: the columns must be line"),
        ("", "b.csv", "b.csv, line 1: the columns must be"),
    ],
)
def test_a_bad_file_is_named_by_line_and_nothing_is_kept(
    cast: Cast, client_of: ClientOf, plan: Plan, text: str, name: str, says: str
) -> None:
    response = bring(client_of(cast.fox), plan, text, name)
    assert response.status_code == 400
    assert says in words(response)
    assert PlanVersion.objects.count() == 1


def test_a_file_too_large_or_none_is_refused_in_words(
    cast: Cast, client_of: ClientOf, plan: Plan
) -> None:
    client = client_of(cast.fox)
    assert "milepost budget" in words(bring(client, plan, "x" * 1_000_001, "b.csv"))
    url = reverse("funding:plan_files", args=[plan.pk])
    assert "choose one" in words(client.post(url, {"act": "look", "form": "nces"}))


def test_the_plan_stands_beside_californias_form(
    cast: Cast, client_of: ClientOf, plan: Plan
) -> None:
    text = words(bring(client_of(cast.chen), plan, PAGE, "form.txt", act="compare"))
    assert "lines and years agree with the form of Alder Unified" in text
    assert "LCFF sources" in text
    assert "on no line of the form" in text
    bad = bring(client_of(cast.fox), plan, "no form", "form.txt", act="compare")
    assert "form.txt, the text holds no Form MYP" in words(bad)


def test_who_leads_the_school_takes_files_out_and_brings_none_in(
    cast: Cast, client_of: ClientOf, plan: Plan
) -> None:
    client = client_of(cast.chen)
    assert budget(client, plan, "nces").startswith("line,fiscal_year")
    assert bring(client, plan, "a", "b.csv").status_code == 404
    for person in (cast.zoe, cast.young, cast.alba, cast.maya):
        for url in (
            reverse("funding:plan_files", args=[plan.pk]),
            reverse("funding:plan_file", args=[plan.pk, "nces"]),
        ):
            assert client_of(person).get(url).status_code == 404
