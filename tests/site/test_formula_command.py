"""`milepost formula`: what a finance officer sees at a terminal."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from milepost.site.cli import main

pytestmark = pytest.mark.pure


def milepost(*words: str) -> Result:
    return CliRunner().invoke(main, ["formula", *words])


def test_new_jersey_in_all() -> None:
    done = milepost("nj", "--year", "2021")
    assert done.exit_code == 0, done.output
    assert "Reductions in the state (state): 156,359,118" in done.output
    assert "Equalization aid (district): 7,911,177,009" in done.output


def test_a_notice_line_by_line() -> None:
    done = milepost("nj", "--year", "2021", "--notice", "0110")
    assert "Equalization M  Adequacy budget: 138,064,413" in done.output
    assert "Equalization W  Equalization aid: 107,179,534" in done.output


def test_a_reform_beside_what_was(tmp_path: Path) -> None:
    reform = tmp_path / "reform.yaml"
    reform.write_text("name: Higher base\nparameters:\n  base: +2%\nsolve: rates\n")
    lines = tmp_path / "lines.csv"
    done = milepost("nj", "--year", "2021", "--reform", str(reform), "--csv", str(lines))
    assert done.exit_code == 0, done.output
    assert "Equalization aid (district): 7,911,177,009 → 7,91" in done.output
    assert "property_rate = 0.0" in done.output
    assert len(lines.read_text().splitlines()) == 593


def test_what_cannot_be_is_refused_in_words(tmp_path: Path) -> None:
    done = milepost("zz", "--year", "2021")
    assert (done.exit_code, "no formula for 'zz'" in done.output) == (3, True)
    done = milepost("nj", "--year", "2030")
    assert done.exit_code == 3
    fewer = tmp_path / "one.csv"
    fewer.write_text("district,county,budget\n0010,Atlantic,K-12\n")
    done = milepost("nj", "--year", "2021", "--input", str(fewer))
    assert (done.exit_code, "has no column 'sda'" in done.output) == (3, True)
