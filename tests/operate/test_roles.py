"""The two roles of docs/deploy/roles.sql on a real PostgreSQL: what the site may and may not."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.conftest import ROOT
from tests.operate.installation import Installation

SCRIPT = (ROOT / "docs" / "deploy" / "roles.sql").read_text()
ADDRESS = os.environ.get("MILEPOST_DATABASE", "")
NAME = f"roles_{os.getpid()}"

pytestmark = pytest.mark.skipif(not ADDRESS, reason="SQLite has no roles")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Installation]:
    """An installation whose tables the owner has made and whose site is the other role."""
    text = SCRIPT.replace("milepost_owner", f"{NAME}_owner")
    text = text.replace("ROLE milepost ", f"ROLE {NAME} ").replace("TO milepost;", f"TO {NAME};")
    text = text.replace("DATABASE milepost ", f"DATABASE {NAME} ")
    first, connects, second = text.partition("\\connect milepost\n")
    assert connects
    _tell(ADDRESS, _undo())
    _tell(ADDRESS, first)
    _tell(_address("postgres"), second)
    owner = Installation(tmp_path / "owner", {"MILEPOST_DATABASE": _address(f"{NAME}_owner")})
    owner.home.mkdir()
    made = owner.run("migrate")
    assert made.returncode == 0, made.stderr
    site = Installation(tmp_path / "site", {"MILEPOST_DATABASE": _address(NAME)})
    site.home.mkdir()
    yield site
    site.stop()
    _tell(ADDRESS, _undo())


def _address(user: str) -> str:
    url = urlsplit(ADDRESS)
    return url._replace(netloc=f"{user}@", path=f"/{NAME}").geturl()


def _undo() -> str:
    roles = "".join(f"DROP ROLE IF EXISTS {NAME}{end};" for end in ("", "_owner"))
    return f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE);{roles}"


def _tell(address: str, script: str) -> None:
    lines = "\n".join(line for line in script.splitlines() if not line.startswith("--"))
    with psycopg.connect(address, autocommit=True) as server:
        for statement in filter(str.strip, lines.split(";")):
            server.execute(statement)


def test_the_site_works_and_cannot_touch_tables_or_guard(site: Installation) -> None:
    made = site.run("district", "Cedar", "--data-lead", "Dan Diaz", "--username", "dan",
                    words="correct horse battery\n" * 2)  # fmt: skip
    assert made.returncode == 0, made.stderr
    said = site.run("doctor").stdout
    assert "The site's own user cannot take the guard off the evidence." in said
    assert "The tables are at this version." in said
    assert "The database can be written." in said
    with psycopg.connect(_address(NAME)) as server:
        for forbidden in (
            "DROP TRIGGER evidence_no_update ON evidence_observation",
            "ALTER TABLE evidence_observation DISABLE TRIGGER ALL",
            "DROP TABLE evidence_observation",
            "TRUNCATE evidence_observation",
            "CREATE TABLE mine (n int)",
            "SET session_replication_role = replica",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                server.execute(forbidden)
            server.rollback()


def test_the_site_is_told_that_a_restore_is_the_owners_work(
    site: Installation, tmp_path: Path
) -> None:
    assert site.run("backup", str(tmp_path / "all.zip")).returncode == 0
    ended = site.run("restore", str(tmp_path / "all.zip"))
    assert ended.returncode == 3
    assert "does not own its tables" in ended.stderr
    assert "milepost-owner restore" in ended.stderr
