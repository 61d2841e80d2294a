"""How fast states follow the evidence, the database included, and what others feel meanwhile.

Districts of 1,000 learners (`small`) and also of 10,000 and 100,000 (`full`), 50 answers each, that
came in by time, as they do. `fold`: from no states to all. `rebuild`: all states anew. `answer`:
what a learner waits whose answer is recorded and folded, from another process, while that rebuild
runs. `fold_one`: the same fold of one learner in peace. Row counts and indexes are figures too.
"""

import os
import statistics
import sys
import time
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "bench" / "mastery")]

from _report import figure, size  # noqa: E402
from _site import on_each_database  # noqa: E402
from synthetic import ANSWERS, RECORDED, district  # noqa: E402

LEARNERS = {
    "small": {"1k": 1_000},
    "full": {"1k": 1_000, "10k": 10_000, "100k": 100_000},
}
PROCESSES = os.cpu_count() or 1
ONE_BY_ONE = 50
"""Learners folded alone."""
PAUSE = 0.2
"""Seconds between one answer and the next, so that answering takes little of the machine."""


def measure(database: str, size: str) -> None:
    """Print the figures of one database."""
    for name, learners in LEARNERS[size].items():
        _measure(f"{database}_{name}", learners)


def _measure(of: str, learners: int) -> None:
    from milepost.evidence.models import Observation
    from milepost.mastery import commands as mastery
    from milepost.mastery.models import State

    made, keys = district(learners)
    responses = learners * ANSWERS
    mastery.fold_learners(district=made.pk, learners=keys[:1])  # Numba compiles on first use.
    began = time.perf_counter()
    mastery.catch_up(district=made.pk, processes=PROCESSES)
    _speed(f"fold_responses_per_s_{of}", responses, began)
    _one_by_one(of, made, keys)
    _rebuild(of, made, keys, responses)
    figure(f"fold_rows_states_{of}", State.objects.filter(district=made).count(), "rows")
    for model in (Observation, State):
        figure(f"fold_indexes_{model.__name__.lower()}_{of}", _indexes(model), "indexes")


def _speed(name: str, responses: int, began: float) -> None:
    figure(name, responses / (time.perf_counter() - began), "responses/s", n=responses)


def _one_by_one(of: str, made: Any, keys: list[UUID]) -> None:
    from milepost.mastery import commands as mastery

    seconds = []
    for key in keys[:ONE_BY_ONE]:
        began = time.perf_counter()
        mastery.fold_learners(district=made.pk, learners=[key])
        seconds.append(time.perf_counter() - began)
    figure(f"fold_one_{of}", statistics.median(seconds) * 1_000, "ms", n=len(seconds))


def _rebuild(of: str, made: Any, keys: list[UUID], responses: int) -> None:
    """Rebuild while another process answers; then look whether every answer is in the states."""
    from milepost.mastery import commands as mastery
    from milepost.mastery.models import LearnerBelief

    spawn = get_context("spawn")
    ready, over, told = spawn.Event(), spawn.Event(), spawn.Queue()
    some = keys[:: max(1, learners_apart(len(keys)))]
    child = spawn.Process(target=_answer, args=(made.pk, some, ready, over, told))
    child.start()
    ready.wait()
    began = time.perf_counter()
    mastery.rebuild(district=made.pk, processes=PROCESSES)
    _speed(f"rebuild_responses_per_s_{of}", responses, began)
    over.set()
    answered, seconds = told.get()
    child.join()
    found = LearnerBelief.objects.filter(learner__in=answered)
    counts = dict(found.values_list("learner", "observations"))
    assert all(counts[key] == ANSWERS + n for key, n in answered.items()), "an answer was lost"
    for part, value in (("p50", statistics.median(seconds)), ("max", max(seconds))):
        figure(f"answer_while_rebuilding_{part}_{of}", value * 1_000, "ms", n=len(seconds))


def learners_apart(learners: int) -> int:
    """Return how far apart the learners are who answer: some of every batch, in no order of it."""
    return learners // 1_000


def _answer(made: UUID, keys: list[UUID], ready: Any, over: Any, told: Any) -> None:
    """Record and fold one answer after the other, as a click in practice does, until it is over."""
    import random

    import django

    django.setup()
    from milepost.evidence import commands as evidence
    from milepost.mastery import commands as mastery
    from milepost.mastery.models import State

    competency = State.objects.filter(learner=keys[0]).values_list("competency", flat=True)[0]
    answered: dict[UUID, int] = {}
    seconds: list[float] = []
    shuffled = random.Random(1)
    while not (over.is_set() and seconds):
        key = shuffled.choice(keys)
        began = time.perf_counter()
        shown = evidence.Shown(
            learner=key,
            kind="practice",
            scores=[(competency, 1.0)],
            occurred_at=RECORDED,
            source="bench",
        )
        evidence.record(by=None, district=made, shown=[shown], now=RECORDED)
        mastery.fold_learners(district=made, learners=[key])
        if ready.is_set():
            seconds.append(time.perf_counter() - began)
        answered[key] = answered.get(key, 0) + 1
        ready.set()
        time.sleep(PAUSE)
    told.put((answered, seconds))


def _indexes(model: Any) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    return sum(bool(one["index"] or one["unique"] or one["primary_key"]) for one in found.values())


if __name__ == "__main__":
    on_each_database(measure, size(__doc__))
