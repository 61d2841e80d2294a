"""Signing, verifying, disputing and paying: who may do what when, and nothing is paid twice."""

import json
from datetime import date, timedelta
from uuid import UUID

import pytest

from milepost.audit.models import Event
from milepost.evidence.commands import void
from milepost.evidence.models import Observation
from milepost.funding.commands.contracts import (
    dispute_line,
    draw_ledger,
    record_duty,
    settle,
    sign_contract,
    verify_ledger,
    withdraw_dispute,
)
from milepost.funding.contracts.documents import to_document
from milepost.funding.contracts.terms import TermsError
from milepost.funding.models import Contract, ContractLedger
from milepost.funding.money import cents
from milepost.funding.queries.contracts import (
    contracts,
    ledger_lines,
    payment_of,
    why_lines_visible,
)
from milepost.roster.queries import viewer
from tests.cast import Cast
from tests.funding.contracts import duval, house


@pytest.fixture
def contract(cast: Cast) -> Contract:
    """A contract for two learners, the first of whom shows the outcome."""
    paid_for, session = house.skills(cast)
    contract = house.signed(cast, house.terms(cast, paid_for))
    keys = house.learners(cast, 2)
    house.sessions(cast, keys, session)
    house.tasks(cast, keys[:1], paid_for, 1.0)
    return contract


def draw(cast: Cast, contract: Contract, **more: object) -> ContractLedger:
    """Draw a ledger as the finance lead."""
    when = {"as_of": duval.ON, "now": house.DRAWN} | more
    return draw_ledger(by=cast.fox.pk, contract=contract, **when)  # type: ignore[arg-type]


def verified(cast: Cast, contract: Contract, **more: object) -> ContractLedger:
    """Draw a ledger and let somebody else verify it."""
    return verify_ledger(by=cast.chen.pk, ledger=draw(cast, contract, **more), now=house.VERIFIED)


def test_a_verified_ledger_is_paid_after_the_days_for_disputes(
    cast: Cast, contract: Contract
) -> None:
    ledger = verified(cast, contract)
    with pytest.raises(ValueError, match="disputed until 2025-06-27"):
        settle(by=cast.fox.pk, ledger=ledger, now=house.PAID - timedelta(days=1))
    payment = settle(by=cast.fox.pk, ledger=ledger, now=house.PAID)
    assert (payment.pays, payment.held) == (cents("2090.00"), 0)
    ledger.refresh_from_db()
    assert ledger.status == "paid"
    with pytest.raises(ValueError, match="status is: Paid"):
        settle(by=cast.fox.pk, ledger=ledger, now=house.PAID)


def test_a_disputed_line_waits_and_is_paid_when_the_dispute_ends(
    cast: Cast, contract: Contract
) -> None:
    ledger = verified(cast, contract)
    line = ledger.lines.get(bonus_cents__gt=0)
    dispute_line(by=cast.fox.pk, line=line, why="Sessions of March", now=house.VERIFIED)
    assert (payment_of(ledger).disputed, payment_of(ledger).held) == (1, cents("1420.00"))

    first = settle(by=cast.fox.pk, ledger=ledger, now=house.PAID)
    assert (first.pays, first.held, first.disputed) == (cents("670.00"), cents("1420.00"), 1)
    assert settle(by=cast.fox.pk, ledger=ledger, now=house.PAID).pays == 0

    withdraw_dispute(by=cast.fox.pk, line=line, why="The log was found", now=house.PAID)
    second = settle(by=cast.fox.pk, ledger=ledger, now=house.PAID)
    assert (second.pays, second.held) == (cents("1420.00"), 0)
    assert sum(line.paid or 0 for line in ledger_lines(ledger)) == cents("2090.00")


def test_a_new_ledger_pays_only_the_difference_to_what_was_paid(
    cast: Cast, contract: Contract
) -> None:
    old = verified(cast, contract)
    settle(by=cast.fox.pk, ledger=old, now=house.PAID)
    for piece in Observation.objects.filter(kind="task"):
        void(by=cast.alba.pk, observation=piece, why="Not their own work", now=house.PAID)
    later = house.PAID + timedelta(days=1)
    new = draw(cast, contract, now=later, known_at=later)
    verify_ledger(by=cast.chen.pk, ledger=new, now=later)
    payment = settle(by=cast.fox.pk, ledger=new, now=later + timedelta(days=11))
    assert (new.total_cents, payment.pays) == (cents("1340.00"), -cents("750.00"))
    with pytest.raises(ValueError, match="newer ledger"):
        settle(by=cast.fox.pk, ledger=old, now=later)


def test_a_dispute_needs_a_reason_a_day_and_a_line_that_is_free(
    cast: Cast, contract: Contract
) -> None:
    draft = draw(cast, contract)
    line = draft.lines.first()
    assert line
    with pytest.raises(ValueError, match="status is: Draft"):
        dispute_line(by=cast.fox.pk, line=line, why="Too early", now=house.DRAWN)
    verify_ledger(by=cast.chen.pk, ledger=draft, now=house.VERIFIED)
    with pytest.raises(ValueError, match="what is disputed"):
        dispute_line(by=cast.fox.pk, line=line, why=" ", now=house.VERIFIED)
    with pytest.raises(ValueError, match="until 2025-06-27"):
        dispute_line(by=cast.fox.pk, line=line, why="Too late", now=house.PAID)
    dispute_line(by=cast.fox.pk, line=line, why="In time", now=house.PAID - timedelta(days=1))
    with pytest.raises(ValueError, match="already"):
        dispute_line(by=cast.fox.pk, line=line, why="Again", now=house.VERIFIED)


def test_who_drew_a_ledger_does_not_verify_it_nor_before_the_contract_ends(
    cast: Cast, contract: Contract
) -> None:
    with pytest.raises(ValueError, match="Somebody else"):
        verify_ledger(by=cast.fox.pk, ledger=draw(cast, contract), now=house.VERIFIED)
    early = draw(cast, contract, as_of=date(2025, 3, 1), known_at=house.DRAWN)
    with pytest.raises(ValueError, match="runs until 2025-05-30"):
        verify_ledger(by=cast.chen.pk, ledger=early, now=house.VERIFIED)


def test_drawing_again_when_nothing_changed_keeps_the_draft(cast: Cast, contract: Contract) -> None:
    assert draw(cast, contract) == draw(cast, contract)
    assert ContractLedger.objects.count() == 1


@pytest.mark.parametrize(
    ("when", "says"),
    [
        ({"as_of": date(2025, 6, 17)}, "as_of"),
        ({"as_of": date(2024, 9, 1)}, "as_of"),
        ({"known_at": house.LATER}, "known_at"),
        ({"agreed": {UUID(int=7): "Moved"}}, "agreed"),
    ],
)
def test_a_ledger_of_a_time_to_come_is_refused(
    cast: Cast, contract: Contract, when: dict[str, object], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        draw(cast, contract, **when)
    assert not ContractLedger.objects.exists()


def test_a_missed_obligation_brings_the_full_price_and_the_latest_word_holds(
    cast: Cast, contract: Contract
) -> None:
    say = {"by": cast.fox.pk, "contract": contract, "key": "rooms", "cite": "Visit"}
    record_duty(**say, met_on=None, now=house.DRAWN)  # type: ignore[arg-type]
    ledger = draw(cast, contract, known_at=house.DRAWN)
    assert ledger.total_cents == cents("2840.00")  # 2 x $1,420
    assert all("section 4.2" in line.reason for line in ledger_lines(ledger))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"key": "bus"}, "key"),
        ({"cite": ""}, "cite"),
        ({"met_on": date(2026, 1, 1)}, "met_on"),
    ],
)
def test_a_duty_is_recorded_whole_or_not_at_all(
    cast: Cast, contract: Contract, wrong: dict[str, object], says: str
) -> None:
    said = {"key": "rooms", "met_on": date(2024, 9, 9), "cite": "Letter"} | wrong
    before = contract.duties.count()
    with pytest.raises(ValueError, match=says):
        record_duty(by=cast.fox.pk, contract=contract, now=house.DRAWN, **said)  # type: ignore[arg-type]
    assert contract.duties.count() == before


def test_terms_that_name_a_competency_of_elsewhere_are_not_signed(cast: Cast) -> None:
    document = to_document(duval.terms())
    with pytest.raises(TermsError, match=r"outcomes\[0\].competencies: .* not of this district"):
        sign_contract(
            by=cast.fox.pk,
            district=cast.district,
            document=document,
            signed_on=date(2024, 8, 20),
            now=house.DRAWN,
        )
    assert contracts(cast.district.pk) == []


def test_a_contract_for_nobody_has_no_ledger(cast: Cast) -> None:
    paid_for, _ = house.skills(cast)
    with pytest.raises(ValueError, match="No learner of the roster"):
        draw(cast, house.signed(cast, house.terms(cast, paid_for)))


def test_the_finance_lead_reads_the_lines_and_no_names(cast: Cast, contract: Contract) -> None:
    lines = ledger_lines(draw(cast, contract))
    text = json.dumps([line.__dict__ for line in lines], default=str)
    assert "Given" not in text
    assert "Family" not in text
    on = date(2025, 6, 16)
    assert why_lines_visible(viewer(cast.fox, on), contract)
    assert why_lines_visible(viewer(cast.diaz, on), contract)
    for other in (cast.alba, cast.rosa, cast.eze, cast.young):
        assert why_lines_visible(viewer(other, on), contract) is None


def test_each_command_writes_one_event(cast: Cast, contract: Contract) -> None:
    ledger = verified(cast, contract)
    line = ledger.lines.first()
    assert line
    dispute_line(by=cast.fox.pk, line=line, why="Sessions", now=house.VERIFIED)
    withdraw_dispute(by=cast.fox.pk, line=line, why="Found", now=house.VERIFIED)
    settle(by=cast.fox.pk, ledger=ledger, now=house.PAID)
    acts = Event.objects.filter(action__startswith="funding.").order_by("id")
    assert sorted(acts.values_list("action", flat=True)) == [
        "funding.dispute_line",
        "funding.draw_ledger",
        "funding.record_duty",
        "funding.settle",
        "funding.sign_contract",
        "funding.verify_ledger",
        "funding.withdraw_dispute",
    ]
