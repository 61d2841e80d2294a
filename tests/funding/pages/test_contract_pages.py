"""Pages about contracts: what is due, who may see and do what, and that no name is shown."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from milepost.funding.commands.contracts import draw_ledger
from milepost.funding.contracts.terms import Population
from milepost.funding.models import Contract, ContractLedger
from milepost.funding.money import cents
from milepost.roster.models import Person
from tests.cast import Cast
from tests.funding.contracts import house

ClientOf = Callable[[Person | None], Client]


@pytest.fixture(autouse=True)
def plain_files(settings: Settings) -> None:
    """Serve stylesheets as they lie in the source: nothing was collected for the tests."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def contract(cast: Cast) -> Contract:
    """A tutoring contract over the cast's learners of grade 6, with a ledger drawn by Mr. Fox."""
    paid_for, _session = house.skills(cast)
    terms = house.terms(cast, paid_for, population=Population(grades=("06",)))
    found = house.signed(cast, terms)
    draw_ledger(by=cast.fox.pk, contract=found, as_of=terms.last, now=timezone.now())
    return found


def read(client: Client, contract: Contract) -> str:
    response = client.get(reverse("funding:contract", args=[contract.pk]))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def act(client: Client, contract: Contract, what: str, **typed: object) -> str:
    url = reverse(f"funding:contract_{what}", args=[contract.pk])
    return client.post(url, typed, follow=True).content.decode()


def test_a_contract_says_what_is_due_and_names_nobody(
    cast: Cast, client_of: ClientOf, contract: Contract
) -> None:
    text = read(client_of(cast.fox), contract)
    assert "0 of 3 learners have reached an outcome; $2,010.00 is due, of which $0.00" in text
    assert "52.8 % of the full price hangs on outcomes; at least 40.0 % must." in text
    for person in (cast.maya, cast.dev, cast.omar):
        assert person.name not in text
        assert person.family_name not in text


def test_who_drew_a_ledger_does_not_verify_it(
    cast: Cast, client_of: ClientOf, contract: Contract
) -> None:
    text = act(client_of(cast.fox), contract, "verify")
    assert "Somebody else than who drew the ledger verifies it." in text
    assert ContractLedger.objects.get().status == "draft"
    assert "The ledger is verified" in act(client_of(cast.diaz), contract, "verify")
    assert ContractLedger.objects.get().status == "verified"


def test_a_disputed_line_is_held_back_and_nothing_is_paid_before_its_time(
    cast: Cast, client_of: ClientOf, contract: Contract
) -> None:
    client = client_of(cast.diaz)
    act(client, contract, "verify")
    line = ContractLedger.objects.get().lines.order_by("learner")[0]
    assert "Say what is disputed" in act(client, contract, "dispute", line=line.pk, why=" ")
    assert "is not in the newest ledger" in act(client, contract, "dispute", line="x", why="no")
    assert "held back" in act(client, contract, "dispute", line=line.pk, why="Hours were not kept")
    text = read(client, contract)
    assert "Hours were not kept" in text
    assert "$1,340.00" in text  # two of three lines at $670
    assert "Lines can be disputed until" in act(client, contract, "settle")
    ContractLedger.objects.update(verified_on=timezone.now().date() - timedelta(days=30))
    assert "1,340.00 dollars are to be paid." in act(client, contract, "settle")


def test_the_table_adds_up_to_the_ledger(
    cast: Cast, client_of: ClientOf, contract: Contract
) -> None:
    text = client_of(cast.fox).get(reverse("funding:contract_csv", args=[contract.pk]))
    rows = list(csv.DictReader(io.StringIO(text.content.decode())))
    assert sum(cents(row["total"]) for row in rows) == ContractLedger.objects.get().total_cents
    assert len(rows) == 3


def test_a_contract_without_a_ledger_says_so(
    cast: Cast, client_of: ClientOf, contract: Contract
) -> None:
    ledger = ContractLedger.objects.get()
    ledger.lines.all().delete()
    ledger.delete()
    assert "No ledger was drawn yet." in read(client_of(cast.fox), contract)
    url = reverse("funding:contract_csv", args=[contract.pk])
    assert client_of(cast.fox).get(url).status_code == 404
    url = reverse("funding:contract_verify", args=[contract.pk])
    assert client_of(cast.fox).post(url).status_code == 404


def test_more_lines_ask_the_database_no_more_often(
    cast: Cast, client_of: ClientOf, contract: Contract
) -> None:
    client = client_of(cast.fox)
    counts = []
    for _more in range(2):
        with CaptureQueriesContext(connection) as asked:
            read(client, contract)
        counts.append(len(asked))
        house.learners(cast, 20)
        Person.objects.filter(grade="07").update(grade="06")
        last = house.terms(cast, house.skills(cast)[0]).last
        draw_ledger(by=cast.fox.pk, contract=contract, as_of=last, now=timezone.now())
    assert ContractLedger.objects.order_by("-id")[0].learners == 43
    assert counts[0] == counts[1]
