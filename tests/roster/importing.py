"""What the tests of roster imports share: a district, an importer, and a look at the tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from milepost.audit.models import Event, ImportRun, RefusedRow
from milepost.roster import commands as roster
from milepost.roster.models import (
    AcademicSession,
    Course,
    Demographics,
    Enrollment,
    Guardianship,
    LearnerKey,
    Organisation,
    OutsideIdentifier,
    Person,
    Role,
    SchoolClass,
)
from tests.roster.oneroster_files import Files, write_folder

AUTUMN = datetime(2025, 10, 1, 17, tzinfo=UTC)
TODAY = date(2025, 10, 1)
YESTERDAY = date(2025, 9, 30)

TABLES = (
    Organisation, AcademicSession, Course, SchoolClass, SchoolClass.sessions.through, Person,
    Demographics, Role, Enrollment, Guardianship, LearnerKey, OutsideIdentifier,
)  # fmt: skip


@dataclass
class Office:
    """A registrar of Riverbend at work: each set that is offered goes into a folder of its own."""

    district: Organisation
    folder: Path
    offered: int = 0

    @property
    def kept(self) -> Path:
        """Where the files of waiting imports are."""
        return self.folder / "imports"

    def offer(self, files: Files, now: datetime = AUTUMN, system: str = "") -> ImportRun:
        """Import a set."""
        self.offered += 1
        path = write_folder(self.folder / f"set {self.offered}", files)
        return roster.import_oneroster(
            by=None, district=self.district, path=path, keep_in=self.kept, now=now, system=system
        )

    def allow_all_ends(self) -> None:
        """Let imports end as many enrollments as they like."""
        roster.set_setting(
            by=None,
            district=self.district,
            key="import.hold_ended_share",
            value=1.0,
            effective_from=date(2020, 1, 1),
        )


def open_office(folder: Path) -> Office:
    """Make the district Riverbend, with nobody in it."""
    state = roster.add_organisation(by=None, kind="state", name="Texas")
    district = roster.add_organisation(by=None, kind="district", name="Riverbend", parent=state)
    return Office(district, folder)


def edit(files: Files, file: str, changes: Mapping[str, str] | None = None, **more: Any) -> Files:
    """Return the set with text of one file replaced. A text that is not there is an error."""
    text = files[file]
    for old, new in (changes or {}).items():
        assert old in text, f"{old!r} is not in {file}"
        text = text.replace(old, new)
    return files | {file: text} | more


def without(files: Files, file: str, *starts: str) -> Files:
    """Return the set without the rows of a file that begin with one of ``starts``."""
    lines = files[file].splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(starts)]
    assert len(kept) == len(lines) - len(starts), f"{starts} are not rows of {file}"
    return files | {file: "".join(kept)}


def rows() -> dict[str, list[dict[str, Any]]]:
    """Return every row of every roster table."""
    return {
        table._meta.label: sorted(table._default_manager.values(), key=lambda row: str(row["id"]))
        for table in TABLES
    }


def person(given_name: str) -> Person:
    """Return the only person of a given name who is nobody's alias."""
    return Person.objects.get(given_name=given_name, merged_into=None)


def refusals(run: ImportRun) -> list[tuple[str, int | None, str]]:
    """Return file, line and column of the refused rows."""
    found = RefusedRow.objects.filter(run=run).order_by("file", "line", "pk")
    return list(found.values_list("file", "line", "column"))


def enrolled(on: date = TODAY) -> set[tuple[str, str, str]]:
    """Return given name, class title and role of the enrollments that hold on a day."""
    from milepost.roster.queries import open_enrollments

    return set(open_enrollments(on).values_list("person__given_name", "school_class__code", "role"))


def events(run: ImportRun) -> list[str]:
    """Return what the audit says of a run."""
    return list(Event.objects.filter(target=run.pk).values_list("action", flat=True))
