"""A competency framework as CASE publishes it, as frozen values.

Each part has what Milepost uses as attributes, and *everything else* that the publisher wrote
about it in `extra`, under the names of CASE: keywords, licences, languages, links, extensions and
a vendor's own fields. `metadata["case"]` of an attribute is its name in CASE.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

CHILD = "isChildOf"
PRECEDES = "precedes"
EXACT_MATCH = "exactMatchOf"
RELATED = "isRelatedTo"


def _case(name: str, default: Any = "") -> Any:
    """Return an attribute that CASE calls ``name``."""
    return field(default=default, metadata={"case": name})


def _extra() -> Any:
    return field(default_factory=dict)


@dataclass(frozen=True)
class Link:
    """What another object is called: by identifier, address and title."""

    identifier: str = _case("identifier")
    uri: str = _case("uri")
    title: str = _case("title")
    extra: Mapping[str, Any] = _extra()
    """`targetType` and what a vendor adds."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """What every object of a package has. UUIDs are in lower case, other identifiers as given."""

    identifier: str = _case("identifier")
    uri: str = _case("uri")
    last_changed: str = _case("lastChangeDateTime")
    """ISO 8601; in normal form in UTC."""
    extra: Mapping[str, Any] = _extra()


@dataclass(frozen=True, kw_only=True)
class Document(Part):
    """The framework itself (CFDocument)."""

    title: str = _case("title")
    creator: str = _case("creator")
    subjects: tuple[str, ...] = _case("subject", ())
    adoption_status: str = _case("adoptionStatus")


@dataclass(frozen=True, kw_only=True)
class Item(Part):
    """A competency, or a heading above competencies (CFItem)."""

    statement: str = _case("fullStatement")
    code: str = _case("humanCodingScheme")
    title: str = _case("abbreviatedStatement")
    kind: str = _case("CFItemType")
    grades: tuple[str, ...] = _case("educationLevel", ())
    subjects: tuple[str, ...] = _case("subject", ())

    @property
    def keywords(self) -> tuple[str, ...]:
        """The publisher's keywords, of an item in normal form."""
        return tuple(self.extra.get("conceptKeywords", ()))

    @property
    def ends_on(self) -> date | None:
        """The day from which its publisher says it no longer stands, of an item in normal form."""
        text = self.extra.get("statusEndDate")
        return date.fromisoformat(text) if text else None


@dataclass(frozen=True, kw_only=True)
class Association(Part):
    """A directed tie between two nodes (CFAssociation): ``origin`` *kind* ``destination``."""

    kind: str = _case("associationType")
    origin: Link = field(default=Link(), metadata={"case": "originNodeURI"})
    destination: Link = field(default=Link(), metadata={"case": "destinationNodeURI"})
    sequence: int | None = _case("sequenceNumber", None)


@dataclass(frozen=True, kw_only=True)
class Definition(Part):
    """A concept, subject, licence, item type or grouping of associations."""

    kind: str
    """The list of CFDefinitions that it stands in: CFConcepts, CFSubjects, CFLicenses,
    CFItemTypes or CFAssociationGroupings."""
    title: str = _case("title")


@dataclass(frozen=True, kw_only=True)
class Level(Part):
    """One level of achievement of a criterion (CFRubricCriterionLevel)."""

    quality: str = _case("quality")
    description: str = _case("description")
    score: float | None = _case("score", None)
    position: int | None = _case("position", None)


@dataclass(frozen=True, kw_only=True)
class Criterion(Part):
    """One row of a rubric (CFRubricCriterion)."""

    category: str = _case("category")
    description: str = _case("description")
    item: Link | None = field(default=None, metadata={"case": "CFItemURI"})
    weight: float | None = _case("weight", None)
    position: int | None = _case("position", None)
    levels: tuple[Level, ...] = _case("CFRubricCriterionLevels", ())


@dataclass(frozen=True, kw_only=True)
class Rubric(Part):
    """A rubric (CFRubric)."""

    title: str = _case("title")
    description: str = _case("description")
    criteria: tuple[Criterion, ...] = _case("CFRubricCriteria", ())


@dataclass(frozen=True, kw_only=True)
class Package:
    """A framework whole (CFPackage). `extra["CFDefinitions"]` is what else that object held."""

    document: Document
    items: tuple[Item, ...] = ()
    associations: tuple[Association, ...] = ()
    definitions: tuple[Definition, ...] = ()
    rubrics: tuple[Rubric, ...] = ()
    extra: Mapping[str, Any] = _extra()

    @cached_property
    def nodes(self) -> frozenset[str]:
        """The identifiers that an association may join within the package."""
        return frozenset({self.document.identifier, *(item.identifier for item in self.items)})

    def is_outside(self, association: Association) -> bool:
        """Say whether either end of an association is not in this package."""
        ends = {association.origin.identifier, association.destination.identifier}
        return not ends <= self.nodes
