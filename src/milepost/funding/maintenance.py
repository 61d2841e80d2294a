"""Maintenance of effort: what state and local money must keep paying for federal money to come.

IDEA, local educational agencies: 34 CFR 300.203 to 300.205 and Appendix E to part 300. ESEA: 20
U.S.C. 7901 with 34 CFR 299.5. Amounts are whole units (cents, or the ten thousands of dollars of
the appendix), and never floats.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Method = Literal["local", "state and local", "local per child", "state and local per child"]
"""The four ways in which effort may be shown (34 CFR 300.203(b)(2))."""

IDEA_RULE = "34 CFR 300.203"
ESEA_RULE = "20 U.S.C. 7901"


@dataclass(frozen=True)
class Year:
    """Effort of one fiscal year by one method, and what may lower the next level."""

    actual: int | Fraction | None
    """What was spent; a fraction where it is per child; None: not known yet."""
    exceptions: int | Fraction = 0
    """Allowed for this year by 34 CFR 300.204 (staff who left, fewer children, a costly child who
    left, long-lived purchases that ended, the high-cost fund)."""
    adjustment: int | Fraction = 0
    """Allowed for this year by 34 CFR 300.205: at most half of the rise of the federal grant."""


@dataclass(frozen=True)
class Level:
    """What one year required, and whether it was met; None: not known yet."""

    required: int | Fraction
    met: bool | None


def idea_levels(years: Sequence[Year]) -> list[Level]:
    """Return what IDEA requires of each year, from the first on, by one method.

    The first year is the base: it requires what it spent. Afterwards a year requires what the year
    before spent if it met its level, and what it had to spend if it did not, less this year's
    exceptions and adjustment (34 CFR 300.203(c); Appendix E, tables 1 to 3): failing lowers no
    level, and spending more raises it. A year that is not known counts as one that spends its
    level.

    Raises ValueError for a first year that is not known, and negative amounts.
    """
    if not years:
        return []
    for at, year in enumerate(years):
        if (year.actual or 0) < 0 or year.exceptions < 0 or year.adjustment < 0:
            raise ValueError(f"year {at + 1} of the effort has a negative amount")
    base = years[0].actual
    if base is None:
        raise ValueError("the first year of the effort is the base: say what was spent in it")
    levels = [Level(base, True)]
    standing: int | Fraction = base
    for year in years[1:]:
        required = max(standing - year.exceptions - year.adjustment, 0)
        met = None if year.actual is None else year.actual >= required
        levels.append(Level(required, met))
        standing = year.actual if met and year.actual is not None else required
    return levels


def per_child(cents: int, children: int) -> Fraction:
    """Return effort per child, exactly. Raises ValueError where there is no child."""
    if children <= 0:
        raise ValueError(f"effort per child asks for children: {children}")
    return Fraction(cents, children)


def idea_met(levels: dict[Method, Level]) -> bool | None:
    """Return whether a year was met by any of the methods; None: not known by any that could."""
    answers = [level.met for level in levels.values()]
    if any(answers):
        return True
    return None if None in answers or not answers else False


def idea_repayment(levels: dict[Method, tuple[Level, Year]], grant: int) -> int | Fraction:
    """Return what the state must repay for a year that no method met (34 CFR 300.203(d)).

    The smallest shortfall over the methods, in their unit, and never more than the grant of the
    year. Methods per child come in as totals: multiply level and year by the children first.
    Raises ValueError where a year is not known.
    """
    gaps = []
    for method, (level, year) in levels.items():
        if year.actual is None:
            raise ValueError(f"what was spent by {method!r} is not known")
        gaps.append(max(level.required - year.actual, 0))
    if not gaps:
        raise ValueError("a shortfall asks for one method at least")
    return min(min(gaps), grant)


@dataclass(frozen=True)
class EseaEffort:
    """Whether ESEA effort was kept, by which measure, and what is lost where it was not."""

    met: bool
    aggregate: Fraction
    """Effort of the preceding year over that of the second preceding one."""
    per_pupil: Fraction
    reduction: Fraction
    """Share by which the allocation is cut: how far the better measure falls short of 90 %."""


def esea_effort(
    preceding: int, second: int, *, pupils_preceding: int, pupils_second: int, failed_before: bool
) -> EseaEffort:
    """Return whether state and local effort was at least 90 % of the year before, ESEA.

    ``preceding`` and ``second`` are state and local spending on free public education of the
    preceding and the second preceding fiscal year, of which either the aggregate or the amount per
    pupil must reach 90 % (20 U.S.C. 7901(a)). Allocations are cut in the exact proportion of the
    shortfall, by the measure more favorable to the agency, and only where it failed in one or more
    of the five years before too, ``failed_before`` (20 U.S.C. 7901(b)(1)).

    Raises ValueError for amounts or pupils that are not above zero (missing is not zero).
    """
    if min(preceding, second) < 0 or second == 0:
        raise ValueError(f"effort must be known and above zero: {second}, then {preceding}")
    if min(pupils_preceding, pupils_second) <= 0:
        raise ValueError("effort per pupil asks for the pupils of both years")
    aggregate = Fraction(preceding, second)
    each = Fraction(preceding, pupils_preceding) / Fraction(second, pupils_second)
    least = Fraction(9, 10)
    short = max(least - max(aggregate, each), Fraction(0)) / least
    return EseaEffort(not short, aggregate, each, short if failed_before else Fraction(0))
