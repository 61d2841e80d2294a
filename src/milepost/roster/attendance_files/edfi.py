"""Attendance from Ed-Fi's StudentSchoolAttendanceEvent, as JSON or as XML.

Source: Ed-Fi Data Standard 2 to 5, StudentSchoolAttendanceEvent and
AttendanceEventCategoryDescriptor.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

from milepost.roster.attendance_files.days import Attendance, Reading, open_file
from milepost.roster.oneroster.cells import SAVE_AS_UTF8
from milepost.roster.oneroster.problems import Problem

_EDFI_NAMES = {
    "learner": "studentUniqueId",
    "day": "eventDate",
    "school": "schoolId",
    "category": "attendanceEventCategoryDescriptor",
    "reason": "attendanceEventReason",
    "minutes": "schoolAttendanceDuration",
}


def read_edfi_attendance(source: Path | str | bytes, *, file: str = "") -> Attendance:
    """Read Ed-Fi attendance events, JSON or XML as the first character tells.

    ``line`` is the physical line on which an event begins. Bad events are in ``problems``.
    FatalProblem when there is no such file.
    """
    file, data = open_file(source, file or "studentSchoolAttendanceEvents")
    reading = Reading(file, _EDFI_NAMES, [], [])
    is_xml = data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
    try:
        for line, event in _xml_events(data) if is_xml else _json_events(data):
            reading.add(line, event)
    except _NotReadableError as error:
        reading.problems.append(Problem(file, error.line, None, "", error.reason, error.advice))
    return reading.result()


class _NotReadableError(Exception):
    """The file is not what it should be from some line on."""

    def __init__(self, line: int | None, reason: str, advice: str) -> None:
        super().__init__(reason)
        self.line, self.reason, self.advice = line, reason, advice


_BLANK = re.compile(r"[ \t\r\n]*")
_JSON_ADVICE = "Send the array of events as the Ed-Fi interface gives it."


class _Cursor:
    """A place in a text, and the line that it is on."""

    def __init__(self, text: str) -> None:
        self.text, self.place, self.line = text, 0, 1

    def go(self, to: int) -> str:
        """Go on to ``to`` and over blanks; return the character there, "" at the end."""
        blank = _BLANK.match(self.text, to)
        end = blank.end() if blank else to
        self.line += self.text.count("\n", self.place, end)
        self.place = end
        return self.text[end : end + 1]

    def lost(self, reason: str) -> _NotReadableError:
        """The error that says that reading ends here."""
        return _NotReadableError(self.line, reason, _JSON_ADVICE)


def _json_events(data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the events of a JSON array, each with the line on which it begins."""
    try:
        cursor = _Cursor(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _NotReadableError(line, "The text is not UTF-8.", SAVE_AS_UTF8) from error
    if cursor.go(0) != "[":
        raise cursor.lost("The file does not begin with a list of events.")
    decoder = json.JSONDecoder()
    separator = "," if cursor.go(cursor.place + 1) != "]" else "]"
    while separator != "]":
        try:
            event, end = decoder.raw_decode(cursor.text, cursor.place)
        except (ValueError, RecursionError) as error:
            raise cursor.lost("The text from here on is not JSON.") from error
        yield cursor.line, _json_parts(event)
        separator = cursor.go(end)
        if separator not in {",", "]"}:
            raise cursor.lost("The list of events breaks off here.")
        if separator == ",":
            cursor.go(cursor.place + 1)


def _json_parts(event: Any) -> dict[str, str]:
    """The parts of an event by our names; what is not there, or no plain value, is left out."""

    def plain(holder: Any, name: str) -> str:
        value = holder.get(name) if isinstance(holder, dict) else None
        number = isinstance(value, int | float) and not isinstance(value, bool)
        text = str(value).strip() if number or isinstance(value, str) else ""
        # JSON can spell half of a character, which no text can hold.
        return text.encode("utf-8", "replace").decode()

    def part(name: str) -> Any:
        return event.get(name) if isinstance(event, dict) else None

    return {
        "learner": plain(part("studentReference"), "studentUniqueId"),
        "school": plain(part("schoolReference"), "schoolId"),
        "day": plain(event, "eventDate"),
        "category": plain(event, "attendanceEventCategoryDescriptor"),
        "reason": plain(event, "attendanceEventReason"),
        "minutes": plain(event, "schoolAttendanceDuration"),
    }


_XML_PARTS = {
    "StudentUniqueId": "learner",
    "SchoolId": "school",
    "EventDate": "day",
    "AttendanceEventCategory": "category",
    "AttendanceEventReason": "reason",
    "SchoolAttendanceDuration": "minutes",
}


def _xml_events(data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the attendance events of an XML interchange, each with its first line."""
    gathering = _XmlEvents()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = gathering.start
    parser.EndElementHandler = gathering.end
    parser.CharacterDataHandler = gathering.text
    parser.StartDoctypeDeclHandler = gathering.doctype
    gathering.parser = parser
    advice = "Send the student attendance interchange as Ed-Fi defines it."
    step = 1 << 16
    for offset in range(0, max(len(data), 1), step):
        try:
            parser.Parse(data[offset : offset + step], offset + step >= len(data))
        except expat.ExpatError as error:
            yield from gathering.take()
            reason = f"The text is not XML: {expat.ErrorString(error.code)}."
            raise _NotReadableError(error.lineno, reason, advice) from error
        except (ValueError, LookupError) as error:
            reason = "The XML names an encoding that is not known."
            raise _NotReadableError(parser.CurrentLineNumber, reason, SAVE_AS_UTF8) from error
        yield from gathering.take()
    if not gathering.any:
        raise _NotReadableError(None, "The file holds no StudentSchoolAttendanceEvent.", advice)


class _XmlEvents:
    """Gathers events as the parser goes by. The first value of each part counts."""

    parser: expat.XMLParserType

    def __init__(self) -> None:
        self.done: list[tuple[int, dict[str, str]]] = []
        self.parts: dict[str, str] | None = None
        self.line = 0
        self.words: list[str] = []
        self.path: list[str] = []
        self.any = False

    def take(self) -> list[tuple[int, dict[str, str]]]:
        """The events that are complete and were not yet taken."""
        done, self.done = self.done, []
        return done

    def doctype(self, *declared: object) -> None:
        """Entities that a document declares can grow without end; Ed-Fi declares none."""
        raise _NotReadableError(
            self.parser.CurrentLineNumber,
            "The XML declares a document type, which attendance never needs.",
            "Take the DOCTYPE out.",
        )

    def start(self, name: str, attributes: object) -> None:
        """An element begins."""
        self.words = []
        self.path.append(name.rpartition(" ")[2])
        if self.path[-1] == "StudentSchoolAttendanceEvent":
            self.parts, self.line, self.any = {}, self.parser.CurrentLineNumber, True

    def text(self, data: str) -> None:
        """Text inside an element, perhaps a part of it."""
        self.words.append(data)

    def end(self, name: str) -> None:
        """An element ends; keep what it says if it is a part of an event."""
        local = self.path.pop()
        if local == "CodeValue" and self.path:
            local = self.path[-1]  # Ed-Fi 2 writes the word one element deeper
        said, self.words = "".join(self.words).strip(), []
        if self.parts is None:
            return
        if local == "StudentSchoolAttendanceEvent":
            self.done.append((self.line, self.parts))
            self.parts = None
        elif local in _XML_PARTS and said:
            self.parts.setdefault(_XML_PARTS[local], said)
