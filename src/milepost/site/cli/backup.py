"""Commands that put all records into one file, and back."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from milepost.site.cli import main
from milepost.site.cli.common import progress
from milepost.site.cli.trouble import fail

if TYPE_CHECKING:
    from milepost.site.backup import Manifest

file = click.Path(path_type=Path, dir_okay=False)


@main.command()
@click.argument("path", type=file, metavar="FILE")
@click.option("--check", is_flag=True, help="Do not make one: read FILE through, and say whether "
              "it is whole.")  # fmt: skip
def backup(path: Path, check: bool) -> None:
    """Put all records into one new FILE, while the site goes on.

    It holds names and records of learners: encrypt it before it leaves the machine. It does not
    hold the secret key, nor who is signed in.
    """
    from django.utils import timezone

    from milepost.site import environment
    from milepost.site.backup import BackupError, check_backup, write_backup

    try:
        with progress() as advance:
            held = (
                check_backup(path, progress=advance)
                if check
                else write_backup(
                    path, home=environment.home(), now=timezone.now(), progress=advance
                )
            )
    except BackupError as error:
        fail(str(error), 3)
    size = path.stat().st_size / 1e6
    click.echo(f"{path}: {'whole, ' if check else ''}{_said(held)}, {size:,.1f} MB.")


@main.command()
@click.argument("path", type=file, metavar="FILE")
def restore(path: Path) -> None:
    """Read a backup into an empty database, of either kind: all of it or nothing."""
    from django.utils import timezone

    from milepost.site import environment
    from milepost.site.backup import BackupError, restore_backup

    try:
        with progress() as advance:
            held = restore_backup(
                path, home=environment.home(), now=timezone.now(), progress=advance
            )
    except BackupError as error:
        fail(str(error), 3)
    click.echo(f"Restored: {_said(held)}. Everybody signs in again.")


def _said(held: "Manifest") -> str:
    return (
        f"{held.rows:,} rows in {len(held.tables)} tables and {len(held.files)} files, of "
        f"{held.made_at[:16].replace('T', ' ')} UTC"
    )
