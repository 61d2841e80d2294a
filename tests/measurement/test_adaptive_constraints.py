"""What every test must hold, what may not come together, and how often an item may be seen."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.measurement.adaptive import AdaptiveTest, Blueprint, Design, simulate, sympson_hetter
from tests.measurement.banks import AREAS, abilities, areas_of, bank

pytestmark = pytest.mark.pure


def counts(done_items: np.ndarray, areas: list[str]) -> np.ndarray:
    """Return how many items of each area each examinee was given."""
    area = np.array([AREAS.index(name) for name in areas])
    return np.array([np.bincount(area[row[row >= 0]], minlength=len(AREAS)) for row in done_items])


@given(st.data())
@settings(max_examples=150)
def test_a_design_is_refused_exactly_when_no_test_exists_and_else_everyone_keeps_it(data) -> None:
    n = data.draw(st.integers(3, 9), "items")
    length = data.draw(st.integers(1, n), "length")
    areas = data.draw(st.lists(st.sampled_from(AREAS), min_size=n, max_size=n), "areas")
    sets = st.lists(st.integers(0, n - 1), min_size=2, max_size=4, unique=True)
    enemies = data.draw(st.lists(sets, max_size=3), "enemies")
    limits = {}
    for name in AREAS:
        least = data.draw(st.integers(0, 3), "least")
        limits[name] = (least, least + data.draw(st.integers(0, 3), "more"))

    def keeps(items: tuple[int, ...]) -> bool:
        held = [sum(areas[j] == name for j in items) for name in AREAS]
        within = all(a <= k <= b for k, (a, b) in zip(held, limits.values(), strict=True))
        return within and not any(apart(items, joined) for joined in groups)

    def apart(items: tuple[int, ...], group: set[int]) -> bool:
        return len(group & set(items)) > 1

    groups: list[set[int]] = []
    for members in enemies:
        met = [g for g in groups if g & set(members)]
        groups = [g for g in groups if g not in met] + [set(members).union(*met)]
    possible = any(keeps(items) for items in combinations(range(n), length))
    items, seed = bank(n), data.draw(st.integers(0, 99), "seed")
    options = {"enemies": enemies, "blueprint": Blueprint.of(areas, limits)}
    options |= {"administer": data.draw(st.sampled_from([0.0, 0.4, 1.0])), "among": 1 + seed % 2}
    if not possible:
        with pytest.raises(ValueError, match=r"blueprint"):
            Design.of(items, length, **options)
        return
    done = simulate(Design.of(items, length, **options), abilities(20), seed=seed)
    for row in done.items:
        assert len(set(row)) == length
        assert keeps(tuple(row))


def test_a_test_that_stops_early_has_met_the_blueprints_fewest_first() -> None:
    areas = areas_of(60)
    plan = Blueprint.of(areas, {"algebra": (0, 9), "geometry": (6, 9), "number": (2, 3)})
    design = Design.of(bank(60), 20, blueprint=plan, standard_error=0.9)
    done = simulate(design, abilities(200), seed=1)
    assert np.all(done.length == 8)
    assert np.all(counts(done.items, areas) == [0, 6, 2])


def test_a_heavier_area_comes_first() -> None:
    areas = areas_of(60)
    limits = dict.fromkeys(AREAS, (2, 4))
    plan = Blueprint.of(areas, limits, weights={"number": 100.0})
    first = AdaptiveTest(Design.of(bank(60), 9, blueprint=plan), seed=0).next
    assert first is not None
    assert areas[first] == "number"


def test_sympson_hetter_keeps_the_rates_of_a_population_it_has_not_seen() -> None:
    areas = areas_of(120)
    plan = Blueprint.of(areas, dict.fromkeys(AREAS, (3, 6)))
    design = Design.of(bank(120), 12, blueprint=plan, enemies=[(0, 1, 2), (3, 9)])
    assert simulate(design, abilities(3000), seed=1).exposure().max() > 0.9
    found = sympson_hetter(design, abilities(3000), 0.25, seed=1)
    assert found.converged
    done = simulate(found.design, abilities(3000, seed=77), seed=78)
    assert done.exposure().max() <= 0.25 + 0.03
    assert np.all((counts(done.items, areas) >= 3) & (counts(done.items, areas) <= 6))
    assert done.exposure().sum() == pytest.approx(12.0)
    assert np.all((found.administer > 0.0) & (found.administer <= 1.0))


def test_sympson_hetter_says_when_it_has_not_come_to_an_end() -> None:
    found = sympson_hetter(Design.of(bank(60), 12), abilities(500), 0.21, seed=1, rounds=1)
    assert not found.converged
    assert len(found.highest) == 1


def test_choosing_among_several_spreads_the_first_item_and_the_rates() -> None:
    truth = abilities(3000)
    one = simulate(Design.of(bank(120), 10), truth, seed=1)
    five = simulate(Design.of(bank(120), 10, among=5), truth, seed=1)
    assert len(np.unique(one.items[:, 0])) == 1
    share = np.bincount(five.items[:, 0], minlength=120) / 3000
    assert np.sum(share > 0.0) == 5
    assert share[share > 0.0] == pytest.approx(0.2, abs=0.03)
    assert five.exposure().max() < 0.85 * one.exposure().max()
    assert five.rmse(truth) < one.rmse(truth) + 0.05
