"""Exposure control: how often an item may be given once it is chosen."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from milepost.measurement.adaptive.design import Design
from milepost.measurement.adaptive.population import Administrations, simulate
from milepost.measurement.adaptive.tables import Floats

TOLERANCE = 0.02
"""How far above the limit a rate may lie: two or three standard errors of it in a simulation."""


@dataclass(frozen=True, slots=True, eq=False)
class ExposureControl:
    """What a Sympson-Hetter calibration found.

    `design` gives each item with its chance once chosen; `administer` (n,) are these chances, and
    `highest` (rounds,) the highest rate of each round. `converged` says whether the last is within
    the tolerance; if not, the design is that of the round with the lowest.
    """

    design: Design
    administer: Floats
    highest: Floats
    converged: bool


def sympson_hetter(
    design: Design,
    abilities: ArrayLike,
    most: float,
    *,
    seed: int,
    tolerance: float = TOLERANCE,
    rounds: int = 60,
    threads: int = 1,
) -> ExposureControl:
    """Find chances of administration that keep every item's exposure rate within `most`.

    Each round simulates the population of `abilities` (N,) and sets the chance of each item to
    `most` over the rate at which it was chosen, or to 1 (Sympson & Hetter 1985; as in van der
    Linden 2003, section 2), until two rounds in a row have no rate above `most` + `tolerance`. All
    rounds meet the same chance. The rates hold for a population like the one simulated.

    Raises ValueError for a limit that the length of the test or the blueprint's fewest do not
    allow, nobody to simulate, and a design whose modules are fixed.
    """
    _check_limit(design, most)
    if np.size(abilities) == 0 or rounds < 1:
        raise ValueError("abilities must hold an examinee or more, and rounds be 1 or more")
    best, lowest = design.with_administer(1.0), np.inf
    trial, highest = best, list[float]()
    for _ in range(rounds):
        done = simulate(trial, abilities, seed=seed, threads=threads)
        highest.append(float(done.exposure().max()))
        if highest[-1] < lowest:
            best, lowest = trial, highest[-1]
        if len(highest) > 1 and max(highest[-2:]) <= most + tolerance:
            break
        trial = trial.with_administer(_next_chances(done, most))
    converged = lowest <= most + tolerance
    chances = np.asarray(best.tables.item["administer"], np.float64)
    return ExposureControl(best, chances, np.array(highest), converged)


def _next_chances(done: Administrations, most: float) -> Floats:
    rate = done.chosen / len(done.items)
    return np.asarray(np.where(rate > most, most / np.maximum(rate, most), 1.0))


def _check_limit(design: Design, most: float) -> None:
    if not 0.0 < most <= 1.0:
        raise ValueError(f"most must be above 0 and up to 1, not {most}")
    if len(design.tables.entry) > 0:
        raise ValueError("design must choose its items one by one: modules are given as they are")
    n, length = len(design.items), design.rules.length
    if most * n < length:
        raise ValueError(
            f"most must be at least length / items = {length / n:.3f}, the mean rate, not {most}"
        )
    areas = design.tables.area
    for name, least, count in zip(
        design.blueprint.names, areas["least"], areas["stop"] - areas["start"], strict=True
    ):
        if least > most * count:
            raise ValueError(
                f"most must be at least {least / count:.3f}: blueprint asks {least} of the "
                f"{count} items of {name!r} in every test"
            )
