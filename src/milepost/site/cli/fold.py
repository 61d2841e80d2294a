"""Commands that keep states true to the evidence."""

import click

from milepost.site.cli import main
from milepost.site.cli.common import district_option, progress, the_district
from milepost.site.cli.trouble import fail


@main.command()
@district_option
def calibrate(district_name: str | None) -> None:
    """Learn how hard items and competencies are from all evidence, and freeze it."""
    from django.utils import timezone

    from milepost.mastery import commands

    district = the_district(district_name)
    try:
        kept = commands.calibrate(by=None, district=district.pk, now=timezone.now())
    except ValueError as error:
        fail(str(error))
    click.echo(f"Calibration {kept.digest[:12]} made from {kept.observations:,} observations.")


@main.command("catch-up")
@district_option
def catch_up(district_name: str | None) -> None:
    """Fold the evidence that came since the last time."""
    from milepost.mastery import commands

    district = the_district(district_name)
    with progress() as advance:
        folded = commands.catch_up(
            district=district.pk, progress=lambda done, of: advance("Folding learners", done, of)
        )
    click.echo(f"{folded:,} learners folded.")


@main.command()
@district_option
def rebuild(district_name: str | None) -> None:
    """Throw all states away and fold everything anew; the result is the same."""
    from milepost.mastery import commands

    district = the_district(district_name)
    with progress() as advance:
        folded = commands.rebuild(
            district=district.pk, progress=lambda done, of: advance("Folding learners", done, of)
        )
    click.echo(f"{folded:,} learners folded anew.")
