"""The disk full, for real: a small file system, clear words, and on it goes when there is space."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.faults.database import ask
from tests.faults.postgresql import own_server
from tests.site.terminal import DISTRICT, Terminal

POSTGRESQL = os.environ.get("MILEPOST_TEST_DATABASE") == "postgresql"
MEGABYTES, MORE = (24, 120) if POSTGRESQL else (4, 80)
"""An empty PostgreSQL database alone takes eighteen."""
ROWS = 60_000


@contextmanager
def small_disk() -> Iterator[Path]:
    """Give a disk of a few megabytes; the test is skipped where none may be mounted."""
    folder = Path(tempfile.mkdtemp(prefix="milepost-disk-"))
    size = f"size={MEGABYTES}m,mode=755"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        folder.rmdir()
        pytest.skip("no file system may be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
        folder.rmdir()


@contextmanager
def machine(disk: Path, home: Path) -> Iterator[Terminal]:
    """Give a terminal whose tables are on that disk. (PostgreSQL's own log of changes is not: when

    that disk is full the server stops altogether, and comes back when there is space.)
    """
    if not POSTGRESQL:
        yield Terminal(disk / "home")
        return
    with own_server() as server:
        shutil.chown(disk, server.user)
        with psycopg.connect(server.address, autocommit=True) as connection:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{disk}'")  # type: ignore[arg-type]
            connection.execute("CREATE DATABASE milepost TABLESPACE small")
        yield Terminal(home, server.address.replace("/postgres?", "/milepost?"))


def log(path: Path) -> Path:
    rows = [f"p{k % 500},i{k % 9},add,{k % 2},,\n" for k in range(ROWS)]
    path.write_text("learner,item,competencies,score,time,seconds\n" + "".join(rows))
    return path


def test_a_full_disk_is_said_and_nothing_is_lost_when_there_is_space_again(tmp_path: Path) -> None:
    words = ("import", "responses", log(tmp_path / "log.csv"), "--new-learners")
    with small_disk() as disk, machine(disk, tmp_path / "home") as milepost:
        ended = milepost("district", DISTRICT)
        assert ended.code == 0, ended.said
        ended = milepost(*words)
        assert ended.code == 1, ended.said
        assert "The disk is full" in ended.err
        assert "then run the same command again" in ended.err
        count = "SELECT count(*), coalesce(max(position), 0) FROM evidence_observation"
        ((rows, last),) = ask(milepost, count)
        assert rows == last < ROWS
        size = f"remount,size={MORE}m"
        subprocess.run(["mount", "-o", size, disk], check=True)
        ended = milepost(*words)
        assert ended.code == 0, ended.said
        assert f"Took in {ROWS:,} responses of 500 learners." in ended.out
        assert ask(milepost, count) == [(ROWS, ROWS)]


@pytest.mark.long
@pytest.mark.skipif(POSTGRESQL, reason="a backup is written in the same way on both")
def test_a_backup_on_a_full_disk_leaves_no_file_and_says_so(tmp_path: Path) -> None:
    milepost = Terminal(tmp_path / "home")
    assert milepost("district", DISTRICT).code == 0
    with small_disk() as disk:
        free = os.statvfs(disk)
        (disk / "other").write_bytes(b"0" * free.f_bsize * (free.f_bavail - 2))
        ended = milepost("backup", disk / "all.zip")
        assert ended.code == 1, ended.said
        assert "The disk is full" in ended.err
        assert sorted(path.name for path in disk.iterdir()) == ["other"]
