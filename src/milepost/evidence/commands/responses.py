"""Taking a response log in: whole, in steps that can be interrupted, and never twice."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl
from django.db import transaction

from milepost.audit.commands import finish_run, refuse, start_run
from milepost.audit.models import ImportRun
from milepost.evidence.commands.bulk import insert
from milepost.evidence.commands.ledger import take_positions
from milepost.evidence.models import Observation, WaitingRow
from milepost.evidence.response_log import Problem, ResponseLog, read_log
from milepost.ids import new_ids
from milepost.purpose import commands as purpose
from milepost.purpose.models import Competency, Framework
from milepost.roster.models import LearnerKey, Organisation, OutsideIdentifier

ROWS_AT_ONCE = 20_000
"""Rows in one transaction: others wait for the ledger no longer than that takes."""

KIND = "responses"
KEY = "learner_key"
"""Kind of outside identifier that names a learner key without a person: a research log."""

Progress = Callable[[str, int, int], None]
Status = ImportRun.Status


@dataclass(frozen=True)
class _Named:
    """What the labels of a log stand for here."""

    competencies: Mapping[str, UUID]
    learners: Mapping[str, UUID]


def import_responses(
    *,
    by: UUID | None,
    district: Organisation,
    path: Path,
    system: str,
    now: datetime,
    learner_system: str = "",
    framework: str | None = None,
    columns: Mapping[str, str] | None = None,
    create_learners: bool = False,
    skip_bad: bool = False,
    progress: Progress | None = None,
) -> ImportRun:
    """Take a response log (CSV or Parquet) in as practice; return the record of the run.

    ``system`` names the items; ``learner_system`` (default: the same) the learners' identifiers.
    Competencies are those of ``framework`` by code or identifier; without one, or when it is made
    of labels already, a framework is made from the log's labels and the district works by it.
    Rows of unknown learners wait and are adopted later, or with ``create_learners`` a learner key
    is made for each label. Any bad row refuses the log and changes nothing, unless ``skip_bad``.
    The same file again changes nothing; an interrupted one goes on where it stopped.
    """
    tell = progress or _silent
    source = path.name
    tell("Reading the log", 0, 1)
    log = read_log(path, now=now, columns=columns, zone=district.time_zone)
    tell("Reading the log", 1, 1)
    run = _resumed(district, log.digest, system) or start_run(
        by=by, district=district.pk, kind=KIND, source=source, now=now, system=system,
        digest=log.digest, demonstration=district.demonstration,
    )  # fmt: skip
    if _applied_before(run):
        return finish_run(
            run=run, status=Status.UNCHANGED, now=now, message="This log is in already."
        )
    problems = list(log.problems)
    if not problems or skip_bad:
        competencies, unknown = _competencies(by, district, system, framework, log, source)
        problems += unknown
        if not unknown and not log.frame.is_empty():
            learners = _learners(district, learner_system or system, log, create_learners, now)
            return _take(
                run, log, _Named(competencies, learners), learner_system or system, tell, now
            )
    return refuse(run=run, problems=problems, now=now, message=_refused(problems, source))


def adopt_waiting(*, by: UUID | None, district: Organisation, now: datetime) -> int:
    """Turn waiting rows of learners whom the roster now knows into evidence; return how many."""
    waiting = WaitingRow.objects.filter(district=district, adopted_at=None)
    adopted = 0
    for system in waiting.values_list("system", flat=True).distinct():
        labels = waiting.filter(system=system).values_list("learner_label", flat=True).distinct()
        known = _known_learners(district, system, set(labels))
        rows = list(
            waiting.filter(system=system, learner_label__in=known)
            .select_related("run")
            .order_by("pk")
        )
        for start in range(0, len(rows), ROWS_AT_ONCE):
            some = rows[start : start + ROWS_AT_ONCE]
            with transaction.atomic():
                _insert(
                    district.pk,
                    (_adopted(row, known[row.learner_label]) for row in some),
                    len(some),
                    now,
                )
                WaitingRow.objects.filter(pk__in=[row.pk for row in some]).update(adopted_at=now)
        adopted += len(rows)
    return adopted


def _resumed(district: Organisation, digest: str, system: str) -> ImportRun | None:
    """Return the run of the same log that was interrupted, if there is one."""
    return ImportRun.objects.filter(
        district=district.pk, kind=KIND, digest=digest, system=system, status=Status.RUNNING
    ).first()


def _applied_before(run: ImportRun) -> bool:
    same = ImportRun.objects.filter(
        district=run.district, kind=KIND, digest=run.digest, system=run.system
    )
    return same.filter(status=Status.APPLIED).exclude(pk=run.pk).exists()


def _competencies(
    by: UUID | None,
    district: Organisation,
    system: str,
    identifier: str | None,
    log: ResponseLog,
    source: str,
) -> tuple[dict[str, UUID], list[Problem]]:
    """Return label → competency, and a problem for each label that a given framework lacks."""
    labels = log.frame["competencies"].explode().unique(maintain_order=True).drop_nulls().to_list()
    found = Framework.objects.filter(district=district, identifier=identifier or system).first()
    if found is None or found.kind == Framework.Kind.LABELS:
        made = purpose.framework_from_labels(
            by=by, district=district, identifier=identifier or system,
            title=f"Labels of {identifier or system}", labels=labels,
        )  # fmt: skip
        own = Framework.objects.get(district=district, identifier=identifier or system)
        purpose.use_framework(by=by, framework=own)
        return made, []
    known: dict[str, UUID] = {}
    for pk, code, name in Competency.objects.filter(framework=found).values_list(
        "pk", "code", "identifier"
    ):
        known |= {code: pk, name: pk}
    unknown = [
        Problem(source, None, "competencies", label,
                f"The framework {found.title} has no competency {label!r}.",
                "Correct the code, or bring the framework up to date first.")
        for label in labels if label not in known
    ]  # fmt: skip
    return {label: known[label] for label in labels if label in known}, unknown


def _learners(
    district: Organisation, system: str, log: ResponseLog, create: bool, now: datetime
) -> dict[str, UUID]:
    """Return label → learner key for those who are known, making keys when asked to."""
    labels = log.frame["learner"].unique(maintain_order=True).to_list()
    known = _known_learners(district, system, set(labels))
    missing = [label for label in labels if label not in known] if create else []
    with transaction.atomic():
        keys = [LearnerKey(district=district) for _ in missing]
        LearnerKey.objects.bulk_create(keys, batch_size=1_000)
        OutsideIdentifier.objects.bulk_create(
            (
                OutsideIdentifier(
                    district=district, system=system, kind=KEY, value=label, target=key.pk,
                    valid_from=now,
                )
                for label, key in zip(missing, keys, strict=True)
            ),
            batch_size=1_000,
        )  # fmt: skip
    return known | {label: key.pk for label, key in zip(missing, keys, strict=True)}


def _known_learners(
    district: Organisation, system: str, labels: Collection[str]
) -> dict[str, UUID]:
    """Return label → learner key, through the person whom the system calls so, or a key itself."""
    rows = OutsideIdentifier.objects.filter(
        district=district, system=system, kind__in=("person", KEY), valid_until=None
    ).values_list("value", "kind", "target")
    wanted = [(value, kind, target) for value, kind, target in rows if value in labels]
    people = [target for _, kind, target in wanted if kind == "person"]
    keys = dict(LearnerKey.objects.filter(district=district, erased_at=None).exclude(person=None)
                .values_list("person", "pk")) if people else {}  # fmt: skip
    return {
        value: keys[target] if kind == "person" else target
        for value, kind, target in wanted
        if kind == KEY or target in keys
    }


def _take(
    run: ImportRun, log: ResponseLog, named: _Named, system: str, tell: Progress, now: datetime
) -> ImportRun:
    """Write the rows in steps; each step is whole, and rows that are there already are passed."""
    done = set(Observation.objects.filter(batch=run).values_list("row", flat=True))
    done |= set(WaitingRow.objects.filter(run=run).values_list("row", flat=True))
    known = pl.col("learner").is_in(list(named.learners))
    frame = log.frame.filter(~pl.col("row").is_in(list(done))) if done else log.frame
    went_in = 0
    for part in frame.iter_slices(ROWS_AT_ONCE):
        ours = part.filter(known)
        with transaction.atomic():
            _insert(run.district, _observed(ours, run, named), len(ours), now)
            WaitingRow.objects.bulk_create(_waiting(part.filter(~known), run, named, system))
        went_in += len(part)
        tell("Taking responses in", went_in, len(frame))
    counts = {
        "responses": len(log.frame),
        "learners": log.frame["learner"].n_unique(),
        "items": log.frame["item"].n_unique(),
        "waiting for their learner": WaitingRow.objects.filter(run=run, adopted_at=None).count(),
        "bad rows left out": len(log.problems),
    }
    return finish_run(
        run=run, status=Status.APPLIED, now=now, message=" ".join(log.notes), counts=counts
    )


COLUMNS = (
    "id", "district_id", "position", "learner", "kind", "item", "scores", "occurred_at",
    "recorded_at", "source", "seconds", "hints", "batch_id", "row",
)  # fmt: skip


def _insert(district: UUID, rows: Iterable[list[Any]], count: int, now: datetime) -> None:
    """Give rows their id, district, position and moment of recording, and write them."""
    if count == 0:
        return
    first = take_positions(district, count)
    whole = (
        [id_, district, first + k, *row[:5], now, *row[5:]]
        for k, (id_, row) in enumerate(zip(new_ids(count), rows, strict=True))
    )
    insert(Observation, COLUMNS, whole)


def _observed(part: pl.DataFrame, run: ImportRun, named: _Named) -> Iterable[list[Any]]:
    for row, learner, item, labels, score, time, seconds, hints in part.iter_rows():
        scores = [[str(named.competencies[label]), score] for label in labels]
        yield [
            named.learners[learner], "practice", f"{run.system}:{item}", json.dumps(scores),
            time or run.started_at, run.system, seconds, hints, run.pk, row,
        ]  # fmt: skip


def _waiting(
    part: pl.DataFrame, run: ImportRun, named: _Named, system: str
) -> Iterable[WaitingRow]:
    for row, learner, item, labels, score, time, seconds, hints in part.iter_rows():
        yield WaitingRow(
            district_id=run.district, run=run, row=row, system=system, learner_label=learner,
            content={
                "item": f"{run.system}:{item}",
                "scores": [[str(named.competencies[label]), score] for label in labels],
                "occurred_at": (time or run.started_at).isoformat(),
                "seconds": seconds,
                "hints": hints,
            },
        )  # fmt: skip


def _adopted(row: WaitingRow, learner: UUID) -> list[Any]:
    content = row.content
    return [
        learner, "practice", content["item"], json.dumps(content["scores"]),
        datetime.fromisoformat(content["occurred_at"]), row.run.system, content["seconds"],
        content["hints"], row.run_id, row.row,
    ]  # fmt: skip


def _refused(problems: list[Problem], source: str) -> str:
    if not problems:
        return f"{source} holds no answers. Nothing changed."
    rows = len({p.line for p in problems if p.line})
    what = f"{rows:,} bad rows" if rows else "a problem with the file"
    return f"{source} was refused because of {what}. Nothing changed."


def _silent(stage: str, done: int, total: int) -> None:
    """Tell nobody."""
