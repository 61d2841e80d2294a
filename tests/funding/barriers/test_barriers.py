"""What blocks a plan reaches the rulebook, and a waiver there lifts the block for its days."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest

from milepost.audit.models import Event
from milepost.funding.accounts import Account
from milepost.funding.blocks import PlanLine, blocked
from milepost.funding.commands.barriers import record_barriers
from milepost.funding.queries.barriers import limits, waived
from milepost.funding.streams import Cost
from milepost.ids import new_id
from milepost.rulebook import commands as rulebook
from milepost.rulebook import queries
from milepost.rulebook.models import Barrier, Rule
from tests.cast import Cast
from tests.rulebook.books import NOW, TODAY, publish

LAST = date(2027, 6, 30)


@dataclass(frozen=True)
class Found:
    """What the braid hands over."""

    line: str
    stream: str | None
    citation: str
    cents: int
    years: tuple[int, ...]


TUTORS = Found("tutors", "title-i", "Cedar Code 1.01", 1_234_567, (2027, 2028))
BIDS = Found("devices", None, "Cedar Code 9.09", 9_000_000, (2027,))


def free(cast: Cast, last_day: date = LAST) -> None:
    rulebook.grant_waiver(
        by=None, rule=Rule.objects.get(identifier="class-size", ends_on=None),
        organisations=[cast.district], begins_on=TODAY, ends_on=last_day,
        decided_by="State board", document="Decision 12", now=NOW,
    )  # fmt: skip


def record(cast: Cast, version: object, *found: Found, **more: object) -> list[Barrier]:
    return record_barriers(
        by=cast.fox.pk, organisation=cast.district, version=version, barriers=found, on=TODAY,
        now=NOW, **more,
    )  # type: ignore[arg-type]  # fmt: skip


def test_the_day_after_a_waiver_ends_its_block_is_back(cast: Cast) -> None:
    publish(cast.district)
    assert waived(cast.district, TODAY) == frozenset()
    free(cast)
    lifted = frozenset({"Cedar Code 1.01"})
    assert waived(cast.district, TODAY) == lifted
    assert waived(cast.school, LAST) == lifted
    assert waived(cast.school, LAST + timedelta(1)) == frozenset()
    assert waived(cast.elsewhere, TODAY) == frozenset()


def test_rules_in_force_block_a_plans_lines_until_they_are_waived(cast: Cast) -> None:
    publish(cast.district)
    cost = Cost(
        "studio", 2027, 4_000_000, Account("01", "1000", "100", "100"), "other", "recurring"
    )
    line = PlanLine(cost, grades=frozenset({"01"}), pupils=47, classes=2)

    def citations(on: date) -> list[str]:
        return [one.citation for one in blocked([line], limits(cast.district, on))]

    assert citations(TODAY) == ["Cedar Code 1.01"]
    assert citations(date(2024, 6, 30)) == [], "24 pupils were allowed then"
    free(cast)
    assert [citations(on) for on in (TODAY, LAST + timedelta(1))] == [[], ["Cedar Code 1.01"]]


def test_what_blocks_a_plan_stands_in_the_rulebook_to_the_cent(cast: Cast) -> None:
    publish(cast.district)
    version = new_id()
    record(cast, version, TUTORS, BIDS)
    one, other = sorted(queries.barriers(cast.district, TODAY), key=lambda b: b.barrier.citation)
    assert one.barrier.blocks == "Line “tutors” cannot be paid by “title-i”."
    assert (one.barrier.blocked_cents, one.barrier.years) == (1_234_567, [2027, 2028])
    assert (one.barrier.record, one.barrier.record_kind) == (version, "plan_version")
    assert one.barrier.rule
    assert one.barrier.rule.identifier == "class-size"
    assert other.barrier.blocks == "Line “devices” cannot be paid by anybody."


def test_recording_again_keeps_resolves_and_changes_nothing_else(cast: Cast) -> None:
    publish(cast.district)
    version = new_id()
    first = record(cast, version, TUTORS, BIDS)
    events = Event.objects.count()
    assert record(cast, version, TUTORS, BIDS) == first
    assert Event.objects.count() == events
    record(cast, version, TUTORS)
    assert [b.barrier.citation for b in queries.barriers(cast.district, TODAY)] == [
        "Cedar Code 1.01"
    ]
    newer = new_id()
    record(cast, newer, BIDS, replaces=version)
    assert [b.barrier.record for b in queries.barriers(cast.district, TODAY)] == [newer]
    assert len(queries.barriers(cast.district, TODAY, resolved=True)) == 3


def test_a_barrier_without_a_citation_changes_nothing(cast: Cast) -> None:
    bad = Found("x", None, "", 1, (2027,))
    with pytest.raises(ValueError, match="which rule"):
        record(cast, new_id(), TUTORS, bad)
    assert not Barrier.objects.exists()


def test_the_words_of_a_check_are_kept(cast: Cast) -> None:
    publish(cast.district)
    cost = Cost(
        "laptops", 2027, 7_500_051, Account("01", "1000", "700", "100"), "technology", "start-up"
    )
    found = blocked([PlanLine(cost, bought_by="quotes")], limits(cast.district, TODAY))
    (one,) = record_barriers(by=cast.fox.pk, organisation=cast.district, version=new_id(),
                             barriers=found, on=TODAY, now=NOW)  # fmt: skip
    assert "75,000.51 dollars is above 75000.50 dollars" in one.blocks
    assert Decimal(one.blocked_cents or 0) == 7_500_051
