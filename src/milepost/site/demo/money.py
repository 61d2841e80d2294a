"""The demonstration's money: the federal rules, a five-year plan, a contract with its ledger."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from milepost.funding.commands.contracts import draw_ledger, record_duty, sign_contract
from milepost.funding.commands.plan import begin_plan
from milepost.funding.contracts.documents import to_document
from milepost.funding.contracts.terms import Gate, Obligation, Outcome, Population, Terms, Tier
from milepost.funding.plan.example import example
from milepost.roster.models import Organisation, Role
from milepost.rulebook import commands as rulebook
from milepost.rulebook import starter

PROVIDER = "Mile High Tutors"
SKILLS = ("M.6.1", "M.6.2", "M.6.3")


def add_money(
    *,
    district: Organisation,
    codes: Mapping[str, UUID],
    school_days: list[date],
    now: datetime,
) -> None:
    """Give the district its rulebook, a plan whose grants end, and a contract with its ledger."""
    lead = Role.objects.filter(district=district, kind=Role.Kind.FINANCE_LEAD).first()
    school = Organisation.objects.filter(parent=district, name__startswith="Cedar").first()
    assert lead
    assert school
    by = lead.person_id
    rulebook.publish_rules(
        by=by, organisation=district, text=starter.text("united_states"), on=now.date(), now=now
    )
    plan = replace(example(), name=f"{school.name} personalizes")
    begin_plan(by=by, district=district, school=school, contents=plan, now=now, note="First plan")
    _sign(by, district, school, codes, school_days, now)


def _sign(
    by: UUID,
    district: Organisation,
    school: Organisation,
    codes: Mapping[str, UUID],
    days: list[date],
    now: datetime,
) -> None:
    """Sign a tutoring contract over the school year's last months, and draw its ledger."""
    first, last = days[-100], days[-15]
    outcome = Outcome(
        "ready",
        "Proficient in ratios and rates of grade 6",
        "proficient",
        first,
        last,
        (Tier(Decimal(1), 300_00), Tier(Decimal(2), 750_00)),
        competencies=tuple(str(codes[code]) for code in SKILLS),
    )
    terms = Terms(
        district=district.name,
        provider=PROVIDER,
        title="Tutoring in mathematics, grade 6",
        first=first,
        last=last,
        population=Population(grades=("06",), schools=(str(school.pk),)),
        outcomes=(outcome,),
        base=670_00,
        contingent_minimum=Decimal("0.40"),
        verified_by="Office of research",
        verification_days=60,
        dispute_days=10,
        gate=Gate(sessions_a_week=2, minutes=5, first=first, weeks=10, share=Decimal("0.40")),
        obligations=(Obligation("rooms", "A room for each group", first, "section 4.2"),),
    )
    contract = sign_contract(
        by=by,
        district=district,
        document=to_document(terms),
        signed_on=first - timedelta(days=20),
        now=now,
    )
    record_duty(
        by=by, contract=contract, key="rooms", met_on=first, cite="Letter of the principal", now=now
    )
    draw_ledger(by=by, contract=contract, as_of=last, now=now)
