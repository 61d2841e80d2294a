"""From what a designer decides to the arrays that the compiled step reads."""

import numpy as np

from milepost.measurement.adaptive.blueprint import Blueprint
from milepost.measurement.adaptive.feasibility import check
from milepost.measurement.adaptive.tables import (
    AREA,
    EXIT,
    ITEM,
    LISTED,
    MODULE,
    PLACE,
    Bools,
    Floats,
    Ints,
    Records,
    Rules,
    Tables,
)
from milepost.measurement.irt import Items, information, probability

RARE = 1e-12
"""The least chance that an answer has at any point: no answer may rule out every ability."""
ROWS_A_GAP = 2
"""Rows of the information table between two quadrature points: 0.1 logits as a rule."""


def rules_of(
    criterion: int, length: int, shortest: int, error: float, among: int, points: Floats
) -> Rules:
    """Return the rules of a test whose items are chosen one by one."""
    rows = grid(points)
    return Rules(
        criterion=criterion,
        length=length,
        shortest=shortest,
        error=float(error),
        among=among,
        experiments=False,
        low=float(rows[0]),
        per_logit=float((len(rows) - 1) / (rows[-1] - rows[0])),
        by_points=False,
    )


def grid(points: Floats) -> Floats:
    """Return the abilities at which items are ranked: evenly, `ROWS_A_GAP` a gap of the points."""
    return np.linspace(points[0], points[-1], ROWS_A_GAP * (len(points) - 1) + 1)


def tables_of(
    items: Items,
    blueprint: Blueprint,
    enemy_set: Ints,
    points: Floats,
    prior: tuple[float, float],
    length: int,
) -> Tables:
    """Return the tables of a design; see `Tables` for each.

    Raises ValueError where bank, blueprint and enemies do not allow a test of `length` items.
    """
    rows, by_area = grid(points), np.argsort(blueprint.area, kind="stable")
    item, shared = _items(items, blueprint, enemy_set)
    there = np.arange(items.steps.shape[1] + 1) <= items.top_score[:, None]
    above = there[by_area]
    above[:, 0] = False
    chances = np.maximum(probability(points, items), RARE)
    at_rows = np.log(np.maximum(probability(rows, items), RARE))[:, by_area]
    surprise = np.sum(np.where(there, chances * np.log(chances), 0.0), axis=-1)
    tables = Tables(
        item=item,
        area=_areas(blueprint, item, shared, length),
        points=points,
        prior=_prior(points, *prior),
        likelihood=np.ascontiguousarray(chances[:, there].T),
        listed=_listed(items, blueprint, rows),
        place=_places(items, by_area),
        curves=np.ascontiguousarray(chances[:, by_area][:, above]),
        surprise=np.ascontiguousarray(surprise[:, by_area]),
        log_curves=np.ascontiguousarray(
            np.concatenate((at_rows[:, above], at_rows[:, :, 0]), axis=1)
        ),
        shared=shared,
        entry=np.empty(0, np.int64),
        module=np.empty(0, MODULE),
        module_item=np.empty(0, np.int64),
        exit=np.empty(0, EXIT),
    )
    check(tables, blueprint.names, length)
    return tables


def _items(items: Items, blueprint: Blueprint, enemy_set: Ints) -> tuple[Records, Bools]:
    """Return the items' records, and the areas of each set that spans several: (areas, s).

    Sets are numbered anew, those that span several areas first.
    """
    areas = np.arange(len(blueprint.names))
    sets = np.unique(enemy_set[enemy_set >= 0])
    lies_in = np.array([np.isin(areas, blueprint.area[enemy_set == e]) for e in sets], np.bool_)
    lies_in = lies_in.reshape(len(sets), len(areas))
    spans = lies_in.sum(axis=1) > 1
    record = np.zeros(len(items), ITEM)
    record["area"] = blueprint.area
    record["first"] = np.concatenate(([0], np.cumsum(items.top_score[:-1] + 1)))
    record["enemy_set"], record["enemy"] = -1, np.arange(len(items))
    for new, old in enumerate(sets[np.argsort(~spans, kind="stable")]):
        members = np.flatnonzero(enemy_set == old)
        record["enemy_set"][members] = new
        record["enemy"][members] = np.roll(members, -1)
    record["administer"] = 1.0
    return record, np.ascontiguousarray(lies_in[spans].T)


def _areas(blueprint: Blueprint, item: Records, shared: Bools, length: int) -> Records:
    record = np.zeros(len(blueprint.names), AREA)
    record["least"], record["most"] = blueprint.least, np.minimum(blueprint.most, length)
    record["weight"] = blueprint.weight
    ends = np.cumsum(np.bincount(item["area"], minlength=len(record)))
    record["start"], record["stop"] = np.concatenate(([0], ends[:-1])), ends
    # A set within one area counts there once, by its lowest item; a shared one nowhere.
    lowest = np.zeros(len(item), np.bool_)
    lowest[np.unique(item["enemy_set"], return_index=True)[1]] = True
    alone = (item["enemy_set"] < 0) | (lowest & (item["enemy_set"] >= shared.shape[1]))
    record["supply"] = np.bincount(item["area"][alone], minlength=len(record))
    return record


def _prior(points: Floats, mean: float, sd: float) -> Floats:
    weight = np.exp(-0.5 * ((points - mean) / sd) ** 2) * np.gradient(points)
    return np.asarray(weight / weight.sum())


def _listed(items: Items, blueprint: Blueprint, rows: Floats) -> Records:
    told = information(rows, items).astype(np.float32)
    order = np.lexsort((-told, np.broadcast_to(blueprint.area, told.shape)), axis=-1)
    record = np.zeros(told.shape, LISTED)
    record["item"], record["worth"] = order, np.take_along_axis(told, order, axis=-1)
    return record


def _places(items: Items, by_area: Ints) -> Records:
    record = np.zeros(len(items), PLACE)
    ends = np.cumsum(items.top_score[by_area])
    record["item"] = by_area
    record["start"], record["stop"] = np.concatenate(([0], ends[:-1])), ends
    return record
