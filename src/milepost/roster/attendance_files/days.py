"""A learner's attendance on a day, whatever file it came from, and what may be wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from milepost.roster.oneroster.problems import FatalProblem, Note, Problem, shorten
from milepost.roster.oneroster.values import DATE, read_date

STATUSES = {
    "present": "present",
    "inattendance": "present",
    "p": "present",
    "earlydeparture": "present",
    "partial": "present",
    "absent": "absent",
    "unexcused": "absent",
    "unexcusedabsence": "absent",
    "absentunexcused": "absent",
    "a": "absent",
    "u": "absent",
    "excused": "excused",
    "excusedabsence": "excused",
    "absentexcused": "excused",
    "e": "excused",
    "tardy": "tardy",
    "late": "tardy",
    "t": "tardy",
    "l": "tardy",
}
"""Words for a day's attendance, in lower-case letters alone, and the status that each means.

Somebody who left early, or came for a part of the day, was there: ``category`` keeps the word.
"""
GRAVEST_FIRST = ("absent", "excused", "tardy", "present")
STATUS_ADVICE = "Use present, absent, excused (an excused absence) or tardy."


@dataclass(frozen=True, slots=True)
class AttendanceDay:
    """One learner at one school on one day.

    ``learner`` and ``school`` are identifiers as the file has them (a sourcedId, a state's number,
    Ed-Fi's studentUniqueId and schoolId). ``status`` is "present", "absent" (unexcused),
    "excused" or "tardy"; ``category`` is the file's own word. ``minutes`` is the length of the
    event where the file says it.
    """

    learner: str
    day: date
    school: str
    status: str
    reason: str
    minutes: int | None
    category: str
    line: int


@dataclass(frozen=True, slots=True)
class Attendance:
    """A file of attendance as read. Import it only when ``problems`` is empty."""

    days: tuple[AttendanceDay, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Note, ...]


def open_file(source: Path | str | bytes, name: str) -> tuple[str, bytes]:
    """Return the name and bytes of a file; ``name`` is for bytes that have none."""
    if isinstance(source, bytes):
        return name, source
    path = Path(source)
    try:
        return path.name, path.read_bytes()
    except OSError as error:
        raise FatalProblem(f"{path} cannot be read: {error.strerror}.") from error


REQUIRED = ("learner", "day", "school", "category")
_LONGEST = {"learner": 255, "school": 255, "reason": 200}


class Reading:
    """Days gathered from a file, with all that is wrong; ``names`` are the file's own."""

    def __init__(
        self, file: str, names: Mapping[str, str], problems: list[Problem], notes: list[Note]
    ) -> None:
        self.file = file
        self.names = names
        self.problems = problems
        self.notes = notes
        self.days: dict[tuple[str, str, date], AttendanceDay] = {}

    def result(self) -> Attendance:
        """Everything that was taken, and everything that was refused."""
        problems = sorted(self.problems, key=lambda problem: problem.line or 0)
        return Attendance(tuple(self.days.values()), tuple(problems), tuple(self.notes))

    def refuse(self, line: int, part: str, value: str, reason: str, advice: str) -> None:
        """Add a problem with one part of a row."""
        problem = Problem(self.file, line, self.names[part], shorten(value), reason, advice)
        self.problems.append(problem)

    def add(self, line: int, row: Mapping[str, str]) -> None:
        """Take one row or event, its cells by our names; keep it if nothing is wrong with it."""
        before = len(self.problems)
        for part, value in row.items():
            if "\0" in value:
                reason = "The value holds a NUL character, which no text has."
                self.refuse(line, part, value, reason, "Take it out in the source system.")
        for part in REQUIRED:
            if not row.get(part):
                self.refuse(line, part, "", f'"{self.names[part]}" is empty.', "Fill it in.")
        for part, longest in _LONGEST.items():
            if len(row.get(part, "")) > longest:
                reason = f"The value is longer than {longest} characters."
                self.refuse(line, part, row[part], reason, "Shorten it.")
        day = self._day(line, row.get("day", ""))
        status = self._status(line, row.get("category", ""))
        minutes = self._minutes(line, row.get("minutes", ""))
        if len(self.problems) == before and day is not None:
            self._keep(
                AttendanceDay(
                    learner=row["learner"],
                    day=day,
                    school=row["school"],
                    status=status,
                    reason=row.get("reason", ""),
                    minutes=minutes,
                    category=row["category"],
                    line=line,
                )
            )

    def _day(self, line: int, text: str) -> date | None:
        try:
            return read_date(text) if text else None
        except ValueError as error:
            self.refuse(line, "day", text, f'"{shorten(text)}" {error}.', DATE.advice)
            return None

    def _status(self, line: int, text: str) -> str:
        # A descriptor is an address whose part after "#" is the word.
        word = re.sub(r"[^a-z]", "", text.rpartition("#")[2].lower())
        if text and word not in STATUSES:
            reason = f'"{shorten(text)}" is not a word for attendance that is known here.'
            self.refuse(line, "category", text, reason, STATUS_ADVICE)
        return STATUSES.get(word, "")

    def _minutes(self, line: int, text: str) -> int | None:
        if not text:
            return None
        match = re.fullmatch(r"(\d{1,4})(\.0+)?", text, re.ASCII)
        if match and int(match[1]) <= 24 * 60:
            return int(match[1])
        reason = f'"{shorten(text)}" is not a number of minutes in a day.'
        self.refuse(line, "minutes", text, reason, "Write whole minutes, 0 to 1440, or nothing.")
        return None

    def _keep(self, found: AttendanceDay) -> None:
        """Keep one record a day: Ed-Fi allows several events, and the gravest says the day."""
        key = (found.learner, found.school, found.day)
        other = self.days.get(key)
        if other is None:
            self.days[key] = found
            return
        graver = min(other, found, key=lambda day: GRAVEST_FIRST.index(day.status))
        self.days[key] = graver
        self.notes.append(
            Note(
                self.file,
                found.line,
                f'"{found.learner}" is also on line {other.line} for {found.day}; '
                f'"{graver.category}" was kept.',
            )
        )
