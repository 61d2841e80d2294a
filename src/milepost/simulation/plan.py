"""What a simulated district is like: every parameter of the model, with its default.

The defaults are our own round figures, chosen to look like a district of the United States in
size, mobility and absence; none is estimated from anybody's data. `docs/simulate.md` explains each.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MODEL = 1
"""Version of the model: the same parameters give other files under another one."""

MOST_RESPONSES = 5_000
MOST_LEARNERS = 10_000_000
MOST_YEARS = 20
EARLIEST, LATEST = 1990, 2150
GRADES = 13  # kindergarten is 0

RACES = (
    "americanIndianOrAlaskaNative",
    "asian",
    "blackOrAfricanAmerican",
    "hispanicOrLatinoEthnicity",
    "nativeHawaiianOrOtherPacificIslander",
    "white",
    "demographicRaceTwoOrMoreRaces",
)
GROUPS = ("english_learner", "disability", "economically_disadvantaged")


def _race_shares() -> dict[str, float]:
    return dict(zip(RACES, (0.01, 0.06, 0.15, 0.28, 0.01, 0.44, 0.05), strict=True))


def _group_shares() -> dict[str, float]:
    return dict(zip(GROUPS, (0.11, 0.15, 0.48), strict=True))


def _differences() -> dict[str, float]:
    return dict(zip(GROUPS, (-0.5, -0.6, -0.4), strict=True))


@dataclass(frozen=True, slots=True)
class Plan:
    """A district to simulate. Levels and effects are in logits, rates are shares from 0 to 1.

    Raises ValueError, naming the parameter, when one is outside its range.
    """

    learners: int
    """Enrolled during the first school year, those who enter late included."""
    seed: int
    years: int = 1
    begins: date = date(2023, 8, 15)
    """First day of the first school year."""
    responses: int = 100
    """A learner's mean in a full school year."""
    schools: int | None = None
    """How many; None makes as many as schools of usual size need."""
    guardians: bool = False
    attendance: str = "all"
    """Rows of the attendance file: "all", "absences" (no row says present) or "none"."""
    log_format: str = "csv"
    time_zone: str = "America/Chicago"
    district: str = "Simulated Unified Schools"

    competencies: int = 12
    """In each subject and grade."""
    items: int = 8
    """That ask for one competency."""

    race_shares: Mapping[str, float] = field(default_factory=_race_shares)
    group_shares: Mapping[str, float] = field(default_factory=_group_shares)
    group_differences: Mapping[str, float] = field(default_factory=_differences)
    """Of the members' mean ability from that of others alike: a race's name or a group's."""
    neighbourhood: float = 0.8
    """How far neighbourhoods differ in economic disadvantage (deviation of its logit)."""

    entering_late: float = 0.04
    """Share of a year's newcomers who come after the first day."""
    moving_in: float = 0.04
    """Newcomers to grades 1 to 12 each year, as a share of the first year's learners."""
    moving_within: float = 0.03
    """Share who live in another neighbourhood the next year, mostly another school's."""
    leaving: float = 0.05
    """Share who leave during a year, or do not come back after it."""
    repeating: float = 0.015
    kindergarten_trend: float = 0.0
    """Yearly growth of the kindergarten's size."""

    ability_spread: float = 0.9
    own_spread: float = 0.6
    """Of one learner's strength in one competency."""
    yearly_growth: float = 0.6
    """Rise of ability in a school year; a grade's competencies are harder by as much."""
    school_spread: float = 0.1
    """Of the schools' own effects on yearly growth."""
    competency_difficulty: float = -0.2
    """Mean, from the ability of the average learner of that grade halfway through it."""
    competency_spread: float = 0.5
    item_spread: float = 0.5
    gain: float = 0.12
    """Rise of the level in a competency from one answer."""
    most_gain: float = 2.0
    forgetting: float = 0.004
    """Share of the gain from practice that is lost each day, compounding."""

    absence: float = 0.04
    """Median learner's chance of an absence, on a plain day."""
    absence_spread: float = 0.8
    """Deviation of its logit between learners; gives the chronic tail."""
    absence_again: float = 0.25
    """Further chance after a day of absence: illness lasts."""
    excused: float = 0.55
    tardy: float = 0.02
    evening: float = 0.3
    """Share of practice after school."""
    diligence_spread: float = 0.5
    """Deviation of the logarithm of how much a learner practises."""
    seconds: float = 45.0
    """Median time of an answer."""
    seconds_spread: float = 0.5
    """Deviation of its logarithm between answers of one learner, and half of it between them."""

    def __post_init__(self) -> None:
        _check_kinds(self)
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise ValueError(f"{name} is {value}; it must be from {low:,} to {high:,}.")
        for name, words in _WORDS.items():
            if getattr(self, name) not in words:
                raise ValueError(
                    f"{name} is {getattr(self, name)!r}; it must be {' or '.join(words)}."
                )
        _check_shares(self)
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"time_zone is {self.time_zone!r}, which is none.") from None

    def as_dict(self) -> dict[str, Any]:
        """Return the parameters as plain data for JSON; `plan_of` reads them again."""
        return asdict(self) | {"begins": self.begins.isoformat()}


_RANGES: dict[str, tuple[float, float]] = {
    "learners": (1, MOST_LEARNERS),
    "seed": (0, 2**63 - 1),
    "years": (1, MOST_YEARS),
    "responses": (0, MOST_RESPONSES),
    "schools": (3, 20_000),
    "competencies": (1, 99),
    "items": (1, 99),
    "absence": (1e-6, 0.9),
    "gain": (0, 10),
    "most_gain": (0, 10),
    "forgetting": (0, 10),
    "seconds": (1, 600),
    "seconds_spread": (0, 2),
    "diligence_spread": (0, 2),
    "yearly_growth": (-5, 5),
    "competency_difficulty": (-10, 10),
    "kindergarten_trend": (-0.5, 0.5),
}
_RANGES |= dict.fromkeys(
    (
        "entering_late",
        "moving_in",
        "moving_within",
        "leaving",
        "repeating",
        "absence_again",
        "excused",
        "tardy",
        "evening",
    ),
    (0.0, 1.0),
)
_RANGES |= dict.fromkeys(
    (
        "ability_spread",
        "own_spread",
        "school_spread",
        "competency_spread",
        "item_spread",
        "absence_spread",
        "neighbourhood",
    ),
    (0.0, 5.0),
)
_WHOLE = ("learners", "seed", "years", "responses", "schools", "competencies", "items")
_WORDS = {"attendance": ("all", "absences", "none"), "log_format": ("csv", "parquet")}


def _check_kinds(plan: Plan) -> None:
    for name in _WHOLE:
        value = getattr(plan, name)
        if type(value) is not int and not (name == "schools" and value is None):
            raise ValueError(f"{name} is {value!r}; it must be a whole number.")
    if type(plan.begins) is not date or not EARLIEST <= plan.begins.year <= LATEST:
        raise ValueError(f"begins is {plan.begins}; it must be a day in {EARLIEST} to {LATEST}.")
    if not isinstance(plan.district, str) or not 0 < len(plan.district.strip()) <= 200:
        raise ValueError("district must be a name of at most 200 characters.")


def _check_shares(plan: Plan) -> None:
    for name, known in (("race_shares", RACES), ("group_shares", GROUPS)):
        shares: Mapping[str, float] = getattr(plan, name)
        if set(shares) != set(known):
            raise ValueError(f"{name} must name exactly {', '.join(known)}.")
        if not all(0 <= share <= 1 for share in shares.values()):
            raise ValueError(f"{name} holds a share that is not from 0 to 1.")
    if abs(sum(plan.race_shares.values()) - 1) > 1e-6:
        raise ValueError("race_shares must add up to 1.")
    if strange := set(plan.group_differences) - {*RACES, *GROUPS}:
        raise ValueError(
            f"group_differences names {', '.join(sorted(strange))}, which is no group."
        )


def plan_of(parameters: Mapping[str, Any]) -> Plan:
    """Return the plan of plain data as `Plan.as_dict` gives it; what is left out has its default.

    Raises ValueError for a parameter that is not known, or is not of its kind.
    """
    known = {one.name for one in fields(Plan)}
    if strange := set(parameters) - known:
        raise ValueError(f"There is no parameter {', '.join(sorted(strange))}.")
    given = dict(parameters)
    for name in ("learners", "seed"):
        if name not in given:
            raise ValueError(f"{name} is missing; say it with --{name}.")
    try:
        if isinstance(given.get("begins"), str):
            given["begins"] = date.fromisoformat(given["begins"])
        return Plan(**given)
    except TypeError as error:
        raise ValueError(f"A parameter is not of its kind: {error}.") from error


def read_parameters(path: Path) -> dict[str, Any]:
    """Return the parameters in a JSON file, which may be the manifest of an earlier simulation.

    Raises ValueError when the file holds no JSON object.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise ValueError(f"{path} cannot be read as JSON: {error}.") from error
    if not isinstance(found, dict):
        raise ValueError(f"{path} holds no JSON object.")
    parameters = found.get("parameters", found)
    if not isinstance(parameters, dict):
        raise ValueError(f'"parameters" in {path} is no JSON object.')
    return parameters
