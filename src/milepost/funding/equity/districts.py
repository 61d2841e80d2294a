"""Districts as the measures take them: pupils and dollars per pupil, with nothing missing."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Missing = Literal["refuse", "drop"]


@dataclass(frozen=True)
class Dropped:
    """How many districts were left out, and for want of what."""

    pupils: int = 0
    dollars: int = 0
    wealth: int = 0
    need: int = 0

    @property
    def total(self) -> int:
        """Return how many districts were left out; each is counted once."""
        return self.pupils + self.dollars + self.wealth + self.need

    def sentence(self) -> str:
        """Return the count as a sentence."""
        if not self.total:
            return "Every district given is counted."
        named = {
            "pupils": self.pupils,
            "dollars": self.dollars,
            "wealth": self.wealth,
            "need": self.need,
        }
        parts = ", ".join(f"{count} for want of {name}" for name, count in named.items() if count)
        return f"Districts left out: {self.total} ({parts})."


@dataclass(frozen=True)
class Districts:
    """Checked columns of one length; all finite, pupils and dollars above zero."""

    pupils: Floats
    dollars: Floats
    """Dollars per pupil."""
    wealth: Floats | None
    """Wealth per pupil, in dollars."""
    need: Floats | None
    """Share of pupils in need, 0 to 1."""
    dropped: Dropped


def checked(
    pupils: ArrayLike,
    dollars: ArrayLike,
    *,
    wealth: ArrayLike | None = None,
    need: ArrayLike | None = None,
    missing: Missing = "refuse",
) -> Districts:
    """Return districts fit to be measured. NaN is missing; missing is never zero.

    ``missing="refuse"`` raises ValueError that names the column and the first row without a value;
    ``"drop"`` leaves out each such district and counts it under the first column that it lacks.
    Raises ValueError for columns of different lengths, pupils or dollars not above zero, negative
    wealth, need outside 0 to 1, and for fewer than two districts.
    """
    if missing not in ("refuse", "drop"):
        raise ValueError(f"missing must be 'refuse' or 'drop', not {missing!r}")
    given = {"pupils": pupils, "dollars": dollars, "wealth": wealth, "need": need}
    columns = {name: _column(name, value) for name, value in given.items() if value is not None}
    size = columns["pupils"].size
    for name, column in columns.items():
        if column.size != size:
            raise ValueError(f"{name} has {column.size} rows, pupils has {size}: give one each")
    kept, counts = _present(columns, missing)
    columns = {name: column[kept] for name, column in columns.items()}
    _in_range(columns, np.flatnonzero(kept))
    if columns["pupils"].size < 2:
        raise ValueError(f"{columns['pupils'].size} districts remain: equity compares at least two")
    return Districts(
        columns["pupils"],
        columns["dollars"],
        columns.get("wealth"),
        columns.get("need"),
        Dropped(**counts),
    )


def _column(name: str, values: ArrayLike) -> Floats:
    try:
        column = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as wrong:
        raise ValueError(f"{name} must hold numbers (NaN where one is missing)") from wrong
    if column.ndim != 1:
        raise ValueError(f"{name} must be one column, not {column.ndim} dimensions")
    return column


def _present(
    columns: dict[str, Floats], missing: Missing
) -> tuple[NDArray[np.bool_], dict[str, int]]:
    kept = np.ones(columns["pupils"].size, dtype=bool)
    counts = {}
    for name, column in columns.items():
        absent = np.isnan(column)
        if missing == "refuse" and absent.any():
            raise ValueError(
                f"{name} is missing in row {np.flatnonzero(absent)[0]} and {absent.sum() - 1} "
                "more: give it, or drop such districts with missing='drop'"
            )
        counts[name] = int((absent & kept).sum())
        kept &= ~absent
    return kept, counts


def _in_range(columns: dict[str, Floats], rows: NDArray[np.intp]) -> None:
    for name, column in columns.items():
        if name in ("pupils", "dollars"):
            bad, rule = ~(column > 0), "must be above zero"
        elif name == "wealth":
            bad, rule = column < 0, "must not be negative"
        else:
            bad, rule = (column < 0) | (column > 1), "must be a share from 0 to 1"
        bad |= np.isinf(column)
        if bad.any():
            at = np.flatnonzero(bad)[0]
            raise ValueError(f"{name} in row {rows[at]} is {column[at]}: it {rule} and finite")
