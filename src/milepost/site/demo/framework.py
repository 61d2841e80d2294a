"""The demonstration's progressions and portrait as CASE packages."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from milepost.purpose import case
from milepost.purpose import commands as purpose
from milepost.purpose.models import Competency, Framework
from milepost.purpose.ties import EXACT_MATCH, RELATED
from milepost.roster.models import Organisation
from milepost.site.demo.content import Learning

BASE = "https://demo.milepost.example/case"
WRITTEN = datetime(2026, 1, 5, tzinfo=UTC).isoformat()
TITLE = "Cedar Valley Learning Progressions"
PORTRAIT_TITLE = "Portrait of a Cedar Valley Graduate"


def _id(*names: str) -> str:
    return str(uuid5(NAMESPACE_URL, "/".join((BASE, *names))))


IDENTIFIER = _id("progressions")
PORTRAIT = _id("portrait")


def bring(*, district: Organisation, learning: Learning, now: datetime) -> dict[str, UUID]:
    """Bring the progressions and the portrait in; return code → competency."""
    purpose.save_framework(by=None, district=district, package=progressions(learning), now=now)
    purpose.save_framework(
        by=None, district=district, package=portrait(learning), now=now, kind="portrait"
    )
    framework = Framework.objects.get(district=district, identifier=IDENTIFIER)
    purpose.use_framework(by=None, framework=framework)
    skills = {c.code: c for c in Competency.objects.filter(framework__identifier=PORTRAIT)}
    for skill in learning.portrait:
        purpose.set_levels(by=None, competency=skills[skill.code], levels=skill.levels)
    purpose.save_crosswalk(
        by=None, district=district, matches=list(_to_portrait(learning)), now=now
    )
    rows = Competency.objects.filter(framework=framework, assessable=True)
    return dict(rows.values_list("code", "pk"))


def join_ccss(*, district: Organisation, learning: Learning, path: Path, now: datetime) -> int:
    """Bring a package of the Common Core in and match our mathematics to it by code.

    Returns the number of matches. Its prerequisites then count for our competencies too. Raises
    ValueError when the package is refused.
    """
    run = purpose.import_case(by=None, district=district, path=path, now=now)
    if run.status not in {"applied", "unchanged"}:
        raise ValueError(run.message)
    package = case.read_package(path)[0]
    theirs = {item.code for item in package.items}
    matches = [
        purpose.Match(IDENTIFIER, one.code, EXACT_MATCH, package.document.identifier, code)
        for one in learning.competencies
        for code in one.ccss
        if code in theirs
    ]
    purpose.save_crosswalk(by=None, district=district, matches=matches, now=now)
    return len(matches)


def progressions(learning: Learning) -> case.Package:
    """Return the competencies under their subjects and strands, with what builds on what."""
    document = case.Document(
        identifier=IDENTIFIER,
        uri=f"{BASE}/CFDocuments/{IDENTIFIER}",
        last_changed=WRITTEN,
        title=TITLE,
        creator="Milepost demonstration",
        subjects=tuple(dict.fromkeys(one.subject for one in learning.competencies)),
        adoption_status="Implemented",
    )
    headings: dict[tuple[str, ...], case.Item] = {}
    for one in learning.competencies:
        for path in ((one.subject,), (one.subject, one.strand)):
            headings.setdefault(path, _item(_id(*path), path[-1], kind="Heading", subject=path[0]))
    items = [
        _item(
            _id(one.code), one.statement, code=one.code, title=one.title, kind="Competency",
            grades=(one.grade,), subject=one.subject,
        )
        for one in learning.competencies
    ]  # fmt: skip
    return case.Package(
        document=document,
        items=(*headings.values(), *items),
        associations=tuple(_progress(learning, headings)),
    )


def portrait(learning: Learning) -> case.Package:
    """Return the portrait's skills under one document."""
    document = case.Document(
        identifier=PORTRAIT,
        uri=f"{BASE}/CFDocuments/{PORTRAIT}",
        last_changed=WRITTEN,
        title=PORTRAIT_TITLE,
        creator="Milepost demonstration",
        adoption_status="Implemented",
    )
    items = [
        _item(_id(skill.code), skill.statement, code=skill.code, title=skill.title, kind="Skill")
        for skill in learning.portrait
    ]
    ties = [
        _tie("isChildOf", item.identifier, PORTRAIT, place) for place, item in enumerate(items, 1)
    ]
    return case.Package(document=document, items=tuple(items), associations=tuple(ties))


def _progress(
    learning: Learning, headings: Iterable[tuple[str, ...]]
) -> Iterator[case.Association]:
    for place, path in enumerate(headings, start=1):
        above = _id(*path[:-1]) if len(path) > 1 else IDENTIFIER
        yield _tie("isChildOf", _id(*path), above, place)
    for place, one in enumerate(learning.competencies, start=1):
        yield _tie("isChildOf", _id(one.code), _id(one.subject, one.strand), place)
        for need in one.needs:
            yield _tie("precedes", _id(need), _id(one.code))


def _to_portrait(learning: Learning) -> Iterator[purpose.Match]:
    for one in learning.competencies:
        for skill in one.skills:
            yield purpose.Match(IDENTIFIER, one.code, RELATED, PORTRAIT, skill)


def _item(
    identifier: str,
    statement: str,
    *,
    code: str = "",
    title: str = "",
    kind: str = "",
    grades: tuple[str, ...] = (),
    subject: str = "",
) -> case.Item:
    return case.Item(
        identifier=identifier,
        uri=f"{BASE}/CFItems/{identifier}",
        last_changed=WRITTEN,
        statement=statement,
        code=code,
        title=title,
        kind=kind,
        grades=grades,
        subjects=(subject,) if subject else (),
    )


def _tie(kind: str, origin: str, destination: str, sequence: int | None = None) -> case.Association:
    identifier = _id(kind, origin, destination)
    return case.Association(
        identifier=identifier,
        uri=f"{BASE}/CFAssociations/{identifier}",
        last_changed=WRITTEN,
        kind=kind,
        origin=case.Link(identifier=origin, uri=f"{BASE}/CFItems/{origin}"),
        destination=case.Link(identifier=destination, uri=f"{BASE}/CFItems/{destination}"),
        sequence=sequence,
    )
