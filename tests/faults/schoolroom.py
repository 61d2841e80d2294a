"""A learner who can sign in and practise, in a terminal's database.

Runs as a process of its own, because Django knows one database a process.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # where it is imported, it chooses the tests' own database
    from tests.site.terminal import Terminal

USERNAME, PASSWORD = "maya", "a long word for tests"


@dataclass(frozen=True)
class Learner:
    """A learner, and the competency that they practise."""

    learner: str
    competency: str


def prepare(terminal: "Terminal") -> Learner:
    """Write a district with a learner into an empty database."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.faults.schoolroom"],
        env=terminal.environment(DJANGO_SETTINGS_MODULE="milepost.site.settings"),
        stdout=subprocess.PIPE,
        check=True,
        timeout=120,
    )
    return Learner(**json.loads(ran.stdout))


def write() -> Learner:
    """Make the district, the learner's account, and a framework of one competency."""
    from milepost.assessment import items
    from milepost.purpose.models import Competency, Framework
    from milepost.roster import commands as roster
    from milepost.site.cli.run import prepare as set_up

    set_up()
    code = next(one.codes[0] for one in items.all_items() if "add" in one.id)
    district = roster.add_organisation(by=None, kind="district", name="Riverbend")
    school = roster.add_organisation(by=None, kind="school", name="Cedar", parent=district)
    maya = roster.add_person(
        by=None, district=district, given_name="Maya", family_name="Reyes", grade="06"
    )
    roster.give_role(by=None, person=maya, organisation=school, kind="learner")
    roster.add_account(by=None, person=maya, username=USERNAME, password=PASSWORD)
    whole = Framework.objects.create(
        district=district, identifier="all", title="Mathematics", in_use=True
    )
    one = Competency.objects.create(
        district=district, framework=whole, identifier=code, code=code, title="Skill",
        statement="I can.", grades=["06"], subject="Mathematics", position=1,
    )  # fmt: skip
    return Learner(str(maya.pk), str(one.pk))


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(vars(write())))
