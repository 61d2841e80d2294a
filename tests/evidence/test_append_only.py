"""Evidence is appended, never changed: the commands refuse, and so does the database itself."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from milepost.evidence import commands, queries
from milepost.evidence.append_only import TABLE, sqlite_trigger
from milepost.evidence.models import Note, Observation
from tests.cast import Cast
from tests.evidence.making import START, answer, competencies, learner

NOW = START + timedelta(days=30)


@pytest.fixture
def one(cast: Cast) -> Observation:
    (unit_rate,) = competencies(cast.district, 1)
    shown = answer(learner(cast.district), unit_rate, note="Used a table.")
    return commands.record(by=None, district=cast.district.pk, shown=[shown], now=NOW)[0]


@pytest.mark.parametrize("statement", [f"UPDATE {TABLE} SET kind = 'quiz'", f"DELETE FROM {TABLE}"])
@pytest.mark.django_db
def test_the_database_refuses_to_change_or_delete_evidence(statement: str, cast: Cast) -> None:
    (unit_rate,) = competencies(cast.district, 1)
    shown = answer(learner(cast.district), unit_rate)
    commands.record(by=None, district=cast.district.pk, shown=[shown], now=NOW)
    if connection.vendor == "sqlite" and statement.startswith("DELETE"):
        connection.cursor().execute(sqlite_trigger("delete"))
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Observation.objects.count() == 1


def test_a_correction_takes_evidence_back_and_leaves_it_standing(one: Observation) -> None:
    void = commands.void(by=None, observation=one, why="Wrong learner.", now=NOW)
    assert Observation.objects.filter(pk=one.pk).exists()
    assert void.note.text == "Wrong learner."
    assert queries.evidence_frame(one.district_id).is_empty()
    assert [o.pk for o in queries.observations(one.learner)] == [one.pk]


def test_a_correction_says_why_and_happens_once(one: Observation) -> None:
    with pytest.raises(ValueError, match="Say why"):
        commands.void(by=None, observation=one, why=" ", now=NOW)
    void = commands.void(by=None, observation=one, why="Wrong learner.", now=NOW)
    with pytest.raises(ValueError, match="already"):
        commands.void(by=None, observation=one, why="Again.", now=NOW)
    with pytest.raises(ValueError, match="correction cannot"):
        commands.void(by=None, observation=void, why="Undo.", now=NOW)


def test_erasure_destroys_free_text_and_leaves_the_scores(one: Observation) -> None:
    erased = commands.erase_notes(
        by=None, district=one.district_id, learner=one.learner, why="Family asked.", now=NOW
    )
    assert erased == 1
    assert not Note.objects.exists()
    assert Observation.objects.filter(pk=one.pk).exists()


def test_what_cannot_be_evidence_is_refused_in_words(cast: Cast) -> None:
    (unit_rate,) = competencies(cast.district, 1)
    (far_away,) = competencies(cast.elsewhere, 1)
    key = learner(cast.district)
    bad = {
        "score 1.2": answer(key, unit_rate, score=1.2),
        "score nan": answer(key, unit_rate, score=float("nan")),
        "at least one competency": answer(key),
        "named twice": answer(key, unit_rate, unit_rate),
        "in the future": answer(key, unit_rate, occurred_at=NOW + timedelta(hours=1)),
        "number of seconds": answer(key, unit_rate, seconds=-1.0),
        "hints": answer(key, unit_rate, hints=-1),
        "not a kind": answer(key, unit_rate, kind="void"),
        "not one of this district": answer(key, far_away),
        "learner is unknown": answer(learner(cast.elsewhere), unit_rate),
    }
    for words, shown in bad.items():
        with pytest.raises(ValueError, match=words):
            commands.record(by=None, district=cast.district.pk, shown=[shown], now=NOW)
    assert not Observation.objects.exists()
