"""The report says how many, where, why and what to do."""

import csv
import io

import pytest

from milepost.roster.oneroster import Problem, write_report, write_report_csv
from milepost.roster.oneroster.report import MOST_SHOWN

pytestmark = pytest.mark.pure


def grade(line, file="users.csv"):
    return Problem(
        file, line, "grades", "99", '"99" holds "99", which is not a grade.', "Use CEDS."
    )


def test_counts_come_first_then_each_file_with_its_troubles():
    manifest = Problem("manifest.csv", None, None, "", "There is none.", "Export it.")
    assert write_report([manifest, grade(4), grade(2)]) == (
        "Nothing was imported: 3 problems in 2 files.\n"
        "\n"
        "        2  users.csv\n"
        "        1  manifest.csv\n"
        "\n"
        "manifest.csv\n"
        "------------\n"
        "\n"
        "The file: Export it.\n"
        "  There is none.\n"
        "\n"
        "users.csv\n"
        "---------\n"
        "\n"
        'Column "grades": Use CEDS.\n'
        '  line 2: "99" holds "99", which is not a grade.\n'
        '  line 4: "99" holds "99", which is not a grade.\n'
    )


def test_one_problem_is_not_called_problems():
    assert write_report([grade(2)]).startswith("Nothing was imported: 1 problem in 1 file.")


def test_many_rows_with_one_trouble_are_counted_and_not_all_listed():
    report = write_report([grade(line) for line in range(2, 1002)])
    assert report.count("line ") == MOST_SHOWN
    assert f"and {1000 - MOST_SHOWN:,} more" in report


def test_nothing_wrong_is_said():
    assert write_report([]) == "Nothing is wrong with these files.\n"


def test_the_csv_lists_every_problem_and_no_formula():
    problems = [grade(2), Problem("orgs.csv", 3, "name", "=1+1", "Bad\nname", 'Use "x"')]
    rows = list(csv.DictReader(io.StringIO(write_report_csv(problems))))
    assert rows[0] == {
        "file": "users.csv",
        "line": "2",
        "column": "grades",
        "value": "99",
        "reason": '"99" holds "99", which is not a grade.',
        "advice": "Use CEDS.",
    }
    assert rows[1]["value"] == "'=1+1"
    assert rows[1]["reason"] == "Bad\nname"
