"""Erasure of one person: what goes, what stays, and that it is gone from the files as well."""

import sqlite3
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.apps import apps
from django.db import connection, models
from django.utils import timezone

from milepost.assessment.models import Attempt
from milepost.audit.commands import start_run
from milepost.audit.models import Event, RefusedRow
from milepost.evidence import commands as evidence
from milepost.evidence.models import Note, Observation, WaitingRow
from milepost.learning import commands as learning
from milepost.learning.models import Conference
from milepost.mastery import commands as mastery
from milepost.mastery.models import State
from milepost.purpose.models import Competency
from milepost.roster.models import (
    Account,
    AttendanceDay,
    Demographics,
    LearnerKey,
    OutsideIdentifier,
    Person,
)
from milepost.site import erasure
from milepost.site.cli import main
from tests.cast import Cast
from tests.evidence.making import answer, competencies

NOW = timezone.now()
WHY = "request 2026-17"
SECRETS = ("Maya", "Reyes", "maya@families.example", "SIS-4711", "shy today", "count by heart")


@pytest.fixture
def traces(cast: Cast) -> Observation:
    """Everything that the house can know of Maya, in every room."""
    district, maya = cast.district, cast.maya
    Person.objects.filter(pk=maya.pk).update(email=SECRETS[2], preferred_name="Mayita")
    Demographics.objects.create(district=district, person=maya, birth_date=date(2014, 5, 3))
    OutsideIdentifier.objects.create(
        district=district, system="sis", kind="person", value="SIS-4711", target=maya.pk,
        valid_from=NOW,
    )  # fmt: skip
    AttendanceDay.objects.create(
        district=district, learner=maya, school=cast.school, day=date(2026, 9, 1),
        status="excused", reason="dentist",
    )  # fmt: skip
    first, _ = competencies(district, 2)
    key = LearnerKey.objects.get(person=maya).pk
    shown = [answer(key, first, occurred_at=NOW, kind="judgement", note="shy today")]
    (observation,) = evidence.record(by=None, district=district.pk, shown=shown, now=NOW)
    mastery.catch_up(district=district.pk)
    competency = Competency.objects.get(pk=first)
    learning.set_goal(by=maya.pk, learner=maya, competency=competency, why=SECRETS[5], now=NOW)
    Conference.objects.create(
        district=district, learner=maya, held_on=NOW.date(), agreed="Maya reads more",
        recorded_at=NOW, recorded_by=cast.alba.pk,
    ).people.add(maya, cast.rosa)  # fmt: skip
    Attempt.objects.create(
        district=district, learner=maya, item="x", seed=1, shown_at=NOW, observation=observation
    )
    run = start_run(by=None, district=district.pk, kind="responses", source="log.csv", now=NOW)
    WaitingRow.objects.create(
        district=district, run=run, row=1, system="sis", learner_label="SIS-4711",
        content={"id": str(observation.pk)}, adopted_at=NOW,
    )  # fmt: skip
    RefusedRow.objects.create(run=run, file="users.csv", line=2, value=SECRETS[2], reason="twice")
    return observation


def everything() -> str:
    """Return every cell of every table, as text."""
    rows: list[str] = []
    for model in apps.get_models():
        fields = [f.attname for f in model._meta.concrete_fields]
        rows += map(str, model._default_manager.values_list(*fields))
    return "\n".join(rows)


def test_nothing_of_the_person_is_left_in_any_table(cast: Cast, traces: Observation) -> None:
    before = everything()
    assert all(word in before for word in SECRETS)
    # Rosa has the same family name, and her own e-mail would be another; she stays.
    Person.objects.filter(pk=cast.rosa.pk).update(family_name="Rivera")
    erasure.erase(by=cast.diaz.pk, person=cast.maya, why=WHY, now=NOW)
    after = everything()
    assert [word for word in (*SECRETS, "Mayita", "dentist", "2014, 5, 3") if word in after] == []
    assert "Rosa" in after


def test_no_table_but_the_acts_on_record_points_to_the_person(
    cast: Cast, traces: Observation
) -> None:
    """A table that comes later and points to a person must say what erasure does to it."""
    erasure.erase(by=cast.diaz.pk, person=cast.maya, why=WHY, now=NOW)
    pointing = {
        f"{model._meta.label}.{f.name}"
        for model in apps.get_models()
        for f in model._meta.concrete_fields
        if isinstance(f, models.ForeignKey | models.OneToOneField) and f.related_model is Person
        if model._default_manager.filter(**{f.name: cast.maya.pk}).exists()
    }
    assert pointing == set()
    assert not Conference.people.through.objects.filter(person=cast.maya).exists()


def test_the_evidence_stays_without_a_way_back(cast: Cast, traces: Observation) -> None:
    key = traces.learner
    assert State.objects.filter(learner=key).exists()
    gone, counts = erasure.erase(by=cast.diaz.pk, person=cast.maya, why=WHY, now=NOW)
    assert gone.keys == (key,)
    assert counts["names"] == counts["goals"] == counts["notes"] == counts["sign-ins"] == 1
    assert Observation.objects.filter(pk=traces.pk, learner=key).exists()
    tombstone = LearnerKey.objects.get(pk=key)
    assert (tombstone.person, tombstone.erased_at) == (None, NOW)
    assert not Note.objects.filter(observation=traces).exists()
    assert not State.objects.filter(learner=key).exists()
    mastery.rebuild(district=cast.district.pk)
    assert not State.objects.filter(learner=key).exists()
    event = Event.objects.get(action="roster.erase_person")
    assert (event.target, event.by, event.why) == (cast.maya.pk, cast.diaz.pk, WHY)


def test_others_lose_nothing(cast: Cast, traces: Observation) -> None:
    others = Person.objects.exclude(pk=cast.maya.pk).order_by("pk")
    before = list(others.values()), Account.objects.exclude(person=cast.maya).count()
    erasure.erase(by=cast.diaz.pk, person=cast.maya, why=WHY, now=NOW)
    assert (list(others.all().values()), Account.objects.count()) == before


def test_a_merged_record_goes_with_the_person(cast: Cast, traces: Observation) -> None:
    alias = Person.objects.create(
        district=cast.district, given_name="Mayaa", family_name="R", merged_into=cast.maya
    )
    erasure.erase(by=None, person=cast.maya, why=WHY, now=NOW)
    alias.refresh_from_db()
    assert alias.name == "Erased person"


def test_without_a_ground_nothing_happens(cast: Cast, traces: Observation) -> None:
    before = everything()
    with pytest.raises(ValueError, match="on what ground"):
        erasure.erase(by=None, person=cast.maya, why="  ", now=NOW)
    assert everything() == before


def test_a_person_is_found_by_id_sign_in_or_identifier(cast: Cast, traces: Observation) -> None:
    for named in (str(cast.maya.pk), "maya", "sis:SIS-4711"):
        assert erasure.find(named) == cast.maya
    for named in ("nobody", "sis:0", "other:SIS-4711", str(traces.pk)):
        assert erasure.find(named) is None


@pytest.mark.django_db(transaction=True)
def test_the_command_asks_first_and_says_what_is_left_to_do(
    transactional_db: None, cast: Cast, traces: Observation
) -> None:
    runner = CliRunner()
    asked = runner.invoke(main, ["erase", "maya", "--why", WHY], input="n\n")
    assert asked.exit_code == 1
    assert "Destroy everything else for good?" in asked.output
    assert erasure.find("maya") == cast.maya
    done = runner.invoke(main, ["erase", "maya", "--why", WHY, "--yes"])
    assert done.exit_code == 0, done.output
    assert "Mayita Reyes" in done.output
    assert "Older backups hold the person" in done.output
    unknown = runner.invoke(main, ["erase", "maya", "--why", WHY, "--yes"])
    assert (unknown.exit_code, "Nobody, or more than one" in unknown.output) == (2, True)


def test_the_bytes_are_gone_from_the_file_as_well(tmp_path: Path) -> None:
    """What `scrub` asks of SQLite does what it is asked for."""
    file = tmp_path / "one.sqlite3"
    database = sqlite3.connect(file, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("CREATE TABLE people (name text)")
    database.executemany("INSERT INTO people VALUES (?)", [(f"Maya Reyes {k}",) for k in range(99)])
    database.execute("DELETE FROM people")

    def bytes_on_disk() -> bytes:
        return b"".join(path.read_bytes() for path in tmp_path.glob("one.sqlite3*"))

    assert b"Maya" in bytes_on_disk()
    for statement in erasure.SCRUB_SQLITE:
        database.execute(statement)
    assert b"Maya" not in bytes_on_disk()
    database.close()


def test_postgresql_has_nothing_left_to_read(cast: Cast) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the tables that VACUUM is asked for are PostgreSQL's")
    there = set(connection.introspection.table_names())
    assert set(erasure.SCRUB_POSTGRESQL) <= there
