"""Attendance by day from a file: all of it or nothing of it."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from milepost.audit.commands import finish_run, refuse, start_run
from milepost.audit.models import ImportRun
from milepost.audit.queries import last_run
from milepost.ids import new_ids
from milepost.roster.attendance_files import (
    AttendanceDay as Said,
)
from milepost.roster.attendance_files import (
    read_attendance_csv,
    read_edfi_attendance,
)
from milepost.roster.commands.oneroster.words import refused_message
from milepost.roster.commands.oneroster.work import RefusedError
from milepost.roster.models import AttendanceDay, LearnerKey, Organisation, OutsideIdentifier
from milepost.roster.oneroster import FatalProblem, Problem

KIND = "attendance"
CHUNK = 2_000
READERS = {"csv": read_attendance_csv, "edfi": read_edfi_attendance}
COLUMNS = {
    "csv": {"learner": "learner", "school": "school", "day": "date"},
    "edfi": {"learner": "studentUniqueId", "school": "schoolId", "day": "eventDate"},
}
"""What each kind of file calls the parts that are checked here."""

Status = ImportRun.Status
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class _Names:
    """Value → who or what it names; None where it names several."""

    learners: Mapping[str, UUID | None]
    schools: Mapping[str, UUID | None]


def import_attendance(
    *,
    by: UUID | None,
    district: Organisation,
    path: Path | str,
    system: str,
    now: datetime,
    kind: str = "csv",
    progress: Progress | None = None,
) -> ImportRun:
    """Import a file of attendance, ``kind`` "csv" or "edfi" (JSON or XML).

    Returns the run: ``applied`` with how many days were new or changed, ``unchanged``, or
    ``refused`` with every row that is in the way: an unknown learner or school, a day in the
    future, one learner twice on a day. A day that the file does not name is left as it is.

    Learners and schools are found by what ``system`` calls them, else by any identifier of the
    district that names one alone. Raises KeyError for another kind.
    """
    began = time.monotonic()
    reader, source = READERS[kind], Path(path).name
    data, lost = b"", ""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        lost = f"{source} cannot be read: {error.strerror}."
    run = start_run(
        by=by, district=district.pk, kind=KIND, source=source, now=now, system=system,
        digest=sha256(data).hexdigest(), demonstration=district.demonstration,
    )  # fmt: skip
    try:
        if lost:
            raise FatalProblem(lost)
        with transaction.atomic():
            said = reader(data, file=source)
            status, message, counts = _apply(
                run, said.days, said.problems, COLUMNS[kind], now, progress or _silent
            )
            end = now + timedelta(seconds=time.monotonic() - began)
            return finish_run(run=run, status=status, now=end, message=message, counts=counts)
    except FatalProblem as fatal:
        problem = Problem(source, None, None, "", str(fatal), "")
        return refuse(run=run, problems=[problem], now=now, message=str(fatal))
    except RefusedError as refused:
        message = refused_message(refused.problems)
        return refuse(run=run, problems=refused.problems, now=now, message=message)
    except Exception:
        message = "The import stopped by an error of Milepost's own; nothing was changed."
        finish_run(run=run, status=Status.REFUSED, now=now, message=message)
        raise


def _apply(
    run: ImportRun,
    said: Iterable[Said],
    problems: Iterable[Problem],
    columns: Mapping[str, str],
    now: datetime,
    progress: Progress,
) -> tuple[str, str, dict[str, int]]:
    district = Organisation.objects.select_for_update().get(pk=run.district)
    last = last_run(district.pk, KIND, [Status.APPLIED], run.system)
    if last and last.digest == run.digest:
        return Status.UNCHANGED, "The same file was imported before; nothing was new.", {}
    today = now.astimezone(ZoneInfo(district.time_zone)).date()
    progress("Checking learners and schools", 0, 2)
    wanted, more = _resolve(run, said, _names(run), columns, today)
    if refused := [*problems, *more]:
        raise RefusedError(sorted(refused, key=lambda one: one.line or 0))
    progress("Saving days", 1, 2)
    new, changed = _save(district, wanted)
    progress("Done", 2, 2)
    counts = {"days": len(wanted), "new": new, "changed": changed}
    if not new + changed:
        return Status.UNCHANGED, "Every day in this file was there before; nothing was new.", counts
    return Status.APPLIED, f"Imported {new} new days and {changed} corrections.", counts


def _names(run: ImportRun) -> _Names:
    """Return the learners and schools of the district by what they are called outside."""
    learners = set(
        LearnerKey.objects.filter(district=run.district, person__isnull=False).values_list(
            "person", flat=True
        )
    )
    schools = Organisation.objects.filter(
        district=run.district, kind=Organisation.Kind.SCHOOL
    ).values_list("identifier", "pk")
    by_identifier = [("", value, pk) for value, pk in schools if value]
    rows = OutsideIdentifier.objects.filter(district=run.district, valid_until=None)
    columns = ("system", "value", "target")
    people = rows.filter(kind="person").values_list(*columns).iterator(chunk_size=CHUNK)
    places = rows.filter(kind="organisation").exclude(target=run.district).values_list(*columns)
    return _Names(
        _by_value(run.system, ((s, v, t) for s, v, t in people if t in learners)),
        _by_value(run.system, [*places, *by_identifier]),
    )


def _by_value(system: str, rows: Iterable[tuple[str, str, UUID]]) -> dict[str, UUID | None]:
    """The system's own names first; a value of others that names two names nobody."""
    own: dict[str, UUID | None] = {}
    others: dict[str, set[UUID]] = {}
    for named_by, value, target in rows:
        if named_by == system:
            own[value] = target
        else:
            others.setdefault(value, set()).add(target)
    return {v: next(iter(t)) if len(t) == 1 else None for v, t in others.items()} | own


def _resolve(
    run: ImportRun, said: Iterable[Said], names: _Names, columns: Mapping[str, str], today: date
) -> tuple[dict[tuple[UUID, UUID, date], Said], list[Problem]]:
    """Return the days by our learner and school, and everything that is in the way."""
    wanted: dict[tuple[UUID, UUID, date], Said] = {}
    problems: list[Problem] = []

    def refuse_cell(one: Said, part: str, value: str, reason: str, advice: str) -> None:
        problems.append(Problem(run.source, one.line, columns[part], value, reason, advice))

    for one in said:
        learner, school = names.learners.get(one.learner), names.schools.get(one.school)
        if learner is None:
            several = one.learner in names.learners
            reason = "names two learners" if several else "is not a learner of this district"
            advice = "Import the roster first, or correct the identifier."
            refuse_cell(one, "learner", one.learner, f'"{one.learner}" {reason}.', advice)
        if school is None:
            several = one.school in names.schools
            reason = "names two schools" if several else "is not a school of this district"
            advice = "Use the school's sourcedId or its identifier in the roster."
            refuse_cell(one, "school", one.school, f'"{one.school}" {reason}.', advice)
        if one.day > today:
            reason = f"The day {one.day} is in the future."
            refuse_cell(one, "day", str(one.day), reason, "Correct the date.")
        if learner is None or school is None:
            continue
        first = wanted.setdefault((learner, school, one.day), one)
        if first is not one:
            reason = f"The same learner is on line {first.line} for {one.day} as {first.learner}."
            refuse_cell(one, "learner", one.learner, reason, "Keep one row a learner and day.")
    return wanted, problems


def _save(
    district: Organisation, wanted: Mapping[tuple[UUID, UUID, date], Said]
) -> tuple[int, int]:
    """Make the days that are not there and correct those that differ; return how many of each."""
    days = [day for _, _, day in wanted]
    there = {
        (row.learner_id, row.school_id, row.day): row
        for row in AttendanceDay.objects.filter(
            district=district, day__range=(min(days), max(days))
        ).iterator(chunk_size=CHUNK)
    } if days else {}  # fmt: skip
    fresh, changed = [], []
    for (key, one), pk in zip(wanted.items(), new_ids(len(wanted)), strict=True):
        row = there.get(key)
        if row is None:
            learner, school, day = key
            row = AttendanceDay(
                pk=pk, district=district, learner_id=learner, school_id=school, day=day
            )
            fresh.append(row)
        elif (row.status, row.reason) != (one.status, one.reason):
            changed.append(row)
        row.status, row.reason = one.status, one.reason
    AttendanceDay.objects.bulk_create(fresh, batch_size=CHUNK)
    if changed:
        AttendanceDay.objects.bulk_update(changed, ["status", "reason"], batch_size=CHUNK // 4)
    return len(fresh), len(changed)


def _silent(what: str, done: int, total: int) -> None:
    """Show no progress."""
