"""The five lines of formula_state in OpenFisca: run by formula.py, in an environment of its own.

    python _openfisca.py INPUT.npz OUTPUT.npy

For every line that it reads it computes the formula once from arrays to the last line, and prints
the seconds that took. At the end of input it writes the last result.
"""

import sys
import time

import numpy as np
from openfisca_core.entities import Entity
from openfisca_core.periods import YEAR
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

LEARNER = Entity("learner", "learners", "A learner", "")
BASE, SPECIAL_COST = 11975, 18928
ELEMENTARY, MIDDLE, HIGH = 1, 1.04, 1.16
PERIOD = 2021


def half_up(amount):
    return np.floor(amount + 0.5)


class grade(Variable):
    value_type, entity, definition_period = float, LEARNER, YEAR


class at_risk(Variable):
    value_type, entity, definition_period = float, LEARNER, YEAR


class share(Variable):
    value_type, entity, definition_period = float, LEARNER, YEAR


class classified(Variable):
    value_type, entity, definition_period = float, LEARNER, YEAR


class local(Variable):
    value_type, entity, definition_period = float, LEARNER, YEAR


class weighted_base(Variable):
    value_type, entity, definition_period = float, LEARNER, YEAR

    def formula(learners, period):
        year = learners("grade", period)
        weight = np.where(year < 6, ELEMENTARY, np.where(year < 9, MIDDLE, HIGH))
        return half_up(BASE * weight)


class need_weight(Variable):
    value_type, entity, definition_period = float, LEARNER, YEAR

    def formula(learners, period):
        return np.clip(0.47 + 0.25 * (learners("share", period) - 0.2), 0.47, 0.57)


class need(Variable):
    value_type, entity, definition_period = float, LEARNER, YEAR

    def formula(learners, period):
        cost = learners("weighted_base", period) * learners("need_weight", period)
        return half_up(np.where(learners("at_risk", period) == 1, cost, 0))


class special(Variable):
    value_type, entity, definition_period = float, LEARNER, YEAR

    def formula(learners, period):
        return half_up(learners("classified", period) * SPECIAL_COST * 2 / 3)


class grant(Variable):
    value_type, entity, definition_period = float, LEARNER, YEAR

    def formula(learners, period):
        cost = (
            learners("weighted_base", period)
            + learners("need", period)
            + learners("special", period)
        )
        return half_up(np.maximum(0, cost - learners("local", period)))


VARIABLES = (
    grade, at_risk, share, classified, local, weighted_base, need_weight, need, special, grant
)  # fmt: skip


def main():
    inputs = dict(np.load(sys.argv[1]))
    system = TaxBenefitSystem([LEARNER])
    system.add_variables(*VARIABLES)
    count, result = len(inputs["grade"]), None
    for _ in sys.stdin:
        simulation = SimulationBuilder().build_default_simulation(system, count=count)
        start = time.perf_counter()
        for name, values in inputs.items():
            simulation.set_input(name, PERIOD, values)
        result = simulation.calculate("grant", PERIOD)
        print(time.perf_counter() - start, flush=True)
    np.save(sys.argv[2], result)


if __name__ == "__main__":
    main()
