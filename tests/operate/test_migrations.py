"""Upgrades: no migration takes anything away from the version that runs; forward and back, kept."""

import json
import subprocess
import threading
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import connection, migrations, models
from django.db.migrations.executor import MigrationExecutor

from milepost.site import upgrades
from tests.operate.installation import Installation, ask, free_port, installed

OURS = ("assessment", "audit", "evidence", "funding", "learning", "mastery", "purpose", "roster",
        "rulebook", "site")  # fmt: skip

BEFORE_THE_FIRST_RELEASE = {
    "assessment": 2,
    "audit": 1,
    "evidence": 7,
    "funding": 1,
    "learning": 2,
    "mastery": 3,
    "purpose": 2,
    "roster": 3,
    "rulebook": 1,
    "site": 1,
}
"""Last migration of each room that may do anything: no version runs anywhere that it could break.

With the first release these numbers become those of the release and never change again.
"""

SAFE_ALTHOUGH: dict[tuple[str, str], str] = {}
"""Migrations since, that the rules complain of and that are right: (room, name) → why."""


def test_no_migration_since_the_first_release_breaks_the_version_that_runs(db: None) -> None:
    executor = MigrationExecutor(connection)
    bad = []
    for key in executor.loader.graph.nodes:
        room, name = key
        if room not in OURS or int(name[:4]) <= BEFORE_THE_FIRST_RELEASE[room]:
            continue
        migration = executor.loader.get_migration(*key)
        for step in upgrades.steps(migration, upgrades.before(executor, migration)):
            if step.pause and key not in SAFE_ALTHOUGH:
                bad.append(f"{room} {name}: {step.words}: {step.pause}")
    assert not bad, "\n".join(bad)


def field(**options: object) -> models.Field:  # type: ignore[type-arg]
    return models.CharField(max_length=200, **options)  # type: ignore[arg-type]


INDEX = models.Index(fields=["name"], name="by_name")
NO_ROWS = models.CheckConstraint(condition=~models.Q(name=""), name="named")


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        (migrations.RemoveField("organisation", "name"), "still uses it"),
        (migrations.RenameField("organisation", "name", "title"), "still uses it"),
        (migrations.RenameModel("Organisation", "Place"), "still uses it"),
        (migrations.DeleteModel("Setting"), "still uses it"),
        (migrations.AddField("organisation", "x", field()), "writes rows without it"),
        (migrations.AddField("organisation", "x", field(default="")), "writes rows without it"),
        (migrations.AddField("organisation", "x", field(null=True)), ""),
        (migrations.AddField("organisation", "x", field(db_default="")), ""),
        (migrations.AddField("organisation", "x", field(null=True, unique=True)), "writers wait"),
        (migrations.AlterField("organisation", "name", field(help_text="y")), ""),
        (migrations.AlterField("organisation", "name", field(null=True)), ""),
        (migrations.AlterField("organisation", "name", field(db_index=True)), "writers wait"),
        (migrations.AlterField("organisation", "name", models.CharField(max_length=300)), ""),
        (migrations.AlterField("organisation", "name", models.CharField(max_length=9)), "anew"),
        (migrations.AlterField("organisation", "name", models.IntegerField()), "written anew"),
        (migrations.AlterField("enrollment", "begins_on", models.DateField()), "write it empty"),
        (migrations.AddIndex("organisation", INDEX), "writers wait"),
        (AddIndexConcurrently("organisation", INDEX), ""),
        (migrations.AddConstraint("organisation", NO_ROWS), "writers wait"),
        (migrations.RemoveConstraint("setting", "one_value_a_day"), "may lean on it"),
        (migrations.CreateModel("New", [("id", models.AutoField(primary_key=True))]), ""),
        (migrations.RunSQL("UPDATE x SET y = 1"), "code of its own"),
        (migrations.RunPython(lambda apps, editor: None), "code of its own"),
        (
            migrations.SeparateDatabaseAndState([migrations.RemoveField("organisation", "name")]),
            "still uses it",
        ),
    ],
)
def test_the_rules_know_what_breaks_a_version_that_runs(
    operation: migrations.operations.base.Operation, said: str, db: None
) -> None:
    state = MigrationExecutor(connection).loader.project_state()
    migration = migrations.Migration("9999_next", "roster")
    migration.operations = [operation]
    (step,) = upgrades.steps(migration, state)
    assert bool(step.pause) == bool(said), step
    assert said in step.pause


def test_a_table_that_a_migration_makes_is_its_own(db: None) -> None:
    """An index or a column on a table of the same migration makes nobody wait."""
    migration = migrations.Migration("9999_next", "roster")
    migration.operations = [
        migrations.CreateModel(
            "New", [("id", models.AutoField(primary_key=True)), ("name", models.TextField())]
        ),
        migrations.AddIndex("new", INDEX),
        migrations.AddField("new", "more", models.TextField()),
    ]
    state = MigrationExecutor(connection).loader.project_state()
    assert [step.pause for step in upgrades.steps(migration, state)] == ["", "", ""]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Installation]:
    """An installation with a district, on the database that these tests are for."""
    with installed(tmp_path_factory.mktemp("upgrade") / "home") as one:
        made = one.run("district", "Cedar", "--data-lead", "Dan Diaz", "--username", "dan",
                       words="correct horse battery\n" * 2)  # fmt: skip
        assert made.returncode == 0, made.stderr
        yield one


def contents(site: Installation, name: str) -> dict[str, object]:
    """Return the digest of every table but those that a backup or a migration itself writes."""
    file = site.home / name
    made = site.run("backup", str(file))
    assert made.returncode == 0, made.stderr
    with zipfile.ZipFile(file) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    return {
        table: what["digest"]
        for table, what in manifest["tables"].items()
        if table not in ("audit_event", "django_migrations")
    }


def test_forward_and_back_with_the_site_up_and_everything_kept(site: Installation) -> None:
    before = contents(site, "before.zip")
    port = free_port()
    site.serve(port)
    statuses: Counter[int] = Counter()
    done = threading.Event()

    def visit() -> None:
        while not done.is_set():
            statuses[ask(port, "/account/login/").status] += 1
            done.wait(0.1)

    visitor = threading.Thread(target=visit)
    visitor.start()
    try:
        room, back = "site", "zero"
        gone = site.run("migrate", "--to", room, back, "--yes")
        assert gone.returncode == 0, gone.stderr
        assert ask(port, "/health/ready/").body == (
            b"not ready: the database needs: milepost migrate\n"
        )
        plan = site.run("migrate", "--check").stdout
        assert "site 0001_workers" in plan
        assert "Create model Heartbeat: while the site runs" in plan
        refused = site.run("serve", "--no-migrate", "--no-worker", "--port", str(free_port()))
        assert refused.returncode == 1
        assert "The database waits for" in refused.stderr
        assert "Run: milepost migrate" in refused.stderr
        assert site.run("migrate").returncode == 0
        assert ask(port, "/health/ready/").status == 200
    finally:
        done.set()
        visitor.join()
    assert set(statuses) == {200}, statuses
    assert contents(site, "after.zip") == before
    assert site.run("migrate", "--plan").stdout.startswith("Nothing waits")


def test_going_back_asks_first_and_knows_only_what_is_there(site: Installation) -> None:
    asked = site.run("migrate", "--to", "site", "zero", words="n\n")
    assert asked.returncode == 1
    unknown = site.run("migrate", "--to", "site", "0815", "--yes")
    assert unknown.returncode == 2
    assert "0815" in unknown.stderr
    assert "Traceback" not in unknown.stderr


@pytest.mark.pure
def test_an_empty_database_needs_no_plan(tmp_path: Path) -> None:
    one = Installation(tmp_path, {"MILEPOST_DATABASE": ""})
    told: subprocess.CompletedProcess[str] = one.run("migrate", "--check")
    assert (told.returncode, "every table would be made" in told.stdout) == (0, True)
