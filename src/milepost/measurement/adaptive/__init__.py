"""Adaptive tests: each examinee gets the items that say most, within what the test must hold.

design = Design.of(items, length=20)                       # checked; shared by all examinees
test = AdaptiveTest(design, seed=1, examinee=12)           # live: test.next, test.answer(score)
done = simulate(design, rng.normal(size=100_000), seed=1)  # a population, by the same step
"""

from milepost.measurement.adaptive.blueprint import Blueprint
from milepost.measurement.adaptive.design import CRITERIA, Design
from milepost.measurement.adaptive.exposure import ExposureControl, sympson_hetter
from milepost.measurement.adaptive.live import AdaptiveTest
from milepost.measurement.adaptive.multistage import Module, module_cuts, multistage
from milepost.measurement.adaptive.population import Administrations, simulate

__all__ = [
    "CRITERIA",
    "AdaptiveTest",
    "Administrations",
    "Blueprint",
    "Design",
    "ExposureControl",
    "Module",
    "module_cuts",
    "multistage",
    "simulate",
    "sympson_hetter",
]
