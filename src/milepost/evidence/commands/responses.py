"""Bringing a response log in: once, whole, and from where it stopped."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import file_digest
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl
from django.db import transaction

from milepost.audit.commands import finish_run, refuse, start_run
from milepost.audit.models import ImportRun, RefusedRow
from milepost.evidence.commands import matching
from milepost.evidence.commands.bulk import DRAFTS, append, count_anew, loading
from milepost.evidence.commands.record import CLOCK_TOLERANCE
from milepost.evidence.commands.time_given import Span, add_batch
from milepost.evidence.commands.waiting import keep_waiting
from milepost.evidence.models import Ledger, Observation, WaitingRow
from milepost.evidence.response_log import Log, Problem, UnreadableError, read_log
from milepost.ids import new_id_digits
from milepost.roster.models import Organisation

KIND = "responses"
CHUNK = 20_000
"""Rows of one transaction: long enough to be fast, short enough that others who record evidence
in the district wait less than a second for its ledger."""
LONGEST_SYSTEM = 60
"""Characters. The system stands before every item's name, which has 160 in all."""
DONE = "rows done"
AFTER = "after position"
"""The district's last position before a run began: its rows are found behind it."""

Status = ImportRun.Status
Progress = Callable[[str, int, int], None]


class _RefusedError(Exception):
    """The log cannot be taken in; nothing was changed."""

    def __init__(self, problems: Sequence[Problem], message: str) -> None:
        self.problems = problems
        super().__init__(message)


@dataclass(frozen=True)
class _Offer:
    """A log and how it is to be read: what the caller of `import_responses` said."""

    by: UUID | None
    district: Organisation
    path: Path
    system: str
    learner_system: str
    framework: str | None
    columns: Mapping[str, str] | None
    separator: str | None
    create_learners: bool
    make_framework: bool
    skip_bad: bool
    since: datetime | None
    demonstration: bool
    progress: Progress = field(compare=False)

    @property
    def options(self) -> dict[str, Any]:
        """What must be the same when an interrupted import goes on."""
        return {
            "system": self.system,
            "learner_system": self.learner_system,
            "framework": self.framework,
            "columns": dict(self.columns) if self.columns else None,
            "separator": self.separator,
            "create_learners": self.create_learners,
            "make_framework": self.make_framework,
            "skip_bad": self.skip_bad,
            "since": self.since.isoformat() if self.since else None,
        }


def import_responses(
    *,
    by: UUID | None,
    district: Organisation,
    path: Path | str,
    system: str,
    now: datetime,
    learner_system: str = "",
    framework: str | None = None,
    columns: Mapping[str, str] | None = None,
    separator: str | None = None,
    create_learners: bool = False,
    make_framework: bool = False,
    skip_bad: bool = False,
    since: datetime | None = None,
    demonstration: bool = False,
    progress: Progress | None = None,
) -> ImportRun:
    """Take a response log (CSV or Parquet) in as practice; return the run that says what became.

    ``applied``; ``unchanged`` when the same file went in before; ``refused``, with every bad row
    named, when any is bad, unless ``skip_bad`` leaves those out and takes the rest. An import that
    was interrupted goes on where it stopped when the file is offered again in the same way.

    ``system``: where the log comes from; items are stored as "system:item". ``learner_system``:
    whose identifiers name the learners (default: ``system``). Rows of unknown learners wait until
    `adopt_waiting`, or with ``create_learners`` get a learner without a person (research logs).
    ``framework``: identifier of the framework whose competencies are named; without one, or when
    it is not there, it is made from the labels. ``make_framework``: so are labels that it lacks.
    ``columns``, ``separator``: as `read_log`. A log without times gets one instant for all rows and
    keeps its order by its ids: ``since``, or the moment of import, because an earlier guess would
    invent that much forgetting.

    ``progress(stage, done, total)``. Raises ValueError for a blank or endless ``system`` and for
    ``since`` in the future.
    """
    if not 0 < len(system.strip()) <= LONGEST_SYSTEM:
        raise ValueError(
            f"Name the system that the log comes from, in up to {LONGEST_SYSTEM} letters."
        )
    if since and since > now:
        raise ValueError(f"{since:%Y-%m-%d %H:%M} is in the future; a log tells what has happened.")
    offer = _Offer(
        by=by,
        district=district,
        path=Path(path),
        system=system.strip(),
        learner_system=learner_system or system.strip(),
        framework=framework,
        columns=columns,
        separator=separator,
        create_learners=create_learners,
        make_framework=make_framework,
        skip_bad=skip_bad,
        since=since,
        demonstration=demonstration or district.demonstration,
        progress=progress or _silent,
    )
    began = time.monotonic()
    run = _open(offer, now)
    if run.status != Status.RUNNING:
        return run
    try:
        span = _take_in(run, offer, now)
        return _close(run, span, now + timedelta(seconds=time.monotonic() - began))
    except UnreadableError as unreadable:
        return refuse(run=run, problems=[unreadable.problem], now=now, message=str(unreadable))
    except _RefusedError as refused:
        return refuse(run=run, problems=refused.problems, now=now, message=str(refused))
    except BaseException:
        # What is in stays in: the rows are right, and the same file goes on behind them.
        run.refresh_from_db()
        done = run.counts.get(DONE, 0)
        run.message = f"Stopped after {done:,} rows. Offer the same file again to go on from there."
        run.save(update_fields=["message"])
        raise


@transaction.atomic
def _open(offer: _Offer, now: datetime) -> ImportRun:
    """Return a new run, or the one that was interrupted. The district is locked meanwhile, so that

    the same file offered twice at once is one run.
    """
    digest, lost = _digest(offer.path)
    Organisation.objects.select_for_update().get(pk=offer.district.pk)
    before = (
        ImportRun.objects.filter(
            district=offer.district.pk,
            kind=KIND,
            digest=digest,
            status__in=[Status.APPLIED, Status.RUNNING],
        )
        .order_by("started_at")
        .last()
        if digest
        else None
    )
    same = before is not None and before.counts.get("options") == offer.options
    if before and before.status == Status.RUNNING and same:
        return before
    run = start_run(
        by=offer.by, district=offer.district.pk, kind=KIND, source=offer.path.name, now=now,
        system=offer.system, digest=digest, demonstration=offer.demonstration,
    )  # fmt: skip
    if lost:
        problem = Problem(
            offer.path.name, None, None, "", lost, "Check its name and who may read it."
        )
        return refuse(run=run, problems=[problem], now=now, message=lost)
    if before is None:
        run.counts = {"options": offer.options, DONE: 0}
        run.save(update_fields=["counts"])
        return run
    if before.status == Status.APPLIED:
        said = f"The same file went in on {before.started_at:%Y-%m-%d}, from {before.system}."
        return finish_run(run=run, status=Status.UNCHANGED, now=now, message=said)
    said = f"A part of this file is in already, brought in another way (from {before.system})."
    advice = "Offer it with the same options as then, so that it can be finished."
    problem = Problem(offer.path.name, None, None, "", said, advice)
    return refuse(run=run, problems=[problem], now=now, message=f"{said} {advice}")


def _digest(path: Path) -> tuple[str, str]:
    """Return the file's SHA-256, or else why it cannot be read."""
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest(), ""
    except OSError as error:
        return "", f"{path.name} cannot be read: {error.strerror}."


def _take_in(run: ImportRun, offer: _Offer, now: datetime) -> Span:
    """Save what a log holds, and return when the first and the last of it was."""
    offer.progress("Reading the log", 0, 1)
    # All is read as of the run's start, so that what goes on later reads the same rows.
    log = read_log(
        offer.path,
        latest=run.started_at + CLOCK_TOLERANCE,
        zone=ZoneInfo(offer.district.time_zone),
        columns=offer.columns,
        separator=offer.separator,
        longest_item=160 - len(offer.system) - 1,
    )
    offer.progress("Reading the log", 1, 1)
    with transaction.atomic():
        rows = _prepare(run, offer, log, now)
    with loading():
        _save_all(run, offer, rows, now)
    return rows["occurred_at"].min(), rows["occurred_at"].max()  # type: ignore[return-value]


def _prepare(run: ImportRun, offer: _Offer, log: Log, now: datetime) -> pl.DataFrame:
    """Return the rows to save, with everything made that they refer to.

    Shape `DRAFTS` without ids, and `label`; `learner` is null for a row that must wait. Raises
    _RefusedError for what is in the way.
    """
    if log.problems and not offer.skip_bad:
        raise _RefusedError(log.problems, _in_the_way(log.problems))
    known, unknown = matching.competencies(
        by=offer.by,
        district=offer.district,
        system=offer.system,
        framework=offer.framework,
        make_framework=offer.make_framework,
        labels=matching.labels_of(log),
    )
    problems = [*log.problems, *matching.unknown_problems(log, unknown)]
    rows = matching.without_unknown(log, unknown)
    if rows.is_empty() and not problems:
        reason = "There is no response in the file."
        problems = [Problem(log.file, None, None, "", reason, "Export it again.")]
    if problems and (not offer.skip_bad or rows.is_empty()):
        raise _RefusedError(problems, _in_the_way(problems))
    keys = _learners(offer, rows["learner"].unique(maintain_order=True), now)
    left_out = [label for label, key in keys.items() if key is None]
    rows = rows.filter(~pl.col("learner").is_in(left_out))
    if run.counts[DONE] == 0:
        _note(run, log, problems, left_out, offer)
    return _drafts(run, offer, rows, known, keys)


def _learners(offer: _Offer, labels: Iterable[str], now: datetime) -> dict[str, UUID | None]:
    keys = matching.learner_keys(offer.district.pk, offer.learner_system)
    if offer.create_learners:
        new = [label for label in labels if label not in keys]
        matching.make_learners(offer.district, offer.learner_system, new, now)
        keys = matching.learner_keys(offer.district.pk, offer.learner_system)
    return keys


def _note(
    run: ImportRun, log: Log, problems: Sequence[Problem], left_out: Sequence[str], offer: _Offer
) -> None:
    """Write down, once, what does not become evidence and how the log was understood."""
    RefusedRow.objects.filter(run=run).delete()
    RefusedRow.objects.bulk_create(
        (
            RefusedRow(
                run=run,
                file=one.file[:200],
                line=one.line,
                column=(one.column or "")[:120],
                value=one.value,
                reason=one.reason,
                advice=one.advice,
            )
            for one in problems
        ),
        batch_size=2_000,
    )
    erased = log.rows["learner"].is_in(list(left_out)).sum()
    found = {
        "rows in the file": log.offered,
        "rows that show nothing (study)": log.studied,
        "rows of erased records": int(erased),
        "time": "the order of the rows" if log.order_is_time else "as the log says",
        "separator of competencies": log.separator or "none",
    }
    after = Ledger.objects.filter(district=offer.district).values_list("last_position", flat=True)
    run.counts |= {DONE: 0, "found": found, AFTER: after.first() or 0}
    run.save(update_fields=["counts"])


def _drafts(
    run: ImportRun,
    offer: _Offer,
    rows: pl.DataFrame,
    known: Mapping[str, UUID],
    keys: Mapping[str, UUID | None],
) -> pl.DataFrame:
    texts = {label: str(key) for label, key in keys.items() if key}
    base = offer.since or run.started_at
    return rows.select(
        label="learner",
        learner=pl.col("learner").replace_strict(texts, default=None, return_dtype=pl.String),
        item=pl.concat_str(pl.lit(f"{offer.system}:"), "item"),
        scores=matching.scores_text(rows, known),
        occurred_at=pl.col("occurred_at").fill_null(base),
        source=pl.lit(offer.system),
        seconds="seconds",
        hints="hints",
        batch_id=pl.lit(str(run.pk)),
        row="row",
    )


def _save_all(run: ImportRun, offer: _Offer, rows: pl.DataFrame, now: datetime) -> None:
    """Save chunk after chunk. How far it is stands in the run, in the same transaction."""
    done = -1
    while done < rows.height:
        with transaction.atomic():
            held = ImportRun.objects.select_for_update().get(pk=run.pk)
            chunk = rows.slice(held.counts[DONE], CHUNK)
            done = held.counts[DONE] + chunk.height
            _save(held, offer, chunk, now)
            held.counts[DONE] = done
            held.save(update_fields=["counts"])
        offer.progress("Saving responses", done, rows.height)


def _save(run: ImportRun, offer: _Offer, chunk: pl.DataFrame, now: datetime) -> None:
    if chunk.is_empty():
        return
    drafts = chunk.with_columns(id=pl.Series(new_id_digits(chunk.height)))
    waits = pl.col("learner").is_null()
    if not (waiting := drafts.filter(waits)).is_empty():
        keep_waiting(run, waiting, system=offer.learner_system)
    if not (known := drafts.filter(~waits)).is_empty():
        append(
            known.select(DRAFTS.names()),
            district=offer.district.pk,
            kind=Observation.Kind.PRACTICE,
            now=now,
        )


@transaction.atomic
def _close(run: ImportRun, span: Span, now: datetime) -> ImportRun:
    """Say what became of it, once, even when two processes finished it together."""
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.status != Status.RUNNING:
        return run
    count_anew()
    taken = Observation.objects.filter(
        district=run.district, position__gt=run.counts.get(AFTER, 0), batch=run
    )
    add_batch(run, taken, span)
    waiting = WaitingRow.objects.filter(run=run, adopted_at=None)
    responses, learners = taken.count(), taken.values("learner").distinct().count()
    waits, unknown = waiting.count(), waiting.values("learner_label").distinct().count()
    refused = run.refused_rows.exclude(line=None).values("line").distinct().count()
    found = run.counts["found"]
    message = f"Took in {responses:,} responses of {learners:,} learners."
    if waits:
        message += f" {waits:,} rows of {unknown:,} learners wait: the roster does not know them."
    if refused:
        message += f" {refused:,} bad rows were left out."
    counts = {
        "responses": responses,
        "learners": learners,
        "waiting rows": waits,
        "waiting learners": unknown,
        "refused rows": refused,
    }
    return finish_run(
        run=run, status=Status.APPLIED, now=now, message=message, counts=counts | found
    )


def _in_the_way(problems: Sequence[Problem]) -> str:
    rows = len({one.line for one in problems})
    words = "1 row is bad" if rows == 1 else f"{rows:,} rows are bad"
    return f"{words}; nothing was changed. Correct them, or take the rest without them."


def _silent(what: str, done: int, total: int) -> None:
    """Show no progress."""
