"""The command line: one entry over the rooms' commands.

Exit codes: 0 done (or nothing new), 1 an error, 2 wrong usage, 3 refused (nothing changed),
4 held (waits for a person), 130 stopped with Ctrl-C.
"""

import os
from pathlib import Path
from typing import Any

import click

from milepost.site.cli.trouble import INTERRUPTED, fail, in_words

DEMO_HOME = "demo"
HELP = ("-h", "--help")
ASKED_FOR_HELP = "milepost.help"


class Entry(click.Group):
    """A group whose commands say in words what is wrong with the database, and stop quietly."""

    def invoke(self, ctx: click.Context) -> Any:
        ctx.meta[ASKED_FOR_HELP] = bool(set(HELP).intersection(ctx.args))
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            fail("\nStopped.", INTERRUPTED)
        except Exception as error:
            if words := in_words(error):
                fail(words)
            raise


@click.group(cls=Entry, context_settings={"help_option_names": [*HELP], "max_content_width": 100})
@click.option("--demo", "demo", is_flag=True, help="Work on the demonstration's own database.")
@click.version_option(package_name="milepost")
@click.pass_context
def main(context: click.Context, demo: bool) -> None:
    """Milepost: from evidence to the next step, in one district.

    Exit codes: 0 done or nothing new, 1 an error, 2 wrong usage, 3 refused (nothing changed),
    4 held until a person decides, 130 stopped with Ctrl-C.
    """
    if not context.meta[ASKED_FOR_HELP]:  # the help of a command needs no database
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
    try:
        environment.database()
    except ValueError as error:
        fail(str(error))
    except OSError as error:
        fail(f"MILEPOST_HOME cannot be used: {error.filename}: {error.strerror}.")
    django.setup()


# Commands register themselves on `main`; they import Django's tables inside their bodies, which
# keeps `milepost --help` quick.
from milepost.site.cli import (  # noqa: E402, F401
    backup,
    bring,
    budget,
    doctor,
    equity,
    erase,
    fold,
    formula,
    lake,
    run,
    simulate,
)
