"""The compiled step: take one answer in, then choose the next item.

The live test and the simulator both call `begin` and `step` and nothing else, so that they can
never differ. No sum is reordered by the compiler; ties go to the lower area, then the lower item.
"""

import math

from milepost.measurement.adaptive.blueprint_kernels import rank_areas, unmet
from milepost.measurement.adaptive.choice_kernels import pick
from milepost.measurement.adaptive.criteria_kernels import evaluate
from milepost.measurement.adaptive.lean import inlined, lean
from milepost.measurement.adaptive.streams import stream_of, uniform
from milepost.measurement.adaptive.tables import (
    FREE,
    GONE,
    INFORMATION,
    SET_ASIDE,
    Choice,
    Floats,
    Records,
    Rules,
    State,
    Tables,
)


@lean
def begin(tables: Tables, state: State, seed: int, examinee: int) -> None:
    """Make the state that of an examinee who has seen nothing; `step` gives the first item."""
    here = state.here[0]
    here.stream = stream_of(seed, examinee)
    here.step = here.at = here.points = here.module = 0
    here.mean = 0.0
    for q in range(len(state.posterior)):
        state.posterior[q] = 1.0
    for j in range(len(state.mark)):
        state.mark[j] = FREE
    for h in range(len(state.area)):
        state.area[h].count = 0
        state.area[h].own = tables.area[h].supply
    for e in range(len(state.shared)):
        state.shared[e].taken = 0
    _multiply(state, tables.points, tables.prior)
    if len(tables.entry) > 0:
        here.module = tables.entry[int(uniform(here.stream, 0) * len(tables.entry))]


@lean
def step(tables: Tables, rules: Rules, state: State, score: int) -> None:
    """Take in the score on the item that waits (-1: none does), and choose the next one."""
    here = state.here[0]
    if score >= 0:
        cell = tables.item[here.item].first + score
        _multiply(state, tables.points, tables.likelihood[cell])
        here.step += 1
        here.points += score
    _advance(tables, rules, state)


@inlined
def address(state: State, purpose: int) -> int:
    """Return where in an examinee's stream this step's chance for a purpose lies.

    Purpose 0 is the panel (at the first step), 1 the answer of a simulated examinee, 2 + j the
    exposure experiment of item j, 2 + n + k the k-th draw among the best.
    """
    return int(state.here[0].step * (2 * len(state.mark) + 2) + purpose)


@inlined
def _multiply(state: State, points: Floats, likelihood: Floats) -> None:
    """Multiply the posterior by a likelihood; bring it to a sum of 1; note its mean and sd.

    Abilities are taken from the mean so far: near it, squares lose no digits.
    """
    here, posterior = state.here[0], state.posterior
    centre = here.mean
    total = first = second = 0.0
    for q in range(len(points)):
        weight = posterior[q] * likelihood[q]
        posterior[q] = weight
        lever = weight * (points[q] - centre)
        total += weight
        first += lever
        second += lever * (points[q] - centre)
    scale = 1.0 / total
    for q in range(len(points)):
        posterior[q] *= scale
    off = first * scale
    here.mean = centre + off
    here.sd = math.sqrt(max(second * scale - off * off, 0.0))


@lean
def _advance(tables: Tables, rules: Rules, state: State) -> None:
    """Note the item that comes next, or -1 at the end."""
    here = state.here[0]
    if len(tables.entry) > 0:
        here.item = _next_of_module(tables, rules, state)
        return
    here.item = -1
    precise = here.step >= rules.shortest and here.sd <= rules.error
    if here.step == rules.length or (precise and unmet(tables.area, state.area) == 0):
        return
    row = math.floor((here.mean - rules.low) * rules.per_logit + 0.5)
    row = min(max(row, 0), len(tables.listed) - 1)
    rank_areas(tables.area, state.area)
    if rules.criterion != INFORMATION:
        evaluate(tables, rules, state, row)
    for worst in (FREE, SET_ASIDE):  # the latter when all that remain failed their experiment
        item = pick(_choice(tables, rules, state, row, worst))
        if item >= 0:
            _give(tables.item, state, item)
            return


@inlined
def _choice(tables: Tables, rules: Rules, state: State, row: int, worst: int) -> Choice:
    """Return what the choice of the next item looks at."""
    return Choice(
        tables.listed[row] if rules.criterion == INFORMATION else state.weighed,
        rules.criterion == INFORMATION,
        worst,
        rules.among if worst == FREE else 1,
        rules.experiments and worst == FREE,
        state.here[0].stream,
        address(state, 0),
        rules.length - state.here[0].step,
        tables.item,
        tables.area,
        tables.shared,
        state.area,
        state.shared,
        state.mark,
        state.chosen,
        state.held,
    )


@inlined
def _give(items: Records, state: State, item: int) -> None:
    """Let an item wait for its answer; neither it nor its enemies can come again."""
    state.here[0].item = item
    area = state.area[items[item].area]
    area.count += 1
    if 0 <= items[item].enemy_set < len(state.shared):
        state.shared[items[item].enemy_set].taken = 1
    else:
        area.own -= 1
    state.mark[item] = GONE
    enemy = items[item].enemy
    while enemy != item:
        state.mark[enemy] = GONE
        enemy = items[enemy].enemy


@lean
def _next_of_module(tables: Tables, rules: Rules, state: State) -> int:
    """Return the next item of the module, or the first of the module routed to; -1 at the end."""
    here = state.here[0]
    module = tables.module[here.module]
    if module.start + here.at == module.stop:
        reached = float(here.points) if rules.by_points else here.mean
        to = -1
        for e in range(module.exit, module.last_exit):
            if reached >= tables.exit[e].cut:
                to = tables.exit[e].to
        if to < 0:
            return -1
        here.module, here.at = to, 0
    here.at += 1
    return int(tables.module_item[tables.module[here.module].start + here.at - 1])
