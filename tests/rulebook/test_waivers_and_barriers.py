"""A waiver frees for its days and no longer; a barrier is open while nothing lifts it."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest

from milepost.audit.models import Event
from milepost.ids import new_id
from milepost.roster.models import Organisation
from milepost.rulebook import commands, queries
from milepost.rulebook.models import Barrier, Rule, Waiver
from tests.cast import Cast
from tests.rulebook.books import NOW, TODAY, publish

FIRST, LAST = date(2026, 9, 1), date(2027, 6, 30)


@pytest.fixture
def rule(cast: Cast) -> Rule:
    """The class-size rule of the cast's district, as it binds today."""
    publish(cast.district)
    return Rule.objects.get(identifier="class-size", begins_on=date(2024, 7, 1))


def freed(cast: Cast, rule: Rule, *organisations: Organisation) -> Waiver:
    return commands.grant_waiver(
        by=cast.diaz.pk,
        rule=rule,
        organisations=organisations or [cast.district],
        begins_on=FIRST,
        ends_on=LAST,
        decided_by="State board",
        document="Decision 12 of 2026-08-20",
        conditions="A report each spring.",
        now=NOW,
    )


def blocked(cast: Cast, record: UUID | None = None, cents: int = 4_500_000) -> Barrier:
    return commands.report_barrier(
        by=cast.fox.pk,
        organisation=cast.school,
        citation="Cedar Code 1.01",
        blocks="One studio of 40 first graders with two teachers",
        on=TODAY,
        now=NOW,
        record_kind="plan_version",
        record=record,
        part="studio",
        blocked_cents=cents,
        years=[2028, 2027],
    )


def waived(organisation: Organisation, on: date) -> bool:
    (one,) = queries.rules_in_force(organisation, on, binds="class_size")
    return one.waived


def test_a_waiver_of_a_district_frees_its_schools_for_its_days(cast: Cast, rule: Rule) -> None:
    freed(cast, rule)
    for organisation in (cast.district, cast.school):
        assert [waived(organisation, on) for on in (
            FIRST - timedelta(1), FIRST, LAST, LAST + timedelta(1)
        )] == [False, True, True, False]  # fmt: skip
    assert queries.value(cast.district, "class-size", "maximum_pupils", FIRST, "KG") == 22


def test_a_waiver_of_a_school_does_not_free_its_district(cast: Cast, rule: Rule) -> None:
    freed(cast, rule, cast.school)
    assert waived(cast.school, FIRST)
    assert not waived(cast.district, FIRST)


def test_a_waiver_that_ends_early_held_until_then(cast: Cast, rule: Rule) -> None:
    waiver = freed(cast, rule)
    last_day = date(2026, 12, 31)
    commands.end_waiver(by=None, waiver=waiver, last_day=last_day, why="No report came.", now=NOW)
    assert [waived(cast.school, on) for on in (last_day, last_day + timedelta(1))] == [True, False]
    waiver.refresh_from_db()
    assert waiver.status == "ended"
    for day, why in ((FIRST - timedelta(1), "x"), (LAST, "x"), (last_day, " ")):
        with pytest.raises(ValueError, match=r"last day|Say why"):
            commands.end_waiver(by=None, waiver=waiver, last_day=day, why=why, now=NOW)


def test_a_waiver_goes_on_when_the_rule_is_amended(cast: Cast, rule: Rule) -> None:
    freed(cast, rule)
    commands.amend_rule(by=None, rule=rule, begins_on=date(2027, 1, 1), source="Act 7",
                        source_on=TODAY, now=NOW, words="Now 20.")  # fmt: skip
    assert waived(cast.district, date(2027, 1, 1))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"organisations": []}, "which schools"),
        ({"ends_on": FIRST - timedelta(1)}, "before it begins"),
        ({"document": ""}, "who decided"),
    ],
)
def test_a_waiver_that_cannot_be_is_refused(
    cast: Cast, rule: Rule, change: dict[str, object], said: str
) -> None:
    facts: dict[str, object] = {
        "by": None, "rule": rule, "organisations": [cast.district], "begins_on": FIRST,
        "ends_on": LAST, "decided_by": "State board", "document": "12", "now": NOW,
    }  # fmt: skip
    with pytest.raises(ValueError, match=said):
        commands.grant_waiver(**facts | change)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="is not bound"):
        commands.grant_waiver(**facts | {"organisations": [cast.elsewhere]})  # type: ignore[arg-type]
    assert not Waiver.objects.exists()


def test_a_barrier_is_lifted_while_a_waiver_holds_and_back_when_it_ends(
    cast: Cast, rule: Rule
) -> None:
    blocked(cast, new_id())
    waiver = freed(cast, rule)

    def state(on: date) -> str:
        (one,) = queries.barriers(cast.district, on)
        return one.state

    day = timedelta(1)
    commands.end_waiver(by=None, waiver=waiver, last_day=LAST - 9 * day, why="Enough.", now=NOW)
    assert [state(on) for on in (FIRST, LAST - 9 * day, LAST - 8 * day)] == [
        "lifted", "lifted", "open",
    ]  # fmt: skip


def test_a_waiver_of_another_school_lifts_nothing_here(cast: Cast, rule: Rule) -> None:
    barrier = blocked(cast, new_id())
    publish(cast.elsewhere)
    other = Rule.objects.get(
        organisation=cast.elsewhere, identifier="class-size", begins_on=date(2024, 7, 1)
    )
    waiver = freed(cast, other, cast.elsewhere)
    assert [one.state for one in queries.barriers(cast.district, FIRST)] == ["open"]
    with pytest.raises(ValueError, match="does not cover Cedar School"):
        commands.lift(by=None, barrier=barrier, waiver=waiver, now=NOW)


def test_a_barrier_knows_its_rule_and_can_be_tied_to_its_waiver(cast: Cast, rule: Rule) -> None:
    barrier = blocked(cast, new_id())
    assert (barrier.rule, barrier.years) == (rule, [2027, 2028])
    waiver = freed(cast, rule)
    commands.lift(by=None, barrier=barrier, waiver=waiver, now=NOW)
    (one,) = queries.barriers(cast.school, FIRST)
    assert (one.state, one.waiver) == ("lifted", waiver)
    bids = Rule.objects.get(identifier="bids")
    with pytest.raises(ValueError, match=r"Cedar Code 1\.01 is in the way"):
        commands.lift(by=None, barrier=barrier, waiver=freed(cast, bids), now=NOW)


def test_the_same_report_again_changes_nothing_and_a_newer_one_corrects(
    cast: Cast, rule: Rule
) -> None:
    record = new_id()
    blocked(cast, record)
    events = Event.objects.count()
    blocked(cast, record)
    assert Event.objects.count() == events
    assert blocked(cast, record, cents=1).blocked_cents == 1
    assert Barrier.objects.count() == 1


def test_a_resolved_barrier_stays_in_the_record(cast: Cast, rule: Rule) -> None:
    barrier = blocked(cast, new_id())
    gone = TODAY + timedelta(30)
    with pytest.raises(ValueError, match="that day or later"):
        commands.resolve_barrier(by=None, barrier=barrier, on=FIRST - timedelta(1), why="x",
                                 now=NOW)  # fmt: skip
    commands.resolve_barrier(by=None, barrier=barrier, on=gone, why="Two rooms.", now=NOW)
    assert queries.barriers(cast.district, gone) == []
    assert [one.state for one in queries.barriers(cast.district, TODAY)] == ["open"]
    (one,) = queries.barriers(cast.district, gone, resolved=True)
    assert one.state == "resolved"
    assert queries.barriers(cast.district, TODAY - timedelta(1)) == [], "not reported yet"


def test_a_report_without_a_citation_or_with_negative_money_is_refused(cast: Cast) -> None:
    facts = {"by": None, "organisation": cast.district, "on": TODAY, "now": NOW}
    with pytest.raises(ValueError, match="which rule"):
        commands.report_barrier(citation=" ", blocks="x", **facts)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="less than nothing"):
        commands.report_barrier(citation="x", blocks="x", blocked_cents=-1, **facts)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at most 200 characters"):
        commands.report_barrier(citation="x" * 201, blocks="x", **facts)  # type: ignore[arg-type]
    assert not Barrier.objects.exists()


def test_questions_cost_the_same_with_many_rules_and_barriers(
    cast: Cast, rule: Rule, django_assert_num_queries: Callable[[int], object]
) -> None:
    freed(cast, rule)
    for _ in range(5):
        blocked(cast, new_id())
    school = Organisation.objects.select_related("parent__parent").get(pk=cast.school.pk)
    with django_assert_num_queries(3):  # type: ignore[attr-defined]
        assert len(queries.rules_in_force(school, FIRST)) == 2
    with django_assert_num_queries(3):  # type: ignore[attr-defined]
        assert len(queries.barriers(school, FIRST)) == 5
