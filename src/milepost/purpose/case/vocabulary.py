"""What CASE 1.1 lets each object say, and of what type.

Source: 1EdTech, JSON schema of CFPackage, CASE 1.1, `$defs`; the schema calls the first three
CFPckgDocument, CFPckgItem and CFPckgAssociation.
Every object may carry `extensions` and nothing that is not listed.
"""

import re
from collections.abc import Iterable, Mapping
from enum import Enum, auto


class Type(Enum):
    """The types of values, as far as they are treated differently."""

    IDENTIFIER = auto()
    """UUID in strict packages; a publisher's own text in Milepost."""
    URI = auto()
    TEXT = auto()
    """NormalizedString: no line breaks."""
    PROSE = auto()
    """String."""
    TEXTS = auto()
    GRADES = auto()
    """TEXTS that many send as one text with commas."""
    KEYWORDS = auto()
    """One text with bars, which many send as a list."""
    MOMENT = auto()
    DATE = auto()
    INTEGER = auto()
    NUMBER = auto()
    LINK = auto()
    LINKS = auto()
    NODE = auto()
    """LinkGenURI: a link that may lead out of CASE and then says to what."""
    ASSOCIATION_KIND = auto()
    VERSION = auto()
    CHILDREN = auto()
    """Objects of their own; see `CHILDREN`."""


ASSOCIATION_KINDS = (
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
)


def listed(word: str, words: Iterable[str]) -> str | None:
    """Return which of CASE's own ``words`` a publisher means, however it is written."""
    plain = re.sub(r"[\s_-]", "", word).lower()
    return next((one for one in words if one.lower() == plain), None)


EXTENSION_WORD = r"ext:[A-Za-z0-9._][A-Za-z0-9._-]*"
"""A word of one's own where CASE lists some (associationType, targetType)."""

_PART = {
    "identifier": Type.IDENTIFIER,
    "uri": Type.URI,
    "lastChangeDateTime": Type.MOMENT,
}
_STATUS = {"statusStartDate": Type.DATE, "statusEndDate": Type.DATE}
_DEFINED = _PART | {"title": Type.TEXT, "description": Type.PROSE}
_CODED = _DEFINED | {"hierarchyCode": Type.TEXT}

FIELDS: Mapping[str, Mapping[str, Type]] = {
    "CFDocument": _PART
    | _STATUS
    | {
        "title": Type.TEXT,
        "creator": Type.TEXT,
        "publisher": Type.TEXT,
        "frameworkType": Type.TEXT,
        "caseVersion": Type.VERSION,
        "officialSourceURL": Type.URI,
        "description": Type.PROSE,
        "subject": Type.TEXTS,
        "subjectURI": Type.LINKS,
        "language": Type.TEXT,
        "version": Type.TEXT,
        "adoptionStatus": Type.TEXT,
        "licenseURI": Type.LINK,
        "notes": Type.PROSE,
    },
    "CFItem": _PART
    | _STATUS
    | {
        "fullStatement": Type.PROSE,
        "alternativeLabel": Type.TEXT,
        "CFItemType": Type.TEXT,
        "CFItemTypeURI": Type.LINK,
        "humanCodingScheme": Type.TEXT,
        "listEnumeration": Type.TEXT,
        "abbreviatedStatement": Type.TEXT,
        "conceptKeywords": Type.TEXTS,
        "conceptKeywordsURI": Type.LINK,
        "notes": Type.PROSE,
        "subject": Type.TEXTS,
        "subjectURI": Type.LINKS,
        "language": Type.TEXT,
        "educationLevel": Type.GRADES,
        "licenseURI": Type.LINK,
    },
    "CFAssociation": _PART
    | {
        "associationType": Type.ASSOCIATION_KIND,
        "sequenceNumber": Type.INTEGER,
        "originNodeURI": Type.NODE,
        "destinationNodeURI": Type.NODE,
        "CFAssociationGroupingURI": Type.LINK,
        "notes": Type.PROSE,
    },
    "CFConcept": _CODED | {"keywords": Type.KEYWORDS},
    "CFSubject": _CODED,
    "CFItemType": _CODED | {"typeCode": Type.TEXT},
    "CFLicense": _DEFINED | {"licenseText": Type.PROSE},
    "CFAssociationGrouping": _DEFINED,
    "CFRubric": _DEFINED | {"CFRubricCriteria": Type.CHILDREN},
    "CFRubricCriterion": _PART
    | {
        "category": Type.TEXT,
        "description": Type.PROSE,
        "CFItemURI": Type.LINK,
        "weight": Type.NUMBER,
        "position": Type.INTEGER,
        "rubricId": Type.IDENTIFIER,
        "CFRubricCriterionLevels": Type.CHILDREN,
    },
    "CFRubricCriterionLevel": _PART
    | {
        "description": Type.PROSE,
        "quality": Type.TEXT,
        "score": Type.NUMBER,
        "feedback": Type.PROSE,
        "position": Type.INTEGER,
        "rubricCriterionId": Type.IDENTIFIER,
    },
}
"""Object → its fields and their types."""

DEFINITIONS: Mapping[str, str] = {
    "CFConcepts": "CFConcept",
    "CFSubjects": "CFSubject",
    "CFLicenses": "CFLicense",
    "CFItemTypes": "CFItemType",
    "CFAssociationGroupings": "CFAssociationGrouping",
}
"""List in CFDefinitions → the objects in it."""

LISTS: Mapping[str, str] = {
    "CFItems": "CFItem",
    "CFAssociations": "CFAssociation",
    "CFRubrics": "CFRubric",
}
"""List in CFPackage → the objects in it."""

CHILDREN: Mapping[str, str] = {
    "CFRubricCriteria": "CFRubricCriterion",
    "CFRubricCriterionLevels": "CFRubricCriterionLevel",
}
"""List in an object → the objects in it."""

STAND_INS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "CFDocument": {"title": ("description", "uri"), "creator": ("publisher", "title")},
    "CFItem": {"fullStatement": ("abbreviatedStatement", "humanCodingScheme", "identifier")},
    "CFConcept": {"title": ("identifier",), "hierarchyCode": ("title",)},
    "CFSubject": {"title": ("identifier",), "hierarchyCode": ("title",)},
    "CFItemType": {
        "title": ("identifier",),
        "description": ("title",),
        "hierarchyCode": ("typeCode", "title"),
    },
    "CFLicense": {"title": ("identifier",), "licenseText": ("description", "title")},
    "CFAssociationGrouping": {"title": ("identifier",)},
}
"""Object → field that CASE 1.1 requires → fields that say it where it is not said, best first."""
