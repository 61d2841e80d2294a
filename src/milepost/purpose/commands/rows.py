"""A CASE package as rows, and rows as a CASE package. Nothing is lost on the way.

What has no column stays in the row's `extra` under its CASE name.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from milepost.purpose import case
from milepost.purpose.commands.problems import Problem, RefusedError
from milepost.purpose.commands.sync import PUBLISHER_ENDED, Wanted
from milepost.purpose.models import Association, Competency, Definition, Framework

LONGEST = 300
"""Characters of an identifier or a code; a database index takes no endless ones."""
RUBRICS = "CFRubrics"


@dataclass(frozen=True)
class Tables:
    """What the rows of a framework shall be: the framework's columns, and three tables by key."""

    identifier: str
    framework: Mapping[str, Any]
    competencies: Wanted = field(default_factory=dict)
    associations: Wanted = field(default_factory=dict)
    definitions: Wanted = field(default_factory=dict)


def tables_of(package: case.Package) -> Tables:
    """Return the rows of a package in normal form."""
    document = package.document
    place = {identifier: k for k, identifier in enumerate(case.outline(package))}
    headings = {tie.destination.identifier for tie in package.associations if _is_child(tie)}
    return Tables(
        identifier=document.identifier,
        framework={
            "uri": document.uri,
            "title": document.title,
            "creator": document.creator,
            "subjects": list(document.subjects),
            "adoption_status": document.adoption_status,
            "extra": {
                "document": dict(document.extra) | {"lastChangeDateTime": document.last_changed},
                "package": dict(package.extra),
            },
        },
        competencies={
            (item.identifier,): _competency(item, place[item.identifier], headings)
            for item in package.items
        },
        associations={(tie.identifier,): _association(tie) for tie in package.associations},
        definitions={
            (kind, part.identifier): {"title": part.title, "content": case.to_json(part)}
            for kind, part in _parts(package)
        },
    )


def package_of(
    framework: Framework,
    competencies: Iterable[Competency],
    associations: Iterable[Association],
    definitions: Iterable[Definition],
) -> case.Package:
    """Return the package whose rows these are; the inverse of `tables_of`, up to order."""
    parts = list(definitions)
    return case.Package(
        document=_document(framework),
        items=tuple(_item(row) for row in competencies),
        associations=tuple(_tie(row) for row in associations),
        definitions=tuple(
            case.definition_from_json(row.kind, row.content) for row in parts if row.kind != RUBRICS
        ),
        rubrics=tuple(case.rubric_from_json(row.content) for row in parts if row.kind == RUBRICS),
        extra=framework.extra.get("package", {}),
    )


def check(package: case.Package) -> None:
    """Raise RefusedError with everything that keeps a package from being stored."""
    problems = problems_of(case.check_package(package), "")
    named = [
        ("identifier", part.identifier)
        for part in (
            package.document,
            *package.items,
            *package.associations,
            *package.definitions,
            *package.rubrics,
        )
    ]
    named += [("humanCodingScheme", item.code) for item in package.items]
    named += [("associationType", tie.kind) for tie in package.associations]
    limits = {"associationType": 60}
    for column, value in named:
        limit = limits.get(column, LONGEST)
        if len(value) > limit:
            problems.append(
                Problem(
                    "",
                    None,
                    column,
                    value[:80],
                    f"is too long: it has {len(value)} characters, at most {limit} are taken.",
                    "Ask the publisher for a shorter one.",
                )
            )
    if problems:
        raise RefusedError(problems)


def problems_of(findings: Iterable[case.Finding], file: str) -> list[Problem]:
    """Return the errors among findings as problems of a file."""
    return [
        Problem(
            file=file,
            line=one.line,
            column=one.where or (f"column {one.column}" if one.column else None),
            # What is about the whole file is one sentence, not a value and what is wrong with it.
            value=one.value if one.where else "",
            reason=one.reason if one.where else f"{one.value} {one.reason}".strip(),
            advice=one.advice,
        )
        for one in findings
        if one.error
    ]


def _parts(package: case.Package) -> Iterator[tuple[str, case.Definition | case.Rubric]]:
    yield from ((one.kind, one) for one in package.definitions)
    yield from ((RUBRICS, one) for one in package.rubrics)


def _is_child(tie: case.Association) -> bool:
    return tie.kind == case.CHILD


def _competency(item: case.Item, position: int, headings: set[str]) -> dict[str, Any]:
    """Return the columns of an item.

    The rule of what evidence may show stands here alone: leaves, that is items under which no
    other item stands.
    """
    return {
        "uri": item.uri,
        "code": item.code,
        "title": item.title,
        "statement": item.statement,
        "kind": item.kind,
        "grades": list(item.grades),
        "subject": ", ".join(item.subjects),
        "assessable": item.identifier not in headings,
        "position": position,
        "retired_on": item.ends_on,
        "retired_why": PUBLISHER_ENDED if item.ends_on else "",
        "extra": dict(item.extra)
        | {"lastChangeDateTime": item.last_changed, "subject": list(item.subjects)},
    }


def _association(tie: case.Association) -> dict[str, Any]:
    return {
        "kind": tie.kind,
        "origin_identifier": tie.origin.identifier,
        "destination_identifier": tie.destination.identifier,
        "sequence": tie.sequence,
        "extra": dict(tie.extra)
        | {
            "uri": tie.uri,
            "lastChangeDateTime": tie.last_changed,
            "originNodeURI": case.to_json(tie.origin),
            "destinationNodeURI": case.to_json(tie.destination),
        },
    }


def _document(row: Framework) -> case.Document:
    extra = dict(row.extra.get("document", {}))
    return case.Document(
        identifier=row.identifier,
        uri=row.uri,
        last_changed=extra.pop("lastChangeDateTime", ""),
        title=row.title,
        creator=row.creator,
        subjects=tuple(row.subjects),
        adoption_status=row.adoption_status,
        extra=extra,
    )


def _item(row: Competency) -> case.Item:
    extra = dict(row.extra)
    if row.retired_on and row.retired_why != PUBLISHER_ENDED:
        extra["statusEndDate"] = row.retired_on.isoformat()  # the district ended it itself
    return case.Item(
        identifier=row.identifier,
        uri=row.uri,
        last_changed=extra.pop("lastChangeDateTime", ""),
        statement=row.statement,
        code=row.code,
        title=row.title,
        kind=row.kind,
        grades=tuple(row.grades),
        subjects=tuple(extra.pop("subject", ())),
        extra=extra,
    )


def _tie(row: Association) -> case.Association:
    extra = dict(row.extra)
    return case.Association(
        identifier=row.identifier,
        uri=extra.pop("uri", ""),
        last_changed=extra.pop("lastChangeDateTime", ""),
        kind=row.kind,
        origin=_link(extra.pop("originNodeURI", {}), row.origin_identifier, row.origin),
        destination=_link(
            extra.pop("destinationNodeURI", {}), row.destination_identifier, row.destination
        ),
        sequence=row.sequence,
        extra=extra,
    )


def _link(said: Mapping[str, Any], identifier: str, row: Competency | None) -> case.Link:
    """Return an end of a tie as its package said it, or as the row says it."""
    if not said and row:
        return case.Link(identifier=identifier, uri=row.uri, title=row.code or row.name)
    more = {k: v for k, v in said.items() if k not in ("identifier", "uri", "title")}
    return case.Link(
        identifier=identifier, uri=said.get("uri", ""), title=said.get("title", ""), extra=more
    )
