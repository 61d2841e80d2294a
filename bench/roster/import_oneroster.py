"""How fast a OneRoster file set goes in, and how fast the same again is known to be nothing new.

The people are the demonstration's, invented. `small` has 1,200 learners and `full` 12,000.
"""

import sys
import time
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

from _report import figure, size  # noqa: E402
from _site import on_each_database  # noqa: E402

SCALE = {"small": 1.0, "full": 10.0}


def measure(database: str, size: str) -> None:
    """Print the figures of one database."""
    from django.utils import timezone

    from milepost.roster import commands as roster
    from milepost.site.demo import people

    district = roster.add_organisation(by=None, kind="district", name="Benchmark")
    with TemporaryDirectory() as name:
        files = Path(name) / "roster"
        town = people.invent(Random(7), SCALE[size])
        people.write_oneroster(town, files, date(2026, 7, 1), date(2027, 6, 30), 2027)
        rows = sum(len(file.read_text().splitlines()) - 1 for file in files.iterdir())
        seconds = []
        for status in ("applied", "unchanged"):
            began = time.perf_counter()
            run = roster.import_oneroster(
                by=None,
                district=district,
                path=files,
                system=people.SYSTEM,
                now=timezone.now(),
                keep_in=Path(name) / "kept",
            )
            seconds.append(time.perf_counter() - began)
            assert run.status == status, run.message
    figure(f"oneroster_import_{database}", rows / seconds[0], "rows/s", n=rows)
    figure(f"oneroster_again_{database}", seconds[1], "s", n=rows)


if __name__ == "__main__":
    on_each_database(measure, size(__doc__))
