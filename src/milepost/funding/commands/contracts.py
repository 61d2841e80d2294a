"""Writes of contracts paid on outcomes: sign, draw, verify, dispute, pay."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from milepost.audit.commands import record_event
from milepost.evidence.queries import last_position
from milepost.funding.contracts.documents import from_document, to_document, written
from milepost.funding.contracts.ledger import Ledger, Line, Payment
from milepost.funding.contracts.terms import Terms, TermsError
from milepost.funding.models import Contract, ContractDuty, ContractLedger, ContractLine
from milepost.funding.queries.contract_evidence import Moment
from milepost.funding.queries.contracts import (
    candidates,
    drawn,
    enrolled_learners,
    newest_ledger,
    paid_so_far,
    payment_of,
    recomputed,
    terms_of,
)
from milepost.purpose.models import Competency
from milepost.roster.commands import learner_keys
from milepost.roster.models import Organisation, Person, SchoolClass
from milepost.roster.queries import local_midnight

Status = ContractLedger.Status


@transaction.atomic
def sign_contract(
    *, by: UUID, district: Organisation, document: Any, signed_on: date, now: datetime
) -> Contract:
    """Keep what both sides signed, from its JSON document. It is never changed.

    Raises `TermsError` that names the field: what does not hold together, or names a competency,
    school or class that is not the district's.
    """
    terms = from_document(document)
    _check_names(district, terms)
    contract = Contract.objects.create(
        district=district,
        provider=terms.provider,
        title=terms.title,
        terms=to_document(terms),
        signed_on=signed_on,
        signed_by=by,
    )
    _event("sign_contract", by, contract, "contract", contract.pk, now)
    return contract


@transaction.atomic
def record_duty(
    *, by: UUID, contract: Contract, key: str, met_on: date | None, cite: str, now: datetime
) -> ContractDuty:
    """Say what became of one of the district's obligations; saying it again corrects it.

    Raises ValueError for an obligation that the terms do not have, or without what shows it.
    """
    if key not in {one.key for one in terms_of(contract).obligations}:
        raise ValueError(f"key: the contract has no obligation {key!r}")
    if not cite.strip():
        raise ValueError("cite: say what shows that it was met or missed")
    if met_on and met_on > _today(contract, now):
        raise ValueError(f"met_on: {met_on} is still to come")
    duty = ContractDuty.objects.create(
        district_id=contract.district_id,
        contract=contract,
        key=key,
        met_on=met_on,
        cite=cite.strip(),
        recorded_at=now,
        recorded_by=by,
    )
    _event("record_duty", by, contract, "contract_duty", duty.pk, now, key=key)
    return duty


@transaction.atomic
def draw_ledger(
    *,
    by: UUID,
    contract: Contract,
    as_of: date,
    now: datetime,
    known_at: datetime | None = None,
    agreed: Mapping[UUID, str] | None = None,
) -> ContractLedger:
    """Work out what is due as of a day, and keep it with all that it takes to do so again.

    `known_at`: evidence recorded later does not count; default: the end of the days that the terms
    give for verification, or now if that is earlier. `agreed`: learner key → why both sides take
    the learner out. Drawing again when nothing has changed returns the draft that is there.

    Raises ValueError for a day or a time to come, and when nobody is in the contract's schools.
    """
    contract = _locked(contract)
    terms = terms_of(contract)
    moment = _moment(contract, terms, as_of, known_at, now)
    people = candidates(contract.district, terms)
    learner_keys(people=Person.objects.filter(pk__in=people).select_related(None))
    before = [UUID(key) for key in paid_so_far(contract)]
    enrolled = enrolled_learners(contract.district, terms, agreed=agreed or {}, paid_before=before)
    if not enrolled:
        raise ValueError("No learner of the roster is in the contract's grades, schools or groups.")
    found = drawn(contract, moment, enrolled)
    last = newest_ledger(contract)
    if last and last.status == Status.DRAFT and last.digest == found.digest:
        return last
    roster = {str(key): written(facts) for key, facts in enrolled.items()}
    kept = _keep(by, contract, moment, roster, found)
    _event("draw_ledger", by, contract, "contract_ledger", kept.pk, now, digest=found.digest)
    return kept


@transaction.atomic
def verify_ledger(*, by: UUID, ledger: ContractLedger, now: datetime) -> ContractLedger:
    """Confirm a draft, after working it out again; the days for disputes begin.

    Raises ValueError when it speaks of a day before the contract's last, is not the newest, was
    drawn by the same person, or comes out otherwise than it was drawn.
    """
    ledger = _current(ledger, Status.DRAFT)
    terms = terms_of(ledger.contract)
    if ledger.as_of < terms.last:
        raise ValueError(f"It speaks of {ledger.as_of}; the contract runs until {terms.last}.")
    if ledger.drawn_by == by:
        raise ValueError("Somebody else than who drew the ledger verifies it.")
    if recomputed(ledger).digest != ledger.digest:
        raise ValueError("Worked out again it comes out otherwise: draw a new ledger.")
    ledger.status = Status.VERIFIED
    ledger.verified_on, ledger.verified_by = _today(ledger.contract, now), by
    ledger.save(update_fields=["status", "verified_on", "verified_by"])
    _event("verify_ledger", by, ledger.contract, "contract_ledger", ledger.pk, now)
    return ledger


@transaction.atomic
def dispute_line(*, by: UUID, line: ContractLine, why: str, now: datetime) -> ContractLine:
    """Dispute a line of a verified ledger: it is held back when the rest is paid.

    Raises ValueError without a reason, after the last day for disputes, for a line in dispute.
    """
    ledger = _current(line.ledger, Status.VERIFIED, Status.DISPUTED)
    line = ContractLine.objects.get(pk=line.pk)
    today = _today(ledger.contract, now)
    if not why.strip():
        raise ValueError("Say what is disputed, without naming the learner.")
    if today > (last := _last_dispute_day(ledger)):
        raise ValueError(f"Lines could be disputed until {last}.")
    if line.disputed_on:
        raise ValueError("This line is in dispute already.")
    line.disputed_on, line.disputed_by, line.dispute = today, by, why.strip()
    line.save(update_fields=["disputed_on", "disputed_by", "dispute"])
    _set_status(ledger, Status.DISPUTED)
    _event("dispute_line", by, ledger.contract, "contract_line", None, now, line=line.pk)
    return line


@transaction.atomic
def withdraw_dispute(*, by: UUID, line: ContractLine, why: str, now: datetime) -> ContractLine:
    """End a dispute with the line as it was drawn: `settle` then pays it.

    When a dispute is upheld, correct the evidence and draw a new ledger instead. Raises ValueError
    without a reason, and for a line that is not in dispute.
    """
    ledger = _current(line.ledger, Status.DISPUTED)
    line = ContractLine.objects.get(pk=line.pk)
    if not why.strip():
        raise ValueError("Say why the dispute ends.")
    if not line.disputed_on:
        raise ValueError("This line is not in dispute.")
    line.disputed_on = line.disputed_by = None
    line.save(update_fields=["disputed_on", "disputed_by"])
    if not ledger.lines.exclude(disputed_on=None).exists():
        _set_status(ledger, Status.VERIFIED)
    _event("withdraw_dispute", by, ledger.contract, "contract_line", None, now, line=line.pk)
    return line


@transaction.atomic
def settle(*, by: UUID, ledger: ContractLedger, now: datetime) -> Payment:
    """Pay what a verified ledger owes beyond what was paid before; disputed lines wait.

    Settling again pays only what has become free since. Raises ValueError before the days for
    disputes are over.
    """
    ledger = _current(ledger, Status.VERIFIED, Status.DISPUTED)
    today = _today(ledger.contract, now)
    if today <= (last := _last_dispute_day(ledger)):
        raise ValueError(f"Lines can be disputed until {last}; pay from the day after.")
    payment = payment_of(ledger)
    pays = {UUID(key): amount for key, amount in payment.due}
    lines = list(ledger.lines.filter(disputed_on=None, paid_cents=None))
    for line in lines:
        line.paid_cents, line.paid_on = pays[line.learner], today
    ContractLine.objects.bulk_update(lines, ["paid_cents", "paid_on"], batch_size=500)
    _set_status(ledger, Status.DISPUTED if payment.disputed else Status.PAID)
    detail = {"paid_cents": payment.pays, "held_cents": payment.held, "held": payment.disputed}
    _event("settle", by, ledger.contract, "contract_ledger", ledger.pk, now, **detail)
    return payment


def _check_names(district: Organisation, terms: Terms) -> None:
    """Refuse ids of other districts, or of nothing."""
    asked = (
        ("population.schools", terms.population.schools, Organisation),
        ("population.groups", terms.population.groups, SchoolClass),
        ("population.below", [one.competency for one in terms.population.below], Competency),
        *(
            (f"outcomes[{at}].competencies", outcome.competencies, Competency)
            for at, outcome in enumerate(terms.outcomes)
        ),
    )
    for where, names, model in asked:
        ids = {_id(where, name) for name in names}
        rows: Any = model._default_manager.filter(district=district, pk__in=ids)
        if missing := ids - set(rows.values_list("pk", flat=True)):
            raise TermsError(where, f"{min(missing)} is not of this district")


def _id(where: str, name: str) -> UUID:
    try:
        return UUID(name)
    except ValueError as wrong:
        raise TermsError(where, f"{name!r} is not an identifier") from wrong


def _moment(
    contract: Contract, terms: Terms, as_of: date, known_at: datetime | None, now: datetime
) -> Moment:
    if not terms.first <= as_of <= _today(contract, now):
        raise ValueError(f"as_of: {as_of} is before the contract or still to come")
    if known_at is None:
        deadline = as_of + timedelta(days=terms.verification_days + 1)
        known_at = min(now, local_midnight(contract.district, deadline))
    if known_at > now:
        raise ValueError(f"known_at: {known_at} is still to come")
    return Moment(as_of, known_at, last_position(contract.district_id))


def _keep(
    by: UUID, contract: Contract, moment: Moment, roster: dict[str, Any], found: Ledger
) -> ContractLedger:
    kept = ContractLedger.objects.create(
        district_id=contract.district_id,
        contract=contract,
        as_of=moment.as_of,
        known_at=moment.known_at,
        cursor=moment.cursor,
        roster=roster,
        digest=found.digest,
        learners=found.learners,
        base_cents=found.base,
        bonus_cents=found.bonus,
        adjustment_cents=found.adjustment,
        total_cents=found.total,
        drawn_by=by,
    )
    ContractLine.objects.bulk_create((_row(kept, line) for line in found.lines), batch_size=500)
    return kept


def _row(kept: ContractLedger, line: Line) -> ContractLine:
    return ContractLine(
        ledger=kept,
        learner=UUID(line.key),
        standing=line.standing,
        reason=line.reason,
        sessions=line.sessions,
        sessions_due=line.sessions_due,
        gate_passed=line.gate_passed,
        earned=[
            {
                "outcome": one.outcome,
                "value": None if one.value is None else str(one.value),
                "cents": one.cents,
                "evidence": list(one.evidence),
            }
            for one in line.earned
        ],
        evidence=list(line.session_evidence),
        lacks=list(line.lacks),
        base_cents=line.base,
        bonus_cents=line.bonus,
        adjustment_cents=line.adjustment,
        total_cents=line.total,
    )


def _locked(contract: Contract) -> Contract:
    """Return the contract, held until the transaction ends: one writer at a time."""
    return Contract.objects.select_for_update().get(pk=contract.pk)


def _current(ledger: ContractLedger, *statuses: str) -> ContractLedger:
    """Return a ledger as it is now. Raises ValueError when its status or a newer one forbids."""
    contract = _locked(ledger.contract)
    ledger = ContractLedger.objects.get(pk=ledger.pk)
    newest = newest_ledger(contract)
    if newest and newest.pk != ledger.pk:
        raise ValueError("A newer ledger of this contract was drawn: go on with that one.")
    if ledger.status not in statuses:
        label = ContractLedger.Status(ledger.status).label
        raise ValueError(f"This cannot be done with a ledger whose status is: {label}.")
    return ledger


def _last_dispute_day(ledger: ContractLedger) -> date:
    assert ledger.verified_on, "a verified ledger says on which day"
    return ledger.verified_on + timedelta(days=terms_of(ledger.contract).dispute_days)


def _set_status(ledger: ContractLedger, status: str) -> None:
    ledger.status = status
    ledger.save(update_fields=["status"])


def _today(contract: Contract, now: datetime) -> date:
    return now.astimezone(ZoneInfo(contract.district.time_zone)).date()


def _event(
    act: str,
    by: UUID,
    contract: Contract,
    kind: str,
    target: UUID | None,
    now: datetime,
    **detail: Any,
) -> None:
    record_event(
        action=f"funding.{act}",
        by=by,
        district=contract.district_id,
        target_kind=kind,
        target=target,
        detail={"contract": str(contract.pk)} | detail,
        now=now,
    )
