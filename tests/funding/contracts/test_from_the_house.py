"""450 learners through the evidence and mastery rooms: the same sum as by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from milepost.audit.models import Event
from milepost.evidence.commands import record, void
from milepost.evidence.models import Observation
from milepost.funding.commands.contracts import draw_ledger
from milepost.funding.contracts.terms import Below, Exclusion, Tier
from milepost.funding.models import Contract, ContractLedger, ContractLine
from milepost.funding.money import cents
from milepost.funding.queries.contracts import ledger_lines, recomputed
from milepost.roster.models import AttendanceDay, Person
from milepost.roster.queries import person_of
from tests.cast import Cast
from tests.evidence.making import answer
from tests.funding.contracts import duval, house


def draw(cast: Cast, contract: object, **more: object) -> ContractLedger:
    """Draw a ledger as the finance lead, two weeks after the contract's last day."""
    when = {"as_of": duval.ON, "now": house.DRAWN} | more
    return draw_ledger(by=cast.fox.pk, contract=contract, **when)  # type: ignore[arg-type]


def test_450_learners_of_whom_225_show_it_cost_470_250_dollars(cast: Cast) -> None:
    paid_for, session = house.skills(cast)
    contract = house.signed(cast, house.terms(cast, paid_for))
    keys = house.learners(cast, 450)
    house.sessions(cast, keys, session)
    house.tasks(cast, keys[:225], paid_for, 1.0)
    house.tasks(cast, keys[225:], paid_for, 0.0)

    ledger = draw(cast, contract)

    assert ledger.learners == 450
    assert ledger.base_cents == cents("301500.00")
    assert ledger.bonus_cents == cents("168750.00")
    assert ledger.total_cents == cents("470250.00")
    assert {line.sessions for line in ledger_lines(ledger)} == {36}
    assert Event.objects.filter(action="funding.draw_ledger").count() == 1


def small(cast: Cast, **changes: object) -> tuple[Contract, list[UUID], UUID]:
    """Sign for four learners, two of whom show the outcome."""
    paid_for, session = house.skills(cast)
    contract = house.signed(cast, house.terms(cast, paid_for, **changes))
    keys = house.learners(cast, 4)
    house.sessions(cast, keys, session)
    house.tasks(cast, keys[:2], paid_for, 1.0)
    house.tasks(cast, keys[2:], paid_for, 0.0)
    return contract, keys, paid_for


def test_more_evidence_afterwards_leaves_the_old_ledger_as_it_was(cast: Cast) -> None:
    contract, keys, paid_for = small(cast)
    old = draw(cast, contract)

    house.tasks(cast, keys[2:], paid_for, 1.0, now=house.LATER)
    again = recomputed(old)

    assert again.digest == old.digest
    assert again.total == old.total_cents == cents("4180.00")  # 4 x $670 + 2 x $750
    for line, kept in zip(again.lines, ledger_lines(old), strict=True):
        assert (line.key, line.total) == (str(kept.learner), kept.total)


def test_a_void_that_is_known_later_changes_only_a_new_ledger(cast: Cast) -> None:
    contract, keys, _ = small(cast)
    old = draw(cast, contract)

    for piece in Observation.objects.filter(learner=keys[0], kind="task"):
        void(by=cast.alba.pk, observation=piece, why="Not their own work", now=house.LATER)
    new = draw(cast, contract, now=house.LATER, known_at=house.LATER)

    assert recomputed(old).digest == old.digest != new.digest
    assert (old.total_cents, new.total_cents) == (cents("4180.00"), cents("3430.00"))


def test_evidence_that_came_late_under_an_earlier_time_stops_the_recomputation(cast: Cast) -> None:
    contract, keys, paid_for = small(cast)
    old = draw(cast, contract)
    house.tasks(cast, keys[2:3], paid_for, 1.0, now=house.RECORDED)
    with pytest.raises(ValueError, match="4 pieces of evidence say"):
        recomputed(old)


def test_a_change_of_the_roster_leaves_the_old_ledger_as_it_was(cast: Cast) -> None:
    contract, _keys, _ = small(cast)
    old = draw(cast, contract)
    Person.objects.filter(grade="07").update(grade="08")
    assert recomputed(old).digest == old.digest


def test_what_is_recorded_after_the_days_for_verification_does_not_count(cast: Cast) -> None:
    contract, keys, paid_for = small(cast)
    house.tasks(cast, keys[2:], paid_for, 1.0, now=house.LATER)
    late = draw(cast, contract, as_of=date(2025, 5, 30), now=house.LATER)
    assert late.total_cents == cents("4180.00")


def test_a_learner_with_too_few_sessions_earns_the_base_and_reads_why(cast: Cast) -> None:
    paid_for, session = house.skills(cast)
    contract = house.signed(cast, house.terms(cast, paid_for))
    few, untimed, short = (house.learners(cast, 1) for _ in range(3))
    house.sessions(cast, few, session, weeks=10)
    house.sessions(cast, untimed, session, minutes=None)
    house.sessions(cast, short, session, minutes=29)
    house.tasks(cast, few + untimed + short, paid_for, 1.0)

    lines = {line.learner: line for line in ledger_lines(draw(cast, contract))}

    assert {line.total for line in lines.values()} == {cents("670.00")}
    assert [lines[key].sessions for (key,) in (few, untimed, short)] == [30, 0, 0]
    assert lines[few[0]].lacks == ("3 more sessions (received 30 of 36 due; 33 are asked)",)
    assert "on 36 days nobody recorded the time" in lines[untimed[0]].lacks[0]


def test_the_line_of_a_learner_who_lacks_it_says_what_mastery_says(cast: Cast) -> None:
    contract, keys, _ = small(cast)
    lines = {line.learner: line for line in ledger_lines(draw(cast, contract))}
    assert lines[keys[0]].lacks == ()
    gap, why = lines[keys[3]].lacks
    assert gap.startswith("Ready for grade-level mathematics: 0 of 1 competencies proficient")
    assert why.startswith("C1: The evidence makes it")
    assert len(lines[keys[3]].evidence) == 4


def test_who_starts_proficient_is_no_learner_of_the_contract(cast: Cast) -> None:
    paid_for, session = house.skills(cast)
    before = datetime(2024, 8, 1, 15, tzinfo=UTC)
    terms = house.terms(cast, paid_for)
    below = (Below(str(paid_for), "proficient"),)
    contract = house.signed(cast, replace(terms, population=replace(terms.population, below=below)))
    (able,), (new,) = house.learners(cast, 1), house.learners(cast, 1)
    shown = [
        answer(able, paid_for, kind="task", occurred_at=before + timedelta(hours=k))
        for k in range(4)
    ]
    record(by=None, district=cast.district.pk, shown=shown, now=before + timedelta(days=1))
    house.sessions(cast, [able, new], session)
    lines = {line.learner: line for line in ledger_lines(draw(cast, contract))}
    assert (lines[able].standing, lines[able].total) == ("outside", 0)
    assert (lines[new].standing, lines[new].total) == ("in", cents("670.00"))


def test_a_gain_counts_only_what_was_not_shown_before(cast: Cast) -> None:
    paid_for, session = house.skills(cast)
    both = duval.outcome(measure="gain", competencies=(str(paid_for), str(session)))
    contract = house.signed(cast, house.terms(cast, paid_for, outcomes=(both,)))
    (key,) = house.learners(cast, 1)
    house.sessions(cast, [key], session)
    house.tasks(cast, [key], paid_for, 1.0)
    draw(cast, contract)
    line = ContractLine.objects.get(learner=key)
    assert line.earned[0]["value"] == "2"


def test_a_score_from_outside_and_attendance_are_paid_for(cast: Cast) -> None:
    paid_for, session = house.skills(cast)
    tiers = (Tier(Decimal("0.8"), 375_00),)
    score = duval.outcome(
        key="test", measure="score", competencies=(), instrument="State test", tiers=tiers
    )
    present = duval.outcome(key="present", measure="attendance", competencies=(), tiers=tiers)
    contract = house.signed(cast, house.terms(cast, paid_for, outcomes=(score, present)))
    (key,) = house.learners(cast, 1)
    house.sessions(cast, [key], session)
    at = datetime(2025, 5, 20, 15, tzinfo=UTC)
    shown = [
        answer(key, paid_for, kind="outside", item="State test", score=s, occurred_at=at - ago)
        for s, ago in ((0.4, timedelta(days=1)), (0.85, timedelta()))
    ]
    record(by=None, district=cast.district.pk, shown=shown, now=house.RECORDED)
    person = person_of(key)
    assert person
    AttendanceDay.objects.bulk_create(
        AttendanceDay(
            district=cast.district,
            learner=person,
            school=cast.school,
            day=date(2025, 5, day),
            status="absent" if day == 5 else "present",
        )
        for day in range(5, 15)
    )
    draw(cast, contract)
    test, days = ContractLine.objects.get(learner=key).earned
    assert (test["value"], test["cents"], len(test["evidence"])) == ("0.850000", 375_00, 1)
    assert (days["value"], days["cents"]) == ("0.900000", 375_00)


def test_a_learner_whom_both_sides_take_out_is_excluded_where_the_terms_allow_it(
    cast: Cast,
) -> None:
    agreed = (Exclusion("agreed", "section 5.4"),)
    contract, keys, _ = small(cast, exclusions=agreed)
    ledger = draw(cast, contract, agreed={keys[0]: "In hospital since January"})
    lines = {line.learner: line for line in ledger_lines(ledger)}
    assert lines[keys[0]].reason == "In hospital since January (section 5.4)"
    assert (lines[keys[0]].total, ledger.total_cents) == (0, cents("2760.00"))
    assert recomputed(ledger).digest == ledger.digest
    with pytest.raises(ValueError, match="is no learner"):
        draw(cast, contract, agreed={cast.maya.pk: "Moved"})
