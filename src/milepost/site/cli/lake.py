"""Commands of the lake: write it, ask it, describe it, take a learner out of it."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

import click

from milepost.site.cli import main
from milepost.site.cli.common import district_option, the_district
from milepost.site.cli.trouble import fail

to_option = click.option(
    "--to", "folder", type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the lake.  [default: MILEPOST_LAKE]",
)  # fmt: skip


@main.group()
def lake() -> None:
    """What the tables hold, as Parquet by district and school year, for analysis."""


@lake.command()
@district_option
@to_option
def write(district_name: str | None, folder: Path | None) -> None:
    """Bring the lake up to date: new evidence is added, the rest of this school year replaced."""
    from django.utils import timezone

    from milepost.site import lake as whole

    district, root = the_district(district_name), folder or _lake()
    for name, rows in whole.write(root, district, now=timezone.now()).items():
        click.echo(f"  {name}: {rows:,} rows")
    click.echo(f"{district.name} is in {root}")


@lake.command()
@click.argument("question", type=click.Choice(["proficiency"]))
@click.option("--as-of", "as_of", type=click.DateTime(["%Y-%m-%d"]), required=True)
@to_option
def ask(question: str, as_of: datetime, folder: Path | None) -> None:
    """Print an answer from the lake as CSV.

    proficiency: of the states of learners enrolled on that day, the share that is proficient, by
    school, grade and student group. Small groups are not hidden: not for publication.
    """
    from milepost.site import lake as whole

    try:
        found = whole.proficiency(folder or _lake(), as_of=as_of.date())
    except LookupError as error:
        fail(f"{error.args[0]} Write it with: milepost lake write", 1)
    click.echo(found.write_csv(), nl=False)


@lake.command()
def dictionary() -> None:
    """Print the data dictionary: every table and column of the lake."""
    from milepost.lake import dictionary as described
    from milepost.site.lake import DATASETS

    click.echo(described(DATASETS), nl=False)


@lake.command()
@click.argument("learner_key", type=click.UUID)
@to_option
def erase(learner_key: UUID, folder: Path | None) -> None:
    """Take a learner out of every file of the lake. `milepost erase` does it too."""
    from milepost.site import lake as whole

    rows = whole.erase(folder or _lake(), [learner_key])
    click.echo(f"Rows taken out of the lake: {rows:,}")


def _lake() -> Path:
    from milepost.site import environment

    return environment.lake()
