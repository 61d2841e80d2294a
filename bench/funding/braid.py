"""Who pays for what: a plan braided with its streams.

    python bench/funding/braid.py --size small|full

A generated plan (seeded): lines of a school system by function, category, timing, school and what
they are for, each with a cost in every year it runs; streams as districts have them: one general
fund, state categoricals, federal titles with rules, caps, carry-over and indirect cost, matched
grants, gifts that end. `braid_500x40x5` is the time to solve, round to cents and explain every
allocation; the lines before the figure say what was braided.
"""

import resource
import subprocess
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from _report import figure, size

from milepost.funding.accounts import Account
from milepost.funding.braid import Braid, Cap, braid
from milepost.funding.sources import Source
from milepost.funding.streams import Award, Category, Cost, Restriction, Stream, Timing, Window

FIRST = 2026
ON = date(2025, 9, 1)
SOURCE = Source("generated", ON, "benchmark")
CATEGORIES: tuple[Category, ...] = (
    "technology",
    "professional development",
    "stipends and bonuses",
    "instructional support staff",
    "other",
)
FUNCTIONS = ("1000", "2120", "2130", "2213", "2220", "2230", "2410", "2580", "2610", "2720")
OBJECTS = ("111", "113", "240", "320", "430", "510", "610", "650", "734", "810")
TAGS = ("title-i-school", "tutoring", "special-education", "english-learners", "required-by-law")
TIMINGS: tuple[Timing, ...] = ("start-up", "recurring")


def costs(lines: int, years: int, rng: np.random.Generator) -> list[Cost]:
    """Return the costs of a plan; start-up lines cost in one year or two, the others in all."""
    found = []
    for at in range(lines):
        timing = TIMINGS[int(rng.random() < 0.8)]
        account = Account("10", str(rng.choice(FUNCTIONS)), str(rng.choice(OBJECTS)), "100")
        category = CATEGORIES[int(rng.integers(5))]
        tags = frozenset(tag for tag in TAGS if rng.random() < 0.15)
        school = f"school-{rng.integers(20)}" if rng.random() < 0.6 else None
        cents = int(rng.lognormal(15, 1.2))
        from_year = int(rng.integers(years - 1)) if timing == "start-up" else 0
        until = min(from_year + 2, years) if timing == "start-up" else years
        for year in range(from_year, until):
            grown = int(cents * 1.03**year)
            line = f"line-{at:04}"
            found.append(Cost(line, FIRST + year, grown, account, category, timing, school, tags))
    return found


def streams(count: int, years: int, needed: int, rng: np.random.Generator) -> list[Stream]:
    """Return streams that together bring about nine tenths of what is needed in all years."""
    weights = rng.lognormal(0, 0.8, count)
    weights[0] = weights[1:].sum()
    amounts = weights / weights.sum() * needed * 0.9
    return [_stream(at, int(amount), years, rng) for at, amount in enumerate(amounts)]


def _stream(at: int, amount: int, years: int, rng: np.random.Generator) -> Stream:
    kind = "general" if at == 0 else ("title", "state", "gift", "match")[int(rng.integers(4))]
    key = f"{kind}-{at:02}"
    long = kind in ("general", "title", "state")
    given = years if long else 1
    start = 0 if long else int(rng.integers(years - 1))
    awards = tuple(Award(FIRST + start + y, amount // given, SOURCE) for y in range(given))
    end = None if kind == "general" else date(FIRST + start + given - 1 + int(long), 9, 30)
    if kind in ("gift", "match"):
        end = date(FIRST + start + 1, 9, 30)
    window = Window(date(2025, 1, 1), date(FIRST + start - 1, 7, 1), end, None, SOURCE)
    rule = f"rule of {key}"
    allows: tuple[Restriction, ...] = {
        "general": (),
        "gift": (Restriction(rule, categories=frozenset({CATEGORIES[int(rng.integers(5))]})),),
        "match": (Restriction(rule, tags=frozenset({str(rng.choice(TAGS[:4]))})),),
        "title": (Restriction(rule, tags=frozenset({str(rng.choice(TAGS[:4]))})),),
        "state": (
            Restriction(rule, functions=frozenset(map(str, rng.choice(FUNCTIONS, 5)))),
            Restriction(rule, timings=frozenset({"start-up"})),
        ),
    }[kind]
    return Stream(
        key,
        key,
        "local" if at == 0 else "federal",
        awards,
        (window,),
        allows,
        forbids=(Restriction(f"{rule}, buildings", functions=frozenset({"2610"})),) * (at > 0),
        carry_over=Decimal("0.15") if kind == "title" else Decimal(1),
        match=Decimal("0.25") if kind == "match" else Decimal(0),
        indirect_rate=Decimal("0.0425") if kind == "title" else Decimal(0),
        supplements=kind == "title",
        ends=kind == "gift",
    )


def made(lines: int, count: int, years: int, seed: int = 5) -> tuple[Braid, float]:
    """Return a braid with all its reasons, and the seconds that it took."""
    rng = np.random.default_rng(seed)
    plan = costs(lines, years, rng)
    money = streams(count, years, sum(cost.cents for cost in plan), rng)
    caps = [
        Cap(f"cap of {s.key}", s.key, share=Decimal("0.3"), categories=frozenset({"technology"}))
        for s in money
        if s.key.startswith("title")
    ]
    start = time.perf_counter()
    found = braid(plan, money, on=ON, caps=caps)
    reasons = len(found.allocations) + len(found.left) + len(found.unpaid) + len(found.barriers)
    seconds = time.perf_counter() - start
    payable = sum(len(found.problem.payers(cost)) for cost in found.problem.costs)
    print(
        f"{lines} lines x {count} streams x {years} years: {len(plan)} costs in "
        f"{len(found.problem.groups)} groups, {payable} cells allowed, {len(found.cells)} paid, "
        f"{reasons} reasons, {seconds:.2f} s"
    )
    return found, seconds


def main() -> None:
    chosen = size(__doc__)
    imported = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, milepost.funding.braid; print('ortools' in sys.modules)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert imported.stdout.strip() == "False", "importing the braid loads OR-Tools"
    sweep = [(50, 10, 5), (125, 20, 5), (250, 40, 5)]
    if chosen == "full":
        sweep += [(1000, 40, 5), (500, 80, 5)]
    made(20, 5, 3)  # loads OR-Tools
    for lines, count, years in sweep:
        found, seconds = made(lines, count, years)
        figure(f"braid_{lines}x{count}x{years}", seconds, "s", n=len(found.problem.costs))
    found, seconds = made(500, 40, 5)
    figure("braid_500x40x5", seconds, "s", n=len(found.problem.costs))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figure("braid_memory_peak", peak, "MB")


if __name__ == "__main__":
    main()
