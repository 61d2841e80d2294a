"""Two records that are one person become one, and the roster goes on with it."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from milepost.audit.models import Event
from milepost.roster import commands as roster
from milepost.roster.models import AttendanceDay, LearnerKey, OutsideIdentifier, Person
from milepost.roster.queries import named, viewer, visible_learners
from tests.cast import Cast
from tests.roster.importing import AUTUMN, Office, edit, open_office, person, rows
from tests.roster.oneroster_files import small_set


def merge(keep: Person, drop: Person, **more: object) -> Person:
    """Merge with a reason, for short."""
    return roster.merge_people(
        by=None,
        keep=keep,
        drop=drop,
        why="same birth certificate",
        **more,  # type: ignore[arg-type]
    )


def test_ties_move_and_the_alias_stays(cast: Cast) -> None:
    key = cast.dev.learner_key.pk
    done = merge(cast.maya, cast.dev, unused_keys=[key])
    cast.dev.refresh_from_db()
    assert (done, cast.dev.merged_into, cast.dev.active) == (cast.maya, cast.maya, False)
    assert cast.maya.enrollments.count() == 2
    assert cast.maya.roles.count() == 2
    assert not cast.dev.account.is_active
    assert not LearnerKey.objects.filter(pk=key).exists()
    assert set(visible_learners(viewer(cast.alba))) == {cast.maya}
    event = Event.objects.get(action="roster.merge_people")
    assert (event.target, event.why) == (cast.maya.pk, "same birth certificate")
    assert event.detail == {"dropped": str(cast.dev.pk)}


def test_evidence_under_both_keys_forbids_it(cast: Cast) -> None:
    before = rows()
    with pytest.raises(ValueError, match="Both have evidence, which is never rewritten"):
        merge(cast.maya, cast.dev)
    assert rows() == before


def test_the_key_in_use_stays_whichever_record_is_kept(cast: Cast) -> None:
    used = cast.dev.learner_key.pk
    merge(cast.maya, cast.dev, unused_keys=[cast.maya.learner_key.pk])
    assert LearnerKey.objects.get(person=cast.maya).pk == used


def test_a_key_moves_to_who_has_none(cast: Cast) -> None:
    key = cast.maya.learner_key.pk
    merge(cast.fox, cast.maya)
    assert LearnerKey.objects.get(person=cast.fox).pk == key


@pytest.mark.parametrize(
    ("keep", "drop", "said"),
    [
        ("maya", "maya", "not two records"),
        ("maya", "zoe", "different districts"),
        ("rosa", "maya", "family of the other"),
    ],
)
def test_some_pairs_are_never_one_person(cast: Cast, keep: str, drop: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        merge(cast.people[keep], cast.people[drop])


def test_a_reason_is_asked_for(cast: Cast) -> None:
    with pytest.raises(ValueError, match="Say how it is known"):
        roster.merge_people(by=None, keep=cast.fox, drop=cast.eze, why=" ")


def test_an_alias_is_not_merged_again_and_aliases_stay_flat(cast: Cast) -> None:
    merge(cast.alba, cast.bell)
    with pytest.raises(ValueError, match="merged already"):
        merge(cast.chen, cast.bell)
    merge(cast.chen, cast.alba)
    cast.bell.refresh_from_db()
    assert cast.bell.merged_into == cast.chen


def test_attendance_of_a_day_that_both_have_is_that_of_the_kept(cast: Cast) -> None:
    for who, status in ((cast.maya, "present"), (cast.dev, "absent")):
        AttendanceDay.objects.create(
            district=cast.district,
            learner=who,
            school=cast.school,
            day=date(2025, 9, 1),
            status=status,
        )
    AttendanceDay.objects.create(
        district=cast.district,
        learner=cast.dev,
        school=cast.school,
        day=date(2025, 9, 2),
        status="tardy",
    )
    merge(cast.maya, cast.dev, unused_keys=[cast.dev.learner_key.pk])
    kept = cast.maya.attendance.order_by("day").values_list("day", "status")
    assert list(kept) == [(date(2025, 9, 1), "present"), (date(2025, 9, 2), "tardy")]


def test_a_roster_that_still_has_both_rows_goes_on_with_the_one(db: None, tmp_path: Path) -> None:
    office: Office = open_office(tmp_path)
    office.allow_all_ends()
    office.offer(small_set())
    maya, dev = person("Maya"), person("Dev")
    merge(maya, dev, unused_keys=[dev.learner_key.pk])
    assert named(office.district.pk, "Paper SIS", "person", "dev") == maya.pk
    files = edit(small_set(), "orgs.csv", {"\n": "\r\n"})
    before = rows()
    assert office.offer(files, now=AUTUMN + timedelta(days=1)).status == "unchanged"
    assert rows() == before
    assert OutsideIdentifier.objects.filter(system="Paper SIS", target=maya.pk).count() == 2
