"""A simulated state in the lake: districts with learners, their responses, and states from them.

Made district by district, so that memory does not grow with the state. What learners answer is
drawn, not modelled (`milepost simulate` models it): here only sizes and spreads matter.
"""

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import numpy as np
import polars as pl
import pyarrow as pa

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "src"))

SCHOOL_YEAR, FIRST, DAYS = 2026, datetime(2025, 9, 1, tzinfo=UTC), 270
GRADES = [f"{grade:02}" for grade in range(1, 13)]
COMPETENCIES_A_GRADE, ITEMS, ACTIVE = 40, 25, 12
"""Of a grade; of a competency; competencies that one learner meets in the year."""
LEARNERS_A_SCHOOL, PART = 500, 500_000
GROUPS = {"economically_disadvantaged": 0.5, "english_learner": 0.12, "disability": 0.15}
RACES = ["asian", "blackOrAfricanAmerican", "white", "hispanicOrLatinoEthnicity"]


@dataclass(frozen=True)
class Sizes:
    """How large a state is."""

    districts: int
    learners: int
    responses: int


def write_state(root: Path, sizes: Sizes, rng: np.random.Generator) -> None:
    """Write a whole state through the lake's own writer: people, observations, states."""
    names = uuids(rng, len(GRADES) * COMPETENCIES_A_GRADE)
    for _ in range(sizes.districts):
        write_district(
            root,
            uuids(rng, 1)[0].as_py(),
            names,
            sizes.learners // sizes.districts,
            sizes.responses // sizes.districts,
            rng,
        )


def write_district(
    root: Path, district: str, names: pa.Array, learners: int, responses: int,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Write one district."""
    from milepost.evidence.extracts import OBSERVATIONS
    from milepost.lake import append, replace
    from milepost.mastery.extracts import STATES
    from milepost.roster.extracts import PEOPLE

    keys, grade = uuids(rng, learners), rng.integers(len(GRADES), size=learners)
    replace(root, PEOPLE, people(keys, grade, rng), district=district, year=SCHOOL_YEAR)
    answers = drawn(learners, grade, responses, rng)
    for start in range(0, responses, PART):
        part = {name: column[start : start + PART] for name, column in answers.items()}
        until = start + len(part["learner"])
        append(
            root, OBSERVATIONS, {SCHOOL_YEAR: observations(part, start, keys, names)},
            district=district, after=start, until=until,
        )  # fmt: skip
    replace(root, STATES, states(answers, keys, names), district=district, year=SCHOOL_YEAR)


def drawn(
    learners: int, grade: np.ndarray, responses: int, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Draw who answered what, when and how, in order of time."""
    learner = rng.integers(learners, size=responses)
    shift = (learner * 7 + rng.integers(ACTIVE, size=responses)) % COMPETENCIES_A_GRADE
    competency = grade[learner] * COMPETENCIES_A_GRADE + shift
    seconds = np.sort(rng.integers(DAYS * 86_400, size=responses))
    return {
        "learner": learner,
        "competency": competency,
        "item": competency * ITEMS + rng.integers(ITEMS, size=responses),
        "at": (seconds + int(FIRST.timestamp())) * 1_000_000,
        "right": rng.random(responses) < 0.35 + 0.5 * rng.random(learners)[learner],
        "seconds": np.round(rng.lognormal(3.0, 0.8, responses), 1),
        "hints": rng.integers(0, 2, responses, dtype=np.int16),
    }


def observations(
    part: dict[str, np.ndarray], start: int, keys: pa.Array, names: pa.Array
) -> pa.Table:
    """Return a part of the responses, shape `evidence.extracts.OBSERVATIONS`."""
    from milepost.evidence.extracts import OBSERVATIONS

    rows = len(part["learner"])
    at = pa.array(part["at"]).cast(pa.timestamp("us", "UTC"))
    items = pa.array([f"item-{k}" for k in range(len(names) * ITEMS)])
    pairs = pa.StructArray.from_arrays(
        [names.take(pa.array(part["competency"])), pa.array(part["right"].astype(float))],
        fields=list(OBSERVATIONS.schema.field("scores").type.value_type),
    )
    return pa.table(
        {
            "position": np.arange(start + 1, start + rows + 1),
            "learner": keys.take(pa.array(part["learner"])),
            "kind": pa.repeat(pa.scalar("practice"), rows),
            "item": items.take(pa.array(part["item"])),
            "scores": pa.ListArray.from_arrays(pa.array(range(rows + 1), pa.int32()), pairs),
            "occurred_at": at,
            "occurred_on": at.cast(pa.timestamp("us")).cast(pa.date32(), safe=False),
            "recorded_at": at,
            "source": pa.repeat(pa.scalar("simulated"), rows),
            "seconds": part["seconds"],
            "hints": part["hints"],
            "voids": pa.nulls(rows, pa.int64()),
        }
    )


def states(answers: dict[str, np.ndarray], keys: pa.Array, names: pa.Array) -> pa.Table:
    """Return a state for each learner and competency; met where most answers were right."""
    frame = pl.DataFrame({name: answers[name] for name in ("learner", "competency", "at", "right")})
    found = frame.group_by("learner", "competency").agg(
        first_at=pl.col("at").min(), last_at=pl.col("at").max(), pieces=pl.len().cast(pl.Int64),
        share=pl.col("right").mean(),
    ).sort("learner", "competency")  # fmt: skip
    met = (found["pieces"] >= 3) & (found["share"] >= 0.7)
    instants = {
        name: found[name].to_arrow().cast(pa.timestamp("us", "UTC"))
        for name in ("first_at", "last_at")
    }
    return pa.table(
        {
            "learner": keys.take(found["learner"].to_arrow()),
            "competency": names.take(found["competency"].to_arrow()),
            "code": pl.select(pl.when(met).then(pl.lit("proficient")).otherwise(pl.lit("working")))
            .to_series().to_arrow(),
            "mean": found["share"].to_arrow(),
            "variance": (1.0 / (1 + found["pieces"])).to_arrow(),
            "pieces": found["pieces"].to_arrow(),
            **instants,
            "met_at": found["last_at"].set(~met, None).to_arrow().cast(pa.timestamp("us", "UTC")),
        }
    )  # fmt: skip


def people(keys: pa.Array, grade: np.ndarray, rng: np.random.Generator) -> pa.Table:
    """Return the learners of a district, shape `roster.extracts.PEOPLE`."""
    count = len(keys)
    schools = uuids(rng, max(1, count // LEARNERS_A_SCHOOL))
    school = rng.integers(len(schools), size=count)
    race = rng.integers(len(RACES), size=count)
    members = {"all": np.arange(count)}
    members |= {name: np.flatnonzero(rng.random(count) < share) for name, share in GROUPS.items()}
    members |= {name: np.flatnonzero(race == k) for k, name in enumerate(RACES)}
    who = pa.array(np.concatenate(list(members.values())))
    group = np.repeat(np.arange(len(members)), [len(some) for some in members.values()])
    return pa.table(
        {
            "learner": keys.take(who),
            "school": schools.take(pa.array(school)).take(who),
            "grade": pa.array(GRADES).take(pa.array(grade)).take(who),
            "student_group": pa.array(list(members)).take(pa.array(group)),
            "begins_on": pa.repeat(pa.scalar(FIRST.date()), len(who)),
            "ends_on": pa.nulls(len(who), pa.date32()),
        }
    )


def uuids(rng: np.random.Generator, count: int) -> pa.Array:
    """Return new identifiers as text."""
    return pa.array([str(UUID(bytes=rng.bytes(16), version=4)) for _ in range(count)])
