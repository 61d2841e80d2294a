"""The command that makes a simulated district out of nothing but numbers."""

import shlex
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from milepost.site.cli import main
from milepost.site.cli.common import progress
from milepost.site.cli.trouble import fail


@main.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--learners", type=int, help="Learners in the first year.")
@click.option("--seed", type=int, help="Same numbers, same district, to the byte.")
@click.option("--years", type=int, help="School years.  [default: 1]")
@click.option("--responses-per-learner", "responses", type=int, help="In a full school year, on "
              "average.  [default: 100]")  # fmt: skip
@click.option("--schools", help="How many, or auto.  [default: auto]")
@click.option("--from", "begins", type=click.DateTime(["%Y-%m-%d"]), help="First day of school.  "
              "[default: 2023-08-15]")  # fmt: skip
@click.option("--format", "log_format", type=click.Choice(["csv", "parquet"]),
              help="Of the response log.  [default: csv]")  # fmt: skip
@click.option("--attendance", type=click.Choice(["all", "absences", "none"]),
              help="Which days get a row.  [default: all]")  # fmt: skip
@click.option("--guardians", is_flag=True, default=None, help="An adult of the family for each.")
@click.option("--parameters", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="JSON with any parameter of the model, as in an earlier manifest.")  # fmt: skip
def simulate(out: Path, schools: str | None, parameters: Path | None, **given: Any) -> None:
    """Write a simulated district into the folder OUT: roster, log, attendance, and the truth.

    OUT must be new or empty. The files are the ones that `milepost import` takes.
    """
    from milepost import simulation

    said = {name: value for name, value in given.items() if value is not None}
    if isinstance(given["begins"], datetime):
        said["begins"] = given["begins"].date()
    if schools is not None:
        said["schools"] = _count(schools)
    try:
        known = simulation.read_parameters(parameters) if parameters else {}
        plan = simulation.plan_of(known | said)
    except ValueError as error:
        fail(str(error), 2)
    try:
        with progress() as advance:
            done = simulation.simulate(plan, out, progress=advance)
    except FileExistsError as error:
        fail(f"{error} Name a new folder.", 2)
    except OSError as error:
        what = f"{error.filename or out} cannot be written: {error.strerror}."
        fail(f"{what} It is not complete; delete {out} and try again.")
    for name, rows in done.rows.items():
        click.echo(f"  {name}: {rows:,} rows")
    click.echo(f"Written to {done.folder}. To bring it in:")
    click.echo(_how(done.folder, done.framework, plan.log_format, plan.attendance))


def _count(schools: str) -> int | None:
    if schools == "auto":
        return None
    if not schools.isdecimal():
        fail(f"--schools is {schools!r}; it must be a whole number or auto.", 2)
    return int(schools)


def _how(folder: Path, framework: str, log_format: str, attendance: str) -> str:
    """Return the commands that bring the files in."""

    def path(name: str) -> str:
        return shlex.quote(str(folder / name))

    log = "responses.csv" if log_format == "csv" else "responses/part-00000.parquet"
    lines = [
        f"oneroster {path('oneroster')}",
        f"attendance {path('attendance.csv')} --system simulated-sis",
        f"case {path('framework.json')}",
        f"responses {path(log)} --learner-system simulated-sis --framework {framework}",
    ]
    if attendance == "none":
        del lines[1]
    return "\n".join(f"  milepost import {line}" for line in lines)
