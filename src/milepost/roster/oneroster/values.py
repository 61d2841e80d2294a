"""The values that a cell may hold: vocabularies, grades, dates, lists, and how each is read.

A reader takes the text of a cell, stripped and never empty, and returns its value, or raises
ValueError with the reason in words.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

ORG_TYPES = ("department", "school", "district", "local", "state", "national")
SESSION_TYPES = ("gradingPeriod", "semester", "schoolYear", "term")
CLASS_TYPES = ("homeroom", "scheduled")
STATUSES = ("active", "tobedeleted")
ROLE_TYPES = ("primary", "secondary")
SEXES = ("male", "female", "other", "unspecified")
ROLES = (
    "administrator",  # 1.1 only; 1.2 splits it into the three administrators and the principal
    "aide",
    "counselor",
    "districtAdministrator",
    "guardian",
    "parent",
    "principal",
    "proctor",
    "relative",
    "siteAdministrator",
    "student",
    "systemAdministrator",
    "teacher",
)
ENROLLMENT_ROLES = ("administrator", "aide", "proctor", "student", "teacher")
FAMILY_ROLES = ("guardian", "parent", "relative")

GRADES = {
    **{str(number): f"{number:02}" for number in range(1, 14)},
    **{f"{number:02}": f"{number:02}" for number in range(1, 14)},
    "IT": "IT",
    "PR": "PR",
    "PS": "PS",
    "PK": "PK",
    "P3": "PK",
    "P4": "PK",
    "PREK": "PK",
    "PRE-K": "PK",
    "TK": "TK",
    "KG": "KG",
    "K": "KG",
    "0": "KG",
    "00": "KG",
    "UG": "UG",
    "OTHER": "OTHER",
    # Common in student information systems, which number grades down from 1.
    "-1": "PK",
    "-2": "PR",
}
"""Grades as files write them, and the CEDS entry grade level (element 000100) of each.

IT infant or toddler, PR preschool, PK prekindergarten, TK transitional kindergarten,
KG kindergarten, 01 to 13, PS postsecondary, UG ungraded.
"""

GRADE_ADVICE = "Use a CEDS grade: IT, PR, PK, TK, KG, 01 to 13, PS, UG or Other."

_ISO = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?:[T ](?P<time>\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?) ?(?P<zone>Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII | re.IGNORECASE,
)
_USER_ID = re.compile(r"\{\s*([^:{}]*[^:{}\s])\s*:\s*([^{}]*[^{}\s])\s*\}")


@dataclass(frozen=True)
class Kind:
    """A kind of value: its Polars type, how a cell is read, and what to do when it cannot be."""

    dtype: pl.DataType
    read: Callable[[str], Any]
    advice: str


def normalise_grade(text: str) -> str | None:
    """Return the CEDS code of a grade as a file writes it, or None when it is not a grade."""
    return GRADES.get(text.strip().upper())


def read_date(text: str) -> date:
    """Read an ISO date; of a date with a time, the day as written."""
    match = _ISO.fullmatch(text)
    if match is None:
        raise ValueError("is not a date")
    try:
        return date.fromisoformat(match["day"])
    except ValueError:
        raise ValueError("is a day that does not exist") from None


def read_instant(text: str) -> datetime:
    """Read an ISO date with a time into UTC; without an offset it is taken to be UTC."""
    match = _ISO.fullmatch(text)
    if match is None:
        raise ValueError("is not a date and time")
    try:
        # Python reads at most six digits of a fraction, some systems write seven or nine.
        time = re.sub(r"[.,](\d{1,6})\d*", r".\1", match["time"] or "00:00")
        found = datetime.fromisoformat(f"{match['day']}T{time}{(match['zone'] or 'Z').upper()}")
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("is an instant that does not exist") from None


def read_boolean(text: str) -> bool:
    """Read true or false in the ways that files write them."""
    word = text.lower()
    if word in {"true", "1", "yes"}:
        return True
    if word in {"false", "0", "no"}:
        return False
    raise ValueError("is neither true nor false")


def read_school_year(text: str) -> int:
    """Read a school year: the four digits of the year in which it ends."""
    if re.fullmatch(r"(19|20|21)\d\d", text, re.ASCII):
        return int(text)
    raise ValueError("is not a year of four digits")


def read_list(text: str) -> list[str]:
    """Read a list with commas between its members; empty members and repeats are left out."""
    members = list(dict.fromkeys(one.strip() for one in text.split(",") if one.strip()))
    if not members:
        raise ValueError("is a list of nothing")
    return members


def read_grades(text: str) -> list[str]:
    """Read a list of grades into CEDS codes."""
    grades = []
    for one in read_list(text):
        grade = normalise_grade(one)
        if grade is None:
            raise ValueError(f'holds "{one}", which is not a grade')
        grades.append(grade)
    return list(dict.fromkeys(grades))


def read_user_ids(text: str) -> list[dict[str, str]]:
    """Read identifiers written ``{type:id},{type:id}``."""
    found = [{"type": m[1].strip(), "identifier": m[2].strip()} for m in _USER_ID.finditer(text)]
    left = _USER_ID.sub("", text).replace(",", "").strip()
    if left or not found:
        raise ValueError("is not a list of identifiers")
    return found


def words(vocabulary: Iterable[str]) -> Kind:
    """A word of a vocabulary, in any case of letters, or an extension of it (``ext:``, 1.2)."""
    known = {word.lower(): word for word in vocabulary}

    def read(text: str) -> str:
        if text.lower() in known:
            return known[text.lower()]
        if text.lower().startswith("ext:") and len(text) > len("ext:"):
            return text
        raise ValueError("is not a word that the standard has here")

    return Kind(pl.String(), read, f"Use one of: {', '.join(known.values())}.")


TEXT = Kind(pl.String(), str, "")
DATE = Kind(pl.Date(), read_date, "Write dates as YYYY-MM-DD, for example 2025-08-18.")
INSTANT = Kind(
    pl.Datetime("us", "UTC"),
    read_instant,
    "Write it as YYYY-MM-DDThh:mm:ss.sssZ, for example 2025-08-18T06:00:00.000Z.",
)
BOOLEAN = Kind(pl.Boolean(), read_boolean, "Write true or false.")
SCHOOL_YEAR = Kind(
    pl.Int32(),
    read_school_year,
    "Write the year in which the school year ends: 2026 for 2025-26.",
)
LIST = Kind(pl.List(pl.String()), read_list, "Leave the cell empty, or name the members.")
GRADE_LIST = Kind(pl.List(pl.String()), read_grades, GRADE_ADVICE)
USER_IDS = Kind(
    pl.List(pl.Struct({"type": pl.String(), "identifier": pl.String()})),
    read_user_ids,
    "Write {type:identifier}, with commas between several: {LDAP:maya.r},{State:10423}.",
)
