"""What there is to learn: competencies by subject and grade with prerequisites, and their items."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import numpy as np

from milepost.simulation import streams
from milepost.simulation.plan import GRADES, Plan
from milepost.simulation.schools import LANGUAGE_ARTS, MATHEMATICS
from milepost.simulation.streams import Floats

SUBJECTS = (MATHEMATICS, LANGUAGE_ARTS)
_SHORT = ("MAT", "ELA")
_BASE = "https://simulated.milepost.example/case"
_WRITTEN = "2023-01-01T00:00:00+00:00"


def grade_code(grade: int) -> str:
    """Return the CEDS code of a grade."""
    return "KG" if grade == 0 else f"{grade:02d}"


@dataclass(frozen=True)
class Skills:
    """Competencies and items. Number of a competency: (subject · 13 + grade) · each + place.

    ``difficulty`` (logits) has a row a competency, ``item_difficulty`` is (competencies, items),
    from the competency's own.
    """

    each: int
    codes: tuple[str, ...]
    difficulty: Floats
    item_difficulty: Floats

    def __len__(self) -> int:
        return len(self.codes)

    def items(self) -> list[str]:
        """Return the items' labels, those of a competency together."""
        count = self.item_difficulty.shape[1]
        return [f"{code}-{k + 1}" for code in self.codes for k in range(count)]

    def where(self, number: int) -> tuple[int, int, int]:
        """Return the subject, grade and place of a competency."""
        rest, place = divmod(number, self.each)
        subject, grade = divmod(rest, GRADES)
        return subject, grade, place

    def prerequisites(self, number: int) -> list[int]:
        """Return what comes before: the one before it, and its like in the grade below.

        The last of a grade leads to the first of the next.
        """
        _, grade, place = self.where(number)
        before = [number - 1] if place or grade else []
        return before + ([number - self.each] if place and grade else [])


def build_skills(plan: Plan) -> Skills:
    """Return the plan's competencies; each grade's are harder by a year's growth."""
    count = len(SUBJECTS) * GRADES * plan.competencies
    number = np.arange(count)
    grade, place = number // plan.competencies % GRADES, number % plan.competencies
    scale = plan.yearly_growth * (grade + (place + 0.5) / plan.competencies)
    spread = streams.normals(plan.seed, streams.COMPETENCY, 0, count)[:, 0]
    items = streams.normals(plan.seed, streams.ITEM, 0, count * plan.items)[:, 0]
    width = len(str(plan.competencies))
    codes = [
        f"SIM.{_SHORT[n // plan.competencies // GRADES]}.{grade_code(int(grade[n]))}."
        f"{place[n] + 1:0{max(width, 2)}d}"
        for n in number
    ]
    return Skills(
        each=plan.competencies,
        codes=tuple(codes),
        difficulty=plan.competency_difficulty + scale + plan.competency_spread * spread,
        item_difficulty=plan.item_spread * items.reshape(count, plan.items),
    )


def framework_identifier(skills: Skills) -> str:
    """Return the identifier of the framework: one for each size."""
    return _id("framework", str(skills.each))


def framework_json(skills: Skills) -> bytes:
    """Return the competencies as a CASE 1.1 package: headings, competencies, precedence."""
    document = framework_identifier(skills)
    title = f"Simulated progressions, {skills.each} competencies a grade"
    link = _link(document, title, "CFDocuments")
    package = {
        "CFDocument": {
            "identifier": document,
            "uri": link["uri"],
            "lastChangeDateTime": _WRITTEN,
            "title": title,
            "creator": "Milepost simulation",
            "caseVersion": "1.1",
            "adoptionStatus": "Implemented",
            "subject": list(SUBJECTS),
            "CFPackageURI": _link(document, title, "CFPackages"),
        },
        "CFItems": list(_items(skills, document, link)),
        "CFAssociations": list(_ties(skills, document, link)),
    }
    return (json.dumps(package) + "\n").encode()


def _items(skills: Skills, document: str, link: dict[str, str]) -> Iterator[dict[str, Any]]:
    for subject in SUBJECTS:
        yield _item(_id(document, subject), subject, subject, link, kind="Heading")
        for grade in range(GRADES):
            name = f"{subject}, grade {grade or 'K'}"
            yield _item(_group(document, subject, grade), name, subject, link, kind="Heading")
    for number, code in enumerate(skills.codes):
        of, grade, place = skills.where(number)
        subject = SUBJECTS[of]
        statement = f"Simulated competency {place + 1} of {subject} in grade {grade or 'K'}."
        yield _item(_id(document, code), statement, subject, link, code=code, grade=grade)


def _ties(skills: Skills, document: str, link: dict[str, str]) -> Iterator[dict[str, Any]]:
    for place, subject in enumerate(SUBJECTS, 1):
        heading = _id(document, subject)
        yield _tie("isChildOf", heading, document, link, place)
        for grade in range(GRADES):
            group = _group(document, subject, grade)
            yield _tie("isChildOf", group, heading, link, grade + 1)
    for number, code in enumerate(skills.codes):
        of, grade, place = skills.where(number)
        own, group = _id(document, code), _group(document, SUBJECTS[of], grade)
        yield _tie("isChildOf", own, group, link, place + 1)
        for earlier in skills.prerequisites(number):
            yield _tie("precedes", _id(document, skills.codes[earlier]), own, link)


def _group(document: str, subject: str, grade: int) -> str:
    return _id(document, subject, str(grade))


def _id(*names: str) -> str:
    return str(uuid5(NAMESPACE_URL, "/".join((_BASE, *names))))


def _link(identifier: str, title: str, kind: str) -> dict[str, str]:
    return {"title": title, "identifier": identifier, "uri": f"{_BASE}/{kind}/{identifier}"}


def _item(
    identifier: str,
    statement: str,
    subject: str,
    document: dict[str, str],
    *,
    code: str = "",
    grade: int | None = None,
    kind: str = "Competency",
) -> dict[str, Any]:
    item: dict[str, Any] = {
        "identifier": identifier,
        "uri": f"{_BASE}/CFItems/{identifier}",
        "lastChangeDateTime": _WRITTEN,
        "fullStatement": statement,
        "CFItemType": kind,
        "subject": [subject],
        "CFDocumentURI": document,
    }
    if code:
        item |= {"humanCodingScheme": code}
    if grade is not None:
        item |= {"educationLevel": [grade_code(grade)]}
    return item


def _tie(
    kind: str, origin: str, destination: str, document: dict[str, str], place: int | None = None
) -> dict[str, Any]:
    identifier = _id(kind, origin, destination)
    tie: dict[str, Any] = {
        "identifier": identifier,
        "uri": f"{_BASE}/CFAssociations/{identifier}",
        "lastChangeDateTime": _WRITTEN,
        "associationType": kind,
        "originNodeURI": _link(origin, origin, "CFItems"),
        "destinationNodeURI": _link(destination, destination, "CFItems"),
        "CFDocumentURI": document,
    }
    return tie | ({} if place is None else {"sequenceNumber": place})
