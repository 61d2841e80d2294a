"""Everything that a page about one competency says, in a fixed number of questions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from milepost.purpose.models import Association, Competency, Definition, ProgressionLevel
from milepost.purpose.queries.graph import prerequisites
from milepost.purpose.ties import CHILD, EXACT_MATCH, PRECEDES, READINGS, RELATED, words


@dataclass(frozen=True)
class Tie:
    """One tie as read from the competency: `competency` is the other end, None when outside.

    `title` and `uri` are what the package says of the other end; `uri` is "" unless it is a web
    address, because packages come from anywhere and pages make links of it.
    """

    kind: str
    words: str
    competency: Competency | None
    title: str
    uri: str
    elsewhere: bool  # the other end is of another framework


@dataclass(frozen=True)
class Criterion:
    """One row of a rubric that is about the competency, with its levels, best last."""

    rubric: str
    description: str
    levels: tuple[tuple[str, str], ...]  # (quality, description)


@dataclass(frozen=True)
class Competence:
    """One competency with what it is tied to."""

    competency: Competency
    levels: tuple[ProgressionLevel, ...]
    ties: tuple[tuple[str, tuple[Tie, ...]], ...]  # words → ties, in a reader's order
    carried: tuple[Competency, ...]  # prerequisites that no tie of its own states
    criteria: tuple[Criterion, ...]
    licence: Definition | None
    licence_uri: str
    concepts: tuple[Definition, ...]
    keywords: tuple[str, ...]


def competence(district: UUID, competency: UUID, on: date | None = None) -> Competence | None:
    """Return what is known of a district's competency on a day, or None."""
    row = (
        Competency.objects.filter(district=district, pk=competency)
        .select_related("framework")
        .first()
    )
    if row is None:
        return None
    definitions = list(row.framework.definitions.filter(retired_on=None).order_by("title", "pk"))
    ties = list(_ties(row))
    licence = _linked(definitions, "CFLicenses", row.extra.get("licenseURI"))
    return Competence(
        competency=row,
        levels=tuple(row.levels.all()),
        ties=_grouped(ties),
        carried=_carried(row, ties, on),
        criteria=tuple(_criteria(definitions, row.identifier)),
        licence=licence[0] if licence else None,
        licence_uri=web_address(_uri(row.extra.get("licenseURI"))),
        concepts=tuple(_linked(definitions, "CFConcepts", row.extra.get("conceptKeywordsURI"))),
        keywords=tuple(map(str, row.extra.get("conceptKeywords") or ())),
    )


def web_address(uri: str) -> str:
    """Return ``uri`` when a browser may safely follow it, else ""."""
    return uri if uri.lower().startswith(("https://", "http://")) else ""


def _ties(row: Competency) -> Iterator[Tie]:
    """Yield the ties in force from either end."""
    rows = (
        Association.objects.filter(Q(origin=row) | Q(destination=row), retired_on=None)
        .select_related("origin__framework", "destination__framework")
        .order_by("sequence", "identifier")
    )
    for tie in rows:
        forwards = tie.origin_id == row.pk
        other = tie.destination if forwards else tie.origin
        said = tie.extra.get("destinationNodeURI" if forwards else "originNodeURI")
        identifier = tie.destination_identifier if forwards else tie.origin_identifier
        yield Tie(
            kind=tie.kind,
            words=words(tie.kind, forwards=forwards),
            competency=other,
            title=_title(said) or identifier,
            uri=web_address(_uri(said)),
            elsewhere=other is None or other.framework_id != row.framework_id,
        )


def _carried(row: Competency, ties: Iterable[Tie], on: date | None) -> tuple[Competency, ...]:
    """Return prerequisites that come from a heading above or from a match with another framework.

    Reasoning uses them, so the page must show them.
    """
    needs = prerequisites(row.district_id, on).get(row.pk, frozenset())
    stated = {tie.competency.pk for tie in ties if tie.kind == PRECEDES and tie.competency}
    rows = Competency.objects.filter(pk__in=needs - stated).select_related("framework")
    return tuple(rows.order_by("framework", "position", "pk"))


def _grouped(ties: Iterable[Tie]) -> tuple[tuple[str, tuple[Tie, ...]], ...]:
    """Return ties under their words: what it builds on and leads to first, the unusual last.

    Within a group the own framework comes first, in its order.
    """
    order = [
        words(PRECEDES, forwards=False),
        words(PRECEDES, forwards=True),
        words(EXACT_MATCH, forwards=True),
        words(RELATED, forwards=True),
        words(CHILD, forwards=True),
        words(CHILD, forwards=False),
        *(words(kind, forwards=way) for kind in READINGS for way in (True, False)),
    ]
    groups: dict[str, list[Tie]] = {}
    for tie in ties:
        groups.setdefault(tie.words, []).append(tie)
    place = {name: k for k, name in reversed(list(enumerate(order)))}
    names = sorted(groups, key=lambda name: (place.get(name, len(order)), name))
    return tuple((name, tuple(sorted(groups[name], key=_place))) for name in names)


def _place(tie: Tie) -> tuple[bool, str, int, str]:
    other = tie.competency
    where = (other.framework.title, other.position) if other else ("", 0)
    return tie.elsewhere, *where, tie.title


def _criteria(definitions: Iterable[Definition], identifier: str) -> Iterator[Criterion]:
    """Yield the rubric criteria that name the competency."""
    for rubric in definitions:
        if rubric.kind != "CFRubrics":
            continue
        for one in rubric.content.get("CFRubricCriteria") or ():
            if _identifier(one.get("CFItemURI")) == identifier:
                yield Criterion(
                    rubric=rubric.title,
                    description=str(one.get("description") or one.get("category") or ""),
                    levels=tuple(
                        (str(level.get("quality") or ""), str(level.get("description") or ""))
                        for level in one.get("CFRubricCriterionLevels") or ()
                    ),
                )


def _linked(definitions: Iterable[Definition], kind: str, link: object) -> list[Definition]:
    """Return the definitions of a kind that a link (or list of links) points to."""
    links = link if isinstance(link, list) else [link]
    named = {_identifier(one) for one in links} - {""}
    return [one for one in definitions if one.kind == kind and one.identifier in named]


def _identifier(link: object) -> str:
    return _part(link, "identifier").lower()


def _uri(link: object) -> str:
    return link if isinstance(link, str) else _part(link, "uri")


def _title(link: object) -> str:
    return _part(link, "title")


def _part(link: object, name: str) -> str:
    value: Any = link.get(name) if isinstance(link, Mapping) else None
    return value if isinstance(value, str) else ""
