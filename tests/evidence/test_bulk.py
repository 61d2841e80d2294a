"""After a bulk load the database finds one learner's evidence without reading everybody's."""

from pathlib import Path

from django.db import connection

from milepost.evidence.models import Observation
from tests.cast import Cast
from tests.evidence.logs import bring, log, many

ROWS_KNOWN = {
    "sqlite": "SELECT stat FROM sqlite_stat1 WHERE tbl = %s",
    "postgresql": "SELECT reltuples::int FROM pg_class WHERE relname = %s",
}


def test_the_database_knows_how_many_rows_came(cast: Cast, tmp_path: Path) -> None:
    bring(cast.district, log(tmp_path, *many(300)))
    with connection.cursor() as cursor:
        cursor.execute(ROWS_KNOWN[connection.vendor], [Observation._meta.db_table])
        (known,) = cursor.fetchone()
    assert int(str(known).split()[0]) == 300


def test_the_plan_for_one_learner_goes_by_the_learner(cast: Cast, tmp_path: Path) -> None:
    bring(cast.district, log(tmp_path, *many(3_000, [f"learner {k}" for k in range(300)])))
    one = Observation.objects.first()
    assert one
    theirs = Observation.objects.filter(
        district=cast.district, learner=one.learner, position__lte=3_000
    )
    assert theirs.count() == 10
    (index,) = Observation._meta.indexes
    assert index.name in theirs.explain(), "it does not go by the learner"
