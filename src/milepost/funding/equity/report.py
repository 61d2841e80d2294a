"""All measures of equity in one object, with a plain sentence for each."""

from collections.abc import Iterator
from dataclasses import dataclass

from numpy.typing import ArrayLike

from milepost.funding.equity import neutrality, spread
from milepost.funding.equity.districts import Districts, Dropped, Missing, checked


@dataclass(frozen=True)
class Finding:
    """One measure: its field's name, its value, and what it says."""

    name: str
    value: float
    sentence: str


@dataclass(frozen=True)
class EquityReport:
    """How evenly and how fairly dollars per pupil are spread over the pupils of these districts."""

    districts: int
    pupils: float
    mean: float
    """Dollars per pupil, over pupils."""
    median: float
    dropped: Dropped
    findings: tuple[Finding, ...]

    def __getitem__(self, name: str) -> float:
        """Return a measure by name. Raises KeyError where it was not asked for."""
        for finding in self.findings:
            if finding.name == name:
                return finding.value
        raise KeyError(name)

    def sentences(self) -> Iterator[str]:
        """Yield the report in plain words, the scope first."""
        yield (
            f"{self.districts} districts with {self.pupils:,.0f} pupils; the average pupil has "
            f"${self.mean:,.0f}, the middle pupil ${self.median:,.0f}."
        )
        yield self.dropped.sentence()
        yield from (finding.sentence for finding in self.findings)


def report(
    pupils: ArrayLike,
    dollars: ArrayLike,
    *,
    wealth: ArrayLike | None = None,
    need: ArrayLike | None = None,
    missing: Missing = "refuse",
) -> EquityReport:
    """Measure equity over districts: pupils, dollars per pupil, and where they are known wealth
    per pupil and the share of pupils in need (each an array with one entry a district).

    Without wealth the measures of neutrality are left out, without need those of progressivity.
    Raises ValueError as `checked` does.
    """
    table = checked(pupils, dollars, wealth=wealth, need=need, missing=missing)
    return EquityReport(
        districts=table.pupils.size,
        pupils=float(table.pupils.sum()),
        mean=spread.mean(table.dollars, table.pupils),
        median=spread.percentile(table.dollars, table.pupils, 0.5),
        dropped=table.dropped,
        findings=(*_evenness(table), *_neutral(table), *_progressive(table)),
    )


def _evenness(table: Districts) -> Iterator[Finding]:
    money, pupils = table.dollars, table.pupils
    value = spread.coefficient_of_variation(money, pupils)
    yield Finding(
        "coefficient_of_variation",
        value,
        f"Coefficient of variation {value:.4f}: the standard deviation is {value:.1%} of the mean.",
    )
    value = spread.gini(money, pupils)
    yield Finding(
        "gini", value, f"Gini {value:.4f}: 0 is the same for every pupil, 1 is all for one."
    )
    value = spread.mcloone(money, pupils)
    yield Finding(
        "mcloone",
        value,
        f"McLoone {value:.4f}: the lower half has {value:.1%} of what the median for all of them "
        "would cost.",
    )
    value = spread.verstegen(money, pupils)
    yield Finding(
        "verstegen",
        value,
        f"Verstegen {value:.4f}: the upper half has {value - 1:.1%} more than the median.",
    )
    value = spread.restricted_range(money, pupils)
    yield Finding(
        "restricted_range",
        value,
        f"Restricted range ${value:,.0f}: from the pupil at 5 % to the pupil at 95 %.",
    )
    value = spread.federal_range_ratio(money, pupils)
    yield Finding(
        "federal_range_ratio",
        value,
        f"Federal range ratio {value:.4f}: the pupil at 95 % has {value:.1%} more than the one at "
        "5 %.",
    )


def _neutral(table: Districts) -> Iterator[Finding]:
    if table.wealth is None:
        return
    columns = (table.dollars, table.wealth, table.pupils)
    value = neutrality.wealth_correlation(*columns)
    yield Finding(
        "wealth_correlation",
        value,
        f"Wealth correlation {value:.4f}: 0 is no tie between wealth and dollars.",
    )
    value = neutrality.wealth_slope(*columns)
    yield Finding(
        "wealth_slope",
        value,
        f"Slope {value:.6f}: ${1000 * value:,.2f} a pupil with each $1,000 more of wealth.",
    )
    value = neutrality.wealth_elasticity(*columns)
    yield Finding(
        "wealth_elasticity",
        value,
        f"Elasticity {value:.4f}: {value:.2f} % more dollars with 1 % more wealth.",
    )


def _progressive(table: Districts) -> Iterator[Finding]:
    if table.need is None:
        return
    columns = (table.dollars, table.need, table.pupils)
    value = neutrality.need_weighted_progressivity(*columns)
    yield Finding(
        "need_weighted_progressivity",
        value,
        f"Need-weighted progressivity {value:.4f}: the average pupil in need has {value:.1%} of "
        "what the average other pupil has.",
    )
    value = neutrality.regression_progressivity(*columns)
    yield Finding(
        "regression_progressivity",
        value,
        f"Regression-based progressivity {value:.4f}: at 30 % in need {value:.1%} of what is "
        "predicted at none.",
    )
