"""Commands that destroy: what the law asks for one person, and what has been kept long enough."""

from uuid import UUID

import click

from milepost.site.cli import main
from milepost.site.cli.trouble import fail


@main.command()
@click.argument("person")
@click.option("--why", required=True, help="On what ground: a request, an order, with its number; "
              "no names, for it stays on record.")  # fmt: skip
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(person: str, why: str, yes: bool) -> None:
    """Destroy all that is known of one person. It cannot be undone.

    PERSON is an id, a sign-in name, or SYSTEM:IDENTIFIER as another system knows them.
    """
    from django.utils import timezone

    from milepost.site import erasure

    found = erasure.find(person)
    if found is None:
        fail(f"Nobody, or more than one, is known as {person}. Give the id in the address of "
             "their page, or SYSTEM:IDENTIFIER.", 2)  # fmt: skip
    click.echo(f"{found.name} ({found.pk}), {found.district.name}")
    click.echo("Kept: " + ";\n      ".join(erasure.KEPT) + ".")
    if not yes:
        click.confirm("Destroy everything else for good?", abort=True)
    try:
        gone, counts = erasure.erase(by=None, person=found, why=why, now=timezone.now())
    except ValueError as error:
        fail(str(error), 2)
    for what, count in sorted(counts.items()):
        click.echo(f"  {what}: {count:,}") if count else None
    erasure.scrub()
    reached = _lake(gone.keys)
    _beyond(gone.keys if not reached else (), erasure.waiting_imports(found))


def _lake(keys: tuple[UUID, ...]) -> bool:
    """Take the keys out of the lake as well, where there is one; return whether that was done."""
    lake = main.commands.get("lake")
    if not isinstance(lake, click.Group) or "erase" not in lake.commands:
        return not keys
    for key in keys:
        try:
            lake.main(["erase", str(key)], prog_name="milepost lake", standalone_mode=False)
        except (click.ClickException, click.exceptions.Exit, SystemExit) as error:
            if getattr(error, "exit_code", None) or getattr(error, "code", None):
                return False
    return True


def _beyond(keys: tuple[UUID, ...], waiting: int) -> None:
    """Say what is still to do where this command does not reach."""
    click.echo("Still to do by hand:")
    if waiting:
        click.echo(f"  - {waiting} imports wait for a decision; their files may hold this person.")
    click.echo("  - Take the person out of the student information system, or they come again.")
    click.echo("  - Older backups hold the person until they are deleted; after restoring one,")
    click.echo("    run this command again.")
    for key in keys:
        click.echo(f"  - Extracts may hold the learner's key: milepost lake erase {key}")


@main.command()
@click.option("--do", "really", is_flag=True, help="Destroy it; without, only say what is due.")
def retain(really: bool) -> None:
    """Destroy what every district has kept long enough; its settings say how long that is."""
    from django.utils import timezone

    from milepost.roster.models import Organisation
    from milepost.site import environment, retention

    now, keep_in = timezone.now(), environment.home() / "imports"
    for district in Organisation.objects.filter(kind="district").order_by("name"):
        click.echo(district.name)
        due = retention.due(district, now)
        for one in due:
            click.echo(f"  {one.words}, older than {one.days} days: {one.rows.count():,}")
        if really:
            retention.destroy(by=None, district=district, now=now, keep_in=keep_in)
    left = retention.left_behind(keep_in)
    click.echo(f"Files that no import waits for: {len(left)}")
    if really:
        for path in left:
            path.unlink(missing_ok=True)
    click.echo("Destroyed." if really else "Nothing was destroyed. To do it: milepost retain --do")
