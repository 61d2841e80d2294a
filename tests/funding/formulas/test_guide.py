"""docs/formulas.md: its state is built from its own pages and gives what it prints."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from milepost.site.cli import main

pytestmark = pytest.mark.pure

GUIDE = Path(__file__).parents[3] / "docs" / "formulas.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)


@pytest.fixture
def blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The guide's files are written where a reader would; what is left are its commands."""
    monkeypatch.chdir(tmp_path)
    found = BLOCK.findall(GUIDE.read_text())
    assert [kind for kind, _ in found] == ["yaml", "yaml", "csv", "console", "yaml", "console"]
    files = ("lakeland/parameters.yaml", "lakeland/formula.yaml", "districts.csv", "reform.yaml")
    Path("lakeland").mkdir()
    texts = [text for kind, text in found if kind != "console"]
    for name, text in zip(files, texts, strict=True):
        Path(name).write_text(text)
    return [text for kind, text in found if kind == "console"]


@pytest.mark.parametrize("which", [0, 1])
def test_each_command_of_the_guide_prints_what_it_says(blocks: list[str], which: int) -> None:
    command, _, printed = blocks[which].partition("\n")
    done = CliRunner().invoke(main, shlex.split(command)[2:])
    assert done.exit_code == 0, done.output
    assert done.output == printed


def test_the_notice_of_the_guide_names_the_district(blocks: list[str]) -> None:
    words = shlex.split(blocks[0].partition("\n")[0])[2:]
    done = CliRunner().invoke(main, [*words, "--notice", "3"])
    assert "district 3, Cedar, as of 2025-07-01" in done.output
    assert "base = 7,250  Base amount per pupil [Lakeland Code 4-101; Lakeland Gen" in done.output


def test_a_missing_cell_is_refused_as_the_guide_says(blocks: list[str]) -> None:
    table = Path("districts.csv")
    table.write_text(table.read_text().replace(",700,", ",,"))
    words = shlex.split(blocks[0].partition("\n")[0])[2:]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 3
    assert "district 2, Birch, column 'poor'" in done.output


def test_every_function_that_the_engine_has_is_in_the_guide() -> None:
    from milepost.funding.formulas.expressions import FUNCTIONS
    from milepost.funding.formulas.formula import LAYERS

    text = GUIDE.read_text()
    assert [name for name in FUNCTIONS if f"`{name}(" not in text] == []
    assert [name for name in LAYERS if f"`{name}:" not in text] == []
