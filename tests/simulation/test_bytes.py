"""The same plan gives the same bytes, however the work is cut."""

import hashlib
import json
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from milepost.simulation import Plan, plan_of, read_parameters, simulate
from milepost.simulation.streams import draw, philox, uniforms
from milepost.simulation.writing import Folder
from tests.simulation.making import SMALL, written

pytestmark = pytest.mark.pure


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return written(SMALL, tmp_path_factory.mktemp("usual"))


@given(chunk=st.integers(1, 100))
@settings(max_examples=6, deadline=None)
def test_how_many_live_at_once_changes_no_byte(usual: dict[str, str], chunk: int) -> None:
    with TemporaryDirectory() as folder:
        assert written(SMALL, Path(folder), chunk=chunk) == usual


def test_another_seed_is_another_district(usual: dict[str, str], tmp_path: Path) -> None:
    other = written(replace(SMALL, seed=6), tmp_path)
    same = {name for name in other.keys() & usual.keys() if other[name] == usual[name]}
    # The catalogue of courses, the year and the framework do not depend on chance; so few learners
    # also need the same classes.
    assert same - {"oneroster/classes.csv"} == {
        "framework.json",
        "oneroster/academicSessions.csv",
        "oneroster/courses.csv",
        "oneroster/manifest.csv",
        "oneroster/orgs.csv",
    }


def test_the_manifest_tells_every_file_and_makes_them_again(tmp_path: Path) -> None:
    first = written(SMALL, tmp_path / "first")
    manifest = json.loads((tmp_path / "first" / "manifest.json").read_text())
    told = {one["name"]: one["sha256"] for one in manifest["files"]}
    assert told | {"manifest.json": first["manifest.json"]} == first
    rows = pl.read_csv(tmp_path / "first" / "responses.csv").height
    assert manifest["rows"]["responses.csv"] == rows > 0
    again = plan_of(read_parameters(tmp_path / "first" / "manifest.json"))
    assert again == SMALL
    assert written(again, tmp_path / "second") == first


def test_a_log_in_parquet_says_what_the_csv_says(tmp_path: Path) -> None:
    simulate(SMALL, tmp_path / "csv")
    simulate(replace(SMALL, log_format="parquet"), tmp_path / "parquet", chunk=7)
    text = pl.read_csv(tmp_path / "csv" / "responses.csv")
    typed = pl.read_parquet(tmp_path / "parquet" / "responses" / "*.parquet")
    assert_frame_equal(text, typed, check_dtypes=False)


@given(cuts=st.lists(st.integers(0, 40), max_size=6))
@settings(max_examples=20, deadline=None)
def test_parquet_parts_do_not_tell_how_the_rows_came(cuts: list[int]) -> None:
    frame = pl.DataFrame({"label": [f"row {k % 7}" for k in range(40)], "number": range(40)})
    edges = [0, *sorted(cuts), 40]
    found = []
    for at in ([0, 40], edges):
        with TemporaryDirectory() as path:
            folder = Folder(Path(path))
            with folder.parquet("table", block=16) as file:
                for begin, end in pairwise(at):
                    file.add(frame.slice(begin, end - begin))
            found.append(folder.files)
    assert [one.rows for one in found[0]] == [16, 16, 8]
    assert found[0] == found[1]


def test_the_generator_is_philox() -> None:
    # Known answers of the authors' own test (Random123, kat_vectors, philox4x32 with 10 rounds).
    ones = 0xFFFFFFFF
    assert philox(0, 0, 0, 0, 0, 0) == (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)
    assert philox(ones, ones, ones, ones, ones, ones) == (
        0x408F276D,
        0x41C83B0E,
        0xA20BC7C6,
        0x6D5451FD,
    )


def test_a_draw_depends_on_its_address_alone() -> None:
    whole = uniforms(3, 1, 0, 1000)
    assert (uniforms(3, 1, 400, 500) == whole[400:500]).all()
    assert tuple(whole[7]) == draw(3, 1, 7, 0, 0)
    assert not (uniforms(3, 2, 0, 1000) == whole).any()
    # Seeds that agree in their lower half are different seeds.
    assert not (uniforms(3 + 2**32, 1, 0, 1000) == whole).any()
    assert abs(whole.mean() - 0.5) < 0.02
    assert 0 < whole.min() < whole.max() < 1


def test_more_years_begin_with_the_same_years(usual: dict[str, str], tmp_path: Path) -> None:
    one = written(replace(SMALL, years=1), tmp_path / "one")
    assert one["enrollment_history/2024.csv"] == usual["enrollment_history/2024.csv"]
    simulate(SMALL, tmp_path / "two")
    for name, column in (("responses.csv", "timestamp"), ("attendance.csv", "date")):
        longer = pl.read_csv(tmp_path / "two" / name)
        assert_frame_equal(
            longer.filter(pl.col(column) < "2024-07-01"), pl.read_csv(tmp_path / "one" / name)
        )


def test_files_of_today_are_those_of_yesterday(tmp_path: Path) -> None:
    """A change of the model must raise `plan.MODEL`: planners compare runs by their manifests."""
    simulate(Plan(learners=13, seed=1, responses=4, begins=date(2024, 8, 19)), tmp_path)
    roster = b"".join(
        (tmp_path / "oneroster" / f"{name}.csv").read_bytes()
        for name in ("orgs", "users", "classes", "enrollments")
    )
    # Whole numbers and labels alone, so that the digest is the same on every machine.
    assert hashlib.sha256(roster).hexdigest()[:16] == ROSTER_OF_MODEL_1


ROSTER_OF_MODEL_1 = "1d1849f4deba494e"
