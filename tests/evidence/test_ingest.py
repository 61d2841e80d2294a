"""Response logs go in whole, once, and from where they stopped; nobody's rows are lost."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from django.db import transaction

from milepost.audit.models import Event, ImportRun
from milepost.evidence import commands, queries
from milepost.evidence.commands import responses
from milepost.evidence.models import Observation, WaitingRow
from milepost.purpose.models import Competency, Framework
from milepost.roster import commands as roster
from milepost.roster.models import LearnerKey, OutsideIdentifier
from milepost.roster.queries import keys_of
from tests.cast import Cast
from tests.evidence.logs import NOW, bring, log, many, name
from tests.evidence.making import competencies

YESTERDAY = f"{NOW - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"


def test_a_log_goes_in_whole_with_a_framework_of_its_own(cast: Cast, tmp_path: Path) -> None:
    run = bring(cast.district, log(tmp_path, f"p1,i1,add~~carry,1,{YESTERDAY},12.5,2"))
    assert run.status == ImportRun.Status.APPLIED
    one = Observation.objects.get()
    assert (one.kind, one.item, one.source) == ("practice", "tool:i1", "tool")
    assert (one.seconds, one.hints, one.batch, one.row) == (12.5, 2, run, 1)
    assert one.occurred_at == datetime.fromisoformat(YESTERDAY)
    assert one.recorded_at == NOW
    made = Framework.objects.get(district=cast.district, kind=Framework.Kind.LABELS)
    assert made.in_use
    ids = dict(Competency.objects.filter(framework=made).values_list("code", "pk"))
    assert one.scores == [[str(ids["add"]), 1.0], [str(ids["carry"]), 1.0]]
    assert run.counts["separator of competencies"] == "~~"
    assert LearnerKey.objects.get(pk=one.learner).person is None


def test_what_went_in_in_bulk_is_read_like_any_other_evidence(cast: Cast, tmp_path: Path) -> None:
    bring(cast.district, log(tmp_path, *many(30)))
    frame = queries.evidence_frame(cast.district.pk)
    assert frame.height == 30
    last = frame["occurred_at"].max()
    assert isinstance(last, datetime)
    assert queries.evidence_frame(cast.district.pk, occurred_until=last).height == 30
    assert queries.last_position(cast.district.pk) == 30
    assert sorted(frame["position"]) == list(range(1, 31))


def test_an_instant_of_a_whole_second_is_found_by_that_instant(cast: Cast, tmp_path: Path) -> None:
    rows = [f"p1,i1,add,1,{YESTERDAY},,", f"p1,i1,add,1,{YESTERDAY[:-1]}.25Z,,"]
    bring(cast.district, log(tmp_path, *rows))
    whole = datetime.fromisoformat(YESTERDAY)
    assert Observation.objects.filter(occurred_at=whole).count() == 1
    assert Observation.objects.filter(occurred_at__lte=whole).count() == 1


def test_the_same_file_again_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    path = log(tmp_path, *many(50))
    bring(cast.district, path)
    again = bring(cast.district, path, now=NOW + timedelta(days=1), system="another name")
    assert again.status == ImportRun.Status.UNCHANGED
    assert Observation.objects.count() == 50
    assert Event.objects.filter(action="import.responses.applied").count() == 1


def test_the_same_file_belongs_to_each_district_once(cast: Cast, tmp_path: Path) -> None:
    path = log(tmp_path, *many(3))
    assert bring(cast.district, path).status == "applied"
    assert bring(cast.elsewhere, path).status == "applied"


class PowerCut(Exception):
    """The machine stops in the middle."""


def cut_at(rows: int) -> object:
    def progress(stage: str, done: int, total: int) -> None:
        if stage == "Saving responses" and done >= rows:
            raise PowerCut

    return progress


def test_an_interrupted_import_goes_on_where_it_stopped(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(responses, "CHUNK", 10)
    path = log(tmp_path, *many(45))
    with pytest.raises(PowerCut):
        bring(cast.district, path, progress=cut_at(20))
    stopped = ImportRun.objects.get()
    assert stopped.status == ImportRun.Status.RUNNING
    assert "Stopped after 20 rows" in stopped.message
    before = set(Observation.objects.values_list("pk", flat=True))
    assert len(before) == 20
    done = bring(cast.district, path, now=NOW + timedelta(hours=1))
    assert (done.pk, done.status, done.counts["responses"]) == (stopped.pk, "applied", 45)
    assert before < set(Observation.objects.values_list("pk", flat=True))
    by_id = list(Observation.objects.order_by("id").values_list("row", flat=True))
    assert by_id == list(range(1, 46))
    taken = dict(Observation.objects.order_by("position").values_list("position", "row"))
    assert list(taken) == by_id, "no position is left out"
    assert set(list(taken.values())[:20]) == set(by_id[:20]), "what was saved first stands first"
    assert bring(cast.district, path).status == ImportRun.Status.UNCHANGED


def test_a_step_that_fails_leaves_nothing_of_itself(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(responses, "CHUNK", 10)
    append, calls = responses.append, []

    def fail_after_the_second(*args: object, **more: object) -> int:
        calls.append(1)
        position = append(*args, **more)  # type: ignore[arg-type]
        if len(calls) == 2:
            raise PowerCut
        return position

    monkeypatch.setattr(responses, "append", fail_after_the_second)
    path = log(tmp_path, *many(25))
    with pytest.raises(PowerCut):
        bring(cast.district, path)
    assert Observation.objects.count() == 10
    assert bring(cast.district, path).counts["responses"] == 25
    assert queries.last_position(cast.district.pk) == 25


def test_an_interrupted_import_is_finished_in_the_same_way_or_not_at_all(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(responses, "CHUNK", 10)
    path = log(tmp_path, *many(25))
    with pytest.raises(PowerCut):
        bring(cast.district, path, progress=cut_at(10))
    other = bring(cast.district, path, system="other")
    assert other.status == ImportRun.Status.REFUSED
    assert "from tool" in other.message
    assert Observation.objects.count() == 10


def test_rows_of_unknown_learners_wait_and_are_adopted_once(cast: Cast, tmp_path: Path) -> None:
    name(cast.maya, "m-1")
    rows = [f"m-1,i1,add,1,{YESTERDAY},5,0", f"d-1,i2,add,0,{YESTERDAY},6,1"]
    run = bring(cast.district, log(tmp_path, *rows, *[f"x-9,i1,add,1,{YESTERDAY},,"]),
                create_learners=False)  # fmt: skip
    assert run.status == "applied"
    assert (run.counts["responses"], run.counts["waiting rows"]) == (1, 2)
    assert "2 rows of 2 learners wait" in run.message
    (waiting,) = queries.waiting_rows(cast.district.pk)
    assert (waiting.system, waiting.rows, waiting.learners) == ("tool", 2, 2)
    assert commands.adopt_waiting(by=None, district=cast.district, now=NOW) == 0
    name(cast.dev, "d-1")
    assert commands.adopt_waiting(by=None, district=cast.district, now=NOW) == 1
    assert commands.adopt_waiting(by=None, district=cast.district, now=NOW) == 0
    adopted = Observation.objects.get(learner=keys_of([cast.dev.pk])[cast.dev.pk])
    assert (adopted.batch, adopted.row, adopted.item) == (run, 2, "tool:i2")
    assert (adopted.seconds, adopted.hints, adopted.scores[0][1]) == (6, 1, 0.0)
    assert adopted.occurred_at == datetime.fromisoformat(YESTERDAY)
    assert queries.waiting_rows(cast.district.pk)[0].rows == 1
    assert Event.objects.filter(action="evidence.adopt_waiting").count() == 1


def test_adopted_rows_keep_the_order_of_a_log_without_times(cast: Cast, tmp_path: Path) -> None:
    rows = [f"d-1,i{k},add,{k % 2}" for k in range(30)]
    path = log(tmp_path, *rows, header="user_id,item_id,skill_id,correct")
    run = bring(cast.district, path, create_learners=False)
    assert run.counts["time"] == "the order of the rows"
    name(cast.dev, "d-1")
    commands.adopt_waiting(by=None, district=cast.district, now=NOW)
    frame = queries.evidence_frame(cast.district.pk)
    assert frame["item"].to_list() == [f"tool:i{k}" for k in range(30)]
    assert frame["occurred_at"].n_unique() == 1


def test_a_log_without_times_may_be_given_its_instant(cast: Cast, tmp_path: Path) -> None:
    path = log(tmp_path, "a,i,add,1", header="user_id,item_id,skill_id,correct")
    since = datetime(2009, 9, 1, tzinfo=UTC)
    bring(cast.district, path, since=since)
    assert Observation.objects.get().occurred_at == since
    with pytest.raises(ValueError, match="in the future"):
        bring(cast.district, path, since=NOW + timedelta(days=1))


def test_one_label_of_two_systems_is_two_learners(cast: Cast, tmp_path: Path) -> None:
    name(cast.maya, "17", system="roster")
    bring(cast.district, log(tmp_path, f"17,i,add,1,{YESTERDAY},,"))
    assert Observation.objects.get().learner != keys_of([cast.maya.pk])[cast.maya.pk]
    run = bring(cast.district, log(tmp_path, f"17,i,add,0,{YESTERDAY},,"), learner_system="roster")
    assert Observation.objects.get(batch=run).learner == keys_of([cast.maya.pk])[cast.maya.pk]


def test_a_later_log_finds_the_learners_of_an_earlier_one(cast: Cast, tmp_path: Path) -> None:
    for part in ("one", "two"):
        bring(cast.district, log(tmp_path, f"p1,{part},add,1,{YESTERDAY},,"))
    assert Observation.objects.count() == 2
    assert len(set(Observation.objects.values_list("learner", flat=True))) == 1
    assert Competency.objects.filter(code="add").count() == 1


def test_rows_of_an_erased_record_are_left_out_and_counted(cast: Cast, tmp_path: Path) -> None:
    bring(cast.district, log(tmp_path, f"p1,i,add,1,{YESTERDAY},,"))
    key = OutsideIdentifier.objects.get(kind="learner_key").target
    LearnerKey.objects.filter(pk=key).update(erased_at=NOW)
    rows = [f"p1,j,add,1,{YESTERDAY},,", f"p2,j,add,1,{YESTERDAY},,"]
    run = bring(cast.district, log(tmp_path, *rows))
    assert (run.counts["responses"], run.counts["rows of erased records"]) == (1, 1)
    assert Observation.objects.filter(learner=key).count() == 1


def test_labels_are_matched_to_a_published_framework(cast: Cast, tmp_path: Path) -> None:
    first, second, _ = competencies(cast.district)
    framework = Competency.objects.get(pk=first).framework
    rows = [f"p1,i,C1,1,{YESTERDAY},,", f"p1,j,c2|C1,0,{YESTERDAY},,"]
    run = bring(cast.district, log(tmp_path, *rows), framework=framework.identifier)
    assert run.status == "applied"
    scores = list(Observation.objects.order_by("row").values_list("scores", flat=True))
    assert scores == [[[str(first), 1.0]], [[str(second), 0.0], [str(first), 0.0]]]
    assert not Framework.objects.filter(kind=Framework.Kind.LABELS).exists()


def test_an_unknown_competency_refuses_the_log_and_changes_nothing(
    cast: Cast, tmp_path: Path
) -> None:
    first, *_ = competencies(cast.district)
    one = Competency.objects.get(pk=first)
    Competency.objects.create(
        district=cast.district, framework=one.framework, identifier="h", code="H",
        statement="A heading", assessable=False,
    )  # fmt: skip
    rows = [f"p1,i,C1,1,{YESTERDAY},,", f"p1,j,C9,0,{YESTERDAY},,", f"p1,j,H,0,{YESTERDAY},,"]
    path = log(tmp_path, *rows)
    run = bring(cast.district, path, framework=one.framework.identifier)
    assert run.status == ImportRun.Status.REFUSED
    said = [(r.line, r.column, r.value) for r in run.refused_rows.order_by("line")]
    assert said == [(3, "competencies", "C9"), (4, "competencies", "H")]
    assert not Observation.objects.exists()
    assert not OutsideIdentifier.objects.filter(kind="learner_key").exists()
    run = bring(cast.district, path, framework=one.framework.identifier, make_framework=True)
    assert (run.status, run.counts["responses"]) == ("applied", 3)
    made = Framework.objects.get(kind=Framework.Kind.LABELS)
    assert set(made.competencies.values_list("code", flat=True)) == {"C9", "H"}


BAD = [
    f",i,add,1,{YESTERDAY},,",
    f"p1,i,add,1.5,{YESTERDAY},,",
    f"p1,i,add,1,{NOW + timedelta(days=2):%Y-%m-%d %H:%M:%S}Z,,",
    f"p1,i,add,1,{YESTERDAY},-3,",
    f"p1,i,add,1,{YESTERDAY},,,,",
]


def test_any_bad_row_refuses_the_file_and_all_are_named(cast: Cast, tmp_path: Path) -> None:
    path = log(tmp_path, f"p1,i,add,1,{YESTERDAY},,", *BAD)
    run = bring(cast.district, path)
    assert run.status == ImportRun.Status.REFUSED
    said = [(r.line, r.column) for r in run.refused_rows.order_by("line")]
    assert said == [(3, "learner"), (4, "score"), (5, "time"), (6, "seconds"), (7, "")]
    assert all(r.reason and r.advice for r in run.refused_rows.all())
    assert not Observation.objects.exists()
    assert not Framework.objects.filter(district=cast.district).exists()
    assert not LearnerKey.objects.filter(district=cast.district, person=None).exists()


def test_bad_rows_may_be_left_out_and_stay_on_record(cast: Cast, tmp_path: Path) -> None:
    path = log(tmp_path, *BAD, f"p1,i,add,1,{YESTERDAY},,")
    run = bring(cast.district, path, skip_bad=True)
    assert (run.status, run.counts["responses"], run.counts["refused rows"]) == ("applied", 1, 5)
    assert Observation.objects.get().row == 6
    assert run.refused_rows.count() == 5
    assert bring(cast.district, path, skip_bad=True).status == ImportRun.Status.UNCHANGED


@pytest.mark.parametrize("content", [b"", b"learner,item,competencies,score\n", b"\xff\xfea\0"])
def test_a_file_without_responses_is_refused_in_words(
    cast: Cast, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(content)
    run = bring(cast.district, path)
    assert run.status == ImportRun.Status.REFUSED
    assert run.refused_rows.get().reason
    assert run.message


def test_a_file_that_is_not_there_is_refused_in_words(cast: Cast, tmp_path: Path) -> None:
    run = bring(cast.district, tmp_path / "gone.csv")
    assert run.status == ImportRun.Status.REFUSED
    assert "gone.csv cannot be read" in run.message


def test_a_system_has_a_name(cast: Cast, tmp_path: Path) -> None:
    for system in (" ", "s" * 61):
        with pytest.raises(ValueError, match="Name the system"):
            bring(cast.district, log(tmp_path, *many(1)), system=system)


def test_quotes_commas_and_scripts_come_through_as_they_are(cast: Cast, tmp_path: Path) -> None:
    labels = ['a "b", c', "δ\u00a0\\N", "line\nbreak", "\\."]
    frame = pl.DataFrame(
        {"learner": labels, "item": labels, "skill": labels, "correct": [1, 0, 1, 0]}
    )
    path = tmp_path / "log.csv"
    frame.write_csv(path)
    bring(cast.district, path)
    items = Observation.objects.order_by("row").values_list("item", flat=True)
    assert list(items) == [f"tool:{label}" for label in labels]
    assert set(Competency.objects.values_list("code", flat=True)) == set(labels)


def test_data_health_counts_evidence_by_source_and_kind(cast: Cast, tmp_path: Path) -> None:
    run = bring(cast.district, log(tmp_path, *many(12)))
    (count,) = queries.evidence_counts(cast.district.pk)
    assert (count.source, count.kind, count.count) == ("tool", "practice", 12)
    assert count.last_recorded_at == NOW
    from milepost.evidence.queries.health import last_batch

    assert last_batch(cast.district.pk) == run
    assert last_batch(cast.elsewhere.pk) is None


@pytest.mark.django_db(transaction=True)
def test_each_step_is_committed_and_survives_the_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    district = roster.add_organisation(by=None, kind="district", name="Committed")
    monkeypatch.setattr(responses, "CHUNK", 10)
    path = log(tmp_path, *many(35))
    seen = []

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "Saving responses":
            assert not transaction.get_connection().in_atomic_block
            seen.append((done, Observation.objects.count()))

    bring(district, path, progress=progress)
    assert seen == [(10, 10), (20, 20), (30, 30), (35, 35)]


def test_the_cloze_log_goes_in_whole_and_stays_in_order(cast: Cast, real_data: Path) -> None:
    path = real_data / "responses" / "cloze_spacing" / "responses.csv"
    run = bring(cast.district, path, system="cloze")
    raw = pl.read_csv(path)
    answered = raw.filter(pl.col("outcome") != "STUDY")
    assert run.counts["rows in the file"] == raw.height
    assert run.counts["responses"] == answered.height
    assert run.counts["rows that show nothing (study)"] == raw.height - answered.height
    assert run.counts["learners"] == answered["user_id"].n_unique()
    frame = queries.evidence_frame(cast.district.pk)
    right = sum(json.loads(text)[0][1] for text in frame["scores"])
    assert right == (answered["outcome"] == "CORRECT").sum()
    one = answered.filter(pl.col("user_id") == answered["user_id"][0])
    key = OutsideIdentifier.objects.get(value=str(one["user_id"][0]), system="cloze").target
    mine = frame.filter(pl.col("learner") == key.hex)
    assert mine["item"].to_list() == [f"cloze:{item}" for item in one["item_id"]]
    assert bring(cast.district, path, system="cloze").status == ImportRun.Status.UNCHANGED


@pytest.mark.parametrize("source", ["assist2009_gervet", "statics_gervet"])
def test_a_slice_of_a_real_log_without_times_keeps_its_order(
    cast: Cast, real_data: Path, tmp_path: Path, source: str
) -> None:
    whole = real_data / "responses" / source / "preprocessed_data_test.csv"
    part = pl.read_csv(whole, separator="\t").head(5_000)
    path = tmp_path / "slice.csv"
    part.write_csv(path, separator="\t")
    run = bring(cast.district, path, system=source)
    assert (run.counts["responses"], run.counts["time"]) == (5_000, "the order of the rows")
    frame = queries.evidence_frame(cast.district.pk)
    names = dict(
        OutsideIdentifier.objects.filter(kind="learner_key").values_list("target", "value")
    )
    labels = {key.hex: label for key, label in names.items()}
    for learner, rows in frame.group_by("learner", maintain_order=True):
        mine = part.filter(pl.col("user_id") == int(labels[str(learner[0])]))
        assert rows["item"].to_list() == [f"{source}:{item}" for item in mine["item_id"]]


def test_waiting_rows_are_not_evidence(cast: Cast, tmp_path: Path) -> None:
    bring(cast.district, log(tmp_path, *many(9)), create_learners=False)
    assert WaitingRow.objects.count() == 9
    assert queries.evidence_frame(cast.district.pk).is_empty()
