"""The command that says what is wrong with an installation."""

import json
from typing import TYPE_CHECKING

import click

from milepost.site.cli import main

if TYPE_CHECKING:
    from milepost.site.doctor import Finding

MARKS = {"ok": "  ok    ", "warning": "warning ", "wrong": " WRONG  "}


@main.command()
@click.option("--url", default="", help="The site's address: look at it from outside as well.")
@click.option("--json", "as_json", is_flag=True, help="For a program.")
@click.option("--quiet", is_flag=True, help="Only what is not well.")
@click.option("--guard-evidence", is_flag=True, help="First put the guard of the evidence back.")
def doctor(url: str, as_json: bool, quiet: bool, guard_evidence: bool) -> None:
    """Say in plain words what is wrong with this installation. Exit code 1 when something is."""
    from django.utils import timezone

    from milepost.site.doctor import Level, Situation, examine

    if guard_evidence:
        _guard()
    found = examine(Situation(timezone.now(), url))
    bad = any(finding.level is Level.WRONG for _, finding in found)
    if as_json:
        click.echo(json.dumps(
            {"well": not bad, "found": [
                {"check": name, "level": f.level, "what": f.what, "advice": f.advice}
                for name, f in found]},
            indent=2, ensure_ascii=False,
        ))  # fmt: skip
    else:
        _print([f for _, f in found if not quiet or f.level is not Level.OK])
    raise SystemExit(1 if bad else 0)


def _print(findings: list["Finding"]) -> None:
    for finding in findings:
        click.echo(f"{MARKS[finding.level]} {finding.what}")
        if finding.advice:
            click.echo(f"          → {finding.advice}")
    worse = sum(f.level == "wrong" for f in findings)
    look = sum(f.level == "warning" for f in findings)
    if worse or look:
        click.echo(f"\n{worse} wrong, {look} to look at.")
    else:
        click.echo("\nAll is well.")


def _guard() -> None:
    """Take off what is left of the evidence's triggers and install them anew."""
    from django.db import connection

    from milepost.evidence import append_only

    with connection.schema_editor() as editor:
        append_only.unprotect(None, editor)
        append_only.protect(None, editor)
    click.echo("The database refuses again to change or delete evidence.")
