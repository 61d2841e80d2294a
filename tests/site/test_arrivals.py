"""What waited for a learner goes in when a person approves the roster that brings them."""

from pathlib import Path

from django.utils import timezone

from milepost.evidence.models import Observation, WaitingRow
from milepost.ids import new_id
from milepost.mastery.models import State
from milepost.roster import commands as roster
from milepost.site import environment, tasks
from tests.evidence.logs import bring, log, many
from tests.roster.importing import edit, open_office, without
from tests.roster.oneroster_files import small_set, write_folder


def test_an_approved_roster_takes_in_and_folds_what_waited(db: None, tmp_path: Path) -> None:
    office = open_office(tmp_path)
    full = small_set()
    assert office.offer(full, system="paper").status == "applied"
    rows = log(tmp_path, *many(6, ["newcomer"]))
    bring(office.district, rows, learner_system="paper", create_learners=False)
    assert WaitingRow.objects.filter(adopted_at=None).count() == 6

    fewer = without(full, "enrollments.csv", "E1,", "E2,")
    newcomer = {"dev,,,TRUE,": "newcomer,,,TRUE,dev.n,,Nia,Coe,,,,,,,-1,,,,,,,\ndev,,,TRUE,"}
    pupil = {"R2,,": "R9,,,newcomer,primary,student,,,CEDAR,\nR2,,"}
    files = edit(edit(fewer, "users.csv", newcomer), "roles.csv", pupil)
    run = roster.import_oneroster(
        by=None, district=office.district, system="paper", now=timezone.now(),
        path=write_folder(tmp_path / "new", files),
        keep_in=environment.home() / "imports",
    )  # fmt: skip
    assert run.status == "held", run.message
    assert not Observation.objects.exists()

    assert tasks.approve_import.call(run=str(run.pk), by=str(new_id())) == "applied"
    assert Observation.objects.count() == 6
    assert not WaitingRow.objects.filter(adopted_at=None).exists()
    assert State.objects.exists()
