"""A setting without documentation fails the build."""

import re

import pytest

from milepost.roster.settings import DISTRICT_SETTINGS
from milepost.site.environment import VARIABLES
from tests.conftest import ROOT

pytestmark = pytest.mark.pure

DOCUMENT = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*VARIABLES, *DISTRICT_SETTINGS])
def test_every_setting_is_documented_with_its_default(name: str) -> None:
    row = next((line for line in DOCUMENT.splitlines() if line.startswith(f"| `{name}` |")), None)
    assert row, f"{name} is missing in docs/settings.md"
    default = (VARIABLES.get(name) or DISTRICT_SETTINGS[name]).default
    assert (str(default) or "empty") in row.split("|")[2]


def test_no_setting_is_documented_that_is_not_there() -> None:
    named = re.findall(r"^\| `([^`]+)` \|", DOCUMENT, re.MULTILINE)
    assert set(named) == set(VARIABLES) | set(DISTRICT_SETTINGS)


def test_the_environment_is_read_in_one_place_only() -> None:
    readers = {
        path.relative_to(ROOT / "src" / "milepost").as_posix()
        for path in (ROOT / "src").rglob("*.py")
        if re.search(r"os\.(environ\.get|environ\[|getenv)", path.read_text(encoding="utf-8"))
    }
    assert readers <= {"site/environment.py", "site/cli/__init__.py"}
