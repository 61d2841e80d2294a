"""How fast a real response log goes in: read, checked, matched to learners, and saved.

The log is found through MILEPOST_DATA; without it nothing is printed but why. `small` takes the
first 50,000 responses and `full` the whole log.
"""

import sys
import time
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "bench" / "mastery")]

from _report import figure, size  # noqa: E402
from _site import on_each_database  # noqa: E402
from real_log import data_folder  # noqa: E402

ROWS = {"small": 50_000, "full": 220_070}


def log(folder: Path, rows: int) -> Path:
    """Write the first rows of the real log into a folder."""
    source = data_folder() / "assist2009_gervet" / "preprocessed_data_train.csv"
    path = folder / source.name
    with source.open() as file:
        path.write_text("".join(islice(file, rows + 1)))
    return path


def bring(path: Path) -> tuple[object, float]:
    """Bring a log in on an empty site; return the district and the seconds that it took."""
    from django.utils import timezone

    from milepost.evidence import commands as evidence
    from milepost.roster import commands as roster

    district = roster.add_organisation(by=None, kind="district", name="Benchmark")
    began = time.perf_counter()
    run = evidence.import_responses(
        by=None,
        district=district,
        path=path,
        system="assist2009",
        create_learners=True,
        now=timezone.now(),
    )
    seconds = time.perf_counter() - began
    assert run.status == "applied", run.message
    return district, seconds


def measure(database: str, size: str) -> None:
    """Print the figure of one database."""
    with TemporaryDirectory() as folder:
        _, seconds = bring(log(Path(folder), ROWS[size]))
    figure(f"ingest_{database}", ROWS[size] / seconds, "responses/s", n=ROWS[size])


if __name__ == "__main__":
    chosen = size(__doc__)
    data_folder()
    on_each_database(measure, chosen)
