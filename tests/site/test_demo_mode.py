"""The demonstration never meets real people, and says on every page what it is."""

import json
import logging
import shutil
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from django.conf import settings

from milepost.roster.commands import add_organisation
from milepost.roster.models import Organisation
from milepost.site import demo
from milepost.site.demo import people
from milepost.site.logs import JsonFormatter


def milepost(home: Path, *arguments: str, mode: str = "no") -> subprocess.CompletedProcess[str]:
    """Run the command line in a folder of its own."""
    environment = {
        "MILEPOST_HOME": str(home),
        "MILEPOST_DEMO": mode,
        "PATH": "/usr/bin:/bin",
    }
    command = [sys.executable, "-m", "milepost.site", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.pure
def test_the_mode_is_off_by_default() -> None:
    assert settings.DEMO is False


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a real district in a SQLite file."""
    home = tmp_path_factory.mktemp("real")
    assert milepost(home, "district", "Real County").returncode == 0
    return home


@pytest.mark.pure
@pytest.mark.parametrize("command", [("demo", "--no-serve"), ("serve", "--no-worker")])
def test_it_refuses_a_database_with_a_real_district(
    real: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    shutil.copytree(real, tmp_path, dirs_exist_ok=True)
    refused = milepost(tmp_path, *command, mode="yes")
    assert refused.returncode == 1
    assert "holds a real district" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.django_db
def test_a_demonstration_district_alone_is_no_reason_to_refuse() -> None:
    add_organisation(by=None, kind="district", name="Invented", demonstration=True)
    assert demo.why_not() == ""
    Organisation.objects.update(demonstration=False)
    assert "refuses to run" in demo.why_not()


@pytest.mark.pure
def test_the_town_has_three_schools_and_about_1200_learners_each_with_family() -> None:
    town = people.invent(Random(7))
    assert len(people.SCHOOLS) == 3
    assert len(town.children) == 1200
    assert {child.grade for child in town.children} == set(range(13))
    assert all(child.guardian in town.guardians for child in town.children)
    # Twelve more come beside the roster: ten community educators, finance, the state.
    assert len(town.adults) + 12 == 90


@pytest.mark.pure
def test_a_log_line_is_json_and_carries_no_personal_data() -> None:
    record = logging.LogRecord("milepost", logging.INFO, "x.py", 1, "Imported", None, None)
    record.rows = 12
    record.name_of_learner = "Maya Reyes"
    line = JsonFormatter().format(record)
    assert json.loads(line)["rows"] == "12"
    assert "Maya" not in line
