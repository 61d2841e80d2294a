"""`kill -9` in the middle of an import, an ingest, a fold and a served answer, at random moments.

`small` kills each once, `full` fifty times, on each database. Every copy of the database that saw
a kill is looked into, and ends as an undisturbed one does. The same trials run in tests/faults.
`half_done` and `acknowledged_lost` must be 0; anything else is said in words, and the exit code
is 1.
"""

import os
import sys
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT)]

from _report import figure, size  # noqa: E402

KILLS = {"small": 1, "full": 50}
LEARNERS = {"small": 60, "full": 400}
DATABASES = ("sqlite", "postgresql")
CHOSEN = "MILEPOST_TEST_DATABASE"


def main(database: str, chosen: str) -> None:
    """Run all trials on one database and print their figures."""
    import tests.database  # noqa: F401, I001  chooses the database before Django is loaded
    import django

    django.setup()
    from tests.faults import answering, killing
    from tests.faults.killing import Simulated, done
    from tests.site.terminal import DISTRICT, copy, fresh

    kills, rng = KILLS[chosen], Random(9)
    with TemporaryDirectory() as folder, fresh(Path(folder) / "begun") as begun:
        where = Path(folder)
        files = Simulated.write(where, learners=LEARNERS[chosen], responses=200)
        done(begun, ("district", DISTRICT), files.framework)

        def run(name: str, trial: killing.Trial, before: killing.Terminal) -> None:
            report(f"{name}_{database}", trial.run(before, where / name, kills, rng))

        run("roster", killing.import_trial(begun, files.roster, where / "a"), begun)
        with copy(begun, where / "enrolled") as enrolled:
            done(enrolled, files.roster)
            words = files.attendance
            run("attendance", killing.import_trial(enrolled, words, where / "b"), enrolled)
            words = files.responses
            run("ingest", killing.ingest_trial(enrolled, words, where / "c"), enrolled)
            done(enrolled, words)
            for command in ("catch-up", "rebuild"):
                trial = killing.fold_trial(enrolled, (command,), where / f"d-{command}")
                run(f"fold_{command}", trial, enrolled)
        with fresh(where / "answers") as answers:
            report(f"answers_{database}", answering.run(answers, kills, rng), "acknowledged_lost")


wrong: list[str] = []


def report(name: str, story: "killing.Story", what: str = "half_done") -> None:  # type: ignore[name-defined] # noqa: F821
    """Print the figures of one trial, and say what was wrong in words."""
    figure(f"{name}_kills", story.kills, "kills", n=story.kills)
    figure(f"{name}_{what}", len(story.wrong), "times", n=story.kills)
    if story.acknowledged:
        figure(f"{name}_acknowledged", story.acknowledged, "answers", n=story.kills)
    for line in story.wrong:
        print(f"{name}: {line}", file=sys.stderr)
    wrong.extend(story.wrong)


if __name__ == "__main__":
    import subprocess

    if CHOSEN in os.environ and len(sys.argv) == 4 and sys.argv[3] == "--one":
        main(os.environ[CHOSEN], sys.argv[2])
        raise SystemExit(bool(wrong))
    chosen = size(__doc__)
    codes = [
        subprocess.run(
            [sys.executable, __file__, "--size", chosen, "--one"],
            env=os.environ | {CHOSEN: database},
            check=False,
        ).returncode
        for database in DATABASES
    ]
    raise SystemExit(max(codes))
