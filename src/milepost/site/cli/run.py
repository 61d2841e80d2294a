"""Commands that set up and run the site."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn
from zoneinfo import available_timezones

import click

from milepost.site.cli import main
from milepost.site.cli.common import progress
from milepost.site.cli.trouble import fail


@main.command()
def migrate() -> None:
    """Set the database up, or bring it to this version."""
    prepare()
    click.echo("The database is ready.")


@main.command()
@click.argument("name")
@click.option("--time-zone", default="America/Chicago", show_default=True)
@click.option("--data-lead", help="Given and family name of the first data lead.")
@click.option("--username", help="Sign-in name of the data lead; the password is asked for.")
def district(name: str, time_zone: str, data_lead: str | None, username: str | None) -> None:
    """Begin a district, with the data lead who will bring its records in."""
    from django.db import transaction

    from milepost.roster import commands
    from milepost.roster.models import Account, Organisation

    given, _, family = (data_lead or "").strip().rpartition(" ")
    if bool(data_lead) != bool(username) or (data_lead and not given):
        fail("A data lead needs a given and a family name, and a --username.", 2)
    if time_zone not in available_timezones():
        fail(f"There is no time zone {time_zone}. Write it as in America/Chicago.", 2)
    prepare()
    if Organisation.objects.filter(kind="district", name=name).exists():
        fail(f"There is a district called {name} already.")
    if username and Account.objects.filter(username__iexact=username).exists():
        fail(f"Somebody signs in as {username} already; choose another name.")
    password = _new_password() if username else ""
    with transaction.atomic():
        new = commands.add_organisation(by=None, kind="district", name=name, time_zone=time_zone)
        if username:
            person = commands.add_person(
                by=None, district=new, given_name=given, family_name=family
            )
            commands.give_role(by=None, person=person, organisation=new, kind="data_lead")
            commands.add_account(by=None, person=person, username=username, password=password)
    click.echo(f"{name} has begun.")


def _new_password() -> str:
    """Ask for a password until it is one that the site's rules allow."""
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    while True:
        password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        try:
            validate_password(password)
        except ValidationError as error:
            click.echo(" ".join(error.messages), err=True)
        else:
            return password


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--worker/--no-worker", default=True, help="Also run the worker for long tasks.")
def serve(host: str, port: int, worker: bool) -> None:
    """Serve the site, with a worker for what takes longer than a request."""
    from milepost.site import demo, environment

    prepare()
    if environment.flag("MILEPOST_DEMO") and (why := demo.why_not()):
        fail(why)
    _serve(host, port, worker)


@main.command("demo")
@click.option("--serve/--no-serve", default=True, help="Serve it afterwards.")
@click.option(
    "--ccss",
    type=click.Path(exists=True, path_type=Path),
    help="A CASE package of the "
    "Common Core: its prerequisites then count for the demonstration's mathematics.",
)
@click.option("--seed", default=7, show_default=True, help="Another seed, other people.")
@click.option("--scale", default=1.0, show_default=True, help="Size of the classes.")
@click.option("--port", default=8000, show_default=True)
def demo_(serve: bool, ccss: Path | None, seed: int, scale: float, port: int) -> None:
    """Make the demonstration district, if it is not there, and serve it."""
    from milepost.site import demo, environment

    if not environment.flag("MILEPOST_DEMO"):
        _run_anew(*sys.argv[1:])
    prepare()
    if why := demo.why_not():
        fail(why)
    fresh = not demo.is_built()
    if fresh:
        with progress() as advance:
            demo.build(seed=seed, scale=scale, progress=advance)
    if ccss:
        try:
            click.echo(f"{demo.join_ccss(ccss)} matches to the Common Core are in force.")
        except ValueError as error:
            fail(str(error), 3)
    if serve and fresh:
        # The server forks, and what Polars has running in this process would hang in the fork.
        _run_anew("demo", "--port", str(port))
    if serve:
        click.echo(demo.welcome(f"http://127.0.0.1:{port}"))
        _serve("127.0.0.1", port, worker=True)


def prepare() -> None:
    """Bring the database to this version; quick when it is."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def _run_anew(*arguments: str) -> NoReturn:
    """Run `milepost --demo …` in place of this process; Django reads its settings once."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "milepost.site", "--demo", *arguments])  # noqa: S606


def _serve(host: str, port: int, worker: bool) -> None:
    from django.core.management import call_command
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    call_command("collectstatic", interactive=False, verbosity=0)
    command = [sys.executable, "-m", "milepost.site.worker"]
    helper = subprocess.Popen(command) if worker else None  # noqa: S603
    try:
        Granian(
            "milepost.site.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            blocking_threads=4,
            log_level=LogLevels.warning,
        ).serve()
    finally:
        if helper:
            helper.terminate()
            helper.wait()
