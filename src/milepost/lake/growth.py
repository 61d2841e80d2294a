"""Tables that only grow: each writing adds a part to the school years that it touches.

How far a district is written stands in the names of its parts (`…/school_year=Y/POSITION/`), so it
is true whenever the manifest is: there is no cursor beside it that a crash could leave behind.
"""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from milepost.lake.datasets import Dataset
from milepost.lake.partitions import _manifest, _write, _writing, fitting

DIGITS = 19
"""Of a 64-bit position, so that names sort as numbers do."""
SMALL, MANY = 200_000, 16
"""Parts of fewer rows than this are put together when a school year has so many of them."""


def written_until(root: Path, dataset: Dataset, district: str) -> int:
    """Return the last position of a district that the lake holds; 0 before the first writing."""
    here = f"district={district}/"
    found = [place for place in _manifest(root / dataset.name) if place.startswith(here)]
    return max((int(place.rsplit("/", 1)[1]) for place in found), default=0)


def append(
    root: Path,
    dataset: Dataset,
    years: Mapping[int, pa.Table],
    *,
    district: str,
    after: int,
    until: int,
) -> None:
    """Add the rows between two positions, by school year, all or nothing.

    Raises ValueError, changing nothing, when rows do not fit the dataset's schema, and when the
    lake does not end at ``after``: somebody else wrote meanwhile.
    """
    folder = root / dataset.name
    fitted = {year: fitting(dataset, rows) for year, rows in years.items()}
    with _writing(folder) as manifest:
        found = written_until(root, dataset, district)
        if found != after:
            raise ValueError(f"{dataset.name} was written to {found} meanwhile. Begin again.")
        for year, rows in fitted.items():
            place = f"district={district}/school_year={year}/{until:0{DIGITS}d}"
            manifest[place] = _write(folder, place, dataset, [rows])


def gather(root: Path, dataset: Dataset, district: str) -> int:
    """Put small parts of a district together where a school year has many; return how many went.

    A part a night makes many files, and each costs every question a little.
    """
    folder, gone = root / dataset.name, 0
    with _writing(folder) as manifest:
        small: dict[str, list[str]] = defaultdict(list)
        for place, part in sorted(manifest.items()):
            if place.startswith(f"district={district}/") and part["rows"] < SMALL:
                small[place.rsplit("/", 1)[0]].append(place)
        for places in small.values():
            if len(places) >= MANY:
                old = [folder / manifest.pop(place)["file"] for place in places]
                rows = (pq.ParquetFile(path).read() for path in old)
                manifest[places[-1]] = _write(folder, places[-1], dataset, rows)
                gone += len(places) - 1
    return gone
