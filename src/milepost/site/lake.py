"""The lake of an installation: what all rooms publish, written, asked and erased as one."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date, datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl
import pyarrow as pa

from milepost import lake
from milepost.evidence.extracts import OBSERVATIONS, observation_parts
from milepost.evidence.queries import last_position
from milepost.lake import engines
from milepost.mastery.extracts import STATES, proficiency_rate, state_parts
from milepost.roster import extracts as roster
from milepost.roster.models import LearnerKey, Organisation

DATASETS = (
    roster.ORGANISATIONS, roster.PEOPLE, roster.ENROLLMENTS, roster.ATTENDANCE, OBSERVATIONS,
    STATES,
)  # fmt: skip
"""Every table of the lake."""


def write(root: Path, district: Organisation, *, now: datetime) -> Counter[str]:
    """Bring the lake up to the tables of a district; return how many rows of each it then holds.

    Evidence is added from where the lake ends. The rest is replaced: attendance in every school
    year it was taken in, organisations, people, enrollments and states in the current one, so that
    a school year that is over stays as it was last written. Learners whose record was erased since
    are taken out of all of it.
    """
    pk, name = district.pk, str(district.pk)
    year = lake.school_year(now.astimezone(ZoneInfo(district.time_zone)).date())

    def replace(dataset: lake.Dataset, in_year: int, rows: pa.Table | Iterable[pa.Table]) -> None:
        lake.replace(root, dataset, rows, district=name, year=in_year)

    erase(root, _erased(district), district=name)
    replace(roster.ORGANISATIONS, year, roster.organisations_table(pk))
    replace(roster.PEOPLE, year, roster.people_table(pk))
    replace(roster.ENROLLMENTS, year, roster.enrollment_parts(pk, year=year))
    for taken in roster.attendance_years(pk):
        replace(roster.ATTENDANCE, taken, roster.attendance_parts(pk, year=taken))
    replace(STATES, year, state_parts(pk, now=now))
    _add_evidence(root, district)
    return Counter({dataset.name: lake.count(root, dataset, name) for dataset in DATASETS})


def _add_evidence(root: Path, district: Organisation) -> None:
    name = str(district.pk)
    after = lake.written_until(root, OBSERVATIONS, name)
    until = last_position(district.pk)
    for reached, years in observation_parts(district, after=after, until=until):
        if years:
            lake.append(root, OBSERVATIONS, years, district=name, after=after, until=reached)
            after = reached
    lake.gather(root, OBSERVATIONS, name)


def _erased(district: Organisation) -> list[str]:
    erased = LearnerKey.objects.filter(district=district).exclude(erased_at=None)
    return [str(key) for key in erased.values_list("pk", flat=True)]


def erase(root: Path, learners: Collection[UUID | str], district: str = "") -> int:
    """Take learners out of every file of the lake (of a district); return how many rows went."""
    keys = [str(key) for key in learners]
    return sum(lake.erase(root, dataset, keys, district) for dataset in DATASETS) if keys else 0


def proficiency(root: Path, *, as_of: date, threads: int | None = None) -> pl.DataFrame:
    """Return `mastery.extracts.proficiency_rate` over the lake, with names of schools.

    Asked of the school year of ``as_of``. Columns: school, grade, student_group, learners, states,
    met, rate. Raises LookupError when the lake holds no people of that school year.
    """
    engine, year = engines.duckdb(threads), lake.school_year(as_of)
    states, people, places = (
        table.filter(table.school_year == year)
        for table in (
            engines.on_duckdb(engine, root, dataset)
            for dataset in (STATES, roster.PEOPLE, roster.ORGANISATIONS)
        )
    )
    if not engine.execute(people.count()):
        raise LookupError(f"The lake holds nobody of the school year that ends in {year}.")
    found: pl.DataFrame = engine.to_polars(proficiency_rate(states, people, as_of=as_of))
    names = engine.to_polars(places.select(school="organisation", name="name"))
    named = found.join(names, on="school", how="left", maintain_order="left")
    return named.with_columns(school=pl.coalesce("name", "school")).drop("name")
