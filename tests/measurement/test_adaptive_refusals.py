"""What cannot work is refused by name, before anybody starts."""

from collections.abc import Callable

import numpy as np
import pytest

from milepost.measurement import irt
from milepost.measurement.adaptive import (
    AdaptiveTest,
    Blueprint,
    Design,
    Module,
    multistage,
    simulate,
    sympson_hetter,
)
from tests.measurement.banks import abilities, areas_of, bank

pytestmark = pytest.mark.pure

ITEMS = bank(12)
DESIGN = Design.of(ITEMS, 4)
AREAS = areas_of(12)


def plan(**limits: tuple[int, int]) -> Blueprint:
    """Limits for three areas of four items each; whatever is not said is free."""
    free = {"algebra": (0, 12), "geometry": (0, 12), "number": (0, 12)}
    return Blueprint.of(AREAS, free | limits)


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "parameter": (
        lambda: Design.of(irt.Items.of("2pl", [0.0, np.nan]), 1),
        "difficulty, row 1: nan",
    ),
    "empty bank": (lambda: Design.of(irt.Items.of("2pl", []), 1), "0 items of the bank"),
    "pool": (lambda: Design.of(ITEMS, 13), "length must be from 1 to the 12 items"),
    "nothing": (lambda: Design.of(ITEMS, 0), "length must be from 1"),
    "criterion": (lambda: Design.of(ITEMS, 4, criterion="best"), "criterion must be one of"),
    "shortest": (lambda: Design.of(ITEMS, 4, shortest=5), "shortest must be"),
    "among": (lambda: Design.of(ITEMS, 4, among=0), "among must be 1"),
    "error": (lambda: Design.of(ITEMS, 4, standard_error=np.nan), "standard_error must be"),
    "prior": (lambda: Design.of(ITEMS, 4, sd=0.0), "sd above 0"),
    "one point": (lambda: Design.of(ITEMS, 4, points=[0.0]), "points must be two or more"),
    "points": (lambda: Design.of(ITEMS, 4, points=[0.0, 2.0, 1.0]), "points, row 2: 1.0"),
    "chances": (lambda: Design.of(ITEMS, 4, administer=[0.5]), "administer must be one"),
    "chance": (
        lambda: Design.of(ITEMS, 4, administer=[1.0] * 11 + [np.nan]),
        "administer, row 11: nan",
    ),
    "enemy": (lambda: Design.of(ITEMS, 4, enemies=[(0, 1), (3, 12)]), "enemies, row 1"),
    "lonely enemy": (lambda: Design.of(ITEMS, 4, enemies=[(3, 3)]), "enemies, row 0"),
    "other bank": (
        lambda: Design.of(bank(11), 4, blueprint=plan()),
        "area for each of 11 items, not 12",
    ),
    "few in area": (
        lambda: Design.of(ITEMS, 9, blueprint=plan(geometry=(5, 9))),
        "5 items or more of 'geometry', and the bank offers 4",
    ),
    "enemies in area": (
        lambda: Design.of(ITEMS, 9, blueprint=plan(algebra=(3, 9)), enemies=[(0, 3, 6)]),
        "3 items or more of 'algebra', and the bank offers 2",
    ),
    "too much": (
        lambda: Design.of(ITEMS, 4, blueprint=plan(algebra=(3, 4), number=(2, 3))),
        "asks 5 items or more in all, and length is 4",
    ),
    "too little": (
        lambda: Design.of(ITEMS, 9, blueprint=plan(algebra=(0, 1), number=(0, 3))),
        "allow 8 items at most",
    ),
    "rivals": (
        lambda: Design.of(
            ITEMS,
            6,
            blueprint=plan(algebra=(4, 4), geometry=(2, 4)),
            enemies=[(0, 1), (3, 4), (6, 7)],
        ),
        "areas compete for the same enemy sets",
    ),
    "area": (lambda: Blueprint.of(["art"], {"algebra": (0, 1)}), "areas, row 0: 'art'"),
    "limits": (lambda: Blueprint.of([], {"algebra": (2, 1)}), "limits of 'algebra'"),
    "weight": (
        lambda: Blueprint.of([], {"algebra": (0, 1)}, {"algebra": 0.0}),
        "weights, 'algebra'",
    ),
    "unknown weight": (
        lambda: Blueprint.of([], {"algebra": (0, 1)}, {"art": 1.0}),
        "weights, 'art'",
    ),
    "ability": (lambda: simulate(DESIGN, [0.0, np.nan], seed=1), "abilities, row 1"),
    "seed": (lambda: simulate(DESIGN, [0.0], seed=-1), "seed and first"),
    "threads": (lambda: simulate(DESIGN, [0.0], seed=1, threads=0), "threads 1 or more"),
    "examinee": (lambda: AdaptiveTest(DESIGN, seed=1, examinee=-1), "0 or more"),
    "score": (lambda: AdaptiveTest(DESIGN, seed=1).answer(2), "from 0 to 1, not 2"),
    "half": (lambda: AdaptiveTest(DESIGN, seed=1).answer(0.5), "from 0 to 1, not 0.5"),
    "nan": (lambda: AdaptiveTest(DESIGN, seed=1).answer(np.nan), "from 0 to 1, not nan"),
    "rate": (lambda: sympson_hetter(DESIGN, [0.0], 0.2, seed=1), "at least length / items"),
    "no rate": (lambda: sympson_hetter(DESIGN, [0.0], np.nan, seed=1), "most must be above 0"),
    "rate in area": (
        lambda: sympson_hetter(
            Design.of(ITEMS, 4, blueprint=plan(number=(3, 4))), [0.0], 0.5, seed=1
        ),
        "asks 3 of the 4 items of 'number'",
    ),
    "rate of modules": (
        lambda: sympson_hetter(multistage(ITEMS, [[Module([0])]]), [0.0], 0.5, seed=1),
        "modules are given as they are",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_work_is_refused_by_name(case: str) -> None:
    attempt, why = REFUSED[case]
    with pytest.raises(ValueError, match=why):
        attempt()


def test_a_test_that_is_over_takes_no_answer() -> None:
    test = AdaptiveTest(Design.of(ITEMS, 1), seed=1)
    test.answer(1)
    assert test.next is None
    with pytest.raises(ValueError, match="the test is over"):
        test.answer(1)


def test_nobody_is_a_population_too() -> None:
    done = simulate(DESIGN, [], seed=1)
    assert done.items.shape == (0, 4)
    assert np.array_equal(done.exposure(), np.zeros(12))


def test_all_right_and_all_wrong_have_finite_estimates_on_a_long_test() -> None:
    items = irt.Items.of("2pl", np.linspace(-3.0, 3.0, 200), 4.0)
    done = simulate(Design.of(items, 200), [-40.0, 40.0], seed=1)
    assert np.array_equal(done.scores.sum(axis=1), [0, 200])
    assert np.all(np.isfinite(done.ability))
    assert np.all((np.abs(done.ability) > 3.0) & (np.abs(done.ability) <= 4.0))
    assert np.all(np.isfinite(done.error) & (done.error >= 0.0))


def test_a_bank_whose_items_were_all_chosen_often_still_fills_every_test() -> None:
    done = simulate(Design.of(ITEMS, 12, administer=0.0), abilities(50), seed=1)
    assert np.all(np.sort(done.items, axis=1) == np.arange(12))
