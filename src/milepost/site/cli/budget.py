"""A plan's budget in the formats of others: out, in, and beside California's form."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from milepost.funding.exchange.files import FORMATS, Format
from milepost.site.cli import main
from milepost.site.cli.trouble import fail

if TYPE_CHECKING:
    from milepost.funding.models import Plan
    from milepost.roster.models import Person

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
as_option = click.option(
    "--as", "form", type=click.Choice(FORMATS), required=True, help="CSV by NCES codes, or Ed-Fi."
)
version_option = click.option("--version", "version", type=int, help="Left out: the newest.")


@main.group()
def budget() -> None:
    """Budgets of plans in the formats of others. PLAN is a plan's name or its id."""


@budget.command()
@click.argument("plan")
@as_option
@version_option
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Left out: shown.")
def export(plan: str, form: Format, version: int | None, out: Path | None) -> None:
    """Write the costs of a plan, line by line, school by school, year by year."""
    from milepost.funding.models import PlanVersion
    from milepost.funding.queries.budget import budget_file

    row = _plan(plan)
    try:
        text = budget_file(row, form, on=_today(row), version=version)
    except PlanVersion.DoesNotExist:
        fail(f"{row.name} has no version {version}.", 2)
    except ValueError as wrong:
        fail(str(wrong), 3)
    if out is None:
        click.echo(text, nl=False)
        return
    out.write_bytes(text.encode())
    click.echo(f"{row.name}: {out}")


@budget.command("import")
@click.argument("file", type=FILE)
@as_option
@click.option("--plan", required=True, help="Name or id of the plan.")
@click.option("--by", "by", help="Who brings it: a sign-in name or id. Needed unless --dry-run.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def import_(file: Path, form: Format, plan: str, by: str | None, dry_run: bool, yes: bool) -> None:
    """Take a budget into a new version of a plan; says first what would change."""
    from django.utils import timezone

    from milepost.funding.commands.budget import keep_budget
    from milepost.funding.queries.budget import merged

    row = _plan(plan)
    person = None if dry_run else _person(by, row)
    try:
        found = merged(
            row,
            file.read_bytes(),
            form,
            file=file.name,
            on=_today(row),
            by=person.name if person else "nobody yet",
        )
        for words in found.sentences():
            click.echo(words)
        if person is None or not found.merge.changes:
            click.echo("Nothing was kept.")
            return
        if not yes:
            click.confirm("Keep this as a new version?", abort=True)
        kept = keep_budget(
            by=person.pk,
            plan=row,
            merge=found.merge,
            base=found.held.version.number,
            file=file.name,
            now=timezone.now(),
        )
    except ValueError as wrong:
        fail(f"{wrong}\nNothing was changed.", 3)
    click.echo(f"Version {kept.number} of {row.name} is kept.")


@budget.command()
@click.argument("plan")
@click.argument("file", type=FILE, metavar="FORM")
@version_option
@click.option("--all", "every", is_flag=True, help="Also the lines that agree.")
def compare(plan: str, file: Path, version: int | None, every: bool) -> None:
    """Lay a plan beside California's multi-year projection (Form MYP), line by line.

    FORM is the text of its pages: pdftotext -layout FORM.pdf FORM.txt
    """
    from milepost.funding.ca_myp.planned import sentence
    from milepost.funding.models import PlanVersion
    from milepost.funding.queries.budget import compared

    row = _plan(plan)
    try:
        found = compared(row, file.read_bytes(), file=file.name, on=_today(row), version=version)
    except PlanVersion.DoesNotExist:
        fail(f"{row.name} has no version {version}.", 2)
    except ValueError as wrong:
        fail(str(wrong), 3)
    for words in found.broken:
        click.echo(f"The form itself does not close: {words}.")
    for gap in found.gaps if every else found.differing:
        click.echo(sentence(gap))
    same = len(found.gaps) - len(found.differing)
    click.echo(
        f"{found.form.district}: {same} of {len(found.gaps)} lines and years agree, "
        f"{len(found.differing)} differ."
    )


def _plan(named: str) -> "Plan":
    from uuid import UUID

    from milepost.funding.models import Plan

    try:
        found = list(Plan.objects.filter(pk=UUID(named)))
    except ValueError:
        found = list(Plan.objects.filter(name=named))
    if len(found) != 1:
        rows = Plan.objects.select_related("district").order_by("name", "first_year")
        there = [f"  {one.pk}  {one.name}, {one.first_year} ({one.district.name})" for one in rows]
        many = "More than one plan is" if found else "No plan is"
        lines = [f"{many} called {named}. There are, by id and name:", *(there or ["  none"])]
        fail("\n".join(lines), 2)
    return found[0]


def _person(named: str | None, plan: "Plan") -> "Person":
    from milepost.site import erasure

    found = erasure.find(named) if named else None
    if found is None or found.district_id != plan.district_id:
        fail("Say with --by who brings the budget: a sign-in name of the plan's district.", 2)
    return found


def _today(plan: "Plan") -> date:
    from milepost.roster.queries import today

    return today(plan.district)
