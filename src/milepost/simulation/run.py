"""From a plan to a folder of files, chunk by chunk."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from milepost.simulation.calendar import DAYS
from milepost.simulation.district import District, build, school_name
from milepost.simulation.logs import Frames
from milepost.simulation.oneroster import SYSTEM, write_roster
from milepost.simulation.plan import MODEL, Plan
from milepost.simulation.schools import LEVELS
from milepost.simulation.skills import SUBJECTS, framework_identifier, framework_json, grade_code
from milepost.simulation.writing import Folder

AT_ONCE = 500_000
"""Responses, or days of attendance, that a chunk holds about."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Simulated:
    """What was written: the folder, rows by file or table, and the framework's identifier."""

    folder: Path
    rows: dict[str, int]
    framework: str


def simulate(
    plan: Plan, out: Path, *, chunk: int | None = None, progress: Progress | None = None
) -> Simulated:
    """Write a district into ``out``, which must be new or empty. The manifest comes last.

    ``chunk`` is how many learners live at once; it changes how much memory is used and no byte of
    any file. ``progress(stage, done, total)``. Raises FileExistsError when something is there.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise FileExistsError(f"{out} is there already and not an empty folder.")
    tell = progress or (lambda _stage, _done, _total: None)
    tell("Founding schools", 0, 1)
    district, folder = build(plan), Folder(out)
    _write_small(district, folder)
    write_roster(district, folder, plan.years - 1)
    tell("Founding schools", 1, 1)
    _write_lives(district, folder, chunk or _chunk(plan), tell)
    return _write_manifest(district, folder)


def _chunk(plan: Plan) -> int:
    days = DAYS if plan.attendance != "none" else 40
    return max(1, AT_ONCE // (plan.years * max(plan.responses, days)))


def _write_small(district: District, folder: Folder) -> None:
    """Write what does not grow with the learners: framework, difficulties, schools' effects."""
    skills, schools = district.skills, district.schools
    folder.put("framework.json", framework_json(skills))
    where = [skills.where(number) for number in range(len(skills))]
    competencies = pl.DataFrame(
        {
            "competency": skills.codes,
            "subject": [SUBJECTS[subject] for subject, _, _ in where],
            "grade": [grade_code(grade) for _, grade, _ in where],
            "difficulty": skills.difficulty,
        }
    )
    each = skills.item_difficulty.shape[1]
    items = pl.DataFrame(
        {
            "item": skills.items(),
            "competency": [code for code in skills.codes for _ in range(each)],
            "difficulty": skills.item_difficulty.ravel(),
        }
    )
    truth = pl.DataFrame(
        {
            "school": district.school_labels,
            "name": [school_name(schools, k) for k in range(len(schools.level))],
            "level": [LEVELS[k].name for k in schools.level],
            "effect": schools.effect,
        }
    )
    for name, frame in (("competencies", competencies), ("items", items), ("schools", truth)):
        with folder.parquet(f"truth/{name}") as file:
            file.add(frame)


def _write_lives(district: District, folder: Folder, chunk: int, tell: Progress) -> None:
    """Let learners live, a chunk at a time, and write down what they leave."""
    plan, frames, total = district.plan, Frames(district), len(district.population)
    years = range(plan.years)
    with ExitStack() as files:
        enter = files.enter_context
        if plan.log_format == "csv":
            log: Any = enter(folder.csv("responses.csv"))
        else:
            log = enter(folder.parquet("responses"))
        days = enter(folder.csv("attendance.csv")) if plan.attendance != "none" else None
        history = [
            enter(folder.csv(f"enrollment_history/{district.calendar.named(year)}.csv"))
            for year in years
        ]
        learners, abilities, levels = (
            enter(folder.parquet(f"truth/{name}")) for name in ("learners", "abilities", "levels")
        )
        for start in range(0, total, chunk):
            stop = min(start + chunk, total)
            tell("Living school years", start, total)
            statuses = district.attend(start, stop)
            answers, reached = district.practise(start, stop, statuses)
            log.add(frames.responses(answers))
            if days:
                days.add(frames.attendance(statuses, start))
            for year in years:
                history[year].add(frames.history(year, start, stop))
            learners.add(frames.learners(start, stop))
            abilities.add(frames.abilities(statuses, start))
            levels.add(frames.levels(reached))
        tell("Living school years", total, total)


def _write_manifest(district: District, folder: Folder) -> Simulated:
    rows: dict[str, int] = {}
    for one in folder.files:
        if one.rows is not None:
            table = one.name.split("/part-")[0]
            rows[table] = rows.get(table, 0) + one.rows
    identifier = framework_identifier(district.skills)
    said = {
        "model": MODEL,
        "parameters": district.plan.as_dict(),
        "system": SYSTEM,
        "framework": identifier,
        "school_days": [day.isoformat() for day in district.calendar.days],
        "rows": rows,
        "files": [asdict(one) for one in sorted(folder.files, key=lambda one: one.name)],
    }
    folder.put("manifest.json", (json.dumps(said, indent=1) + "\n").encode())
    return Simulated(folder.path, rows, identifier)
