"""One roster import from the files to the record of what became of them."""

import math
import shutil
import time
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from milepost.audit.commands import finish_run, refuse, start_run
from milepost.audit.models import ImportRun
from milepost.audit.queries import last_run
from milepost.roster.commands.bulk import collector_paused, count_anew, patient
from milepost.roster.commands.oneroster.belonging import (
    import_enrollments,
    import_family,
    import_roles,
)
from milepost.roster.commands.oneroster.identifiers import Identifiers
from milepost.roster.commands.oneroster.people import (
    Decisions,
    end_people,
    give_learner_keys,
    import_demographics,
    import_people,
)
from milepost.roster.commands.oneroster.places import (
    import_classes,
    import_courses,
    import_organisations,
    import_sessions,
)
from milepost.roster.commands.oneroster.words import (
    applied_message,
    held_message,
    refused_message,
)
from milepost.roster.commands.oneroster.work import Progress, RefusedError, Work
from milepost.roster.models import (
    Enrollment,
    IdentityProposal,
    LearnerKey,
    Organisation,
    OutsideIdentifier,
    Person,
    Role,
    SchoolClass,
)
from milepost.roster.oneroster import (
    FatalProblem,
    FileSet,
    Manifest,
    Problem,
    Roster,
    open_files,
    read,
)
from milepost.roster.oneroster.manifest import read_manifest
from milepost.roster.queries import setting

KIND = "oneroster"
Status = ImportRun.Status
STAGES = 9
MANY = 10_000
"""Rows written after which the database counts its tables anew."""
WHOLE = ("orgs", "academic_sessions", "courses", "classes", "users", "enrollments")
"""A set that carries all of these as bulk says all there is; any other builds on what was sent."""


class _HeldError(Exception):
    """The set may be imported, but a person must say so."""

    def __init__(self, message: str, counts: Mapping[str, Any], work: Work) -> None:
        super().__init__(message)
        self.message, self.counts, self.work = message, counts, work


@dataclass(frozen=True)
class _Offer:
    """A set that is offered, and what a person has agreed to."""

    run: ImportRun
    district: Organisation
    files: FileSet
    now: datetime
    progress: Progress
    may_end: int = 0
    """How many enrollments a person has agreed to end, whatever their share."""


def import_oneroster(
    *,
    by: UUID | None,
    district: Organisation,
    path: Path | str,
    keep_in: Path,
    now: datetime,
    system: str = "",
    progress: Progress | None = None,
) -> ImportRun:
    """Import a OneRoster set, a folder or a zip: all of it or nothing of it.

    Returns the run, which says what became of the set: ``applied``; ``unchanged`` when nothing was
    new; ``refused`` with every row that is in the way; or ``held`` when it would end more than the
    district's share of open enrollments or when people in it may be known under other
    identifiers: then the files wait in ``keep_in`` for `approve_import` or `decline_import`.

    ``system`` names where the records come from; by default the manifest says it. Only what that
    system has named can end by being absent. Two imports of one district wait for each other.
    Whatever else goes wrong is raised, after the run was closed; nothing of the set is kept then.
    """
    began = time.monotonic()
    source = Path(path).name
    demonstration = district.demonstration
    try:
        files = open_files(path)
    except FatalProblem as problem:
        run = start_run(
            by=by, district=district.pk, kind=KIND, source=source, now=now, system=system,
            demonstration=demonstration,
        )  # fmt: skip
        lost = Problem(source, None, None, "", str(problem), "")
        return refuse(run=run, problems=[lost], now=now, message=str(problem))
    run = start_run(
        by=by, district=district.pk, kind=KIND, source=source, now=now, system=system,
        digest=files.digest, demonstration=demonstration,
    )  # fmt: skip
    offer = _Offer(run, district, files, now, progress or _silent)
    return _try(offer, keep_in, lambda: now + timedelta(seconds=time.monotonic() - began))


def approve_import(
    *,
    by: UUID | None,
    run: ImportRun,
    now: datetime,
    keep_in: Path,
    progress: Progress | None = None,
) -> ImportRun:
    """Import a set that waited, with the decisions that were taken about who is who.

    What was agreed to is what the run said: when the set would by now end more than that (and
    more than the district's share), it waits again with the new figure. Raises ValueError when
    the run does not wait, or questions are open.
    """
    began = time.monotonic()
    run = _waiting(run)
    if unanswered := run.identity_proposals.filter(status=IdentityProposal.Status.OPEN).count():
        raise ValueError(f"Say first who is who: {unanswered} questions are open.")
    district = Organisation.objects.get(pk=run.district)
    files = open_files(_kept(keep_in, run))
    may_end = run.counts.get("would end", 0)
    offer = _Offer(run, district, files, now, progress or _silent, may_end)
    return _try(offer, keep_in, lambda: now + timedelta(seconds=time.monotonic() - began), by)


def decline_import(
    *, by: UUID | None, run: ImportRun, why: str, now: datetime, keep_in: Path
) -> ImportRun:
    """Turn down a set that waited; its files are deleted. Raises ValueError without a reason."""
    if not why.strip():
        raise ValueError("Say why the import is declined.")
    run = _waiting(run)
    return _decline(run, keep_in, now, f"Declined: {why}", by=by, why=why)


def _decline(
    run: ImportRun, keep_in: Path, now: datetime, message: str, by: UUID | None, why: str
) -> ImportRun:
    finish_run(
        run=run, status=Status.DECLINED, now=now, message=message, counts=run.counts, by=by, why=why
    )
    _kept(keep_in, run).unlink(missing_ok=True)
    return run


def _waiting(run: ImportRun) -> ImportRun:
    run = ImportRun.objects.get(pk=run.pk)
    if run.kind != KIND or run.status != Status.HELD:
        raise ValueError("This import does not wait for a decision.")
    return run


def _try(
    offer: _Offer, keep_in: Path, clock: Callable[[], datetime], by: UUID | None = None
) -> ImportRun:
    """Apply the set in one transaction, and close the run with what became of it."""
    run = offer.run
    try:
        with collector_paused(), patient(), transaction.atomic():
            status, message, counts = _apply(offer)
            finish_run(run=run, status=status, now=clock(), message=message, counts=counts, by=by)
    except _HeldError as held:
        _keep(offer, keep_in)
        with transaction.atomic():
            _ask(run, held.work)
            finish_run(
                run=run, status=Status.HELD, now=clock(), message=held.message, counts=held.counts
            )
        _supersede(offer, keep_in)
        return run
    except RefusedError as refused:
        _kept(keep_in, run).unlink(missing_ok=True)
        message = refused_message(refused.problems)
        return refuse(run=run, problems=refused.problems, now=clock(), message=message)
    except Exception:
        message = "The import stopped by an error of Milepost's own; nothing was changed."
        # The cause is what must be seen, even when the database cannot take this either.
        with suppress(Exception):
            finish_run(run=run, status=Status.REFUSED, now=clock(), message=message)
        raise
    _kept(keep_in, run).unlink(missing_ok=True)
    _supersede(offer, keep_in)
    if sum(sum(changes.values()) for changes in counts.values()) > MANY:
        count_anew(Person, Role, Enrollment, OutsideIdentifier, LearnerKey, SchoolClass)
    return run


def _apply(offer: _Offer) -> tuple[str, str, dict[str, Any]]:
    """Do the import inside the running transaction; return status, message and counts."""
    run, now = offer.run, offer.now
    district = _alone(offer)
    manifest, _, _ = read_manifest(offer.files)
    if not run.system:
        said = manifest.source_system_name or manifest.source_system_code
        run.system = (said or "OneRoster")[:120]
    last = last_run(district.pk, KIND, [Status.APPLIED], run.system)
    if last and last.digest == run.digest:
        return Status.UNCHANGED, "The same files were imported before; nothing was new.", {}
    today = now.astimezone(ZoneInfo(district.time_zone)).date()
    identifiers = Identifiers(district, run.system, now)
    roster = _read(offer, manifest, identifiers, today)
    work = Work(district, run.system, now, today, roster, identifiers, offer.progress)
    bring_in(work, _decisions(run))
    counts: dict[str, Any] = {what: dict(changes) for what, changes in work.counts.items()}
    share = float(setting(district.pk, "import.hold_ended_share", today))
    limit = max(offer.may_end, math.floor(share * work.open_enrollments))
    if work.proposals or work.ended_enrollments > limit:
        counts |= {"would end": work.ended_enrollments, "open before": work.open_enrollments}
        raise _HeldError(held_message(work, share, limit), counts, work)
    if not work.writes:
        return Status.UNCHANGED, "Everything in these files was there before; nothing was new.", {}
    return Status.APPLIED, applied_message(counts), counts


def _alone(offer: _Offer) -> Organisation:
    """Take the district's roster for this import; a second import waits until the first ended.

    On SQLite it has waited already, when the transaction began.
    """
    mine = Organisation.objects.filter(pk=offer.district.pk)
    free = connection.vendor == "sqlite" or mine.select_for_update(skip_locked=True).exists()
    if not free:
        offer.progress("Waiting for another import of this district to end", 0, 1)
    return mine.select_for_update().get()


def _read(offer: _Offer, manifest: Manifest, identifiers: Identifiers, today: date) -> Roster:
    """Read the set; refuse it if anything is wrong with it."""
    whole = all(manifest.modes[table] == "bulk" for table in WHOLE)
    known = {} if whole else _known(identifiers)
    roster = read(offer.files, today=today, known=known, progress=offer.progress)
    problems = list(roster.problems)
    if not whole and _held_before(offer.run):
        reason = "An earlier set of this system waits for a decision, and this one builds on it."
        advice = "Approve or decline the one that waits, then import this one again."
        problems.insert(0, Problem("manifest.csv", None, None, "", reason, advice))
    if problems:
        raise RefusedError(problems)
    return roster


def _known(identifiers: Identifiers) -> dict[str, set[str]]:
    """Return the sourcedIds that a set of changes may refer to."""
    return {
        "orgs": {*identifiers.of("organisation"), *identifiers.of("organisation_part")},
        "academic_sessions": set(identifiers.of("session")),
        "courses": set(identifiers.of("course")),
        "classes": set(identifiers.of("class")),
        "users": set(identifiers.of("person")),
    }


def bring_in(work: Work, decisions: Decisions) -> None:
    """Bring in table after table, each with what it refers to before it."""
    steps = iter(range(STAGES))

    def step(what: str) -> None:
        work.progress(what, next(steps), STAGES)

    step("Schools")
    orgs = import_organisations(work)
    step("Academic sessions and courses")
    sessions, courses = import_sessions(work), import_courses(work, orgs)
    step("Classes")
    classes = import_classes(work, orgs, sessions, courses)
    step("People")
    people = import_people(work, decisions)
    step("Demographics")
    import_demographics(work, people)
    step("Roles")
    import_roles(work, orgs, people)
    step("Enrollments")
    import_enrollments(work, classes, people)
    step("Families")
    import_family(work, people)
    step("Identifiers and learner keys")
    work.identifiers.flush()
    give_learner_keys(work)
    end_people(work)
    work.progress("Done", STAGES, STAGES)


def _decisions(run: ImportRun) -> Decisions:
    """Return what people have decided about this system's newcomers, the latest last.

    Decisions outlive the run that asked, so that tomorrow's set does not ask again.
    """
    answered = IdentityProposal.objects.filter(
        district=run.district, run__system=run.system
    ).exclude(status=IdentityProposal.Status.OPEN)
    rows = answered.order_by("pk").values_list("sourced_id", "person", "status")
    return {(sourced_id, person): status for sourced_id, person, status in rows}


def _ask(run: ImportRun, work: Work) -> None:
    names = {one.sourced_id: f"{one.given_name} {one.family_name}" for one in work.roster.users}
    run.identity_proposals.filter(status=IdentityProposal.Status.OPEN).delete()
    IdentityProposal.objects.bulk_create(
        [
            IdentityProposal(
                district_id=run.district,
                run=run,
                person_id=one.person,
                sourced_id=one.sourced_id,
                name=names[one.sourced_id][:210],
                matched_on=list(one.matched_on),
            )
            for one in work.proposals
        ],
        batch_size=2_000,
    )


def _held_before(run: ImportRun) -> bool:
    held = ImportRun.objects.filter(
        district=run.district, kind=KIND, system=run.system, status=Status.HELD
    )
    return held.exclude(pk=run.pk).exists()


def _supersede(offer: _Offer, keep_in: Path) -> None:
    """Turn down earlier sets of the same system that wait: a newer one says all there is."""
    run = offer.run
    earlier = ImportRun.objects.filter(
        district=run.district, kind=KIND, system=run.system, status=Status.HELD,
        started_at__lte=run.started_at,
    ).exclude(pk=run.pk)  # fmt: skip
    message = "Declined by itself: a newer set of the same system was offered."
    for one in earlier:
        _decline(one, keep_in, offer.now, message, by=None, why="a newer set was offered")


def _kept(keep_in: Path, run: ImportRun) -> Path:
    return keep_in / f"{run.pk}.zip"


def _keep(offer: _Offer, keep_in: Path) -> None:
    """Keep the files of a set that waits, readable by their owner only."""
    keep_in.mkdir(parents=True, exist_ok=True, mode=0o700)
    final = _kept(keep_in, offer.run)
    if final.exists():
        return
    partial = final.with_suffix(".part")
    partial.touch(mode=0o600)
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in offer.files.contents.items():
            archive.writestr(name, data)
    shutil.move(partial, final)


def _silent(what: str, done: int, total: int) -> None:
    """Show no progress."""
