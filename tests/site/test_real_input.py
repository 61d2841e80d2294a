"""Real records, end to end: what people really did goes in, and what it means comes out."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID

import pytest
from django.utils import timezone

from milepost.evidence import commands as evidence
from milepost.evidence.models import Observation
from milepost.learning.queries import candidates_of
from milepost.mastery import commands as mastery
from milepost.mastery.queries import PROFICIENT, REFRESH, StatusTable, statuses, statuses_as_of
from milepost.purpose.models import Association, Framework
from milepost.purpose.ties import EXACT_MATCH, PRECEDES
from milepost.roster.models import LearnerKey
from milepost.site.demo import content, framework
from tests.cast import Cast
from tests.site.terminal import DISTRICT, set_up

CLOZE = "responses/cloze_spacing/responses.csv"
ROWS, STUDIED = 58_316, 3_194
"""Rows of the cloze log, and those of them that only showed the sentence."""
MIDDLE = datetime(2015, 11, 18, 22, tzinfo=UTC)
"""Half of the cloze answers were given by then."""
ASSIST = "responses/assist2009_gervet/preprocessed_data_train.csv"
CCSSM = "case/ccssm_converted.json"


def learners_of(cast: Cast) -> list[UUID]:
    found = LearnerKey.objects.filter(district=cast.district, person=None)
    return list(found.values_list("pk", flat=True))


def pieces(table: StatusTable) -> int:
    return sum(status.pieces for status in table.found.values())


@pytest.fixture
def before_import(cast: Cast, real_data: Path) -> datetime:
    """Bring the cloze log in whole, calibrate and fold; return the moment just before."""
    before = timezone.now()
    run = evidence.import_responses(
        by=None, district=cast.district, path=real_data / CLOZE, system="cloze",
        create_learners=True, now=timezone.now(),
    )  # fmt: skip
    assert run.status == "applied", run.message
    assert run.counts["rows in the file"] == ROWS
    assert run.counts["rows that show nothing (study)"] == STUDIED
    mastery.calibrate(by=None, district=cast.district.pk, now=timezone.now())
    mastery.catch_up(district=cast.district.pk)
    return before


def test_a_log_with_wall_clock_times_is_folded_whole_and_asked_about_the_past(
    cast: Cast, before_import: datetime
) -> None:
    district, learners = cast.district.pk, learners_of(cast)
    today = statuses(district, learners=learners)
    assert pieces(today) == Observation.objects.count() == ROWS - STUDIED

    true_then = statuses_as_of(district, learners=learners, true_at=MIDDLE)
    until_then = Observation.objects.filter(occurred_at__lte=MIDDLE)
    assert pieces(true_then) == until_then.count() < pieces(today) * 0.6
    assert len(true_then.found) < len(today.found)
    moved = [p for p, old in true_then.found.items() if today.found[p].pieces > old.pieces]
    assert len(moved) > 500
    for pair in moved:
        old, new = true_then.found[pair], today.found[pair]
        assert old.last_at <= MIDDLE < new.last_at  # type: ignore[operator]
        assert old.mean != new.mean

    known_then = statuses_as_of(district, learners=learners, known_at=before_import)
    assert known_then.found == {}, "nothing was known before the import, however long ago it was"
    known_now = statuses_as_of(district, learners=learners, known_at=timezone.now())
    assert pieces(known_now) == pieces(today)
    both = statuses_as_of(district, learners=learners, true_at=MIDDLE, known_at=before_import)
    assert both.found == {}


def test_what_is_not_practised_for_a_year_fades_and_nothing_else_happens(
    cast: Cast, before_import: datetime
) -> None:
    district, learners = cast.district.pk, learners_of(cast)
    end = Observation.objects.latest("occurred_at").occurred_at
    then = statuses(district, learners=learners, at=end).found
    later = statuses(district, learners=learners, at=end + timedelta(days=365)).found
    proficient = [pair for pair, status in then.items() if status.code == PROFICIENT]
    assert len(proficient) > 2_000
    for pair in proficient:
        assert later[pair].certainty < then[pair].certainty  # type: ignore[operator]
        assert later[pair].variance > then[pair].variance  # type: ignore[operator]
    changes = Counter(
        (then[pair].code, later[pair].code) for pair in then if then[pair].code != later[pair].code
    )
    assert set(changes) == {(PROFICIENT, REFRESH)}, "time alone makes nobody proficient"
    assert changes[PROFICIENT, REFRESH] > 100


def test_a_research_log_without_times_goes_through_the_command_line(
    real_data: Path, tmp_path: Path, django_db_setup: None
) -> None:
    with (real_data / ASSIST).open() as file:
        lines = list(islice(file, 5_001))
    path = tmp_path / "assist.csv"
    path.write_text("".join(lines))
    header, rows = lines[0].split("\t"), [line.split("\t") for line in lines[1:]]
    columns = dict(zip((name.strip() for name in header), zip(*rows, strict=True), strict=True))
    learners, labels = len(set(columns["user_id"])), set(columns["skill_id"])
    with set_up(tmp_path / "home") as milepost:
        assert milepost("district", DISTRICT).code == 0
        command = ("import", "responses", path, "--system", "assist2009", "--new-learners")
        ended = milepost(*command)
        assert ended.code == 0, ended.said
        assert f"Took in 5,000 responses of {learners:,} learners." in ended.out
        assert "time: the order of the rows" in ended.out
        assert "Nothing new" in milepost(*command).out
        assert "made from 5,000 observations" in milepost("calibrate").out
        assert milepost("catch-up").out == f"{learners:,} learners folded.\n"
        assert milepost("rebuild").out == f"{learners:,} learners folded anew.\n"
        made = tmp_path / "labels.json"
        assert milepost("export", "case", "assist2009", made).code == 0
        items = json.loads(made.read_text())["CFItems"]
        assert {item["humanCodingScheme"] for item in items} == {one.strip() for one in labels}


def test_prerequisites_of_the_common_core_count_for_the_next_steps_of_the_demonstration(
    cast: Cast, real_data: Path
) -> None:
    learning = content.load()
    codes = framework.bring(district=cast.district, learning=learning, now=timezone.now())
    alone = candidates_of(cast.district.pk)
    matches = framework.join_ccss(
        district=cast.district, learning=learning, path=real_data / CCSSM, now=timezone.now()
    )
    assert matches > 100
    common = Framework.objects.get(title__startswith="CCSS")
    assert common.competencies.count() == 690
    joined = candidates_of(cast.district.pk)
    assert set(joined) == set(alone), "the district goes on practising its own competencies"
    gained = {
        (later, need) for later in joined for need in joined[later].needs - alone[later].needs
    }
    assert gained
    assert not [later for later in alone if alone[later].needs - joined[later].needs]

    # One of them: the Common Core says it of two items that ours match, and we ourselves do not.
    ties = Association.objects.filter(district=cast.district)
    ours = set(codes.values())
    matched = {
        theirs: mine
        for mine, theirs in ties.filter(kind=EXACT_MATCH).values_list("origin", "destination")
        if mine in ours
    }
    edges = ties.filter(kind=PRECEDES, origin__in=matched, destination__in=matched)
    through = {
        (matched[later], matched[earlier])
        for earlier, later in edges.values_list("origin", "destination")
    }
    assert gained & through
    own = set(ties.filter(kind=PRECEDES, origin__in=ours).values_list("destination", "origin"))
    assert not gained & own
