"""Taking CASE packages in: whole or not at all, again without change, newer as a new version."""

import copy
import json
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from milepost.audit.models import Event, ImportRun
from milepost.purpose import commands, queries
from milepost.purpose.models import (
    Association,
    Competency,
    Definition,
    Framework,
    FrameworkVersion,
)
from tests.cast import Cast
from tests.purpose.packages import association, identifier, item, number_package, package, write

NOW = datetime(2026, 9, 1, 15, tzinfo=UTC)
LATER = datetime(2026, 10, 1, 15, tzinfo=UTC)
TABLES = (Framework, FrameworkVersion, Competency, Association, Definition)


def take(cast: Cast, folder: Path, content: object, now: datetime = NOW) -> ImportRun:
    return commands.import_case(
        by=cast.diaz.pk, district=cast.district, path=write(folder, content), now=now
    )


def state() -> dict[str, list[dict[str, Any]]]:
    """Return every row of the room."""
    return {t.__name__: [dict(row) for row in t.objects.order_by("pk").values()] for t in TABLES}


def one(code: str) -> Competency:
    return Competency.objects.get(code=code)


def test_a_package_becomes_competencies_ties_and_a_version(cast: Cast, tmp_path: Path) -> None:
    run = take(cast, tmp_path, number_package())
    assert run.status == "applied", run.message
    assert run.counts["competencies added"] == 4
    framework = Framework.objects.get()
    assert framework.title == "Numbers"
    assert framework.versions.get().run == run
    adding = one("N.2")
    assert (adding.name, adding.grades, adding.kind) == ("Adding", ["01"], "Standard")
    assert Association.objects.filter(kind="precedes", destination=adding).get().origin == one(
        "N.1"
    )
    assert Event.objects.filter(action="purpose.save_framework", by=cast.diaz.pk).count() == 1


def test_leaves_are_assessable_and_headings_are_not(cast: Cast, tmp_path: Path) -> None:
    take(cast, tmp_path, number_package())
    codes = {row.code: row.assessable for row in Competency.objects.all()}
    assert codes == {"N": False, "N.1": True, "N.2": True, "N.3": True}


def test_the_same_package_again_writes_nothing(cast: Cast, tmp_path: Path) -> None:
    take(cast, tmp_path, number_package())
    before = state()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        run = take(cast, tmp_path, number_package(), LATER)
    assert run.status == "unchanged"
    assert state() == before
    writes = [q["sql"] for q in asked if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert not [sql for sql in writes if '"purpose_' in sql]


def test_the_same_framework_in_other_bytes_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    take(cast, tmp_path, number_package())
    shuffled = number_package()
    shuffled["CFItems"].reverse()
    run = take(cast, tmp_path, json.dumps(shuffled, indent=3).encode("utf-8-sig"), LATER)
    assert run.status == "unchanged"


def test_a_newer_package_changes_retires_and_adds(cast: Cast, tmp_path: Path) -> None:
    take(cast, tmp_path, number_package())
    kept = {row.code: row.pk for row in Competency.objects.all()}
    newer = number_package()
    newer["CFItems"][2]["fullStatement"] = "Add and subtract within ten."
    newer["CFItems"][3] = item("N.4", "Divide.")
    newer["CFAssociations"] = [
        tie
        for tie in newer["CFAssociations"]
        if identifier("N.3")
        not in (tie["originNodeURI"]["identifier"], tie["destinationNodeURI"]["identifier"])
    ] + [association(("N.4", "isChildOf", "N"), 3)]
    run = take(cast, tmp_path, newer, LATER)
    assert run.status == "applied"
    assert {k: v for k, v in run.counts.items() if k.startswith("competencies")} == {
        "competencies added": 1,
        "competencies changed": 1,
        "competencies retired": 1,
    }
    assert one("N.2").pk == kept["N.2"]
    assert one("N.2").statement == "Add and subtract within ten."
    assert one("N.3").retired_on == date(2026, 10, 1)
    assert one("N.3").pk not in queries.effective(kept.values(), date(2026, 10, 1))
    assert one("N.3").pk in queries.effective(kept.values(), date(2026, 9, 30))
    assert [v.number for v in queries.versions(Framework.objects.get().pk)] == [2, 1]


def test_an_item_that_comes_back_counts_again(cast: Cast, tmp_path: Path) -> None:
    take(cast, tmp_path, number_package())
    first = one("N.3").pk
    without = number_package()
    without["CFItems"].pop()
    without["CFAssociations"] = [
        t for t in without["CFAssociations"] if identifier("N.3") not in json.dumps(t)
    ]
    take(cast, tmp_path, without, LATER)
    run = take(cast, tmp_path, number_package(), LATER)
    assert run.counts["competencies returned"] == 1
    assert (one("N.3").pk, one("N.3").retired_on) == (first, None)


def test_what_the_district_ended_stays_ended_in_newer_packages(cast: Cast, tmp_path: Path) -> None:
    take(cast, tmp_path, number_package())
    commands.retire_competency(
        by=cast.diaz.pk, competency=one("N.3"), on=date(2026, 9, 5), why="The board dropped it."
    )
    newer = number_package()
    newer["CFItems"][3]["fullStatement"] = "Multiply well."
    take(cast, tmp_path, newer, LATER)
    assert one("N.3").statement == "Multiply well."
    assert (one("N.3").retired_on, one("N.3").retired_why) == (
        date(2026, 9, 5),
        "The board dropped it.",
    )


def test_an_item_whose_publisher_ended_it_stops_counting_that_day(
    cast: Cast, tmp_path: Path
) -> None:
    ended = number_package()
    ended["CFItems"][3]["statusEndDate"] = "2026-12-31"
    take(cast, tmp_path, ended)
    assert one("N.3").retired_on == date(2026, 12, 31)
    assert one("N.3").pk in queries.effective([one("N.3").pk], date(2026, 12, 30))
    assert take(cast, tmp_path, number_package(), LATER).counts["competencies returned"] == 1
    assert one("N.3").retired_on is None


def test_a_tie_to_the_outside_is_joined_when_its_other_end_arrives(
    cast: Cast, tmp_path: Path
) -> None:
    take(cast, tmp_path, number_package())
    tie = Association.objects.get(kind="exactMatchOf")
    assert (tie.origin, tie.destination) == (one("N.3"), None)
    take(cast, tmp_path, package("Elsewhere", [item("X.3")]), LATER)
    tie.refresh_from_db()
    assert tie.destination == one("X.3")
    assert take(cast, tmp_path, number_package(), LATER).status == "unchanged"


def test_a_tie_is_never_joined_to_another_district(cast: Cast, tmp_path: Path) -> None:
    commands.import_case(
        by=None,
        district=cast.elsewhere,
        path=write(tmp_path, package("Elsewhere", [item("X.3")])),
        now=NOW,
    )
    take(cast, tmp_path, number_package())
    assert Association.objects.get(kind="exactMatchOf").destination is None


def test_two_districts_hold_the_same_framework_apart(cast: Cast, tmp_path: Path) -> None:
    take(cast, tmp_path, number_package())
    path = write(tmp_path, number_package())
    run = commands.import_case(by=None, district=cast.elsewhere, path=path, now=NOW)
    assert run.status == "applied"
    assert Competency.objects.filter(district=cast.elsewhere).count() == 4
    assert queries.competencies(cast.district.pk).count() == 3


def test_a_package_cannot_take_over_a_framework_of_labels(cast: Cast, tmp_path: Path) -> None:
    commands.framework_from_labels(
        by=None, district=cast.district, identifier=identifier("Numbers"), title="Log", labels=["a"]
    )
    before = state()
    run = take(cast, tmp_path, number_package())
    assert run.status == "refused"
    assert "Log" in run.refused_rows.get().reason
    assert state() == before


def test_a_fault_in_the_middle_leaves_nothing(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("milepost.purpose.commands.save.record_event", fail)
    before = state()
    with pytest.raises(OSError, match="disk"):
        take(cast, tmp_path, number_package())
    assert state() == before
    run = ImportRun.objects.get()
    assert run.status == "refused"
    assert "nothing was changed" in run.message.lower()


# What is refused ----------------------------------------------------------------------------------


def circle() -> dict[str, Any]:
    broken = number_package()
    broken["CFAssociations"] += [association(("N", "isChildOf", "N.1"))]
    return broken


def conflicting() -> dict[str, Any]:
    broken = number_package()
    twin = copy.deepcopy(broken["CFItems"][1])
    twin["fullStatement"] = "Something else."
    broken["CFItems"].append(twin)
    return broken


def endless_code() -> dict[str, Any]:
    broken = number_package()
    broken["CFItems"][1]["humanCodingScheme"] = "N" * 400
    return broken


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"CFDocument": {,}}', "line 1"),
        (b"", ""),
        (b"[1, 2]", ""),
        (b"\xff\xfe\x00garbage", ""),
        (b'{"CFItems": []}', "CFDocument"),
        (circle(), "N"),
        (conflicting(), identifier("N.1")),
        (endless_code(), "300"),
        (b"[" * 200_000, ""),
    ],
    ids=[
        "malformed",
        "empty",
        "a list",
        "not text",
        "no document",
        "circle",
        "twins",
        "endless",
        "deep",
    ],
)
def test_a_bad_package_is_refused_in_words_and_changes_nothing(
    cast: Cast, tmp_path: Path, content: object, says: str
) -> None:
    take(cast, tmp_path, package("Before", [item("B.1")]))
    before = state()
    run = take(cast, tmp_path, content, LATER)
    rows = list(run.refused_rows.all())
    assert run.status == "refused"
    assert rows
    assert all(row.reason and row.file == "package.json" for row in rows)
    said = " ".join(f"line {r.line} {r.column} {r.value} {r.reason} {r.advice}" for r in rows)
    assert says in said
    assert "Traceback" not in said
    assert state() == before


def test_a_huge_file_is_refused_without_being_read(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    with path.open("wb") as hole:
        hole.truncate(3_000_000_000)
    run = commands.import_case(by=None, district=cast.district, path=path, now=NOW)
    assert run.status == "refused"
    assert "large" in f"{run.message} {run.refused_rows.get().reason}"


def test_a_circle_of_prerequisites_is_kept_and_told(cast: Cast, tmp_path: Path) -> None:
    odd = number_package()
    odd["CFAssociations"] += [association(("N.3", "precedes", "N.1"))]
    run = take(cast, tmp_path, odd)
    assert run.status == "applied"
    assert Association.objects.filter(kind="precedes").count() == 3
    assert "N.3" in run.message


# Real input ---------------------------------------------------------------------------------------


def test_common_core_mathematics_goes_in_whole(cast: Cast, real_data: Path) -> None:
    path = real_data / "case" / "ccssm_converted.json"
    with CaptureQueriesContext(connection) as asked:
        run = commands.import_case(by=None, district=cast.district, path=path, now=NOW)
    assert run.status == "applied", run.message
    assert Competency.objects.count() == 690
    assert Association.objects.count() == 1_563
    assert Association.objects.filter(kind="precedes").count() == 729
    assert len(asked) < 60, "the number of statements must not grow with the rows"
    again = commands.import_case(by=None, district=cast.district, path=path, now=LATER)
    assert again.status == "unchanged"


@pytest.mark.django_db(transaction=True)
def test_of_two_imports_at_once_one_is_taken_and_one_finds_it_there(
    cast: Cast, tmp_path: Path
) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's test database lives in one connection: two writers need PostgreSQL")
    path = write(tmp_path, number_package())
    statuses: list[str] = []
    together = threading.Barrier(2)

    def work() -> None:
        try:
            together.wait(timeout=10)
            run = commands.import_case(by=None, district=cast.district, path=path, now=NOW)
            statuses.append(run.status)
        finally:
            connection.close()

    writers = [threading.Thread(target=work) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=30)
    assert sorted(statuses) == ["applied", "unchanged"]
    assert Competency.objects.count() == 4
    assert FrameworkVersion.objects.count() == 1
