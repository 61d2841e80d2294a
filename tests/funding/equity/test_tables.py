"""A table of districts as people keep them, at a terminal and in Python."""

import csv
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from milepost.funding.equity import lorenz, spread
from milepost.funding.equity.tables import DEFAULTS, Asked, TableError, read_table, write_table
from milepost.site.cli import main

pytestmark = pytest.mark.pure

THREE = """district,pupils,dollars,wealth_per_pupil,need_share
Alder,100,"$800,000",100,50%
Beech,200,2000000,200,0.25
Cedar,100,1400000,300,0
"""


def milepost(*words: object) -> Result:
    return CliRunner().invoke(main, ["equity", *map(str, words)])


def test_three_districts_are_measured_as_the_guide_says(tmp_path: Path) -> None:
    path, out = tmp_path / "three.csv", tmp_path / "out.csv"
    path.write_text(THREE)
    done = milepost(path, "--csv", out)
    assert done.exit_code == 0, done.output
    assert "3 districts with 400 pupils; the average pupil has $10,500" in done.output
    assert "Gini 0.1071" in done.output
    assert "Every district given is counted." in done.output
    rows = {row["measure"]: row["value"] for row in csv.DictReader(out.open())}
    assert float(rows["mcloone"]) == pytest.approx(2.8 / 3)
    assert len(rows) == 11


def test_missing_pupils_are_named_and_not_counted_as_zero() -> None:
    table = read_table(f"{THREE}Dogwood,,9000000,200,0.1\nElm,50,,150,0.2\n".encode())
    assert table.absent() == [
        ("Dogwood", "pupils, dollars per pupil"),
        ("Elm", "dollars per pupil"),
    ]
    assert table.report().mean == 10500
    assert table.report().districts == 3


def test_weighted_pupils_count_for_more() -> None:
    # 1,000 a weighted pupil everywhere: uneven over pupils, even over needs.
    table = read_table(
        b"district,pupils,dollars,weighted_pupils\nA,100,150000,150\nB,100,100000,100\n"
    )
    assert table.report()["coefficient_of_variation"] > 0.1
    assert {one.name: one.value for one in table.per_weighted_pupil()} == pytest.approx(
        {"coefficient_of_variation": 0, "gini": 0, "mcloone": 1, "verstegen": 1}
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1: the table holds no district"),
        ("district,pupils\nA,1\n", "no column dollars .or dollars_per_pupil.; there are: district"),
        (
            THREE.replace("200,2000000", "many,2000000"),
            "line 3, column pupils: 'many' is no number",
        ),
        (THREE.replace("200,2000000", "0,2000000"), "line 3, column pupils: 0 is not above zero"),
        (THREE.replace("0.25", "25"), "line 3, column need_share: 25 is no share"),
        (THREE.replace("Cedar", "Alder"), "line 4, column district: 'Alder' is in line 2 already"),
        (THREE + "X,1,2,3,0,9\n", "line 5: 6 cells for 5 columns"),
        (THREE + '"open', "line 5: no CSV"),
    ],
)
def test_a_bad_table_is_refused_by_line_and_column(text: str, words: str) -> None:
    with pytest.raises(TableError, match=words):
        read_table(text.encode())


def test_a_bad_table_at_a_terminal_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(b"district\xff")
    done = milepost(path)
    assert (done.exit_code, "bad.csv, line 1: the text is not UTF-8" in done.output) == (3, True)
    path.write_text(THREE)
    done = milepost(path, "--column", "pupil=x")
    assert (done.exit_code, "the names are district, pupils" in done.output) == (2, True)
    path.write_text("".join(THREE.splitlines(keepends=True)[:2]))
    done = milepost(path)
    assert (done.exit_code, "equity compares at least two" in done.output) == (3, True)


NUMBERS = st.floats(0.01, 1e9)


@given(st.lists(st.tuples(NUMBERS, NUMBERS, st.none() | st.floats(0, 1)), min_size=2, max_size=6))
def test_a_table_comes_back_the_same_and_its_curve_is_the_gini(
    rows: list[tuple[float, float, float | None]],
) -> None:
    lines = [f"{at},{p:.4f},{x:.4f},{'' if n is None else f'{n:.4f}'}"
             for at, (p, x, n) in enumerate(rows)]  # fmt: skip
    header = ",".join(("district", "pupils", DEFAULTS["per_pupil"], DEFAULTS["need"]))
    table = read_table("\n".join([header, *lines]).encode())
    again = read_table(write_table(table).encode())
    assert again.names == table.names
    for key, column in table.columns.items():
        np.testing.assert_array_equal(column, again.columns[key])
    pupils, dollars = table.columns["pupils"], table.columns["per_pupil"]
    shares, money = lorenz.curve(dollars, pupils)
    area = float(np.sum(np.diff(shares) * (money[1:] + money[:-1]) / 2))
    assert spread.gini(dollars, pupils) == pytest.approx(1 - 2 * area, abs=1e-9)
    assert lorenz.held_by(dollars, pupils, 0.5) <= 0.5 + 1e-12


def test_texas_2016_at_a_terminal(real_data: Path) -> None:
    names = {
        "district": "State ID (CDN)",
        "pupils": "Reported Enrollment",
        "dollars": "Total Operating Expenditures (TOP)",
        "wealth": "Property Value Per Pupil",
    }
    columns = [word for key, name in names.items() for word in ("--column", f"{key}={name}")]
    path = real_data / "finance/tx/yearly-fiscal-data-by-district.csv"
    done = milepost(path, *columns, "--where", "Year=2016", "--least", 100)
    assert done.exit_code == 0, done.output
    assert done.output.startswith("999 districts with ")
    for words in ("variation 0.1059", "Gini 0.0536", "McLoone 0.9444", "Verstegen 1.0952"):
        assert words in done.output
    assert "Elasticity 0.0301" in done.output
    table = read_table(path.read_bytes(), Asked(names, {"Year": "2016"}, 100))
    assert f"Left out: {table.absent()[0][0]}, for want of wealth." in done.output
