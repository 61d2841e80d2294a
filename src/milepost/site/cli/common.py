"""What the commands share: the district, progress, and how an import run ends."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from milepost.site.cli.trouble import fail

if TYPE_CHECKING:
    from milepost.audit.models import ImportRun
    from milepost.roster.models import Organisation

district_option = click.option(
    "--district", "district_name", help="Name of the district; may be left out when there is one."
)
Advance = Callable[[str, int, int], None]


def the_district(name: str | None) -> "Organisation":
    """Return the district of that name, or the only one."""
    from milepost.roster.models import Organisation

    districts = list(Organisation.objects.filter(kind="district").order_by("name"))
    names = ", ".join(d.name for d in districts) or "none yet; begin with: milepost district NAME"
    found = [d for d in districts if name is None or d.name == name]
    if len(found) != 1:
        fail(f"Say which district with --district. There are: {names}", 2)
    return found[0]


@contextmanager
def progress() -> Iterator[Advance]:
    """Show bars on the terminal for work that tells its stage and how much of it is done."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TaskID,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as bars:
        tasks: dict[str, TaskID] = {}

        def advance(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                for earlier in bars.tasks:  # a stage has ended when another begins
                    bars.update(earlier.id, completed=earlier.total)
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield advance


def finish(run: "ImportRun", limit: int = 50) -> None:
    """Print what became of an import and end with its exit code."""
    click.echo(f"{run.source}: {run.get_status_display()}. {run.message}")
    for name, count in run.counts.items():
        click.echo(f"  {name}: {count}")
    rows = run.refused_rows.order_by("file", "line")
    for row in rows[:limit]:
        where = ", ".join(str(part) for part in (row.file, row.line and f"line {row.line}") if part)
        column = f", column {row.column}" if row.column else ""
        value = f" ({row.value!r})" if row.value else ""
        click.echo(f"  {where}{column}{value}: {row.reason} {row.advice}".rstrip(), err=True)
    if (more := rows.count() - limit) > 0:
        click.echo(f"  … and {more} more; all are on the data-health page.", err=True)
    codes = {"refused": 3, "declined": 3, "held": 4, "running": 1}
    raise SystemExit(codes.get(run.status, 0))
