"""Commands that set up and run the site."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import available_timezones

import click

from milepost.site import environment
from milepost.site.cli import main
from milepost.site.cli.common import progress
from milepost.site.cli.trouble import fail


@main.command()
@click.option("--plan", is_flag=True, help="Only say what it would do, and what needs a pause.")
@click.option("--check", is_flag=True, help="As --plan; exit code 1 when something needs a pause.")
@click.option("--to", "back_to", nargs=2, metavar="ROOM NUMBER", help="Bring one room to an "
              "earlier migration, before going back to an earlier version.")  # fmt: skip
@click.option("--yes", is_flag=True, help="With --to: do not ask.")
def migrate(plan: bool, check: bool, back_to: tuple[str, str] | None, yes: bool) -> None:
    """Set the database up, or bring it to this version."""
    if plan or check:
        raise SystemExit(1 if _tell_plan() and check else 0)
    if back_to:
        _bring_to(*back_to, yes=yes)
        return
    prepare()
    click.echo("The database is ready.")


def _tell_plan() -> bool:
    """Say what the migrations that wait would do; return whether one needs a pause."""
    from milepost.site import upgrades

    if upgrades.is_empty():
        click.echo("The database is empty: every table would be made.")
        return False
    waiting = upgrades.waiting()
    for migration, steps in waiting:
        click.echo(f"{migration.app_label} {migration.name}")
        for step in steps:
            pause = f"NEEDS A PAUSE: {step.pause}" if step.pause else "while the site runs"
            back = "" if step.reversible else "; cannot be undone"
            click.echo(f"  {step.words}: {pause}{back}")
    if not waiting:
        click.echo("Nothing waits: the database is at this version.")
    return any(step.pause for _, steps in waiting for step in steps)


def _bring_to(room: str, number: str, *, yes: bool) -> None:
    from django.core.management import CommandError, call_command
    from django.db.migrations.exceptions import IrreversibleError

    if not yes:
        click.confirm(
            f"Tables and columns that {room} got after {number} go, with what is in them. Go on?",
            abort=True,
        )
    try:
        call_command("migrate", room, number, interactive=False, verbosity=0)
    except CommandError as error:
        fail(str(error), 2)
    except IrreversibleError as error:
        fail(f"{error} Nothing was changed in that step; restore a backup instead.", 3)
    click.echo(f"{room} is at {number}.")


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
@click.option("--processes", default=1, show_default=True, help="Processes that answer.")
@click.option("--worker/--no-worker", default=True, help="Also run the worker for long tasks.")
@click.option("--migrate/--no-migrate", "bring_up", default=True, help="Bring the database to "
              "this version first. Without: refuse to serve one that is behind.")  # fmt: skip
def serve(host: str, port: int, processes: int, worker: bool, bring_up: bool) -> None:
    """Serve the site, with a worker for what takes longer than a request."""
    from milepost.site import demo, environment

    environment.share_counts(environment.home() / "counts" / str(port))
    _be_sure(up_to_date=not bring_up)
    if bring_up:
        prepare()
    if environment.flag("MILEPOST_DEMO") and (why := demo.why_not()):
        fail(why)
    _serve(host, port, worker, processes)


@main.command()
def worker() -> None:
    """Run the worker alone: long tasks, and the fold that keeps states true to the evidence."""
    from milepost.site import worker as work

    _be_sure(up_to_date=True)
    work.main()


def _be_sure(*, up_to_date: bool) -> None:
    """End in words when a setting makes no sense, or the database is behind and must not be."""
    from milepost.site import environment

    try:
        environment.number("MILEPOST_CATCH_UP_SECONDS")
    except ValueError as error:
        fail(str(error), 2)
    if up_to_date and (waiting := pending()):
        fail(f"The database waits for {len(waiting)} migrations. Run: milepost migrate")


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

    with _alone():
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time set this installation up; another that starts with it waits."""
    with (environment.home() / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def pending() -> list[Any]:
    """Return the migrations that this version has and the database has not, in order."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [migration for migration, _ in plan]


def _run_anew(*arguments: str) -> NoReturn:
    """Run `milepost --demo …` in place of this process; Django reads its settings once."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "milepost.site", "--demo", *arguments])  # noqa: S606


def _serve(host: str, port: int, worker: bool, processes: int = 1) -> None:
    from django.core.management import call_command
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    with _alone():
        call_command("collectstatic", interactive=False, verbosity=0)
    command = [sys.executable, "-m", "milepost.site.worker"]
    helper = subprocess.Popen(command) if worker else None  # noqa: S603
    try:
        Granian(
            "milepost.site.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=processes,
            respawn_failed_workers=True,
            blocking_threads=4,
            log_level=LogLevels.warning,
        ).serve()
    finally:
        if helper:
            helper.terminate()
            helper.wait()
