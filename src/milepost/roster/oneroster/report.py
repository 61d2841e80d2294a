"""Tell the person who keeps the files what is wrong with them."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, fields
from itertools import groupby

from milepost.roster.oneroster.problems import Problem

MOST_SHOWN = 20
"""Rows with one and the same trouble that the text lists; the CSV report lists all."""


def write_report(problems: Sequence[Problem]) -> str:
    """Return a report in plain text: how many first, then each file, then each trouble.

    Rows with the same trouble stand together, at most ``MOST_SHOWN`` of them; the rest is counted.
    """
    if not problems:
        return "Nothing is wrong with these files.\n"
    counts = Counter(problem.file for problem in problems)
    things = "problem" if len(problems) == 1 else "problems"
    lines = [f"Nothing was imported: {len(problems):,} {things} in {_files(len(counts))}.", ""]
    lines += [f"  {count:>7,}  {file}" for file, count in counts.most_common()]
    for file in counts:
        lines += ["", file, "-" * len(file)]
        lines += _of_one_file([problem for problem in problems if problem.file == file])
    return "\n".join(lines) + "\n"


def write_report_csv(problems: Sequence[Problem]) -> str:
    """Return every problem as a row of CSV: file, line, column, value, reason, advice."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([field.name for field in fields(Problem)])
    writer.writerows([_inert(cell) for cell in astuple(problem)] for problem in problems)
    return text.getvalue()


def _inert(cell: object) -> object:
    """Keep a spreadsheet from running a value as a formula (OWASP, CSV injection)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@")) else cell


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _of_one_file(problems: list[Problem]) -> list[str]:
    """Group by what to do, in the order of the first line of each group."""
    lines: list[str] = []
    order = {key: place for place, key in enumerate(dict.fromkeys(map(_trouble, problems)))}
    ranked = sorted(problems, key=lambda p: (order[_trouble(p)], p.line or 0))
    for (column, advice), alike in groupby(ranked, key=_trouble):
        group = list(alike)
        about = f'Column "{column}"' if column else "Rows" if group[0].line else "The file"
        lines += ["", f"{about}: {advice}"]
        lines += [f"  {_place(problem)}{problem.reason}" for problem in group[:MOST_SHOWN]]
        if len(group) > MOST_SHOWN:
            lines.append(
                f"  ... and {len(group) - MOST_SHOWN:,} more; the CSV report has them all."
            )
    return lines


def _trouble(problem: Problem) -> tuple[str | None, str]:
    return problem.column, problem.advice


def _place(problem: Problem) -> str:
    return f"line {problem.line}: " if problem.line else ""
