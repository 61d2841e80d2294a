"""How fast a simulated district is written: responses a second to CSV, truth and roster included.

`simulate` is the whole command's work without attendance: roster, practice, truth, digests.
`simulate_attendance` is one row a learner and school day, without responses. Each runs in a
process of its own, so that the peak of memory is its own; compiling the loops is left out.
"""

import resource
import sys
import time
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

from _report import figure, size  # noqa: E402

LEARNERS = {"small": (1_000, 10_000), "full": (1_000, 10_000, 100_000)}


def district(learners: int) -> None:
    """Print what a district with a hundred responses a learner takes."""
    done, seconds = timed(learners=learners, responses=100, attendance="none")
    rows = done["responses.csv"]
    figure(f"simulate_{learners}", rows / seconds, "responses/s", n=rows)
    figure(
        f"simulate_rows_{learners}", sum(done.values()) / seconds, "rows/s", n=sum(done.values())
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figure(f"simulate_memory_{learners}", peak, "MiB", n=learners)


def attendance(learners: int) -> None:
    """Print what a year of attendance takes."""
    done, seconds = timed(learners=learners, responses=0, attendance="all")
    rows = done["attendance.csv"]
    figure(f"simulate_attendance_{learners}", rows / seconds, "days/s", n=rows)


def timed(**parameters: object) -> tuple[dict[str, int], float]:
    """Simulate once small, for the compiler, and once as asked; return rows and seconds."""
    from milepost.simulation import plan_of, simulate

    with TemporaryDirectory() as folder:
        simulate(plan_of({"seed": 1} | parameters | {"learners": 20}), Path(folder) / "warm")
        plan = plan_of({"seed": 1} | parameters)
        began = time.perf_counter()
        done = simulate(plan, Path(folder) / "district")
        return done.rows, time.perf_counter() - began


if __name__ == "__main__":
    for learners in LEARNERS[size(__doc__)]:
        for work in (district, attendance):
            process = get_context("spawn").Process(target=work, args=(learners,))
            process.start()
            process.join()
            if process.exitcode:
                raise SystemExit(f"{work.__name__} failed")
