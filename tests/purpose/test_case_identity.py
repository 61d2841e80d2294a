"""Import, export and import again say the same; what is exported is strict CASE 1.1."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from milepost.purpose import case
from milepost.purpose.case.json_text import same
from milepost.purpose.case.parts import package_to_json
from tests.purpose.case_strategies import packages
from tests.purpose.case_strict import violations

pytestmark = pytest.mark.pure

FILES = ("ccssm_converted", "act_holistic_math", "webb_dok")
slowly = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def sent(content: Any) -> bytes:
    return json.dumps(content).encode()


@slowly
@given(packages())
def test_any_readable_package_survives_writing_and_reading_again(content: dict[str, Any]) -> None:
    package, _ = case.read_package(sent(content))
    normal = case.normalise(package)

    written, _ = case.write_package(package)
    again, report = case.read_package(written)

    assert case.normalise(again) == normal
    assert same(package_to_json(case.normalise(again)), package_to_json(normal))
    assert not report.errors


@slowly
@given(packages())
def test_whatever_is_written_is_strict(content: dict[str, Any]) -> None:
    package, _ = case.read_package(sent(content))

    written, _ = case.write_package(package)

    assert violations(json.loads(written)) == []


@slowly
@given(packages())
def test_the_normal_form_of_a_normal_form_is_itself(content: dict[str, Any]) -> None:
    normal = case.normalise(case.read_package(sent(content))[0])

    assert case.normalise(normal) == normal


@slowly
@given(packages())
def test_every_field_of_a_vendor_is_kept(content: dict[str, Any]) -> None:
    normal = case.normalise(case.read_package(sent(content))[0])
    written = package_to_json(normal)

    for name, kept in (("CFItems", normal.items), ("CFAssociations", normal.associations)):
        assert len(kept) == len(content.get(name) or ())
    for given_item in content.get("CFItems") or ():
        value = given_item.get("Vendor Field")
        if value is None or value in ([], {}) or (isinstance(value, str) and not value.strip()):
            continue
        identifier = given_item["identifier"]
        item = next(one for one in written["CFItems"] if _names(one, identifier))
        assert "Vendor Field" in item["extensions"]


@slowly
@given(packages())
def test_a_part_kept_as_json_comes_back_the_same(content: dict[str, Any]) -> None:
    normal = case.normalise(case.read_package(sent(content))[0])

    for one in normal.definitions:
        assert case.definition_from_json(one.kind, case.to_json(one)) == one
    for rubric in normal.rubrics:
        assert case.rubric_from_json(case.to_json(rubric)) == rubric


@pytest.mark.parametrize("name", FILES)
def test_a_published_framework_survives_writing_and_reading_again(
    real_data: Path, name: str
) -> None:
    package, report = case.read_package(real_data / "case" / f"{name}.json")
    written, losses = case.write_package(package)
    again, _ = case.read_package(written)

    assert case.normalise(again) == case.normalise(package)
    assert violations(json.loads(written)) == []
    assert not report.findings
    assert case.write_package(again)[0] == written
    assert {one.field for one in losses.losses} <= {"CFPackageURI", "CFDocumentURI"}


def test_common_core_mathematics_is_read_whole(real_data: Path) -> None:
    package, _ = case.read_package(real_data / "case" / "ccssm_converted.json")

    assert len(package.items) == 690
    assert len(package.associations) == 1_563
    assert sum(tie.kind == case.PRECEDES for tie in package.associations) == 729
    assert not any(package.is_outside(tie) for tie in package.associations)
    assert sorted(case.outline(package)) == sorted(item.identifier for item in package.items)


def _names(item: dict[str, Any], identifier: str) -> bool:
    return bool(item["identifier"].lower() == identifier.strip("{}").lower())
