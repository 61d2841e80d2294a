"""`milepost simulate` as a planner meets it, and what it writes at everyone's door."""

import json
import re
import resource
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from milepost.simulation import Plan, simulate
from milepost.site.cli import main


def milepost(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def run(*words: object) -> Result:
    return milepost("simulate", *words)


@pytest.mark.django_db
def test_every_file_comes_in_without_a_refused_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILEPOST_HOME", str(tmp_path / "home"))
    out = tmp_path / "a district"  # a blank, so that what the command says must be quoted
    asked = ("--learners", 200, "--seed", 4, "--years", 2, "--responses-per-learner", 20)
    wrote = run(out, *asked, "--guardians", "--attendance", "absences")
    assert wrote.exit_code == 0, wrote.output
    rows = json.loads((out / "manifest.json").read_text())["rows"]
    assert milepost("district", "Simulated Unified Schools").exit_code == 0
    steps = [shlex.split(line) for line in wrote.stdout.splitlines() if "milepost import" in line]
    assert [step[2] for step in steps] == ["oneroster", "attendance", "case", "responses"]
    said = {}
    for _, *words in steps:
        ended = milepost(*words)
        assert ended.exit_code == 0, ended.output
        said[words[1]] = ended.stdout
    assert f"enrollments: {{'new': {rows['oneroster/enrollments.csv']}}}" in said["oneroster"]
    assert f"people: {{'new': {rows['oneroster/users.csv']}}}" in said["oneroster"]
    assert f"new: {rows['attendance.csv']}\n" in said["attendance"]
    assert "competencies added: 340" in said["case"]  # 312, and 28 headings
    assert f"responses: {rows['responses.csv']}\n" in said["responses"]
    assert "waiting rows: 0" in said["responses"]


@pytest.mark.pure
def test_options_and_a_file_of_parameters_make_one_plan(tmp_path: Path) -> None:
    path = tmp_path / "parameters.json"
    path.write_text(json.dumps({"learners": 30, "seed": 1, "leaving": 0.5, "responses": 3}))
    out = tmp_path / "out"
    ended = run(out, "--parameters", path, "--seed", 2, "--from", "2025-08-18", "--schools", "auto")
    assert ended.exit_code == 0, ended.output
    parameters = json.loads((out / "manifest.json").read_text())["parameters"]
    assert (parameters["learners"], parameters["seed"], parameters["leaving"]) == (30, 2, 0.5)
    assert parameters["begins"] == "2025-08-18"
    assert parameters["schools"] is None
    header, first = (out / "responses.csv").read_text().splitlines()[:2]
    assert header == "learner,item,competencies,correct,timestamp,seconds,hints"
    assert re.fullmatch(
        r"L\d{7},SIM\.(MAT|ELA)\.(KG|\d\d)\.\d\d-\d,SIM\.(MAT|ELA)\.(KG|\d\d)\.\d\d,[01],"
        r"202\d-\d\d-\d\dT\d\d:\d\d:\d\d-0[56]:00,\d+,[012]",
        first,
    )


@pytest.mark.pure
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--seed", 1], "learners is missing; say it with --learners."),
        (["--learners", 5], "seed is missing; say it with --seed."),
        (["--learners", 0, "--seed", 1], "learners is 0; it must be from 1 to 10,000,000."),
        (["--learners", 5, "--seed", 1, "--schools", "few"], "--schools is 'few'"),
        (["--learners", 5, "--seed", 1, "--from", "soon"], "soon"),
    ],
)
def test_wrong_usage_is_said_in_words(words: list[object], said: str, tmp_path: Path) -> None:
    ended = run(tmp_path / "out", *words)
    assert ended.exit_code == 2
    assert said in ended.output
    assert not (tmp_path / "out").exists()


@pytest.mark.pure
def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    ended = run(tmp_path, "--learners", 5, "--seed", 1)
    assert ended.exit_code == 2
    assert "Name a new folder." in ended.output
    with pytest.raises(FileExistsError):
        simulate(Plan(learners=5, seed=1), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.pure
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = run(tmp_path / "file" / "out", "--learners", 5, "--seed", 1)
    assert ended.exit_code == 1
    assert "cannot be written" in ended.output


@pytest.mark.pure
def test_a_full_disk_is_said_and_leaves_no_manifest(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        ended = run(tmp_path / "out", "--learners", 100, "--seed", 1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert ended.exit_code == 1
    assert "cannot be written: File too large" in ended.output
    assert "It is not complete" in ended.output
    assert not (tmp_path / "out" / "manifest.json").exists()


@pytest.mark.pure
@pytest.mark.parametrize("learners", [1, 2, 14])
def test_the_smallest_districts_are_whole(learners: int, tmp_path: Path) -> None:
    done = simulate(Plan(learners=learners, seed=9, years=2, responses=0), tmp_path)
    assert done.rows["oneroster/demographics.csv"] >= learners
    assert done.rows["responses.csv"] == 0
    assert (tmp_path / "responses.csv").read_text().startswith("learner,item,")
    assert (tmp_path / "manifest.json").exists()
