"""The command line: one entry over the rooms' commands.

Exit codes: 0 done (or nothing new), 1 an error, 2 wrong usage, 3 refused (nothing changed),
4 held (waits for a person).
"""

import os
from pathlib import Path

import click

DEMO_HOME = "demo"


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--demo", "demo", is_flag=True, help="Work on the demonstration's own database.")
@click.version_option(package_name="milepost")
def main(demo: bool) -> None:
    """Milepost: from evidence to the next step, in one district.

    Exit codes: 0 done or nothing new, 1 an error, 2 wrong usage, 3 refused (nothing changed),
    4 held until a person decides.
    """
    start(demo=demo)


def start(*, demo: bool) -> None:
    """Choose the database and load Django. The demonstration lives in a folder of its own."""
    import django

    from milepost.site import environment

    if demo and os.environ.get("MILEPOST_DEMO") is None:
        os.environ["MILEPOST_DEMO"] = "yes"
        os.environ["MILEPOST_HOME"] = str(Path(environment.read("MILEPOST_HOME")) / DEMO_HOME)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "milepost.site.settings")
    os.environ.setdefault("MILEPOST_LOG", "WARNING")
    django.setup()


# Commands register themselves on `main`; they import Django's tables inside their bodies, which
# keeps `milepost --help` quick.
from milepost.site.cli import bring, fold, run  # noqa: E402, F401
