"""What is written is strict CASE 1.1, and the report names what it cannot say as it was said."""

import json
from typing import Any

import pytest

from milepost.purpose import case
from tests.purpose.case_strict import violations
from tests.purpose.packages import association, identifier, item, link, number_package, package

pytestmark = pytest.mark.pure


def write(content: Any) -> tuple[dict[str, Any], list[str]]:
    """Return what is written of a package that was sent, and the report's lines."""
    found, _ = case.read_package(json.dumps(content).encode())
    written, losses = case.write_package(found)
    made: dict[str, Any] = json.loads(written)
    assert violations(made) == []
    return made, losses.lines()


def item_of(written: dict[str, Any], code: str) -> dict[str, Any]:
    return next(one for one in written["CFItems"] if one.get("humanCodingScheme") == code)


def test_a_strict_package_is_written_without_loss() -> None:
    content = number_package()
    del content["CFDocument"]["CFPackageURI"]

    written, losses = write(content)

    assert losses == []
    assert written["CFDocument"]["caseVersion"] == "1.1"
    assert len(written["CFItems"]) == 4


def test_a_vendor_s_fields_go_to_extensions_and_are_named() -> None:
    content = number_package()
    content["CFItems"][1] |= {"rank": 3, "extensions": {"mood": "good"}}

    written, losses = write(content)

    assert item_of(written, "N.1")["extensions"] == {"mood": "good", "rank": 3}
    assert losses == [
        "CFDocument.CFPackageURI is not of CASE 1.1 as it was written and stands under extensions "
        f"({identifier('Numbers')})",
        "CFItem.rank is not of CASE 1.1 as it was written and stands under extensions "
        f"({identifier('N.1')})",
    ]


def test_a_vendor_s_field_does_not_overwrite_an_extension() -> None:
    content = number_package()
    content["CFItems"][1] |= {"rank": 3, "extensions": {"rank": 4}}

    assert item_of(write(content)[0], "N.1")["extensions"] == {"rank": 4, "rank_": 3}


def test_values_of_the_wrong_type_go_to_extensions() -> None:
    content = number_package()
    content["CFItems"][1] |= {
        "statusStartDate": "soon",
        "lastChangeDateTime": "yesterday",
        "language": {"code": "en"},
    }
    content["CFAssociations"][0]["sequenceNumber"] = "first"

    written, _ = write(content)

    assert item_of(written, "N.1")["extensions"] == {
        "statusStartDate": "soon",
        "lastChangeDateTime": "yesterday",
        "language": {"code": "en"},
    }
    assert item_of(written, "N.1")["lastChangeDateTime"] == "2026-03-01T12:00:00+00:00"
    assert {"sequenceNumber": "first"} in [
        one.get("extensions") for one in written["CFAssociations"]
    ]


def test_the_levels_of_a_rubric_have_a_list_of_extensions() -> None:
    level = {"identifier": identifier("l"), "quality": "High", "colour": "green"}
    row = {"identifier": identifier("c"), "CFRubricCriterionLevels": [level]}
    rubric = {"identifier": identifier("r"), "CFRubricCriteria": [row]}

    written, _ = write(number_package(CFRubrics=[rubric]))

    kept = written["CFRubrics"][0]["CFRubricCriteria"][0]["CFRubricCriterionLevels"][0]
    assert kept["extensions"] == [{"colour": "green"}]


def test_levels_without_identifiers_each_get_their_own() -> None:
    levels = [{"quality": "High"}, {"quality": "High"}]
    rubric = {
        "identifier": identifier("r"),
        "CFRubricCriteria": [{"CFRubricCriterionLevels": levels} for _ in range(2)],
    }

    written, losses = write(number_package(CFRubrics=[rubric]))

    rows = written["CFRubrics"][0]["CFRubricCriteria"]
    made = [one["identifier"] for row in rows for one in (row, *row["CFRubricCriterionLevels"])]
    assert len(set(made)) == 6
    assert any(line.startswith("CFRubricCriterionLevel.identifier was missing") for line in losses)


def test_what_case_requires_is_made_and_named() -> None:
    content = {
        "CFDocument": {"title": "Bare"},
        "CFItems": [{"identifier": identifier("a"), "humanCodingScheme": "A"}],
        "CFDefinitions": {"CFItemTypes": [{"title": "Standard"}], "CFLicenses": ["CC BY"]},
    }

    written, losses = write(content)

    assert item_of(written, "A")["fullStatement"] == "A"
    assert written["CFDocument"]["creator"] == "Bare"
    assert written["CFDocument"]["lastChangeDateTime"].startswith("1970-01-01")
    assert written["CFDefinitions"]["CFItemTypes"][0]["hierarchyCode"] == "Standard"
    assert written["CFDefinitions"]["CFLicenses"][0]["licenseText"] == "CC BY"
    made = "was missing and was made from the rest"
    assert f"CFItem.fullStatement {made} ({identifier('a')})" in losses
    assert any(line.startswith(f"CFDocument.creator {made}") for line in losses)


def test_a_missing_moment_is_the_latest_of_the_package() -> None:
    content = number_package()
    del content["CFDocument"]["lastChangeDateTime"]
    content["CFItems"][1]["lastChangeDateTime"] = "2027-01-01T01:00:00+01:00"

    assert write(content)[0]["CFDocument"]["lastChangeDateTime"] == "2027-01-01T00:00:00+00:00"


def test_identifiers_that_are_no_uuids_come_back_from_a_strict_package() -> None:
    content = json.loads(json.dumps(number_package()).replace(identifier("N.1"), "Num-1"))
    written, losses = write(content)

    assert "Num-1" not in {one["identifier"] for one in written["CFItems"]}
    assert any("Num-1" in line and "no UUID" in line for line in losses)
    again, _ = case.read_package(json.dumps(written).encode())
    assert "Num-1" in {one.identifier for one in again.items}
    assert "Num-1" in {tie.origin.identifier for tie in again.associations}
    assert again.extra == {}


def test_the_end_of_an_association_outside_case_keeps_its_name() -> None:
    tie = association(("A", "exemplar", "film")) | {
        "destinationNodeURI": {
            "identifier": "film-7",
            "uri": "https://example.org/film-7",
            "title": "A film",
            "targetType": "ext:video",
        }
    }
    written, _ = write(package("P", [item("A")]) | {"CFAssociations": [tie]})

    assert written["CFAssociations"][0]["destinationNodeURI"] == tie["destinationNodeURI"]


def test_an_item_keeps_a_link_to_another_document_than_its_own() -> None:
    content = number_package()
    content["CFItems"][1]["CFDocumentURI"] = link("CFDocuments", "Another")

    written, _ = write(content)

    kept = item_of(written, "N.1")["extensions"]["CFDocumentURI"]
    assert kept["identifier"] == identifier("Another")


def test_siblings_are_written_in_the_order_of_their_numbers_then_codes() -> None:
    codes = ["1.NF.10", "1.NF.9", "1.NF.1", "1.NF"]
    edges = [(code, "isChildOf", "1.NF") for code in codes[:3]]
    content = package("Order", [item(code) for code in codes], edges)
    for tie in content["CFAssociations"]:
        del tie["sequenceNumber"]

    written, _ = write(content)

    assert [one["humanCodingScheme"] for one in written["CFItems"]] == codes[::-1]


def test_moments_are_written_in_utc_and_days_as_days() -> None:
    content = number_package()
    content["CFItems"][1] |= {
        "lastChangeDateTime": "2026-03-01T05:00:00-07:00",
        "statusEndDate": "2026-06-30T00:00:00+00:00",
    }
    found, _ = case.read_package(json.dumps(content).encode())
    one = next(one for one in case.normalise(found).items if one.code == "N.1")

    assert one.last_changed == "2026-03-01T12:00:00+00:00"
    assert str(one.ends_on) == "2026-06-30"


def test_a_package_made_in_code_is_written_whole() -> None:
    made = case.Package(
        document=case.Document(title="Portrait", creator="A district"),
        items=(case.Item(identifier="curious", statement="Asks why.", grades=("KG",)),),
    )

    written, losses = case.write_package(made)

    assert violations(json.loads(written)) == []
    assert case.normalise(case.read_package(written)[0]) == case.normalise(made)
    assert any("CFDocument.identifier was missing" in line for line in losses.lines())


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ({"vendor": 1}, "CFPackage.vendor is not of CASE 1.1"),
        ({"CFDocument": {}}, "CFPackage.CFDocument lacks title"),
        ({"CFItems": None}, "CFPackage.CFItems is not a list"),
        ({"CFItems": [None]}, "CFPackage.CFItems[0] is not an object"),
        ({"extensions": []}, "CFPackage.extensions has the wrong shape"),
    ],
)
def test_the_judge_of_strictness_sees_what_is_not_strict(damage: dict[str, Any], said: str) -> None:
    written, _ = write(number_package())

    assert said in violations(written | damage)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("identifier", "N.1"),
        ("identifier", identifier("N.1").upper()),
        ("lastChangeDateTime", "2026-03-01"),
        ("associationType", "follows"),
        ("sequenceNumber", "1"),
        ("notes", None),
        ("originNodeURI", {"identifier": "x"}),
        ("CFDocumentURI", {}),
    ],
)
def test_the_judge_of_strictness_sees_values_that_are_not_strict(name: str, value: Any) -> None:
    written, _ = write(number_package())
    written["CFAssociations"][0][name] = value

    assert violations(written) != []
