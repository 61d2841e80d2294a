"""How evenly and how fairly a state's districts are funded."""

import csv
from pathlib import Path

import click

from milepost.site.cli import main
from milepost.site.cli.trouble import fail

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@main.command()
@click.argument("file", type=FILE)
@click.option("--column", "columns", multiple=True, metavar="NAME=COLUMN",
              help="What a column is called in the file: pupils='Reported Enrollment'. Names: "
              "district, pupils, dollars (or per_pupil), wealth, need, weighted.")  # fmt: skip
@click.option("--where", multiple=True, metavar="COLUMN=VALUE", help="Only these rows: Year=2016.")
@click.option("--least", type=float, default=0, help="Only districts of this many pupils or more.")
@click.option("--csv", "to", type=click.Path(dir_okay=False, path_type=Path),
              help="Write the measures here.")  # fmt: skip
def equity(
    file: Path, columns: tuple[str, ...], where: tuple[str, ...], least: float, to: Path | None
) -> None:
    """Measure equity over a table of districts (CSV with a header, a row a district).

    Columns: district, pupils, dollars (or dollars_per_pupil), and where they are known
    wealth_per_pupil, need_share, weighted_pupils. A missing figure is named, never taken as zero.
    """
    from milepost.funding.equity.tables import DEFAULTS, Asked, TableError, read_table

    called = _pairs(columns, "--column")
    strange = set(called) - set(DEFAULTS)
    if strange:
        fail(f"--column {', '.join(sorted(strange))}: the names are {', '.join(DEFAULTS)}.", 2)
    try:
        table = read_table(file.read_bytes(), Asked(called, _pairs(where, "--where"), least))
        found, weighted = table.report(), table.per_weighted_pupil()
    except TableError as wrong:
        fail("\n".join(f"{file.name}, {fault}" for fault in wrong.faults), 3)
    except ValueError as wrong:
        fail(f"{file.name}: {wrong}", 3)
    for sentence in found.sentences():
        click.echo(sentence)
    if table.small:
        click.echo(f"Districts of fewer than {least:g} pupils, not counted: {table.small}.")
    if weighted:
        click.echo("Over weighted pupils, where a pupil in need counts for more:")
        for one in weighted:
            click.echo(f"  {one.sentence}")
    for name, lacks in table.absent():
        click.echo(f"Left out: {name}, for want of {lacks}.")
    if to is not None:
        with to.open("w", encoding="utf-8", newline="") as stream:
            out = csv.writer(stream, lineterminator="\n")
            out.writerow(["measure", "value", "sentence"])
            out.writerows((one.name, repr(one.value), one.sentence) for one in found.findings)
            out.writerows(
                (f"{one.name}_per_weighted_pupil", repr(one.value), one.sentence)
                for one in weighted
            )


def _pairs(given: tuple[str, ...], option: str) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    for name, mark, value in pairs:
        if not mark or not name or not value:
            fail(f"{option} {name}: write NAME=VALUE.", 2)
    return {name: value for name, _, value in pairs}
