"""A plan that makes no sense is refused in words that name the parameter."""

from dataclasses import fields
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from milepost.simulation import Plan, plan_of, read_parameters

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"learners": 0}, "learners is 0; it must be from 1 to 10,000,000"),
        ({"years": 99}, "years is 99"),
        ({"responses": -1}, "responses is -1"),
        ({"schools": 2}, "schools is 2"),
        ({"leaving": 1.5}, "leaving is 1.5"),
        ({"ability_spread": float("nan")}, "ability_spread is nan"),
        ({"attendance": "some"}, "attendance is 'some'"),
        ({"time_zone": "Middle/Earth"}, "time_zone is 'Middle/Earth'"),
        ({"race_shares": {"white": 1.0}}, "race_shares must name exactly"),
        ({"group_shares": {"english_learner": 0.1}}, "group_shares must name exactly"),
        ({"group_differences": {"tall": 1.0}}, "names tall"),
        ({"colour": "red"}, "no parameter colour"),
        ({"learners": "many"}, "learners is 'many'; it must be a whole number"),
        ({"learners": 10.5}, "learners is 10.5"),
        ({"seed": True}, "seed is True"),
        ({"leaving": "often"}, "not of its kind"),
        ({"race_shares": 5}, "not of its kind"),
        ({"district": ""}, "district must be a name"),
        ({"begins": "yesterday"}, "yesterday"),
        ({"begins": 5}, "begins"),
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        plan_of({"learners": 10, "seed": 1} | given)


def test_learners_and_seed_must_be_said() -> None:
    with pytest.raises(ValueError, match="learners"):
        plan_of({"seed": 1})


def test_a_plan_as_plain_data_is_the_plan() -> None:
    plan = Plan(learners=10, seed=2**60, begins=date(2024, 2, 29), group_differences={"asian": 0.1})
    assert plan_of(plan.as_dict()) == plan


@pytest.mark.parametrize("text", ["", "[1]", '{"parameters": 3}', "{"])
def test_a_file_of_parameters_must_be_json(text: str, tmp_path: Path) -> None:
    path = tmp_path / "parameters.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"parameters.json"):
        read_parameters(path)


def test_the_page_tells_every_parameter_and_its_default() -> None:
    page = (Path(__file__).parents[2] / "docs" / "simulate.md").read_text(encoding="utf-8")
    said: dict[str, str] = {}
    for line in page.replace("−", "-").splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        said |= {name.split()[0]: value for name, value in pairwise(cells) if name}
    plan = Plan(learners=1, seed=1)
    given_as_options = {"learners", "seed", "responses", "begins", "log_format", "guardians"}
    told_elsewhere = {"race_shares", "group_shares", "group_differences", "district"}
    for one in fields(Plan):
        if one.name not in given_as_options | told_elsewhere:
            default = getattr(plan, one.name)
            known = said.get(f"--{one.name}") or said[one.name]
            if isinstance(default, float):
                assert float(known) == default, one.name
            else:
                word = "auto" if default is None else str(default)
                assert known.split(",")[0] == word, one.name
    for name, share in (plan.race_shares | plan.group_shares).items():  # type: ignore[operator]
        assert float(said[name]) == share, name
        assert f"`{name}` | {share} | {plan.group_differences.get(name, 0)} |" in page.replace(
            "−", "-"
        )
