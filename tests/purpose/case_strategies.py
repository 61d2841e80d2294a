"""CASE packages as all sorts of publishers might send them, made by hypothesis.

They can all be read: identifiers are told apart, children stand in no circle. Everything else goes:
nulls, upper-case UUIDs, codes for UUIDs, addresses for links, texts for lists, a vendor's fields.
"""

from functools import cache
from typing import Any

from hypothesis import strategies as st

from tests.purpose.case_strict import KINDS, OBJECTS

TEXT = st.text(max_size=12)
ANYTHING: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 7, -1.5, "", " y\n", "2026-01-01", [], {}, [None], ["a", 3], {"k": None},
     {"": {"z": [1, None, {}]}}, [{"identifier": "x"}], {"identifier": "X-1", "k": "v"}]
)  # fmt: skip
"""Values that belong nowhere. A few chosen ones: drawing any JSON takes ten times as long."""
UUID = st.uuids().map(str)
CODE = st.from_regex(r"[A-Z]{1,3}[-./ ][0-9]{1,3}", fullmatch=True)
IDENTIFIER = st.one_of(UUID, UUID.map(str.upper), UUID.map(lambda one: f"{{{one}}}"), CODE)
MOMENT = st.datetimes().map(str) | st.sampled_from(
    ["2017-10-18T15:02:46+00:00", "2017-10-18T15:02:46Z", "2017-10-18T15:02:46.123-07:00", "soon"]
)
DATE = st.dates().map(str) | MOMENT
VENDOR = st.dictionaries(
    st.sampled_from(["rank", "Vendor Field", "shortCode", "CFDocumentURI", "rubricId"]),
    ANYTHING,
    max_size=2,
)
EXTENSIONS = st.one_of(ANYTHING, st.dictionaries(st.sampled_from(["rank", "mood"]), ANYTHING))


def _name(identifier: str) -> str:
    return identifier.strip("{}").lower()


def _link(identifier: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    whole = st.fixed_dictionaries(
        {"identifier": identifier},
        optional={
            "title": TEXT,
            "uri": TEXT.map(lambda one: f"https://example.org/x/{one}"),
            "targetType": st.sampled_from(["CASE", "case", "ext:video", "a film!", 3]),
            "rank": ANYTHING,
        },
    )
    address = identifier.map(lambda one: f"https://example.org/ims/case/v1p0/CFItems/{one}")
    return st.one_of(whole, whole.map(lambda one: [one]), address, identifier)


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXT | st.integers(0, 99),
    "uuid": IDENTIFIER,
    "moment": MOMENT,
    "date": DATE,
    "integer": st.one_of(st.integers(), st.integers(0, 99).map(str), st.just(2.0)),
    "number": st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.just("1.5")),
    "Link": _link(IDENTIFIER),
    "kind": st.sampled_from([*KINDS, "is Child Of", "Precedes", "needs!", "ext:-x", "ext:needs"]),
    "1.1": st.sampled_from(["1.1", "1.0", 1.1]),
    "[text]": st.lists(TEXT, max_size=3) | TEXT,
    "[Link]": st.lists(_link(IDENTIFIER), max_size=2) | _link(IDENTIFIER),
}


@cache
def _fields(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return any of an object's fields but its identifier, well formed or odd."""
    types = dict(one.rstrip("!").split(":", 1) for one in OBJECTS[kind].split())
    values = {
        name: st.one_of(*[VALUES[type_]] * 3, ANYTHING)
        for name, type_ in types.items()
        if type_ in VALUES and name not in ("identifier", "uri")
    }
    return st.fixed_dictionaries({}, optional=values | {"uri": st.none(), "extensions": EXTENSIONS})


def thing(kind: str, identifier: str, **given: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Return objects of a kind that have that identifier and what is given."""

    def whole(vendor: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
        # An address is true or not there: an identifier may be made of it.
        address = {"uri": f"https://example.org/{identifier}"}
        return address | vendor | fields | {"identifier": identifier} | given

    return st.builds(whole, VENDOR, _fields(kind))


@st.composite
def packages(draw: st.DrawFn) -> dict[str, Any]:
    """Draw one CFPackage as its JSON."""
    names = draw(
        st.lists(
            IDENTIFIER, min_size=18, max_size=18, unique_by=lambda one: one.strip("{}").lower()
        )
    )
    document, *rest = names
    items, ties, others = rest[: draw(st.integers(0, 4))], rest[4:9], rest[9:]
    made: dict[str, Any] = {
        "CFDocument": draw(thing("CFDocument", document, title="Title")),
        "CFItems": [draw(thing("CFItem", one)) for one in items],
        "CFAssociations": [
            draw(_tie(one, document, items)) for one in ties[: draw(st.integers(0, 5))]
        ],
        "CFDefinitions": draw(_definitions(others[:5])),
        "CFRubrics": [draw(_rubric(others[5:]))] if draw(st.booleans()) else None,
        "extensions": draw(EXTENSIONS),
        "vendorWhole": draw(ANYTHING),
    }
    return {name: value for name, value in made.items() if value is not None or draw(st.booleans())}


@st.composite
def _tie(draw: st.DrawFn, identifier: str, document: str, items: list[str]) -> dict[str, Any]:
    """Draw an association; a child stands under what comes before it, so there are no circles."""
    nodes = [document, *items]
    kind = draw(VALUES["kind"])
    origin = draw(st.sampled_from(nodes))
    ends = st.sampled_from(nodes) | IDENTIFIER
    if kind in ("isChildOf", "is Child Of"):
        above = nodes[: nodes.index(origin)]
        ends = st.sampled_from(above) if above else st.just("somewhere else")
    joined = {
        "associationType": kind,
        "originNodeURI": draw(_link(st.just(origin))),
        "destinationNodeURI": draw(_link(ends)),
    }
    return draw(thing("CFAssociation", identifier, **joined))


@st.composite
def _definitions(draw: st.DrawFn, names: list[str]) -> dict[str, Any]:
    lists = {
        "CFConcepts": "CFConcept",
        "CFSubjects": "CFSubject",
        "CFLicenses": "CFLicense",
        "CFItemTypes": "CFItemType",
        "CFAssociationGroupings": "CFAssociationGrouping",
    }
    return {
        name: draw(st.one_of(st.none(), thing(kind, one).map(lambda made: [made])))
        for (name, kind), one in zip(lists.items(), names, strict=True)
    } | draw(st.dictionaries(st.sampled_from(["extensions", "CFThings"]), ANYTHING))


@st.composite
def _rubric(draw: st.DrawFn, names: list[str]) -> dict[str, Any]:
    rubric, criterion, *levels = names
    made = [draw(thing("CFRubricCriterionLevel", one)) for one in levels]
    row = draw(thing("CFRubricCriterion", criterion))
    row["CFRubricCriterionLevels"] = draw(st.sampled_from([made, [], None, "none", [*made, 3]]))
    return draw(thing("CFRubric", rubric)) | {"CFRubricCriteria": [row]}
