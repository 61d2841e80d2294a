"""Checks of what goes on: worker, fold, queue, imports, backups."""

from datetime import timedelta

from django.db.models import Min, Q

from milepost.audit.models import Event, ImportRun
from milepost.evidence.models import WaitingRow
from milepost.site import condition
from milepost.site.doctor.finding import Finding, Situation, ago, ok, warning, wrong

BACKUP_TOO_OLD = timedelta(days=2)
FOLD_TOO_LATE = timedelta(minutes=10)
QUEUE_TOO_LONG = timedelta(minutes=30)
IMPORT_TOO_LONG = timedelta(hours=2)
DECISION_TOO_LATE = timedelta(days=2)
LONG_WAIT = timedelta(days=14)
BACKUP = "site.backup"
"""The act that a finished backup leaves on record."""


def worker(situation: Situation) -> Finding:
    """Does a worker run?"""
    beat = condition.last_beat()
    start = "Start it: systemctl start milepost-worker (or: milepost worker)"
    if beat is None:
        return wrong("No worker runs.", start)
    silent = situation.now - beat
    if silent > condition.SILENT_AFTER:
        return wrong(f"The worker was last heard {ago(silent)} ago.", start)
    return ok(f"{condition.live_workers(situation.now)} worker(s) run.")


def fold(situation: Situation) -> Finding:
    """Do the states rest on the evidence that there is?"""
    behind = [lag for lag in condition.lags() if lag.behind]
    late = [lag for lag in behind if _waits(lag, situation)]
    if late:
        words = "; ".join(
            f"{lag.name} by {lag.positions:,} rows" if lag.positions else f"{lag.name} folds anew"
            for lag in late
        )
        return warning(
            f"States are behind the evidence: {words}.",
            "See that a worker runs, or fold by hand: milepost catch-up",
        )
    return ok("States rest on all the evidence." if not behind else "The fold is catching up.")


def _waits(lag: condition.Lag, situation: Situation) -> bool:
    return lag.folded_at is None or situation.now - lag.folded_at > FOLD_TOO_LATE


def queue(situation: Situation) -> Finding:
    """Do tasks wait too long, or fail?"""
    found = condition.queue()
    if found.oldest and situation.now - found.oldest > QUEUE_TOO_LONG:
        return warning(
            f"A task has waited for {ago(situation.now - found.oldest)}; {found.waiting} wait.",
            "See that a worker runs: systemctl status milepost-worker",
        )
    if found.failed:
        return warning(
            f"{found.failed} tasks of the last 30 days have failed.",
            "The worker's log says why: journalctl -u milepost-worker",
        )
    return ok(f"{found.waiting} tasks wait for the worker.")


def imports(situation: Situation) -> Finding:
    """Does an import hang, wait for a person, or was the last one refused?"""
    hanging = ImportRun.objects.filter(
        status="running", started_at__lt=situation.now - IMPORT_TOO_LONG
    ).count()
    if hanging:
        return warning(
            f"{hanging} imports began more than {ago(IMPORT_TOO_LONG)} ago and never ended.",
            "They were broken off and changed nothing. Bring the same files in again.",
        )
    held = ImportRun.objects.filter(status="held").aggregate(since=Min("started_at"))["since"]
    if held and situation.now - held > DECISION_TOO_LATE:
        return warning(
            f"An import has waited for a person's decision for {ago(situation.now - held)}.",
            "A data lead decides on the page Data health.",
        )
    refused = _refused_last()
    if refused:
        return warning(
            f"The last import was refused: {', '.join(refused)}.",
            "The page Data health names every row and what to do.",
        )
    return ok("Every kind of import went in the last time.")


def _refused_last() -> list[str]:
    newest: dict[tuple[object, str], ImportRun] = {}
    for run in ImportRun.objects.order_by("started_at", "pk").defer("counts", "message"):
        newest[run.district, run.kind] = run
    return sorted(run.source for run in newest.values() if run.status == "refused")


def waiting_rows(situation: Situation) -> Finding:
    """Do rows wait for learners who do not come?"""
    waiting = WaitingRow.objects.filter(adopted_at=None)
    long_ = Q(run__started_at__lt=situation.now - LONG_WAIT)
    if count := waiting.filter(long_).count():
        return warning(
            f"{count:,} rows of evidence have waited for two weeks for learners whom the roster "
            "does not know.",
            "The page Data health names the systems. Bring in the roster that has these learners, "
            "or name the right system with --learner-system.",
        )
    return ok(f"{waiting.count():,} rows of evidence wait for their learner.")


def backup(situation: Situation) -> Finding:
    """Is there a backup from these days?"""
    last = Event.objects.filter(action=BACKUP).order_by("-at").first()
    advice = "Make one: milepost backup FILE; and let a timer make one every night."
    if last is None:
        return warning("No backup was ever made with `milepost backup`.", advice)
    age = situation.now - last.at
    if age > BACKUP_TOO_OLD:
        return warning(f"The last backup is {ago(age)} old.", advice)
    return ok(f"The last backup is {ago(age)} old.")
