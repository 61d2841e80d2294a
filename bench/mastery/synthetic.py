"""A district of made-up learners and answers, written by the bulk road: for benchmarks of scale."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import polars as pl

ANSWERS = 50
"""Answers of one learner, through one school year."""
COMPETENCIES, TRIED = 200, 20
"""Competencies of the framework, and how many neighbouring ones a learner's answers fall on."""
ITEMS = 20
"""Items of one competency."""
BEGIN = datetime(2026, 8, 1, tzinfo=UTC)
ROUND = timedelta(days=270) / ANSWERS
RECORDED = datetime(2027, 6, 1, tzinfo=UTC)


def district(learners: int, *, seed: int = 1) -> tuple[Any, list[UUID]]:
    """Make a district with a framework and learners who answered; return it and their keys."""
    from milepost.ids import new_ids
    from milepost.purpose.models import Competency, Framework
    from milepost.roster import commands as roster
    from milepost.roster.models import LearnerKey

    name = f"{learners} learners"
    made = roster.add_organisation(by=None, kind="district", name=name)
    framework = Framework.objects.create(district=made, identifier=name, title=name)
    Competency.objects.bulk_create(
        Competency(
            district=made, framework=framework, identifier=f"c{k}", code=f"C{k}",
            title=f"Competency {k}", statement=f"I can do {k}.", position=k,
        )
        for k in range(COMPETENCIES)
    )  # fmt: skip
    keys = new_ids(learners)
    LearnerKey.objects.bulk_create(
        (LearnerKey(pk=key, district=made) for key in keys), batch_size=2_000
    )
    _answers(made, keys, np.random.default_rng(seed))
    return made, keys


def _answers(made: Any, keys: list[UUID], rng: np.random.Generator) -> None:
    """Write answers as they come in: by time, so that those of one learner lie far apart."""
    from django.db import transaction

    from milepost.evidence.commands import bulk
    from milepost.purpose.models import Competency

    ids = Competency.objects.filter(district=made).order_by("position").values_list("pk", flat=True)
    ability = rng.normal(0, 1, len(keys))
    first = rng.integers(0, COMPETENCIES - TRIED, len(keys))
    for number in range(ANSWERS):
        drafts = _round(keys, list(ids), ability, first, BEGIN + number * ROUND, rng)
        with transaction.atomic():
            bulk.append(drafts, district=made.pk, kind="practice", now=RECORDED)
    bulk.count_anew()


def _round(
    keys: list[UUID],
    competencies: list[UUID],
    ability: np.ndarray[Any, np.dtype[np.float64]],
    first: np.ndarray[Any, np.dtype[np.int64]],
    begin: datetime,
    rng: np.random.Generator,
) -> pl.DataFrame:
    """Return one answer of each learner, in the order of time."""
    from milepost.evidence.commands.bulk import DRAFTS
    from milepost.ids import new_ids

    n = len(keys)
    what = first + rng.integers(0, TRIED, n)
    right = rng.random(n) < 1 / (1 + np.exp(rng.normal(0, 1, n) - ability))
    when = begin.timestamp() * 1e6 + rng.integers(0, ROUND / timedelta(microseconds=1), n)
    texts = pl.Series([f'[["{c}", {score}]]' for c in competencies for score in ("0.0", "1.0")])
    items = pl.Series([f"bench:{k}" for k in range(COMPETENCIES * ITEMS)])
    return pl.DataFrame(
        {
            "id": [str(one) for one in new_ids(n)],
            "learner": [str(key) for key in keys],
            "item": items.gather(what * ITEMS + rng.integers(0, ITEMS, n)),
            "scores": texts.gather(what * 2 + right),
            "occurred_at": pl.Series(when.astype(np.int64)).cast(pl.Datetime("us", "UTC")),
            "source": ["bench"] * n,
            "seconds": rng.exponential(40, n),
            "hints": [0] * n,
            "batch_id": [None] * n,
            "row": [None] * n,
        },
        schema=DRAFTS,
    ).sort("occurred_at")
