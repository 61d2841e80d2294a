"""After a bulk load the database finds one learner's evidence without reading everybody's."""

from pathlib import Path

import pytest
from django.db import IntegrityError, connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from milepost.evidence.commands import record, void
from milepost.evidence.models import Observation
from milepost.evidence.queries import evidence_counts, evidence_frame
from milepost.ids import new_id
from tests.cast import Cast
from tests.evidence.logs import bring, log, many
from tests.evidence.making import answer, competencies, learner

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


def test_a_batch_of_learners_is_found_by_learner(cast: Cast, tmp_path: Path) -> None:
    # SQLite counts a sample; a district that fills the sample passed for rarer than the batch, and
    # each batch of a fold read the evidence of everybody.
    bring(cast.district, log(tmp_path, *many(3_000, [f"learner {k}" for k in range(300)])))
    everybody = Observation.objects.values_list("learner", flat=True)
    batch = list(dict.fromkeys(everybody))[:20]
    with CaptureQueriesContext(connection) as asked:
        assert evidence_frame(cast.district.pk, learners=batch, until_position=3_000).height
    if connection.vendor == "sqlite":
        (read,) = [q["sql"] for q in asked if "char(10)" in q["sql"]]
        with connection.cursor() as cursor:
            plan = str(cursor.execute(f"EXPLAIN QUERY PLAN {read}").fetchall())
        assert "(learner=?)" in plan, plan


def test_the_plan_for_time_given_looks_corrections_up(cast: Cast, tmp_path: Path) -> None:
    # Once SQLite knew that nothing was taken back, it took the index of corrections for useless
    # and read the whole table again for every row.
    bring(cast.district, log(tmp_path, *many(3_000, [f"learner {k}" for k in range(300)])))
    some = Observation.objects.values_list("learner", flat=True)[:5]
    given = Observation.objects.filter(learner__in=list(some), voided_by=None).exclude(
        kind=Observation.Kind.VOID
    )
    plan = given.explain()
    if connection.vendor == "sqlite":
        assert "voided_once" in plan, plan
    else:
        assert "Join Filter" not in plan, plan


def test_evidence_is_taken_back_once(cast: Cast, tmp_path: Path) -> None:
    bring(cast.district, log(tmp_path, *many(1)))
    one = Observation.objects.get()
    void(by=None, observation=one, why="Wrong learner", now=timezone.now())
    again = Observation.objects.get(kind=Observation.Kind.VOID)
    again.pk, again.position, again._state.adding = new_id(), again.position + 1, True
    with pytest.raises(IntegrityError):
        again.save(force_insert=True)


def test_evidence_is_counted_by_source_while_it_is_written(cast: Cast, tmp_path: Path) -> None:
    (one,) = competencies(cast.district, 1)
    key = learner(cast.district)
    shown = [answer(key, one), answer(key, one), answer(key, one, kind="quiz")]
    now = timezone.now()
    rows = record(by=None, district=cast.district.pk, shown=shown, now=now)
    bring(cast.district, log(tmp_path, *many(30)))
    void(by=None, observation=rows[0], why="Wrong learner", now=now)
    said = {(c.source, c.kind): c.count for c in evidence_counts(cast.district.pk)}
    there = Observation.objects.values_list("source", "kind").annotate(count=Count("pk"))
    assert said == {(source, kind): count for source, kind, count in there}
    assert said["tests", "practice"] == 2
    assert evidence_counts(cast.elsewhere.pk) == []


def test_the_plan_for_what_is_new_goes_by_position(cast: Cast, tmp_path: Path) -> None:
    bring(cast.district, log(tmp_path, *many(3_000)))
    new = Observation.objects.filter(district=cast.district, position__gt=2_990)
    found = {"sqlite": "position>?", "postgresql": "one_row_a_position"}[connection.vendor]
    assert found in new.values("learner").distinct().explain()
