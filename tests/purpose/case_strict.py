"""A strict reader of CASE 1.1, written apart from the product, so that one can judge the other.

Source: 1EdTech, JSON schema of CFPackage, CASE 1.1. A field is `name:type`, with `!` where the
schema requires it. Every object allows `extensions` and no other field that is not listed.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

PART = "identifier:uuid! uri:text! lastChangeDateTime:moment! "
DATES = "statusStartDate:date statusEndDate:date "
OBJECTS = {
    "CFPackage": "CFDocument:CFDocument! CFItems:[CFItem] CFAssociations:[CFAssociation]"
    " CFDefinitions:CFDefinition CFRubrics:[CFRubric]",
    "CFDocument": PART + DATES + "creator:text! title:text! frameworkType:text caseVersion:1.1"
    " officialSourceURL:text publisher:text description:text subject:[text] subjectURI:[Link]"
    " language:text version:text adoptionStatus:text licenseURI:Link notes:text",
    "CFItem": PART + DATES + "fullStatement:text! alternativeLabel:text CFItemType:text"
    " humanCodingScheme:text listEnumeration:text abbreviatedStatement:text"
    " conceptKeywords:[text] conceptKeywordsURI:Link notes:text subject:[text] subjectURI:[Link]"
    " language:text educationLevel:[text] CFItemTypeURI:Link licenseURI:Link",
    "CFAssociation": PART + "associationType:kind! sequenceNumber:integer originNodeURI:Node!"
    " destinationNodeURI:Node! CFAssociationGroupingURI:Link notes:text",
    "CFDefinition": "CFConcepts:[CFConcept] CFSubjects:[CFSubject] CFLicenses:[CFLicense]"
    " CFItemTypes:[CFItemType] CFAssociationGroupings:[CFAssociationGrouping]",
    "CFConcept": PART + "title:text! hierarchyCode:text! keywords:text description:text",
    "CFSubject": PART + "title:text! hierarchyCode:text! description:text",
    "CFLicense": PART + "title:text! licenseText:text! description:text",
    "CFItemType": PART + "title:text! hierarchyCode:text! description:text! typeCode:text",
    "CFAssociationGrouping": PART + "title:text! description:text",
    "CFRubric": PART + "title:text description:text CFRubricCriteria:[CFRubricCriterion]",
    "CFRubricCriterion": PART + "category:text description:text CFItemURI:Link weight:number"
    " position:integer rubricId:uuid CFRubricCriterionLevels:[CFRubricCriterionLevel]",
    "CFRubricCriterionLevel": PART + "description:text quality:text score:number feedback:text"
    " position:integer rubricCriterionId:uuid",
    "Link": "title:text! identifier:uuid! uri:text!",
    "Node": "title:text! identifier:text! uri:text! targetType:target",
}
CLOSED = {"Link", "Node"}
"""Objects without extensions."""
KINDS = [
    "isChildOf",
    "isPeerOf",
    "isPartOf",
    "exactMatchOf",
    "precedes",
    "isRelatedTo",
    "replacedBy",
    "exemplar",
    "hasSkillLevel",
    "isTranslationOf",
]
OWN_WORD = re.compile(r"(ext:)[a-z|A-Z|0-9|.|-|_]+")


def violations(package: Any) -> list[str]:
    """Return where a package departs from CASE 1.1, in words."""
    return list(_object("CFPackage", package, "CFPackage"))


def _object(kind: str, content: Any, where: str) -> Iterator[str]:
    if not isinstance(content, dict):
        yield f"{where} is not an object"
        return
    fields = dict(one.split(":", 1) for one in OBJECTS[kind].split())
    for name, type_ in fields.items():
        if type_.endswith("!") and name not in content:
            yield f"{where} lacks {name}"
    for name, value in content.items():
        place = f"{where}.{name}"
        if name == "extensions" and kind not in CLOSED:
            yield from _extensions(kind, value, place)
        elif name not in fields:
            yield f"{place} is not of CASE 1.1"
        else:
            yield from _value(fields[name].rstrip("!"), value, place)


def _extensions(kind: str, value: Any, where: str) -> Iterator[str]:
    in_list = kind == "CFRubricCriterionLevel"
    objects = value if in_list and isinstance(value, list) else [value]
    if in_list != isinstance(value, list) or not all(isinstance(one, dict) for one in objects):
        yield f"{where} has the wrong shape"


def _value(type_: str, value: Any, where: str) -> Iterator[str]:
    if type_.startswith("["):
        if not isinstance(value, list):
            yield f"{where} is not a list"
            return
        for number, one in enumerate(value):
            yield from _value(type_[1:-1], one, f"{where}[{number}]")
    elif type_ in OBJECTS:
        yield from _object(type_, value, where)
    elif type_ in ("integer", "number"):
        allowed = int if type_ == "integer" else int | float
        if isinstance(value, bool) or not isinstance(value, allowed):
            yield f"{where} is not a number"
    elif not isinstance(value, str) or not _is(type_, value):
        yield f"{where} is no {type_}: {value!r}"


def _is(type_: str, value: str) -> bool:
    try:
        match type_:
            case "text":
                return True
            case "uuid":
                return str(UUID(value)) == value
            case "date":
                return date.fromisoformat(value).isoformat() == value
            case "moment":
                return "T" in value and datetime.fromisoformat(value).tzinfo is not None
            case "kind":
                return (value in KINDS) != bool(OWN_WORD.search(value))
            case "target":
                return (value == "CASE") != bool(OWN_WORD.search(value))
            case _:
                return value == type_
    except ValueError:
        return False
