"""Taking a CASE package in: all or nothing, with a run that tells what became of it."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction

from milepost.audit.commands import finish_run, refuse, start_run
from milepost.audit.models import ImportRun
from milepost.purpose import case
from milepost.purpose.commands.problems import Problem, RefusedError
from milepost.purpose.commands.rows import problems_of
from milepost.purpose.commands.save import Saved, save_framework
from milepost.purpose.models import Framework
from milepost.roster.models import Organisation

NOTES_TOLD = 20
"""Oddities that a run's message spells out; the rest are counted."""
Progress = Callable[[str, int, int], None]


def import_case(
    *,
    by: UUID | None,
    district: Organisation,
    path: Path,
    now: datetime,
    kind: str | None = None,
    progress: Progress | None = None,
) -> ImportRun:
    """Take a CASE 1.0 or 1.1 package in and return what became of it.

    The same content again is `unchanged`; a newer package is a new version (see `save_framework`);
    a bad one is `refused` with every reason, and changes nothing. ``progress(stage, done, total)``
    is called three times.
    """
    tell = progress or (lambda _stage, _done, _total: None)
    content, problems = _content(path)
    run = start_run(
        by=by,
        district=district.pk,
        kind="case",
        source=path.name,
        now=now,
        digest=hashlib.sha256(content).hexdigest(),
        demonstration=district.demonstration,
    )
    try:
        if problems:
            raise RefusedError(problems)
        tell("framework", 0, 2)
        package, report = case.read_package(content)
        tell("framework", 1, 2)
        with transaction.atomic():
            saved = save_framework(
                by=by,
                district=district,
                package=package,
                now=now,
                kind=kind or (None if package.items else Framework.Kind.CROSSWALK),
                received=content,
                run=run,
            )
            _finish(run, saved, report, now)
    except case.RefusedPackageError as error:
        return _refuse(run, problems_of(error.report.errors, path.name), now)
    except RefusedError as error:
        return _refuse(run, [replace(one, file=path.name) for one in error.problems], now)
    except Exception:
        # A fault of ours or of the machine: the work is rolled back, and the run must not look
        # as if it were still going on.
        finish_run(
            run=run,
            status=ImportRun.Status.REFUSED,
            now=now,
            message="The import stopped by a fault of the system. Nothing was changed; try again.",
        )
        raise
    tell("framework", 2, 2)
    return run


def _content(path: Path) -> tuple[bytes, list[Problem]]:
    """Return a file's bytes, or what keeps it from being read."""
    try:
        size = path.stat().st_size
        if size <= case.LARGEST_FILE:
            return path.read_bytes(), []
        reason = f"The file is too large: {size:,} bytes, at most {case.LARGEST_FILE:,} are taken."
        advice = "Ask the publisher for one framework a package."
    except OSError as error:
        reason, advice = f"The file cannot be read: {error.strerror}.", "Check that it is there."
    return b"", [Problem(path.name, None, None, "", reason, advice)]


def _finish(run: ImportRun, saved: Saved, report: case.Report, now: datetime) -> None:
    """Close a run that went well, with what reading found odd."""
    title = saved.framework.title
    if saved.version is None:
        words = f"“{title}” is here already, the same in every part. Nothing was changed."
    elif saved.version.number == 1:
        words = f"“{title}” was taken in."
    else:
        words = f"“{title}” is now at version {saved.version.number}."
    notes = [str(note) for note in report.notes]
    if notes:
        words += "\nKept or put right:\n" + "\n".join(f"- {one}" for one in notes[:NOTES_TOLD])
    if len(notes) > NOTES_TOLD:
        words += f"\n- and {len(notes) - NOTES_TOLD:,} more."
    finish_run(
        run=run,
        status=ImportRun.Status.APPLIED if saved.version else ImportRun.Status.UNCHANGED,
        now=now,
        message=words,
        counts=saved.changes,
    )


def _refuse(run: ImportRun, problems: Sequence[Problem], now: datetime) -> ImportRun:
    many = "One thing is" if len(problems) == 1 else f"{len(problems)} things are"
    return refuse(
        run=run,
        problems=problems,
        now=now,
        message=f"{run.source} was refused: {many} in the way. Nothing was changed.",
    )
