"""Whatever costs, streams and rules there are, the cents add up and nothing is overdrawn."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.funding.braid import Braid, Cap, Effort, Infeasible, Pin, braid
from milepost.funding.streams import Category, Cost, Restriction, Stream
from tests.funding.braid.money import ON, cost, stream

pytestmark = pytest.mark.pure

YEARS = (2026, 2027, 2028)
TAGS = ("tutoring", "technology", "required-by-law", "no-indirect")
CATEGORIES: tuple[Category, ...] = ("technology", "other")


@st.composite
def plans(draw: st.DrawFn) -> list[Cost]:
    """Return up to eight lines in up to three years."""
    found = []
    for at in range(draw(st.integers(1, 8))):
        tags = draw(st.sets(st.sampled_from(TAGS)))
        category = draw(st.sampled_from(CATEGORIES))
        for year in draw(st.sets(st.sampled_from(YEARS), min_size=1)):
            cents = draw(st.integers(0, 100_003))
            found.append(cost(f"line-{at}", cents, *tags, year=year, category=category))
    return found


@st.composite
def moneys(draw: st.DrawFn) -> list[Stream]:
    """Return up to five streams with all that a stream may ask."""
    return [
        stream(
            f"stream-{at}",
            draw(st.dictionaries(st.sampled_from(YEARS), st.integers(0, 200_001))),
            *draw(st.sets(st.sampled_from(TAGS[:2]), max_size=1)),
            ends=draw(st.sampled_from([None, date(2026, 6, 30), date(2027, 9, 30)])),
            carry_over=draw(st.sampled_from(["0", "0.15", "1"])),
            match=draw(st.sampled_from([Decimal(0), Decimal(0), Decimal("0.25"), Decimal(1)])),
            indirect_rate=draw(st.sampled_from([Decimal(0), Decimal("0.0425"), Decimal("0.3")])),
            supplements=draw(st.booleans()),
            origin=draw(st.sampled_from(["federal", "local"])),
        )
        for at in range(draw(st.integers(1, 5)))
    ]


def overdrawn(found: Braid) -> list[str]:
    """Return every condition that a braid breaks, from the costs and streams themselves."""
    problem, wrong = found.problem, []
    if any(cents <= 0 for cents in found.cells.values()):
        wrong.append("a share is not above zero")
    for one in problem.costs:
        shares = {
            k: c for (line, y, k), c in found.cells.items() if (line, y) == (one.line, one.year)
        }
        if sum(shares.values()) + found.short.get((one.line, one.year), 0) != one.cents:
            wrong.append(f"{one.line} does not add up")
        asked = sum(Fraction(problem.stream[k].match) * c for k, c in shares.items())
        free = [
            k for k in shares if not problem.stream[k].restricted and not problem.stream[k].match
        ]
        if asked > sum(shares[k] for k in free):
            wrong.append(f"{one.line} is not matched")
        for key in shares:
            payer = problem.stream[key]
            window = payer.window(ON)
            if payer.allowed(one) or window is None or not window.open_in(one.year):
                wrong.append(f"{key} may not pay {one.line}")
            if payer.supplements and one.tags & {"required-by-law", "paid-before"}:
                wrong.append(f"{key} supplants {one.line}")
    for payer in problem.streams:
        wrong += _stream(found, payer)
    for cap in problem.terms.caps:
        paid = [
            c
            for (line, y, k), c in found.cells.items()
            if k == cap.stream and problem.cost[line, y].category in cap.categories
        ]
        if sum(paid) > problem.most(cap):
            wrong.append(f"{cap.rule} is broken")
    return wrong


def _stream(found: Braid, payer: Stream) -> list[str]:
    """Return what is wrong with a stream: it is spent before it is there, or does not add up."""
    held, spent_in_all, wrong = 0, 0, []
    awards = {award.year: award.cents for award in payer.awards if award.year <= max(YEARS)}
    for year in found.problem.years:
        cells = [
            (line, c) for (line, y, k), c in found.cells.items() if (k, y) == (payer.key, year)
        ]
        base = [c for line, c in cells if "no-indirect" not in found.problem.cost[line, year].tags]
        spent = sum(c for _, c in cells) + int(sum(base) * Fraction(payer.indirect_rate))
        rest = held + awards.get(year, 0) - spent
        if rest < 0:
            wrong.append(f"{payer.key} is overdrawn in {year}")
        held = min(rest, held + int(awards.get(year, 0) * payer.carry_over))
        spent_in_all += spent
    left = sum(one.cents for one in found.left if one.stream == payer.key)
    given = sum(c for y, c in awards.items() if y in found.problem.years)
    if spent_in_all + left != given:
        wrong.append(f"{payer.key} does not add up: {spent_in_all} + {left} of {given}")
    return wrong


@settings(max_examples=40, deadline=None)
@given(plans(), moneys(), st.integers(0, 50_000), st.randoms(use_true_random=False))
def test_rows_streams_caps_and_matches_hold_to_the_cent_and_order_does_not_matter(
    costs: list[Cost], money: list[Stream], most: int, random: object
) -> None:
    caps = [Cap("the cap", money[0].key, cents=most, categories=frozenset({"technology"}))]
    found = braid(costs, money, on=ON, caps=caps)
    assert overdrawn(found) == []
    assert found.allocations is not None
    assert {(u.line, u.year) for u in found.unpaid} == set(found.short)
    assert all(one.why for one in (*found.allocations, *found.left, *found.unpaid))
    random.shuffle(costs)  # type: ignore[attr-defined]
    random.shuffle(money)  # type: ignore[attr-defined]
    assert braid(costs, money, on=ON, caps=caps).cells == found.cells


@settings(max_examples=25, deadline=None)
@given(plans(), moneys(), st.data())
def test_what_is_asked_is_met_or_a_conflict_is_named(
    costs: list[Cost], money: list[Stream], data: st.DataObject
) -> None:
    required = data.draw(st.sets(st.sampled_from(sorted({one.line for one in costs}))))
    place = data.draw(st.sampled_from(costs))
    payer = data.draw(st.sampled_from(money))
    pin = Pin(place.line, place.year, payer.key, data.draw(st.integers(0, place.cents)), "Ana")
    local = frozenset({"local"})
    effort = Effort(Restriction("effort"), 2026, data.draw(st.integers(0, 20_000)), local)
    try:
        found = braid(costs, money, on=ON, required=required, pins=[pin], efforts=[effort])
    except Infeasible as wrong:
        found, said = None, wrong.conflict
    if found is None:
        assert said
        return
    assert not {line for line, _ in found.short} & required
    assert found.cells.get((pin.line, pin.year, pin.stream), 0) == pin.cents
    paid = sum(
        c
        for (_, y, k), c in found.cells.items()
        if y == 2026 and found.problem.stream[k].origin == "local"
    )
    assert paid >= effort.cents


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 500), min_size=1, max_size=6), st.integers(0, 2_000))
def test_with_one_stream_all_money_or_all_cost_is_used_up(amounts: list[int], award: int) -> None:
    costs = [cost(f"line-{at}", cents) for at, cents in enumerate(amounts)]
    found = braid(costs, [stream("general", {2026: award})], on=ON)
    assert sum(found.cells.values()) == min(sum(amounts), award)
