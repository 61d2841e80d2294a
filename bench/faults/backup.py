"""How fast a backup is made, checked and restored, and how much memory that takes."""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT)]

from _report import figure, size  # noqa: E402

LEARNERS = {"small": 500, "full": 10_000}
RESPONSES = 200
"""A learner, about."""


def main(database: str, chosen: str) -> None:
    """Print the figures of one database. Every command runs in a process of its own."""
    import tests.database  # noqa: F401, I001  chooses the database before Django is loaded
    import django

    django.setup()
    from tests.faults.killing import Simulated, done
    from tests.site.terminal import DISTRICT, Terminal, fresh

    def timed(terminal: Terminal, name: str, *words: object) -> None:
        began = time.perf_counter()
        done(terminal, words)
        figure(f"{name}_{database}", rows / (time.perf_counter() - began), "rows/s", n=rows)

    with TemporaryDirectory() as folder, fresh(Path(folder) / "home") as terminal:
        where = Path(folder)
        files = Simulated.write(where, learners=LEARNERS[chosen], responses=RESPONSES)
        done(terminal, ("district", DISTRICT), files.framework, files.roster, files.responses)
        done(terminal, ("catch-up",))
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        said = terminal("backup", where / "first.zip").out
        rows = int(said.split(": ")[1].split(" rows")[0].replace(",", ""))
        timed(terminal, "backup", "backup", where / "all.zip")
        timed(terminal, "backup_check", "backup", "--check", where / "all.zip")
        with fresh(where / "restored") as restored:
            timed(restored, "restore", "restore", where / "all.zip")
        figure(f"backup_bytes_per_row_{database}", (where / "all.zip").stat().st_size / rows, "B")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        # The children before were larger or smaller; only a new maximum is the backup's own.
        print(f"peak of any command {peak / 1024:.0f} MB, before the backup {before / 1024:.0f} MB",
              file=sys.stderr)  # fmt: skip


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[3] == "--one":
        main(os.environ["MILEPOST_TEST_DATABASE"], sys.argv[2])
        raise SystemExit
    chosen = size(__doc__)
    for database in ("sqlite", "postgresql"):
        subprocess.run(
            [sys.executable, __file__, chosen, chosen, "--one"],
            env=os.environ | {"MILEPOST_TEST_DATABASE": database},
            check=True,
        )
