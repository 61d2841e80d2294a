"""A package that cannot be read is refused with everything that is wrong, said where it is."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.purpose import case
from milepost.purpose.case import json_text
from tests.purpose.packages import association, identifier, item, number_package, package

pytestmark = pytest.mark.pure

ODD: list[Any] = [None, 7, True, "x", [], {}, [None], [[]], {"identifier": 3}, ["x", "y"]]


def refusal(content: Any) -> list[case.Finding]:
    """Return the errors for which a package is refused."""
    sent = content if isinstance(content, bytes | Path) else json.dumps(content).encode()
    with pytest.raises(case.RefusedPackageError) as refused:
        case.read_package(sent)
    return list(refused.value.report.errors)


@pytest.mark.parametrize("kind", ["isChildOf", "Is Child Of"])
def test_children_in_a_circle_are_refused_by_name(kind: str) -> None:
    edges = [("A", kind, "B"), ("B", kind, "A")]

    (error,) = refusal(package("Round", [item("A"), item("B")], edges))

    assert error.value in ("A → B → A", "B → A → B")
    assert error.reason == "is a circle of isChildOf: each would be a part of itself."


def test_every_error_is_found_in_one_run() -> None:
    content = package("Bad", [item("A"), item("B")], [("A", "isChildOf", "A")])
    content["CFItems"].append(item("B", "Something else."))
    content["CFItems"].append(7)
    tie = association(("A", "precedes", "B"))
    content["CFAssociations"].append(
        tie | {"destinationNodeURI": None, "identifier": identifier("x")}
    )
    content["CFAssociations"].append(tie | {"associationType": "", "identifier": identifier("y")})

    assert sorted(error.reason for error in refusal(content)) == [
        "comes twice with different content.",
        "does not say what it joins.",
        "does not say what kind of association it is.",
        "is a circle of isChildOf: each would be a part of itself.",
        "is not an object.",
    ]


def test_two_contents_of_one_identifier_are_refused() -> None:
    content = number_package()
    content["CFItems"].append(item("N.1", "Something else."))

    (error,) = refusal(content)

    assert error.where == "CFItems[4]"
    assert error.value == identifier("N.1")
    assert error.advice == "Remove one, or give it an identifier of its own."


def test_an_item_may_not_have_the_document_s_identifier() -> None:
    content = number_package()
    content["CFItems"].append(item("Numbers"))

    assert refusal(content)[0].reason == "is the identifier of 2 different objects."


def test_broken_json_is_refused_with_line_and_column() -> None:
    (error,) = refusal(b'{\n "CFDocument": {\n  "title" "x"\n }\n}')

    assert (error.line, error.column) == (3, 11)
    assert "not valid JSON" in error.value


def test_a_file_in_another_encoding_is_refused_with_its_place() -> None:
    (error,) = refusal('{\n "title": "é"}'.encode("latin-1"))

    assert (error.line, error.column) == (2, 12)
    assert error.value == "The file is not UTF-8 text."


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_wide_encodings_are_refused(encoding: str) -> None:
    assert "UTF-8" in str(refusal(json.dumps(number_package()).encode(encoding))[0])


@pytest.mark.parametrize("content", [b"", b"  \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    assert refusal(content)[0].value == "The file is empty."


@pytest.mark.parametrize("content", [[], 7, None, {}, {"CFItems": []}, {"CFDocument": None}])
def test_what_is_no_package_is_refused(content: Any) -> None:
    assert "not a CASE package" in refusal(content)[0].reason


def test_a_list_of_frameworks_is_told_from_a_framework() -> None:
    errors = refusal({"CFDocuments": [number_package()["CFDocument"]]})

    assert "list of frameworks" in errors[0].advice


def test_a_document_without_title_and_address_is_refused() -> None:
    assert refusal({"CFDocument": {"creator": "me"}})[0].advice == "Give it a title."


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone.json")[0].reason == "no such file or directory."


def test_a_file_that_is_too_large_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_text, "LARGEST_FILE", 100)
    path = tmp_path / "large.json"
    path.write_bytes(b"[" * 101)

    assert refusal(path)[0].value == "The file has 101 bytes;"


@pytest.mark.parametrize("depth", [61, 100_000])
def test_endless_nesting_is_refused(depth: int) -> None:
    content = b'{"CFDocument":' + b"[" * depth + b"]" * depth + b"}"

    assert "more than 60 deep" in refusal(content)[0].reason


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999", "9" * 5_000])
def test_numbers_that_json_does_not_have_are_refused(number: str) -> None:
    content = json.dumps(number_package()).replace('"title": "Numbers"', f'"title": {number}', 1)

    assert refusal(content.encode())[0].reason == "is not a number that JSON has."


def test_one_name_with_two_values_is_refused() -> None:
    content = json.dumps(number_package()).replace(
        '"title": "Numbers"', '"title": "Numbers", "title": "Figures"', 1
    )

    assert "comes twice in one object" in refusal(content.encode())[0].reason


@pytest.mark.parametrize("name", ["CFItems", "CFAssociations", "CFRubrics", "CFDefinitions"])
def test_a_text_in_the_place_of_a_list_is_refused(name: str) -> None:
    assert refusal(number_package(**{name: "none"}))[0].where == name


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_in_words(content: bytes) -> None:
    errors = refusal(content)

    assert all(error.reason or error.value for error in errors)


@given(st.data())
def test_any_damage_to_a_package_is_read_or_refused_in_words(data: st.DataObject) -> None:
    content = number_package(CFRubrics=[{"title": "r", "CFRubricCriteria": [{}]}])
    odd = st.sampled_from(ODD)
    part = data.draw(st.sampled_from([content, *content["CFItems"], *content["CFAssociations"]]))
    part[data.draw(st.sampled_from(sorted(part)))] = data.draw(odd)

    sent = json.dumps(content).encode()
    try:
        package, _ = case.read_package(sent)
    except case.RefusedPackageError:
        assert all(error.reason for error in refusal(sent))
    else:
        written, _ = case.write_package(package)
        assert case.normalise(case.read_package(written)[0]) == case.normalise(package)
