"""Matches between frameworks, and frameworks made from the labels of a log."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from milepost.audit.models import Event, ImportRun
from milepost.purpose import commands
from milepost.purpose.models import Association, Competency, Framework
from tests.cast import Cast
from tests.purpose.packages import identifier, item, number_package, package, write

NOW = datetime(2026, 9, 1, 15, tzinfo=UTC)
HEADER = "origin_framework,origin_code,association_type,destination_framework,destination_code\n"
NUMBERS, OTHERS = identifier("Numbers"), identifier("Others")


@pytest.fixture
def district(cast: Cast, tmp_path: Path) -> Cast:
    """A district with two frameworks."""
    others = package("Others", [item(f"O.{k}") for k in (1, 2, 3, 4)])
    others["CFItems"][3]["humanCodingScheme"] = "O.3"  # two items of one code
    for content in (number_package(), others):
        run = commands.import_case(
            by=None, district=cast.district, path=write(tmp_path, content), now=NOW
        )
        assert run.status == "applied", run.message
    return cast


def take(cast: Cast, folder: Path, rows: str | bytes) -> ImportRun:
    content = rows if isinstance(rows, bytes) else (HEADER + rows).encode()
    return commands.import_crosswalk(
        by=cast.diaz.pk,
        district=cast.district,
        path=write(folder, content, "matches.csv"),
        now=NOW,
    )


def matches() -> set[tuple[str, str, str]]:
    rows = Association.objects.filter(
        framework__kind=Framework.Kind.CROSSWALK, retired_on=None
    ).select_related("origin", "destination")
    found = set()
    for row in rows:
        assert row.origin
        assert row.destination
        found.add((row.origin.code, row.kind, row.destination.code))
    return found


def test_matches_join_the_competencies_of_two_frameworks(district: Cast, tmp_path: Path) -> None:
    run = take(
        district,
        tmp_path,
        f"{NUMBERS},N.1,exactMatchOf,{OTHERS},O.1\n{NUMBERS},N.2,isrelatedto,{OTHERS},O.2\n",
    )
    assert run.status == "applied", run.message
    assert matches() == {("N.1", "exactMatchOf", "O.1"), ("N.2", "isRelatedTo", "O.2")}
    assert Framework.objects.get(kind="crosswalk").title == "Numbers → Others"


def test_the_same_matches_again_change_nothing(district: Cast, tmp_path: Path) -> None:
    rows = f"{NUMBERS},N.1,exactMatchOf,{OTHERS},O.1\n"
    take(district, tmp_path, rows)
    assert take(district, tmp_path, rows + rows).status == "unchanged"
    assert Association.objects.filter(framework__kind="crosswalk").count() == 1


def test_a_later_file_for_a_pair_replaces_the_earlier(district: Cast, tmp_path: Path) -> None:
    take(district, tmp_path, f"{NUMBERS},N.1,exactMatchOf,{OTHERS},O.1\n")
    take(district, tmp_path, f"{NUMBERS},N.1,exactMatchOf,{OTHERS},O.2\n")
    assert matches() == {("N.1", "exactMatchOf", "O.2")}
    assert Association.objects.filter(framework__kind="crosswalk").count() == 2


def test_a_new_version_of_a_framework_leaves_the_matches_alone(
    district: Cast, tmp_path: Path
) -> None:
    take(district, tmp_path, f"{NUMBERS},N.1,exactMatchOf,{OTHERS},O.1\n")
    newer = number_package()
    newer["CFItems"][1]["fullStatement"] = "Count on."
    commands.import_case(by=None, district=district.district, path=write(tmp_path, newer), now=NOW)
    assert matches() == {("N.1", "exactMatchOf", "O.1")}


@pytest.mark.parametrize(
    ("rows", "line", "column", "says"),
    [
        (f"{NUMBERS},N.9,exactMatchOf,{OTHERS},O.1\n", 2, "origin_code", "is not a code"),
        (f"{NUMBERS},N.1,exactMatchOf,{OTHERS},Q\n", 2, "destination_code", "is not a code"),
        (f"{NUMBERS},N.1,exactMatchOf,{OTHERS},O.3\n", 2, "destination_code", "2 competencies"),
        (f"nowhere,N.1,exactMatchOf,{OTHERS},O.1\n", 2, "origin_framework", "framework"),
        (f"{NUMBERS},N.1,precedes,{OTHERS},O.1\n", 2, "association_type", "kind of match"),
        (f"{NUMBERS},N.1\n", 2, "", "has 2 columns"),
        ("", None, "", "no rows"),
        (f'{NUMBERS},"N.1,exactMatchOf,{OTHERS},O.1\n', 2, "", "not CSV"),
    ],
)
def test_a_bad_match_is_named_by_line_and_changes_nothing(
    district: Cast, tmp_path: Path, rows: str, line: int | None, column: str, says: str
) -> None:
    run = take(district, tmp_path, rows)
    row = run.refused_rows.get()
    assert run.status == "refused"
    assert (row.line, row.column) == (line, column)
    assert says in row.reason
    assert not Framework.objects.filter(kind="crosswalk").exists()


def test_every_bad_row_is_named_in_one_run(district: Cast, tmp_path: Path) -> None:
    good = f"{NUMBERS},N.1,exactMatchOf,{OTHERS},O.1\n"
    bad = f"{NUMBERS},No,exactMatchOf,{OTHERS},Never\n"
    run = take(district, tmp_path, good + bad + good + bad)
    assert [row.line for row in run.refused_rows.order_by("pk")] == [3, 3, 5, 5]
    assert matches() == set()


def test_wrong_encodings_and_headers_are_told(district: Cast, tmp_path: Path) -> None:
    assert "UTF-8" in take(district, tmp_path, b"\xff\xfeo\x00").refused_rows.get().reason
    named = take(district, tmp_path, b"origin_code,destination_code\n").refused_rows.all()
    assert {row.column for row in named} == {
        "origin_framework",
        "association_type",
        "destination_framework",
    }


def test_a_retired_code_cannot_be_matched(district: Cast, tmp_path: Path) -> None:
    commands.retire_competency(
        by=None, competency=Competency.objects.get(code="N.1"), on=date(2026, 9, 1), why="Old."
    )
    run = take(district, tmp_path, f"{NUMBERS},N.1,exactMatchOf,{OTHERS},O.1\n")
    assert "has ended" in run.refused_rows.get().reason


def test_a_crosswalk_goes_out_as_case_and_comes_in_elsewhere(
    district: Cast, tmp_path: Path
) -> None:
    take(district, tmp_path, f"{NUMBERS},N.1,exactMatchOf,{OTHERS},O.1\n")
    out, _ = commands.export_case(framework=Framework.objects.get(kind="crosswalk"))
    far = district.elsewhere
    numbers = write(tmp_path, number_package())
    for path in (write(tmp_path, out, "crosswalk.json"), numbers):
        run = commands.import_case(by=None, district=far, path=path, now=NOW)
        assert run.status == "applied", run.message
    crosswalk = Framework.objects.get(district=far, kind="crosswalk")
    tie = crosswalk.associations.get()
    assert tie.origin == Competency.objects.get(district=far, code="N.1")
    assert tie.destination is None


# Labels -------------------------------------------------------------------------------------------


def labels(cast: Cast, *names: str) -> dict[str, object]:
    return dict(
        commands.framework_from_labels(
            by=None, district=cast.district, identifier="log", title="A log", labels=names
        )
    )


def test_labels_become_competencies_and_later_logs_add_what_they_lack(cast: Cast) -> None:
    first = labels(cast, "b", "a", "b")
    assert list(first) == ["b", "a"]
    second = labels(cast, "a", "c")
    assert second["a"] == first["a"]
    framework = Framework.objects.get()
    assert framework.kind == "labels"
    rows = framework.competencies.order_by("position")
    assert [row.code for row in rows] == ["b", "a", "c"]
    assert all(row.assessable for row in rows)


def test_the_same_labels_again_write_nothing(cast: Cast) -> None:
    labels(cast, "a", "b")
    events = Event.objects.count()
    labels(cast, "b", "a")
    assert (Competency.objects.count(), Event.objects.count()) == (2, events)


@pytest.mark.parametrize("label", [" ", "", "x" * 301])
def test_a_label_that_names_nothing_is_refused(cast: Cast, label: str) -> None:
    with pytest.raises(ValueError, match="cannot name a competency"):
        labels(cast, "fine", label)
    assert not Framework.objects.exists()


def test_labels_are_never_added_to_a_publishers_framework(district: Cast) -> None:
    with pytest.raises(ValueError, match="has a publisher"):
        commands.framework_from_labels(
            by=None, district=district.district, identifier=NUMBERS, title="x", labels=["a"]
        )


# What a district decides --------------------------------------------------------------------------


def test_levels_replace_the_earlier_ones(district: Cast) -> None:
    row = Competency.objects.get(code="N.1")
    commands.set_levels(by=None, competency=row, levels=[("Begin", "I can try.")])
    two = [("Begin", "I can try."), ("Go", "I can do it.")]
    commands.set_levels(by=None, competency=row, levels=two)
    events = Event.objects.count()
    commands.set_levels(by=None, competency=row, levels=two)
    assert [(one.position, one.name) for one in row.levels.all()] == [(1, "Begin"), (2, "Go")]
    assert Event.objects.count() == events


@pytest.mark.parametrize("levels", [[("", "x")], [("a", " ")], [("a", "x"), ("a", "y")]])
def test_levels_need_names_of_their_own(district: Cast, levels: list[tuple[str, str]]) -> None:
    row = Competency.objects.get(code="N.1")
    with pytest.raises(ValueError, match=r"[Ll]evel"):
        commands.set_levels(by=None, competency=row, levels=levels)
    assert not row.levels.exists()


def test_ending_a_competency_asks_for_a_reason_and_happens_once(district: Cast) -> None:
    row = Competency.objects.get(code="N.1")
    with pytest.raises(ValueError, match="Say why"):
        commands.retire_competency(by=None, competency=row, on=date(2026, 9, 1), why=" ")
    commands.retire_competency(by=None, competency=row, on=date(2026, 9, 1), why="Old.")
    with pytest.raises(ValueError, match="ended already"):
        commands.retire_competency(by=None, competency=row, on=date(2026, 9, 2), why="Again.")
