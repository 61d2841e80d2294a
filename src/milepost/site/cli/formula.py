"""What a state's funding formula gives: in all, on one notice, under a reform."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import click

from milepost.site.cli import main
from milepost.site.cli.trouble import fail

if TYPE_CHECKING:
    from milepost.funding.formulas.asking import Answer

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@main.command()
@click.argument("state")
@click.option("--year", type=int, required=True, help="Fiscal year, by its end: 2021 is 2020-21.")
@click.option(
    "--input", "inputs", type=str, multiple=True, metavar="FILE",
    help="CSV by district; SCOPE=FILE for another scope. Left out: the state's public input.",
)  # fmt: skip
@click.option("--reform", "reform_file", type=FILE, help="YAML of changes to the formula.")
@click.option("--notice", "entity", help="Print the notice of this district, line by line.")
@click.option(
    "--csv", "to", type=click.Path(dir_okay=False, path_type=Path), help="Write all lines here."
)
def formula(
    state: str,
    year: int,
    inputs: tuple[str, ...],
    reform_file: Path | None,
    entity: str | None,
    to: Path | None,
) -> None:
    """Run a state's funding formula: nj, or a folder with formula.yaml and parameters.yaml."""
    from milepost.funding.formulas import asking
    from milepost.funding.formulas.errors import FormulaError
    from milepost.funding.formulas.notice import lines_of_text
    from milepost.funding.formulas.reform import read_reform

    try:
        reform = read_reform(reform_file) if reform_file else None
        finest = asking.formula(state).entity
        files = dict(_named(one, finest) for one in inputs)
        found = asking.answer_for(state, year, files, reform)
        printed = list(lines_of_text(found.notice(entity))) if entity else list(_in_all(found))
    except FormulaError as wrong:
        fail(str(wrong), 3)
    if to is not None:
        _write(found, to)
    for line in printed:
        click.echo(line)


def _named(text: str, finest: str) -> tuple[str, Path]:
    scope, mark, path = text.partition("=")
    return (scope, Path(path)) if mark else (finest, Path(text))


def _in_all(found: "Answer") -> list[str]:
    """Return every line of the formula, summed over the state, before and after a reform."""
    formula, before = found.result.bound.formula, found.before
    lines = [f"{formula.state}: {formula.name}, as of {found.result.bound.day}", ""]
    for one in found.comparison():
        scope = formula.lines[one.name].scope
        text = f"{one.label} ({scope}): {one.after:,}"
        if before is not None:
            text = f"{one.label} ({scope}): {one.before:,} → {one.after:,} ({one.difference:+,}"
            text += f"; {one.gain} gain, {one.lose} lose)"
        lines.append(text)
    if found.solution is not None:
        lines.append("")
        lines += [f"{name} = {float(one):.12g}" for name, one in found.solution.parameters.items()]
    return lines


def _write(found: "Answer", to: Path) -> None:
    """Write every line of every entity of the finest scope, as printed on its notice."""
    result = found.result
    formula = result.bound.formula
    group = result.population[formula.entity]
    names = [name for name, line in formula.lines.items() if line.scope == formula.entity]
    with to.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream, lineterminator="\n")
        out.writerow([formula.entity, *names])
        for row, one in enumerate(group.ids):
            out.writerow([one, *(result.shown(name, row) for name in names)])
