"""How fast states follow the evidence, the database included: everybody anew, and one learner.

The log is found through MILEPOST_DATA; without it nothing is printed but why. `small` takes the
first 50,000 responses and `full` the whole log. `fold_one` is what an answer in practice waits for.
"""

import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "bench" / "evidence")]

from _report import figure, size  # noqa: E402
from _site import on_each_database  # noqa: E402
from ingest import ROWS, bring, data_folder, log  # noqa: E402

ONE_BY_ONE = 50
"""Learners folded alone."""


def measure(database: str, size: str) -> None:
    """Print the figures of one database."""
    from django.utils import timezone

    from milepost.mastery import commands as mastery
    from milepost.roster.models import LearnerKey

    district: Any
    with TemporaryDirectory() as folder:
        district, _ = bring(log(Path(folder), ROWS[size]))
    mastery.calibrate(by=None, district=district.pk, now=timezone.now())
    mastery.catch_up(district=district.pk)
    began = time.perf_counter()
    mastery.rebuild(district=district.pk)
    speed = ROWS[size] / (time.perf_counter() - began)
    figure(f"rebuild_{database}", speed, "responses/s", n=ROWS[size])
    seconds = []
    keys = LearnerKey.objects.filter(district=district).order_by("pk")
    for key in keys.values_list("pk", flat=True)[:ONE_BY_ONE]:
        began = time.perf_counter()
        mastery.fold_learners(district=district.pk, learners=[key])
        seconds.append(time.perf_counter() - began)
    figure(f"fold_one_{database}", statistics.median(seconds) * 1_000, "ms", n=len(seconds))


if __name__ == "__main__":
    chosen = size(__doc__)
    data_folder()
    on_each_database(measure, chosen)
