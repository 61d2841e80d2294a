"""Commands that bring records in and send frameworks out."""

from collections.abc import Sequence
from pathlib import Path

import click

from milepost.site.cli import main
from milepost.site.cli.common import district_option, finish, progress, the_district
from milepost.site.cli.trouble import fail

existing = click.Path(exists=True, path_type=Path)
system_option = click.option(
    "--system", default="", help="Where the records come from; the identifiers' name space."
)


@main.group("import")
def bring() -> None:
    """Bring records in. All or nothing; bad rows are named by file, line and column."""


@bring.command()
@click.argument("path", type=existing)
@district_option
@system_option
def oneroster(path: Path, district_name: str | None, system: str) -> None:
    """OneRoster 1.1 or 1.2 CSV: a folder or a zip, bulk or delta."""
    from django.utils import timezone

    from milepost.roster import commands
    from milepost.site import arrivals, environment

    district = the_district(district_name)
    with progress() as advance:
        run = commands.import_oneroster(
            by=None,
            district=district,
            path=path,
            system=system,
            now=timezone.now(),
            progress=advance,
            keep_in=environment.home() / "imports",
        )
    adopted = arrivals.take_in(by=None, run=run, now=timezone.now())
    if adopted:
        click.echo(f"{adopted:,} waiting responses of learners who arrived went in.")
    finish(run)


@bring.command()
@click.argument("path", type=existing)
@click.option("--kind", type=click.Choice(["csv", "edfi"]), default="csv", show_default=True)
@district_option
@system_option
def attendance(path: Path, kind: str, district_name: str | None, system: str) -> None:
    """Attendance by day: CSV, or Ed-Fi student school attendance."""
    from django.utils import timezone

    from milepost.roster import commands

    district = the_district(district_name)
    with progress() as advance:
        run = commands.import_attendance(
            by=None,
            district=district,
            path=path,
            kind=kind,
            system=system,
            now=timezone.now(),
            progress=advance,
        )
    finish(run)


@bring.command()
@click.argument("path", type=existing)
@district_option
def case(path: Path, district_name: str | None) -> None:
    """A competency framework as a CASE 1.0 or 1.1 package."""
    from django.utils import timezone

    from milepost.purpose import commands

    run = commands.import_case(
        by=None, district=the_district(district_name), path=path, now=timezone.now()
    )
    finish(run)


@bring.command()
@click.argument("path", type=existing)
@district_option
def crosswalk(path: Path, district_name: str | None) -> None:
    """Matches between two frameworks: a CSV of codes."""
    from django.utils import timezone

    from milepost.purpose import commands

    run = commands.import_crosswalk(
        by=None, district=the_district(district_name), path=path, now=timezone.now()
    )
    finish(run)


@bring.command()
@click.argument("path", type=existing)
@click.option("--learner-system", default="", help="Whose identifiers name the learners, where "
              "they are not those of --system.")  # fmt: skip
@click.option("--framework", help="Identifier of the framework that the labels belong to; made "
              "from the labels when the district does not have it.")  # fmt: skip
@click.option("--make-framework", is_flag=True, help="Make a competency for each label that "
              "--framework does not have, in a framework of the log's own.")  # fmt: skip
@click.option("--column", "columns", multiple=True, metavar="NAME=HEADER", help="What a column is "
              "called in this file, as in score=Outcome; again for each.")  # fmt: skip
@click.option("--separator", help="What stands between several competencies in one cell.")
@click.option("--new-learners", is_flag=True, help="Make a pseudonymous learner for each label "
              "that is unknown (a research log). Otherwise their rows wait.")  # fmt: skip
@click.option("--skip-bad-rows", is_flag=True, help="Take the rest when some rows are bad.")
@district_option
@system_option
def responses(
    path: Path,
    learner_system: str,
    framework: str | None,
    make_framework: bool,
    columns: Sequence[str],
    separator: str | None,
    new_learners: bool,
    skip_bad_rows: bool,
    district_name: str | None,
    system: str,
) -> None:
    """A response log as CSV or Parquet: learner, item, competencies, score, time, seconds."""
    from django.utils import timezone

    from milepost.evidence import commands

    try:
        with progress() as advance:
            run = commands.import_responses(
                by=None,
                district=the_district(district_name),
                path=path,
                system=system or path.stem,
                learner_system=learner_system,
                framework=framework,
                make_framework=make_framework,
                columns=_headers(columns),
                separator=separator,
                create_learners=new_learners,
                skip_bad=skip_bad_rows,
                now=timezone.now(),
                progress=advance,
            )
    except ValueError as error:
        fail(str(error), 2)
    finish(run)


def _headers(columns: Sequence[str]) -> dict[str, str] | None:
    pairs = [column.partition("=") for column in columns]
    if any(not header for _, _, header in pairs):
        fail("Write --column as NAME=HEADER, as in score=Outcome.", 2)
    return {name: header for name, _, header in pairs} or None


@main.group()
def export() -> None:
    """Send records out, in forms that other systems read."""


@export.command("case")
@click.argument("identifier")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@district_option
def export_case(identifier: str, path: Path, district_name: str | None) -> None:
    """A competency framework as a strict CASE 1.1 package; says what the form cannot carry."""
    from milepost.purpose import commands
    from milepost.purpose.models import Framework

    district = the_district(district_name)
    framework = Framework.objects.filter(district=district, identifier=identifier).first()
    if framework is None:
        there = Framework.objects.filter(district=district).values_list("identifier", "title")
        known = "".join(f"\n  {id_}  {title}" for id_, title in there) or " none."
        fail(f"There is no framework {identifier}. There are:{known}", 2)
    content, losses = commands.export_case(framework=framework)
    try:
        path.write_bytes(content)
    except OSError as error:
        fail(f"{path} cannot be written: {error.strerror}.")
    click.echo(f"{framework.title}: written to {path} ({len(content):,} bytes).")
    for line in losses.lines():
        click.echo(f"  {line}", err=True)
