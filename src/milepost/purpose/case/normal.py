"""The one form of a framework, whatever its publisher's habits."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from milepost.purpose.case import parts
from milepost.purpose.case.completing import MADE, Surroundings, complete
from milepost.purpose.case.extending import extend
from milepost.purpose.case.fitting import blank, fit
from milepost.purpose.case.identifiers import uuid_of
from milepost.purpose.case.json_text import same
from milepost.purpose.case.model import Association, Definition, Item, Package, Part, Rubric
from milepost.purpose.case.outline import outline
from milepost.purpose.case.report import Loss
from milepost.purpose.case.vocabulary import CHILDREN, DEFINITIONS, FIELDS, Type

Object = Mapping[str, Any]


def normalise(package: Package) -> Package:
    """Return the canonical form: complete, strict and in a fixed order. Idempotent.

    Texts are trimmed, moments in UTC, links complete; what CASE 1.1 requires is there; fields that
    it does not list and values that it does not allow stand in `extensions`. Left out: blanks, and
    links of an object to the very document that it is in (CASE 1.0 had them).
    """
    return Normaliser(package).package()


class Normaliser:
    """One normalisation; `losses` says what it changed in more than form."""

    def __init__(self, package: Package) -> None:
        self.losses: list[Loss] = []
        self.given = package
        self.around = Surroundings(package)

    def package(self) -> Package:
        """Return the package in normal form."""
        given = self.given
        package = Package(
            document=parts.document_from_json(self._strict("CFDocument", given.document)),
            items=tuple(self._item(one) for one in given.items),
            associations=tuple(sorted(map(self._association, given.associations), key=_tie_order)),
            definitions=tuple(sorted(map(self._definition, given.definitions), key=_own_order)),
            rubrics=tuple(sorted(map(self._rubric, given.rubrics), key=_own_order)),
            extra=self._package_extra(given.extra),
        )
        place = {identifier: k for k, identifier in enumerate(outline(package))}
        ordered = sorted(package.items, key=lambda one: place[one.identifier])
        return replace(package, items=tuple(ordered))

    def _item(self, item: Item) -> Item:
        return parts.item_from_json(self._strict("CFItem", item))

    def _association(self, tie: Association) -> Association:
        return parts.association_from_json(self._strict("CFAssociation", tie))

    def _definition(self, one: Definition) -> Definition:
        content = self._strict(DEFINITIONS[one.kind], one)
        return parts.definition_from_json(one.kind, content)

    def _rubric(self, rubric: Rubric) -> Rubric:
        return parts.rubric_from_json(self._strict("CFRubric", rubric))

    def _package_extra(self, extra: Object) -> dict[str, Any]:
        """Return what belongs to the package as a whole, all in extensions."""
        held = extra.get("CFDefinitions", {})
        rest = {name: value for name, value in extra.items() if name != "CFDefinitions"}
        definitions = self._only_extensions("CFDefinitions", held)
        whole = self._only_extensions("CFPackage", rest)
        return whole | ({"CFDefinitions": definitions} if definitions else {})

    def _only_extensions(self, where: str, content: Object) -> dict[str, Any]:
        left = {
            name: value
            for name, value in content.items()
            if name != "extensions" and not blank(value)
        }
        for name in left:
            self._lose(where, name, MOVED)
        extensions = extend(content.get("extensions"), left)
        return {"extensions": extensions} if extensions else {}

    def _strict(self, kind: str, part: Part) -> dict[str, Any]:
        return self._object(kind, parts.to_json(part))

    def _object(self, kind: str, content: Object) -> dict[str, Any]:
        """Return one object as CASE 1.1 allows it."""
        where = f"{kind} {content.get('identifier', '')}".rstrip()
        kept: dict[str, Any] = {}
        left: dict[str, Any] = {}
        for name, value in content.items():
            if name == "extensions" or blank(value):
                continue
            if self.around.is_needless(kind, name, value):
                self._lose(where, name, "is left out: it only names the package's own document")
                continue
            kept[name], left[name] = self._fit(kind, name, value, where)
            if left[name] is not None:
                self._lose(where, name, MOVED)
            elif not same(kept[name], value) and name not in _FREELY_REWRITTEN:
                self._lose(where, name, "is written in its strict form")
        kept = {name: value for name, value in kept.items() if not blank(value)}
        for name, why in complete(kind, kept, self.around).items():
            self._lose(where, name, why)
        left = {name: value for name, value in left.items() if value is not None}
        extensions = extend(
            content.get("extensions"), left, in_list=kind == "CFRubricCriterionLevel"
        )
        return kept | ({"extensions": extensions} if extensions else {})

    def _fit(self, kind: str, name: str, value: Any, parent: str) -> tuple[Any, Any]:
        """Return what CASE can say of the value of a field of ``parent``, and the rest."""
        type_ = FIELDS[kind].get(name)
        if type_ is None:
            return None, value
        if type_ is not Type.CHILDREN:
            return fit(type_, value)
        given = value if isinstance(value, list) else [value]
        children = [
            self._object(CHILDREN[name], self._named(one, CHILDREN[name], parent, number))
            for number, one in enumerate(given)
            if isinstance(one, Mapping)
        ]
        children.sort(key=lambda one: (one.get("position", 0), one["identifier"]))
        return children, [one for one in given if not isinstance(one, Mapping)] or None

    def _named(self, content: Object, kind: str, parent: str, number: int) -> Object:
        """Return a child with an identifier: of its own, else of its place under its parent.

        What it says would not do: rows of a rubric often have the same levels.
        """
        if not blank(content.get("identifier")) or not blank(content.get("uri")):
            return content
        identifier = uuid_of(parent, kind, str(number))
        self._lose(f"{kind} {identifier}", "identifier", MADE)
        return {**content, "identifier": identifier}

    def _lose(self, where: str, name: str, what: str) -> None:
        self.losses.append(Loss(where, name, what))


def _own_order(one: Definition | Rubric) -> tuple[str, str]:
    return one.kind if isinstance(one, Definition) else "", one.identifier


def _tie_order(tie: Association) -> tuple[str, str, str, str]:
    return tie.kind, tie.destination.identifier, tie.origin.identifier, tie.identifier


MOVED = "is not of CASE 1.1 as it was written and stands under extensions"
_FREELY_REWRITTEN = {"identifier", "CFRubricCriteria", "CFRubricCriterionLevels"}
"""Fields whose strict form says the same, or whose parts speak for themselves."""
