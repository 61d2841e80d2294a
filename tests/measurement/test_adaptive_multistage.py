"""Panels of modules and the routes between them."""

import numpy as np
import pytest

from milepost.measurement import irt
from milepost.measurement.adaptive import AdaptiveTest, Module, module_cuts, multistage, simulate
from tests.measurement.banks import abilities

pytestmark = pytest.mark.pure

DIFFICULTY = np.concatenate([np.linspace(m - 0.5, m + 0.5, 5) for m in (0, -1, 1, -1.5, 0.0, 1.5)])
ITEMS = irt.Items.of("2pl", DIFFICULTY, 1.3)
EASY, HARD = range(5, 10), range(10, 15)


def panel(cuts: tuple[float, ...]) -> list[Module]:
    """A 1-2-3 panel: the second stage routes only to its neighbours in the third."""
    return [
        Module(range(5), to=(1, 2), cuts=cuts),
        Module(EASY, to=(3, 4), cuts=(-0.7,)),
        Module(HARD, to=(4, 5), cuts=(0.7,)),
        Module(range(15, 20)),
        Module(range(20, 25)),
        Module(range(25, 30)),
    ]


def test_every_examinee_takes_the_route_that_the_estimate_says() -> None:
    truth = abilities(400)
    design = multistage(ITEMS, [panel((0.0,))])
    done = simulate(design, truth, seed=3)
    assert np.all(done.length == 15)
    for i in range(400):
        test = AdaptiveTest(design, seed=3, examinee=i)
        here, modules = 0, []
        while test.next is not None:
            if len(test.items) % 5 == 0 and len(test.items):
                cuts, to = panel((0.0,))[here].cuts, panel((0.0,))[here].to
                here = to[int(np.searchsorted(cuts, test.ability, side="right"))]
            modules.append(here)
            assert test.next in panel((0.0,))[here].items
            test.answer(done.scores[i, len(test.items)])
        assert list(test.items) == list(done.items[i])
        assert test.ability == done.ability[i]
    assert done.rmse(truth) < 0.5
    taken = done.items[:, 10] // 5
    assert truth[taken == 3].mean() < truth[taken == 4].mean() < truth[taken == 5].mean()


def test_routing_by_points_follows_the_printed_table() -> None:
    done = simulate(multistage(ITEMS, [panel((3.0,))], by="points"), abilities(300), seed=1)
    points = done.scores[:, :5].sum(axis=1)
    assert np.array_equal(np.isin(done.items[:, 5], HARD), points >= 3)


def test_panels_are_drawn_evenly_and_share_no_examinee() -> None:
    one, other = [Module(range(5))], [Module(range(5, 12))]
    done = simulate(multistage(ITEMS, [one, other]), abilities(2000), seed=2)
    assert np.mean(done.length == 5) == pytest.approx(0.5, abs=0.04)
    assert np.array_equal(done.items[:, 0] == 0, done.length == 5)


def test_cuts_lie_where_the_information_of_neighbours_crosses() -> None:
    cuts = module_cuts(ITEMS, [range(15, 20), range(20, 25), range(25, 30)], -3.0, 3.0)
    assert cuts == pytest.approx([-0.75, 0.75], abs=0.002)
    with pytest.raises(ValueError, match="rows 0 and 1"):
        module_cuts(ITEMS, [HARD, EASY], -3.0, 3.0)


@pytest.mark.parametrize(
    ("modules", "why"),
    [
        ([], "row 0: a panel needs a module"),
        ([Module([])], "module 0: needs items"),
        ([Module([1, 1])], "module 0: needs items, each of them once"),
        ([Module([30])], "module 0: names an item"),
        ([Module([0], to=(1, 1)), Module([1])], "one cut less"),
        ([Module([0], to=(1, 1), cuts=(np.nan,)), Module([1])], "finite and ascend"),
        ([Module([0], to=(0,))], "later modules only"),
        ([Module([0], to=(2,)), Module([1]), Module([2])], "module 1: no route leads to it"),
        ([Module([0], to=(1,)), Module([0])], r"module 1: items \[0\] come twice"),
    ],
)
def test_a_panel_that_cannot_work_is_refused_by_name(modules: list[Module], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        multistage(ITEMS, [modules])
    with pytest.raises(ValueError, match="panels must hold"):
        multistage(ITEMS, [])
    with pytest.raises(ValueError, match="by must be"):
        multistage(ITEMS, [[Module([0])]], by="theta")
