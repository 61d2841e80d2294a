"""All records in one file, and back: on an empty machine, on either database."""

import json
import stat
import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError

from milepost.ids import new_id
from milepost.site.backup import BackupError, Count, check_backup
from tests.faults.database import ask, digests_of, empty, looking_at
from tests.roster.oneroster_files import small_set, write_folder
from tests.site.terminal import DISTRICT, Terminal, fresh, set_up

CHANGED_BY_RESTORING = {"audit_event"}
"""A restore, and a backup after it was taken, leave one event each."""
KINDS = ("sqlite", "postgresql")
ODD = 'O\'Näme "\\N" \\ 😀'
TABLE = "evidence_observation"
HEADER = "learner,item,competencies,score,time,seconds"


def log(path: Path, rows: int) -> Path:
    """Write a log of Maya's answers, one a second, about a week ago."""
    begin = datetime.now(UTC) - timedelta(days=7)
    lines = [
        f"maya,item {k % 3},add,{k % 2},{begin + timedelta(seconds=k):%Y-%m-%dT%H:%M:%SZ},0.{k % 7}"
        for k in range(rows)
    ]
    path.write_text("\n".join((HEADER, *lines)) + "\n")
    return path


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """A district with a roster, evidence, states, refused rows, and an import that waits."""
    folder = tmp_path_factory.mktemp("full")
    with set_up(folder / "home") as terminal:
        files = small_set()
        files["users.csv"] = files["users.csv"].replace("Dev,", '"O\'Näme ""\\N"" \\ 😀",')
        system = ("--system", "paper")
        for words in (
            ("district", DISTRICT),
            ("import", "oneroster", write_folder(folder / "roster", files), *system),
            ("import", "responses", log(folder / "log.csv", 40), *system),
            ("calibrate",),
            ("catch-up",),
        ):
            assert (ended := terminal(*words)).code == 0, ended.said
        head, *lines = files["enrollments.csv"].splitlines(keepends=True)
        files["enrollments.csv"] = head + lines[-1]
        assert (
            terminal("import", "oneroster", write_folder(folder / "less", files), *system).code == 4
        )
        (folder / "bad.csv").write_text(f"{HEADER}\nmaya,i,add,7,2026-01-01T00:00:00Z,1\n")
        assert terminal("import", "responses", folder / "bad.csv", *system).code == 3
        yield terminal


@pytest.fixture(scope="module")
def backup(full: Terminal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("backup") / "all.zip"
    ended = full("backup", path)
    assert ended.code == 0, ended.said
    return path


def kept(counts: dict[str, Count]) -> dict[str, Count]:
    return {name: count for name, count in counts.items() if name not in CHANGED_BY_RESTORING}


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_restored_into_an_empty_machine_has_the_same_digests_and_goes_on(
    kind: str, full: Terminal, backup: Path, tmp_path: Path
) -> None:
    with empty(tmp_path / "home", kind) as machine:
        ended = machine("restore", backup)
        assert ended.code == 0, ended.said
        restored = digests_of(machine)
        assert kept(restored) == kept(digests_of(full))
        assert (ODD,) in ask(machine, "SELECT given_name FROM roster_person")
        (waiting,) = (machine.home / "imports").iterdir()
        assert waiting.read_bytes() == (full.home / "imports" / waiting.name).read_bytes()
        assert (machine.home / "secret_key").read_text() != (full.home / "secret_key").read_text()
        for act in (f"UPDATE {TABLE} SET item = ''", f"DELETE FROM {TABLE}"):
            with pytest.raises(DatabaseError, match="append-only"):
                ask(machine, act)
        assert machine("rebuild").code == 0
        assert digests_of(machine)["mastery_state"] == restored["mastery_state"]
        bad = tmp_path / "more.csv"
        bad.write_text(f"{HEADER}\nmaya,i,add,8,2026-01-01T00:00:00Z,1\n")
        ended = machine("import", "responses", bad, "--system", "paper")
        assert ended.code == 3, "refused rows are numbered on from the restored ones"


def keep_writing(terminal: Terminal, stop: threading.Event) -> None:
    """Append one observation after another, each with its position in the ledger, until told."""
    columns = "district_id, learner, kind, item, scores, occurred_at, recorded_at, source, hints"
    again = (
        f"INSERT INTO {TABLE} (id, position, {columns}) SELECT %s, last_position, {columns} "
        f"FROM {TABLE} JOIN evidence_ledger USING (district_id) WHERE position = 1"
    )
    with looking_at(terminal) as connection, connection.cursor() as cursor:
        while not stop.is_set():
            cursor.execute("UPDATE evidence_ledger SET last_position = last_position + 1")
            cursor.execute(again, [new_id().hex])
            cursor.execute("COMMIT")
            cursor.execute("BEGIN")
            stop.wait(0.005)


def test_a_backup_sees_one_moment_while_others_write(full: Terminal, tmp_path: Path) -> None:
    stop = threading.Event()
    writer = threading.Thread(target=keep_writing, args=(full, stop))
    writer.start()
    try:
        ended = full("backup", tmp_path / "during.zip")
        still = writer.is_alive()
    finally:
        stop.set()
        writer.join()
    assert ended.code == 0, ended.said
    assert still
    with set_up(tmp_path / "home") as machine:
        assert machine("restore", tmp_path / "during.zip").code == 0
        ((count, last),) = ask(machine, f"SELECT count(*), max(position) FROM {TABLE}")
        ((ledger,),) = ask(machine, "SELECT last_position FROM evidence_ledger")
    ((written,),) = ask(full, f"SELECT count(*) FROM {TABLE}")
    assert 40 < count == last == ledger < written


def test_a_backup_is_for_its_owner_and_never_overwrites(full: Terminal, backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    before = backup.read_bytes()
    ended = full("backup", backup)
    assert ended.code == 3
    assert "never overwrites" in ended.err
    assert backup.read_bytes() == before
    assert [path.name for path in backup.parent.iterdir()] == [backup.name]
    key = (full.home / "secret_key").read_bytes()
    with zipfile.ZipFile(backup) as archive:
        assert not any(key in archive.read(name) for name in archive.namelist())


def test_a_backup_is_restored_only_where_there_is_nothing(full: Terminal, backup: Path) -> None:
    before = digests_of(full)
    ended = full("restore", backup)
    assert ended.code == 3
    assert "holds records already" in ended.err
    assert digests_of(full) == before


def rewritten(backup: Path, target: Path, name: str, old: bytes, new: bytes) -> Path:
    """Copy a backup with other words in one of its parts."""
    with zipfile.ZipFile(backup) as source, zipfile.ZipFile(target, "w") as copy:
        for part in source.namelist():
            content = source.read(part)
            if part == name:
                assert old in content
                content = content.replace(old, new, 1)
            copy.writestr(part, content)
    return target


def test_a_damaged_file_is_refused_and_nothing_is_restored(backup: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.zip").write_bytes(backup.read_bytes()[:-1_000])
    (tmp_path / "other.zip").write_text("a shopping list")
    part = f"tables/{TABLE}.jsonl"
    changed = rewritten(backup, tmp_path / "changed.zip", part, b"item 1", b"item 2")
    for path in (tmp_path / "cut.zip", tmp_path / "other.zip", changed, tmp_path / "none.zip"):
        with pytest.raises(BackupError, match=r"damaged|cannot be read"):
            check_backup(path)
    with set_up(tmp_path / "home") as machine:
        ended = machine("restore", changed)
        assert ended.code == 3, ended.said
        assert "is damaged" in ended.err
        assert machine("restore", backup).code == 0, "what was refused left nothing behind"
        assert machine("backup", "--check", backup).code == 0


def is_found_or_harmless(damaged: Path, backup: Path) -> bool:
    """Return whether the damage is said in words, or means nothing, as in a date of the zip."""
    try:
        return check_backup(damaged) == check_backup(backup)
    except BackupError as error:
        return "damaged" in str(error)


@pytest.mark.parametrize("at", [k / 16 for k in range(17)])
def test_one_turned_bit_is_found_or_harmless(at: float, backup: Path, tmp_path: Path) -> None:
    content = bytearray(backup.read_bytes())
    content[int(at * (len(content) - 1))] ^= 4
    (tmp_path / "bit.zip").write_bytes(content)
    assert is_found_or_harmless(tmp_path / "bit.zip", backup)


@pytest.mark.parametrize("place", range(8, 46))
def test_damage_in_the_directory_of_the_zip_is_said_in_words(
    place: int, backup: Path, tmp_path: Path
) -> None:
    # "Encrypted", "packed in a way that does not exist", "begins before the file": each bit makes
    # the reader raise something else.
    content = bytearray(backup.read_bytes())
    content[content.index(b"PK\x01\x02") + place] ^= 0x81
    (tmp_path / "bit.zip").write_bytes(content)
    assert is_found_or_harmless(tmp_path / "bit.zip", backup)


def test_a_backup_of_a_later_version_is_refused_in_words(backup: Path, tmp_path: Path) -> None:
    name = "manifest.json"
    later = rewritten(backup, tmp_path / "a.zip", name, b'"0001_workers"', b'"0099_more"')
    other = rewritten(backup, tmp_path / "b.zip", name, b'"format": 1', b'"format": 2')
    room = rewritten(backup, tmp_path / "c.zip", name, b'"site",', b'"a later room",')
    with pytest.raises(BackupError, match="later version"):
        check_backup(other)
    for path in (later, room):
        ended = Terminal(tmp_path / "home")("restore", path)
        assert ended.code == 3
        assert "later version" in ended.err


@pytest.mark.long
def test_a_backup_of_an_earlier_version_is_brought_to_this_one(tmp_path: Path) -> None:
    with fresh(tmp_path / "old") as old, fresh(tmp_path / "new") as new:
        assert old("district", DISTRICT).code == 0
        with looking_at(old) as connection, connection.cursor() as cursor:
            cursor.execute("DROP TABLE site_routine")
            cursor.execute("DROP TABLE site_heartbeat")
            cursor.execute("DELETE FROM django_migrations WHERE app = 'site'")
            cursor.execute("COMMIT")
        assert old("backup", tmp_path / "old.zip").code == 0
        with zipfile.ZipFile(tmp_path / "old.zip") as archive:
            assert "site" not in dict(json.loads(archive.read("manifest.json"))["migrations"])
        assert new("restore", tmp_path / "old.zip").code == 0
        assert ask(new, "SELECT name FROM roster_organisation") == [(DISTRICT,)]
        assert ask(new, "SELECT count(*) FROM site_routine") == [(0,)]
        assert new("migrate").code == 0


def test_there_is_no_backup_of_nothing(tmp_path: Path) -> None:
    with fresh(tmp_path / "home") as machine:
        ended = machine("backup", tmp_path / "nothing.zip")
        assert ended.code == 3
        assert "never set up" in ended.err
        assert not list(tmp_path.glob("nothing*"))
