"""docs/operate.md and docs/deploy hold what they speak of; `follow.py` follows them for real."""

import re
import shutil
import subprocess

import click
import pytest

from milepost.site.cli import main
from milepost.site.environment import VARIABLES
from tests.conftest import ROOT
from tests.operate.follow import blocks

pytestmark = pytest.mark.pure

DOCUMENT = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
DEPLOY = ROOT / "docs" / "deploy"
SHELL = [shell for _, shell in blocks(DOCUMENT)]
UNITS = sorted(DEPLOY.glob("*.service"))


def test_there_is_much_to_follow() -> None:
    assert len(SHELL) > 12


@pytest.mark.parametrize("shell", SHELL, ids=lambda shell: shell.splitlines()[0][:40])
def test_every_block_is_shell(shell: str) -> None:
    read = subprocess.run(["bash", "-n"], input=shell, text=True, capture_output=True)
    assert read.returncode == 0, read.stderr


def test_every_command_and_option_of_the_document_is_there() -> None:
    text = DOCUMENT + "".join(unit.read_text() for unit in UNITS)
    pattern = r"(?:^|`|/bin/|'|\|\| |; )milepost ((?:[a-z-]+)(?: [^\n`'|;&]*)?)"
    said = re.findall(pattern, text, re.M)
    assert len(said) > 15
    for line in said:
        command: click.Command = main
        for word in line.split():
            if isinstance(command, click.Group) and word in command.commands:
                command = command.commands[word]
            elif word.startswith("--"):
                name = word.partition("=")[0].rstrip(".,")
                known = {o for p in command.params for o in (*p.opts, *p.secondary_opts)}
                assert name in known, f"milepost {line}: {name}"
        assert command is not main, f"there is no `milepost {line}`"


def test_every_file_that_it_links_to_is_there() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)", DOCUMENT):
        assert (ROOT / "docs" / target).exists(), target


def test_every_unit_and_file_that_it_names_is_there() -> None:
    for unit in set(re.findall(r"milepost-[a-z]+", DOCUMENT)):
        assert list(DEPLOY.glob(f"{unit}*")), unit
    for name in set(re.findall(r"docs/deploy/([\w.-]+\w)", DOCUMENT)):
        assert (DEPLOY / name).exists(), name


def test_the_settings_file_sets_what_there_is() -> None:
    names = re.findall(r"^(\w+)=", (DEPLOY / "milepost.env").read_text(), re.M)
    assert set(names) <= set(VARIABLES)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_itself_reads_the_units(unit: object) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not here")
    said = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True)
    wrong = [
        line
        for line in said.stderr.splitlines()
        if "milepost" in line and "is not executable" not in line
    ]
    assert not wrong, wrong


@pytest.mark.parametrize("unit", [u for u in UNITS if "web" in u.name or "worker" in u.name],
                         ids=lambda unit: unit.name)  # fmt: skip
def test_units_that_stay_are_hardened(unit: object) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not here")
    said = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", str(unit)],
        capture_output=True, text=True,
    ).stdout  # fmt: skip
    exposure = re.search(r"exposure level for .*: ([\d.]+)", said)
    assert exposure, said
    assert float(exposure.group(1)) < 2.5


def test_every_sentence_of_the_table_is_one_that_the_doctor_says() -> None:
    code = "".join(
        path.read_text() for path in (ROOT / "src/milepost/site/doctor").glob("*.py")
    ).lower()
    code = re.sub(r'"\s+f?"', "", code)
    section = DOCUMENT.partition("## 7.")[2].partition("## 8.")[0]
    rows = re.findall(r"^\| ([^|]+) \|", section, re.M)[2:]
    assert len(rows) > 12
    for row in rows:
        for piece in re.split(r"…|;|: ", row):
            words = piece.strip(" %.").lower()
            assert words in code, row
