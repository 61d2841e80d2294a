"""Plans are kept version by version; nobody overwrites another's."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from milepost.audit.models import Event
from milepost.funding.commands.plan import NewerVersionError, begin_plan, keep_version
from milepost.funding.models import Plan, PlanVersion
from milepost.funding.plan.example import ON, example
from milepost.funding.queries import plan as plans
from milepost.roster.commands import add_class
from milepost.roster.models import Enrollment
from milepost.roster.queries import viewer
from tests.cast import Cast

NOW = datetime(2026, 8, 1, 15, tzinfo=UTC)


def begin(cast: Cast) -> Plan:
    return begin_plan(
        by=cast.fox.pk, district=cast.district, school=cast.school, contents=example(), now=NOW
    )


def test_a_plan_begins_with_its_first_version(cast: Cast) -> None:
    plan = begin(cast)
    held = plans.plan(plan.pk)
    assert (held.version.number, held.contents) == (1, example())
    assert plan.held_by == cast.fox.pk
    assert Event.objects.filter(action="funding.begin_plan", target=plan.pk).count() == 1


def test_a_version_made_from_the_newest_is_appended(cast: Cast) -> None:
    plan = begin(cast)
    laptops = replace(example().devices[0], price=300_00)
    keep_version(
        by=cast.chen.pk,
        plan=plan,
        contents=replace(example(), devices=(laptops,)),
        base=1,
        now=NOW,
        note="the supplier's new list",
    )
    assert plans.plan(plan.pk).contents.devices[0].price == 300_00
    assert plans.plan(plan.pk, 1).contents.devices[0].price == 268_00


def test_nobody_overwrites_a_newer_version(cast: Cast) -> None:
    plan = begin(cast)
    mine = replace(example(), devices=(replace(example().devices[0], price=300_00),))
    keep_version(by=cast.chen.pk, plan=plan, contents=mine, base=1, now=NOW)
    other = replace(example(), devices=(replace(example().devices[0], price=280_00),))
    with pytest.raises(NewerVersionError, match=r"Version 2 of .* after version 1") as refused:
        keep_version(by=cast.fox.pk, plan=plan, contents=other, base=1, now=NOW)
    assert refused.value.newest.kept_by == cast.chen.pk
    assert PlanVersion.objects.filter(plan=plan).count() == 2


def test_keeping_what_is_kept_already_adds_nothing(cast: Cast) -> None:
    plan = begin(cast)
    same = keep_version(by=cast.fox.pk, plan=plan, contents=example(), base=1, now=NOW)
    assert same.number == 1
    assert PlanVersion.objects.filter(plan=plan).count() == 1


def test_a_version_that_is_kept_does_not_change(cast: Cast) -> None:
    version = plans.plan(begin(cast).pk).version
    version.note = "something else"
    with pytest.raises(ValueError, match="keep a new one"):
        version.save()


def test_a_base_that_is_not_there_and_another_first_year_are_refused(cast: Cast) -> None:
    plan = begin(cast)
    with pytest.raises(ValueError, match="There is no version 7"):
        keep_version(by=cast.fox.pk, plan=plan, contents=example(), base=7, now=NOW)
    later = replace(example(), first_year=2028)
    with pytest.raises(ValueError, match="The plan begins in 2027"):
        keep_version(by=cast.fox.pk, plan=plan, contents=later, base=1, now=NOW)


def test_a_school_elsewhere_and_a_name_in_use_are_refused(cast: Cast) -> None:
    begin(cast)
    with pytest.raises(ValueError, match="already"):
        begin(cast)
    with pytest.raises(ValueError, match="no school of this district"):
        begin_plan(
            by=cast.fox.pk,
            district=cast.district,
            school=cast.far_class.school,
            contents=example(),
            now=NOW,
        )


def test_the_finance_lead_and_the_school_leader_see_it_and_others_do_not(cast: Cast) -> None:
    plan = begin(cast)
    for person in (cast.fox, cast.chen):
        assert [(one.pk, vars(one)["newest"]) for one in plans.plans(viewer(person))] == [
            (plan.pk, 1)
        ]
    for person in (cast.alba, cast.maya, cast.rosa, cast.young):
        assert not plans.plans(viewer(person))
    everybody = begin_plan(
        by=cast.fox.pk,
        district=cast.district,
        contents=replace(example(), name="District"),
        now=NOW,
    )
    assert everybody in plans.plans(viewer(cast.fox))
    assert everybody not in plans.plans(viewer(cast.chen))


def test_two_versions_are_compared_line_by_line(cast: Cast) -> None:
    plan = begin(cast)
    laptops = replace(example().devices[0], price=269_00)
    contents = replace(example(), devices=(laptops,))
    second = keep_version(by=cast.fox.pk, plan=plan, contents=contents, base=1, now=NOW)
    found = plans.difference(plans.plan(plan.pk, 1).version, second, on=ON)
    assert [(one.part, one.entry, one.before, one.after) for one in found.entries] == [
        ("device 'Laptops'", "price", 268_00, 269_00)
    ]
    assert {line.line for line in found.lines} == {"laptops"}
    assert found.lines[0].cents == 346 * 1_00
    assert sum(cost.cents for cost in found.after.costs) == found.cents + sum(
        cost.cents for cost in found.before.costs
    )


def test_an_unknown_plan_is_not_there(cast: Cast) -> None:
    with pytest.raises(PlanVersion.DoesNotExist):
        plans.plan(uuid4())


def test_history_comes_from_the_roster_and_an_unknown_grade_is_not_zero(cast: Cast) -> None:
    homeroom = add_class(by=None, school=cast.school, title="Room 5", grades=["05"])
    Enrollment.objects.create(
        district=cast.district,
        person=cast.maya,
        school_class=homeroom,
        role="learner",
        begins_on=date(2020, 8, 15),
        ends_on=date(2021, 6, 10),
    )
    Enrollment.objects.exclude(school_class=homeroom).update(begins_on=date(2021, 8, 15))
    heads = plans.headcounts(cast.school, ("05", "06"), (2020, 2021, 2022), on=date(2021, 11, 1))
    assert [head.by_grade for head in heads] == [(None, None), (1, 0), (0, 3)]
