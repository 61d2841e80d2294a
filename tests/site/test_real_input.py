"""Real records, end to end: what people really did goes in, and what it means comes out."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import polars as pl
import pytest
from django.utils import timezone

from milepost.evidence import commands as evidence
from milepost.evidence.models import Observation
from milepost.learning.queries import candidates_of
from milepost.mastery import commands as mastery
from milepost.mastery.queries import PROFICIENT, REFRESH, StatusTable, statuses, statuses_as_of
from milepost.purpose.models import Association, Competency, Framework
from milepost.purpose.ties import EXACT_MATCH, PRECEDES
from milepost.roster.models import LearnerKey
from milepost.site.demo import content, framework
from tests.cast import Cast
from tests.site.terminal import DISTRICT, Terminal, fresh

CLOZE = "responses/cloze_spacing/responses.csv"
ANSWERS, STUDIED = 44_124, 14_192
"""Rows of the cloze log: answers, and sentences that were only shown."""


def learners_of(cast: Cast) -> list[UUID]:
    found = LearnerKey.objects.filter(district=cast.district, person=None)
    return list(found.values_list("pk", flat=True))


def pieces(table: StatusTable) -> int:
    return sum(status.pieces for status in table.found.values())


@pytest.fixture
def imported(cast: Cast, real_data: Path) -> datetime:
    """Bring the cloze log in whole, calibrate and fold; return the moment just before."""
    before = timezone.now()
    run = evidence.import_responses(
        by=None, district=cast.district, path=real_data / CLOZE, system="cloze",
        create_learners=True, now=timezone.now(),
    )  # fmt: skip
    assert run.status == "applied", run.message
    print(run.counts)
    mastery.calibrate(by=None, district=cast.district.pk, now=timezone.now())
    mastery.catch_up(district=cast.district.pk)
    return before


def test_a_log_with_wall_clock_times_goes_in_whole_and_is_folded(
    cast: Cast, imported: datetime, real_data: Path
) -> None:
    rows = pl.read_csv(real_data / CLOZE).filter(pl.col("outcome") != "STUDY")
    table = statuses(cast.district.pk, learners=learners_of(cast))
    print(rows.height, pieces(table), len(table.found))
    from collections import Counter
    print(Counter(s.code for s in table.found.values()))
    o = Observation.objects.order_by("occurred_at")
    print(o.first().occurred_at, o.last().occurred_at)
    for a in ("2015-11-04",):
        pass
    ts = list(o.values_list("occurred_at", flat=True))
    print(ts[len(ts)//2])
    mid = ts[len(ts)//2]
    t2 = statuses_as_of(cast.district.pk, learners=learners_of(cast), true_at=mid)
    print(len(t2.found), pieces(t2), Counter(s.code for s in t2.found.values()))
    end = ts[-1]
    a = statuses(cast.district.pk, learners=learners_of(cast), at=end)
    b = statuses(cast.district.pk, learners=learners_of(cast), at=end+timedelta(days=365))
    print(Counter((a.found[k].code, b.found[k].code) for k in a.found))
    print(sum(b.found[k].certainty < a.found[k].certainty for k in a.found if a.found[k].code=="proficient"))
