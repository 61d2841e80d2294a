"""Packages are read as publishers send them, and what was odd is said."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from milepost.purpose import case
from tests.purpose.packages import (
    association,
    identifier,
    item,
    link,
    number_package,
    package,
)

pytestmark = pytest.mark.pure


def read(content: Any) -> tuple[case.Package, list[str]]:
    """Return a package in normal form and the notes about it."""
    sent = content if isinstance(content, bytes) else json.dumps(content).encode()
    found, report = case.read_package(sent)
    return case.normalise(found), [str(note) for note in report.notes]


def by_code(found: case.Package, code: str) -> case.Item:
    return next(one for one in found.items if one.code == code)


def test_a_package_says_what_it_has() -> None:
    found, notes = read(number_package())

    assert found.document.title == "Numbers"
    assert found.document.creator == "The testers"
    assert [one.code for one in found.items] == ["N", "N.1", "N.2", "N.3"]
    adding = by_code(found, "N.2")
    assert (adding.title, adding.grades, adding.kind) == ("Adding", ("01",), "Standard")
    assert by_code(found, "N.1").keywords == ("counting",)
    assert notes == [
        f"CFAssociation {identifier('N.3 exactMatchOf X.3')}.destinationNodeURI: X.3 is not in "
        "the package, though its address is one of the framework's own items. It is kept, and "
        "joined when a framework that has it arrives."
    ]


def test_an_association_that_points_outside_is_kept_and_known_for_it() -> None:
    away = association(("N.1", "isRelatedTo", "far")) | {
        "destinationNodeURI": link("CFItems", "far", "https://elsewhere.example.org")
    }
    found, notes = read(package("Numbers", [item("N.1")]) | {"CFAssociations": [away]})

    tie = found.associations[0]
    assert found.is_outside(tie)
    assert tie.destination.identifier == identifier("far")
    assert not any("far" in note for note in notes)


def test_a_file_is_read_from_its_path_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(number_package()).encode())

    found, _ = case.read_package(path)

    assert len(found.items) == 4


@pytest.mark.parametrize(
    ("key", "other"),
    [
        ("CFAssociations", "CFassociations"),
        ("CFAssociations", "cfAssociations"),
        ("CFItems", "CFItem"),
        ("CFDocument", "cfdocument"),
    ],
)
def test_lists_are_known_in_any_capitals(key: str, other: str) -> None:
    content = number_package()
    content[other] = content.pop(key)

    assert read(content)[0] == read(number_package())[0]


def test_fields_are_known_in_any_capitals() -> None:
    content = number_package()
    content["CFItems"][1] = {
        name[:1].swapcase() + name[1:]: value for name, value in content["CFItems"][1].items()
    }

    assert read(content)[0] == read(number_package())[0]


def test_a_package_within_a_package_object_is_read() -> None:
    assert read([{"CFPackage": number_package()}])[0] == read(number_package())[0]


def test_nulls_and_blanks_say_nothing() -> None:
    content = number_package(CFDefinitions=None, CFRubrics=[], vendor=None)
    content["CFItems"][1] |= {"notes": None, "subject": [], "language": "", "vendor": None}

    assert read(content)[0] == read(number_package())[0]


def test_upper_case_uuids_are_the_same_uuids() -> None:
    upper = json.loads(
        json.dumps(number_package()).replace(identifier("N.1"), identifier("N.1").upper())
    )
    found, _ = read(upper)

    assert by_code(found, "N.1").identifier == identifier("N.1")
    assert any(tie.origin.identifier == identifier("N.1") for tie in found.associations)


def test_identifiers_that_are_no_uuids_stay_as_they_are() -> None:
    content = json.loads(json.dumps(number_package()).replace(identifier("N.1"), "Num-1"))
    found, _ = read(content)

    assert by_code(found, "N.1").identifier == "Num-1"
    assert any(tie.origin.identifier == "Num-1" for tie in found.associations)


def test_missing_addresses_are_made_from_identifiers() -> None:
    content = number_package()
    for one in content["CFItems"]:
        del one["uri"]
    found, _ = read(content)

    assert by_code(found, "N.1").uri == (
        f"https://standards.example.org/ims/case/v1p1/CFItems/{identifier('N.1')}"
    )


def test_missing_identifiers_are_made_from_addresses() -> None:
    content = number_package()
    del content["CFDocument"]["identifier"]
    for one in content["CFItems"]:
        del one["identifier"]

    assert read(content)[0] == read(number_package())[0]


def test_what_has_neither_identifier_nor_address_gets_both_and_always_the_same() -> None:
    content = number_package()
    content["CFItems"].append({"fullStatement": "Lost", "humanCodingScheme": "L"})
    found, notes = read(content)

    assert UUID(by_code(found, "L").identifier)
    assert read(content)[0] == found
    assert "CFItems[4]: has neither identifier nor address; both were made for it." in notes


def test_one_text_stands_for_a_list_of_one() -> None:
    content = number_package()
    content["CFItems"][1] |= {
        "educationLevel": "KG, 01",
        "conceptKeywords": "counting",
        "subject": "Mathematics",
    }
    counting = by_code(read(content)[0], "N.1")

    assert counting.grades == ("KG", "01")
    assert counting.keywords == ("counting",)
    assert counting.subjects == ("Mathematics",)


def test_an_address_or_a_bare_identifier_stands_for_a_link() -> None:
    content = number_package()
    for tie in content["CFAssociations"]:
        tie["originNodeURI"] = tie["originNodeURI"]["uri"]
        tie["destinationNodeURI"] = tie["destinationNodeURI"]["identifier"]
    found, _ = read(content)

    ends = {(tie.origin.identifier, tie.destination.identifier) for tie in found.associations}
    assert (identifier("N.1"), identifier("N.2")) in ends
    tie = next(one for one in found.associations if one.kind == case.PRECEDES)
    assert tie.origin.title
    assert tie.destination.uri.endswith(tie.destination.identifier)


def test_numbers_in_quotation_marks_are_numbers() -> None:
    content = number_package()
    content["CFAssociations"][0]["sequenceNumber"] = "7"
    found, _ = read(content)

    assert 7 in {tie.sequence for tie in found.associations}


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("Is Child Of", "isChildOf"),
        ("EXACTMATCHOF", "exactMatchOf"),
        ("ext:assessedBy", "ext:assessedBy"),
        ("assessedBy", "ext:assessedBy"),
        ("assessed by", "ext:assessed_by"),
    ],
)
def test_kinds_of_association_are_words_of_case_or_extensions(written: str, kind: str) -> None:
    tie = association(("N.1", written, "N.2"))
    found, _ = read(package("N", [item("N.1"), item("N.2")]) | {"CFAssociations": [tie]})

    assert found.associations[0].kind == kind


def test_the_same_object_twice_is_kept_once_with_a_note() -> None:
    content = number_package()
    content["CFItems"].append(content["CFItems"][1])
    found, notes = read(content)

    assert found == read(number_package())[0]
    assert f"CFItems[4]: {identifier('N.1')} comes twice, the same; it is kept once." in notes


def test_prerequisites_in_a_circle_are_kept_and_named() -> None:
    edges = [("A", "precedes", "B"), ("B", "precedes", "C"), ("C", "precedes", "A")]
    found, notes = read(package("Round", [item("A"), item("B"), item("C")], edges))

    assert sum(tie.kind == case.PRECEDES for tie in found.associations) == 3
    assert len(notes) == 1
    assert "is a circle of precedes: none of them could come first." in notes[0]
    assert {"A → B → C → A", "B → C → A → B", "C → A → B → C"} & {
        notes[0].removeprefix("CFAssociations: ").partition(" is a")[0]
    }


def test_items_without_a_way_to_the_document_are_named() -> None:
    content = number_package()
    content["CFItems"] += [item("X"), item("Y")]
    found, notes = read(content)

    assert "CFItems: X, Y have no way up to the document by isChildOf." in "\n".join(notes)
    assert [one.code for one in found.items][-2:] == ["X", "Y"]


def test_a_child_of_what_is_not_there_is_named() -> None:
    content = package("P", [item("A")], [("A", "isChildOf", "gone")])
    _, notes = read(content)

    assert any("gone is not in the package" in note for note in notes)


def test_characters_that_no_database_keeps_are_replaced_with_a_note() -> None:
    content = number_package()
    content["CFItems"][1]["fullStatement"] = "Count\0 \ud800to ten."
    found, notes = read(json.dumps(content).encode())

    assert by_code(found, "N.1").statement == "Count� �to ten."
    assert any("had a character that no text may have" in note for note in notes)


def test_rubrics_and_definitions_are_read_with_all_their_parts() -> None:
    level = {"identifier": identifier("high"), "quality": "High", "score": 3, "position": 1}
    criterion = {
        "identifier": identifier("row"),
        "description": "How many",
        "CFItemURI": link("CFItems", "N.1"),
        "CFRubricCriterionLevels": [level],
    }
    content = number_package(
        CFRubrics=[
            {
                "identifier": identifier("rubric"),
                "title": "Counting",
                "CFRubricCriteria": [criterion],
            }
        ],
        CFDefinitions={
            "CFSubjects": [{"identifier": identifier("m"), "title": "Mathematics"}],
            "CFConcepts": ["Number"],
            "CFLicenses": None,
        },
    )
    found, _ = read(content)

    row = found.rubrics[0].criteria[0]
    assert row.item is not None
    assert row.item.identifier == identifier("N.1")
    assert (row.levels[0].quality, row.levels[0].score) == ("High", 3)
    assert {one.title for one in found.definitions} == {"Mathematics", "Number"}


def test_a_framework_of_case_1_0_is_read() -> None:
    content = number_package()
    for one in content["CFItems"] + content["CFAssociations"]:
        one["CFDocumentURI"] = link("CFDocuments", "Numbers")
    found, _ = read(content)

    assert found == read(number_package())[0]


def test_a_framework_as_deep_as_it_likes_is_read() -> None:
    codes = [str(k) for k in range(3_000)]
    edges = [(b, "isChildOf", a) for a, b in pairwise(codes)]
    found, notes = read(package("Deep", [item(code) for code in codes], edges))

    assert [one.code for one in found.items] == codes
    assert notes == []


@pytest.mark.parametrize("levels", [["", ";"], [" "], ";", None])
def test_grades_that_say_nothing_are_no_grades(levels: Any) -> None:
    content = number_package()
    content["CFItems"][1]["educationLevel"] = levels
    found, _ = read(content)

    assert by_code(found, "N.1").grades == ()
    assert case.normalise(found) == found
