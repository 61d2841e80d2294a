"""Matches between two frameworks, from a table of codes."""

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from milepost.audit.commands import finish_run, refuse, start_run
from milepost.audit.models import ImportRun
from milepost.purpose.commands.problems import Problem, RefusedError
from milepost.purpose.commands.rows import Tables
from milepost.purpose.commands.save import Saved, save_tables
from milepost.purpose.models import Competency, Framework
from milepost.purpose.ties import MATCHES
from milepost.roster.models import Organisation

COLUMNS = (
    "origin_framework",
    "origin_code",
    "association_type",
    "destination_framework",
    "destination_code",
)
LARGEST_FILE = 20_000_000
"""Bytes. The crosswalk of two frameworks of 10,000 items each is a tenth of this."""


@dataclass(frozen=True)
class Match:
    """One row of a crosswalk: frameworks by identifier, competencies by code or identifier."""

    origin_framework: str
    origin_code: str
    association_type: str
    destination_framework: str
    destination_code: str
    line: int | None = None


def import_crosswalk(
    *, by: UUID | None, district: Organisation, path: Path, now: datetime
) -> ImportRun:
    """Take in a CSV of matches, all or nothing, and return what became of it.

    Its header names the five `COLUMNS`; the types are exactMatchOf and isRelatedTo. Each pair of
    frameworks has one crosswalk: a later file for the pair replaces the earlier, and what it lacks
    stops counting. Unknown frameworks and codes are named by line.
    """
    content, problems = _content(path)
    run = start_run(
        by=by,
        district=district.pk,
        kind="crosswalk",
        source=path.name,
        now=now,
        digest=hashlib.sha256(content).hexdigest(),
        demonstration=district.demonstration,
    )
    try:
        if problems:
            raise RefusedError(problems)
        matches = _read(content, path.name)
        with transaction.atomic():
            saved = save_crosswalk(
                by=by,
                district=district,
                matches=matches,
                now=now,
                received=content,
                run=run,
                file=path.name,
            )
            new = [one for one in saved if one.version]
            return finish_run(
                run=run,
                status=ImportRun.Status.APPLIED if new else ImportRun.Status.UNCHANGED,
                now=now,
                message=f"{len(matches)} matches between {len(saved)} pairs of frameworks."
                if new
                else "These matches are here already; nothing was changed.",
                counts=_sum(new),
            )
    except RefusedError as error:
        return refuse(
            run=run,
            problems=error.problems,
            now=now,
            message=f"Refused: {len(error.problems)} rows cannot be matched. Nothing was changed.",
        )


@transaction.atomic
def save_crosswalk(
    *,
    by: UUID | None,
    district: Organisation,
    matches: Sequence[Match],
    now: datetime,
    received: bytes = b"",
    run: ImportRun | None = None,
    file: str = "",
) -> list[Saved]:
    """Make the crosswalk of each pair of frameworks what ``matches`` say. Raises RefusedError."""
    index = _Index(district, matches)
    problems = [one for match in matches for one in index.problems(match, file)]
    if problems:
        raise RefusedError(problems)
    pairs: dict[tuple[str, str], list[Match]] = defaultdict(list)
    for match in matches:
        pairs[match.origin_framework, match.destination_framework].append(match)
    return [
        save_tables(
            by=by,
            district=district,
            tables=_tables(index, group),
            now=now,
            kind=Framework.Kind.CROSSWALK,
            received=received,
            run=run,
        )
        for _, group in sorted(pairs.items())
    ]


class _Index:
    """The frameworks that matches name, and their competencies by code and identifier."""

    def __init__(self, district: Organisation, matches: Iterable[Match]) -> None:
        named = {one.origin_framework for one in matches}
        named |= {one.destination_framework for one in matches}
        self.frameworks = {
            one.identifier: one
            for one in Framework.objects.filter(district=district, identifier__in=named)
        }
        self.by_code: dict[tuple[str, str], list[Competency]] = defaultdict(list)
        rows = Competency.objects.filter(framework__in=self.frameworks.values())
        for row in rows.select_related("framework").order_by("pk"):
            for name in {row.code, row.identifier} - {""}:
                self.by_code[row.framework.identifier, name].append(row)

    def one(self, framework: str, code: str) -> Competency:
        """Return the competency of a code that has been checked."""
        return self._standing(framework, code)[0]

    def problems(self, match: Match, file: str) -> Iterator[Problem]:
        """Yield what is wrong with a match."""
        kinds = " or ".join(MATCHES)
        if match.association_type not in MATCHES:
            yield Problem(
                file,
                match.line,
                "association_type",
                match.association_type,
                "is not a kind of match.",
                f"Write {kinds}.",
            )
        yield from self._end(match, "origin", match.origin_framework, match.origin_code, file)
        yield from self._end(
            match, "destination", match.destination_framework, match.destination_code, file
        )

    def _end(
        self, match: Match, end: str, framework: str, code: str, file: str
    ) -> Iterator[Problem]:
        if framework not in self.frameworks:
            yield Problem(
                file,
                match.line,
                f"{end}_framework",
                framework,
                "is not the identifier of a framework here.",
                "Import the framework first, or correct the identifier.",
            )
            return
        title = self.frameworks[framework].title
        known, standing = self.by_code.get((framework, code)), self._standing(framework, code)
        reason, advice = "", f"Correct the code; “{title}” has a page that finds it."
        if not known:
            reason = f"is not a code of “{title}”."
        elif not standing:
            reason = f"has ended: it counted in “{title}” until {known[0].retired_on}."
        elif len(standing) > 1:
            reason = f"is the code of {len(standing)} competencies of “{title}”."
            advice = "Write the identifier instead of the code."
        if reason:
            yield Problem(file, match.line, f"{end}_code", code, reason, advice)

    def _standing(self, framework: str, code: str) -> list[Competency]:
        rows = self.by_code.get((framework, code), [])
        return [row for row in rows if row.retired_on is None]


def _tables(index: _Index, matches: Sequence[Match]) -> Tables:
    """Return a crosswalk as a framework without items: CASE publishes crosswalks so."""
    origin = index.frameworks[matches[0].origin_framework]
    destination = index.frameworks[matches[0].destination_framework]
    key = f"milepost:crosswalk:{origin.identifier}:{destination.identifier}"
    associations: dict[tuple[str, ...], dict[str, Any]] = {}
    for match in matches:
        begin = index.one(match.origin_framework, match.origin_code)
        end = index.one(match.destination_framework, match.destination_code)
        name = f"{key}:{begin.identifier}:{match.association_type}:{end.identifier}"
        associations[(str(uuid5(NAMESPACE_URL, name)),)] = {
            "kind": match.association_type,
            "origin_identifier": begin.identifier,
            "destination_identifier": end.identifier,
            "origin_id": begin.pk,
            "destination_id": end.pk,
            "sequence": None,
            "extra": {},
        }
    return Tables(
        identifier=str(uuid5(NAMESPACE_URL, key)),
        framework={"title": f"{origin.title} → {destination.title}"},
        associations=associations,
    )


def _content(path: Path) -> tuple[bytes, list[Problem]]:
    """Return a file's bytes, or what keeps it from being read."""

    def problem(reason: str, advice: str) -> tuple[bytes, list[Problem]]:
        return b"", [Problem(path.name, None, None, "", reason, advice)]

    try:
        if path.stat().st_size > LARGEST_FILE:
            return problem(
                f"The file is larger than {LARGEST_FILE:,} bytes.", "Split it by framework."
            )
        return path.read_bytes(), []
    except OSError as error:
        return problem(f"The file cannot be read: {error.strerror}.", "Check that it is there.")


def _read(content: bytes, file: str) -> list[Match]:
    """Return the rows of a CSV. Raises RefusedError with everything that is wrong."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        problem = Problem(
            file, line, None, "", "The file is not UTF-8 text.", "Save it as “CSV UTF-8”."
        )
        raise RefusedError([problem]) from None
    rows = csv.reader(StringIO(text.replace("\0", "␀"), newline=""), strict=True)
    try:
        header = [name.strip().lower().replace(" ", "_") for name in next(rows, [])]
        _check_header(header, file)
        lines = [(rows.line_num, row) for row in rows if any(cell.strip() for cell in row)]
    except csv.Error as error:
        problem = Problem(
            file,
            rows.line_num,
            None,
            "",
            f"The line is not CSV: {error}.",
            "Check its quotation marks.",
        )
        raise RefusedError([problem]) from None
    wrong = [
        Problem(
            file,
            line,
            None,
            "",
            f"has {len(row)} columns; the header has {len(header)}.",
            "Check for a comma without quotation marks.",
        )
        for line, row in lines
        if len(row) != len(header)
    ]
    if not lines:
        wrong = [Problem(file, None, None, "", "The file has no rows.", "Add at least one match.")]
    if wrong:
        raise RefusedError(wrong)
    return [_match(dict(zip(header, row, strict=True)), line) for line, row in lines]


def _check_header(header: Sequence[str], file: str) -> None:
    problems = [
        Problem(
            file,
            1,
            name,
            "",
            "The header lacks this column.",
            f"The header is: {','.join(COLUMNS)}",
        )
        for name in COLUMNS
        if name not in header
    ]
    if problems:
        raise RefusedError(problems)


def _match(row: dict[str, str], line: int) -> Match:
    cells = {name: row[name].strip() for name in COLUMNS}
    for kind in MATCHES:
        if cells["association_type"].lower() == kind.lower():
            cells["association_type"] = kind
    return Match(**cells, line=line)


def _sum(saved: Iterable[Saved]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for one in saved:
        for change, number in one.changes.items():
            counts[change] += number
    return dict(counts)
