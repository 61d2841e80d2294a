"""Sending frameworks out: what went in comes out, whole."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost.purpose import case, commands
from milepost.purpose.models import Association, Competency, Definition, Framework
from milepost.roster import commands as roster
from milepost.roster.models import Organisation
from tests.cast import Cast
from tests.purpose.packages import association, identifier, item, number_package, package, write

NOW = datetime(2026, 9, 1, 15, tzinfo=UTC)
REAL = ("ccssm_converted.json", "webb_dok.json", "act_holistic_math.json")


def save(district: Organisation, content: bytes) -> Framework:
    read, _report = case.read_package(content)
    return commands.save_framework(
        by=None, district=district, package=read, now=NOW, received=content
    ).framework


def another(name: str) -> Organisation:
    return roster.add_organisation(by=None, kind="district", name=name)


def rich_package() -> dict[str, Any]:
    """Return a package with a licence, concepts, groupings, a rubric and a vendor's own fields."""
    rich = number_package()
    licence = {**link_of("CFLicenses", "Free"), "title": "Free"}
    rich["CFDocument"] |= {"subject": ["Mathematics"], "adoptionStatus": "Adopted",
                           "language": "en", "vendorColour": "teal"}  # fmt: skip
    rich["CFItems"][1] |= {
        "licenseURI": licence,
        "conceptKeywordsURI": {**link_of("CFConcepts", "Counting"), "title": "Counting"},
        "alternativeLabel": "counting",
        "notes": "A note with ümlauts and “quotes”.",
        "vendorField": {"deep": [1, {"x": None}]},
    }
    rich["CFAssociations"][4] |= {
        "CFAssociationGroupingURI": {**link_of("CFAssociationGroupings", "Path"), "title": "Path"}
    }
    rich["CFDefinitions"] = {
        "CFLicenses": [part("CFLicenses", "Free", licenseText="Use it.")],
        "CFConcepts": [part("CFConcepts", "Counting", hierarchyCode="1", keywords="count")],
        "CFAssociationGroupings": [part("CFAssociationGroupings", "Path")],
        "CFItemTypes": [part("CFItemTypes", "Standard", typeCode="S", hierarchyCode="2")],
        "CFSubjects": [part("CFSubjects", "Mathematics", hierarchyCode="3")],
    }
    rich["CFRubrics"] = [
        part("CFRubrics", "How well")
        | {
            "CFRubricCriteria": [
                criterion("Counts on", "N.1", [("Begins", 1.0), ("Does it alone", 2.5)])
            ]
        }
    ]
    return rich


def link_of(kind: str, name: str) -> dict[str, str]:
    base = "https://standards.example.org/ims/case/v1p1"
    return {"identifier": identifier(name), "uri": f"{base}/{kind}/{identifier(name)}"}


def part(kind: str, name: str, **more: Any) -> dict[str, Any]:
    changed = "2026-03-01T12:00:00+00:00"
    return {**link_of(kind, name), "title": name, "lastChangeDateTime": changed, **more}


def criterion(text: str, code: str, levels: list[tuple[str, float]]) -> dict[str, Any]:
    changed = "2026-03-01T12:00:00+00:00"
    return {
        **link_of("CFRubricCriteria", text),
        "description": text,
        "lastChangeDateTime": changed,
        "rubricId": identifier("How well"),
        "CFItemURI": {**link_of("CFItems", code), "title": code},
        "CFRubricCriterionLevels": [
            {
                **link_of("CFRubricCriterionLevels", f"{text} {quality}"),
                "quality": quality,
                "score": score,
                "lastChangeDateTime": changed,
                "rubricCriterionId": identifier(text),
            }
            for quality, score in levels
        ],
    }


def same_again(district: Organisation, elsewhere: Organisation, content: bytes) -> None:
    """Hold import → export → import to be the identity on the normalised framework."""
    sent, _ = case.read_package(content)
    out, _losses = commands.export_case(framework=save(district, content))
    back, _ = case.read_package(out)
    assert case.normalise(back) == case.normalise(sent)
    again, _ = commands.export_case(framework=save(elsewhere, out))
    assert again == out


@pytest.mark.parametrize("name", REAL)
def test_a_real_framework_comes_out_as_it_went_in(cast: Cast, real_data: Path, name: str) -> None:
    content = (real_data / "case" / name).read_bytes()
    same_again(cast.district, cast.elsewhere, content)


def test_everything_of_a_rich_package_comes_out_again(cast: Cast) -> None:
    same_again(cast.district, cast.elsewhere, json.dumps(rich_package()).encode())
    kinds = set(Definition.objects.values_list("kind", flat=True))
    assert kinds == {"CFLicenses", "CFConcepts", "CFAssociationGroupings", "CFItemTypes",
                     "CFSubjects", "CFRubrics"}  # fmt: skip


def test_what_goes_in_again_after_coming_out_is_unchanged(cast: Cast, tmp_path: Path) -> None:
    first = write(tmp_path, rich_package())
    commands.import_case(by=None, district=cast.district, path=first, now=NOW)
    out, _ = commands.export_case(framework=Framework.objects.get())
    run = commands.import_case(
        by=None, district=cast.district, path=write(tmp_path, out, "out.json"), now=NOW
    )
    assert run.status == "unchanged", run.message


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(
    lambda text: bool(text.strip())
)


@st.composite
def packages(draw: st.DrawFn) -> bytes:
    """Draw a package: a forest of items, ties among them, keywords, and fields of a vendor."""
    count = draw(st.integers(0, 7))
    items = []
    for k in range(count):
        more: dict[str, Any] = {}
        if draw(st.booleans()):
            more["educationLevel"] = draw(st.lists(st.sampled_from(["KG", "01", "12"]), max_size=3))
        if draw(st.booleans()):
            more["conceptKeywords"] = draw(st.lists(words, max_size=3))
        if draw(st.booleans()):
            more["abbreviatedStatement"] = draw(words)
        if draw(st.booleans()):
            more["vendor"] = draw(
                st.recursive(
                    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | words,
                    lambda inner: (
                        st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3)
                    ),
                    max_leaves=5,
                )
            )
        items.append(item(f"C{k}", draw(words), **more))
    edges = [
        (f"C{k}", "isChildOf", f"C{draw(st.integers(0, k - 1))}")
        for k in range(1, count)
        if draw(st.booleans())
    ]
    for kind in ("precedes", "isRelatedTo", "exactMatchOf", "ext:feeds"):
        for k in range(count):
            if draw(st.integers(0, 3)) == 0:
                edges.append((f"C{k}", kind, f"C{draw(st.integers(0, 9))}"))
    made = package("Drawn", items, list(dict.fromkeys(edges)))
    made["CFDocument"]["description"] = draw(words)
    return json.dumps(made).encode()


@pytest.mark.django_db
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(content=packages())
def test_any_package_comes_out_as_it_went_in(content: bytes) -> None:
    same_again(another("One"), another("Two"), content)


@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(contents=st.lists(packages(), min_size=1, max_size=4))
def test_any_sequence_of_packages_ends_in_the_last_with_all_history_kept(
    contents: list[bytes],
) -> None:
    district = another("Series")
    seen: set[str] = set()
    for content in contents:
        framework = save(district, content)
        read, _ = case.read_package(content)
        seen |= {one.identifier for one in read.items}
    out, _ = commands.export_case(framework=framework)
    last, _ = case.read_package(contents[-1])
    assert case.normalise(case.read_package(out)[0]) == case.normalise(last)
    assert set(framework.competencies.values_list("identifier", flat=True)) == seen


def test_an_end_that_the_district_set_goes_out_as_an_end_date(cast: Cast) -> None:
    framework = save(cast.district, json.dumps(number_package()).encode())
    row = Competency.objects.get(code="N.2")
    commands.retire_competency(by=None, competency=row, on=date(2026, 10, 1), why="Merged.")
    out, _ = commands.export_case(framework=framework)
    ends = {one.code: one.ends_on for one in case.read_package(out)[0].items}
    assert ends["N.2"] == date(2026, 10, 1)
    assert ends["N.1"] is None
    save(cast.elsewhere, out)
    assert Competency.objects.get(district=cast.elsewhere, code="N.2").retired_on == date(
        2026, 10, 1
    )


def test_what_the_publisher_dropped_does_not_go_out(cast: Cast) -> None:
    save(cast.district, json.dumps(number_package()).encode())
    newer = number_package()
    newer["CFAssociations"] = [t for t in newer["CFAssociations"] if "precedes" not in t.values()]
    framework = save(cast.district, json.dumps(newer).encode())
    out, _ = commands.export_case(framework=framework)
    assert not [t for t in case.read_package(out)[0].associations if t.kind == "precedes"]
    assert Association.objects.filter(kind="precedes").count() == 2


def test_levels_are_named_as_what_case_cannot_carry(cast: Cast) -> None:
    framework = save(cast.district, json.dumps(number_package()).encode())
    row = Competency.objects.get(code="N.2")
    _, before = commands.export_case(framework=framework)
    commands.set_levels(by=None, competency=row, levels=[("Begin", "I can try.")])
    _, after = commands.export_case(framework=framework)
    new = set(after.lines()) - set(before.lines())
    assert len(new) == 1
    assert "levels" in new.pop()


def test_a_portrait_takes_ties_from_the_competencies_that_feed_it(cast: Cast) -> None:
    save(cast.district, json.dumps(number_package()).encode())
    portrait = package("Portrait", [item("P.1", "I keep trying.")])
    portrait["CFAssociations"].append(association(("N.1", "isRelatedTo", "P.1")))
    read, _ = case.read_package(json.dumps(portrait).encode())
    saved = commands.save_framework(
        by=None, district=cast.district, package=read, now=NOW, kind=Framework.Kind.PORTRAIT
    )
    assert saved.framework.kind == "portrait"
    tie = Association.objects.get(framework=saved.framework, kind="isRelatedTo")
    assert tie.origin == Competency.objects.get(code="N.1")
