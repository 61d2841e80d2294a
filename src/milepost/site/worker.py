"""The worker: does what takes longer than a request (`milepost worker`).

It takes tasks one after the other. Beside them a thread beats, so that others see that it lives,
and starts what comes back by the clock. A stop (SIGTERM) waits for the running task; a second one
does not. A killed worker leaves nothing half done: every task is one that can be run again.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "milepost.site.settings")
    django.setup()

from django.db import DatabaseError, close_old_connections, connection
from django.db.models import Q
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from milepost import __version__
from milepost.site import condition, environment, tasks
from milepost.site.models import Heartbeat, Routine

BEAT_EVERY = timedelta(seconds=10)
ATTEMPTS = 3
"""How often a task is begun that kills its worker, before it is given up."""

log = logging.getLogger(__name__)


class PatientWorker(Worker):
    """A worker that waits for a database which has gone, as the site does."""

    def run(self) -> None:
        """Take tasks until told to stop."""
        while self.running:
            try:
                super().run()
            except DatabaseError:
                log.warning("the database does not answer; the worker waits for it")
                time.sleep(5)
            else:
                return


def main(*, now: Callable[[], datetime] = timezone.now) -> None:
    """Run a worker until it is told to stop."""
    name = uuid4().hex
    stop = threading.Event()
    pulse = threading.Thread(target=_pulse, args=(name, stop, now), daemon=True)
    worker = PatientWorker(
        queue_names=["default"], interval=1, batch=False, backend_name="default",
        startup_delay=False, max_tasks=None, worker_id=name, excluded_queue_names=[],
    )  # fmt: skip
    worker.configure_signals()
    pulse.start()
    try:
        worker.run()
    finally:
        stop.set()
        pulse.join(timeout=30)


def _pulse(name: str, stop: threading.Event, now: Callable[[], datetime]) -> None:
    """Beat and start the routines until told to stop. Trouble with the database is waited out."""
    started = now()
    while True:
        ending = stop.is_set()
        try:
            close_old_connections()
            beat(name, started=started, now=now(), ending=ending)
            if not ending:
                hand_back(now=now())
                run_routines(now=now())
        except DatabaseError as error:
            log.warning("no heartbeat: %s", type(error).__name__)
        if ending:
            connection.close()
            return
        stop.wait(BEAT_EVERY.total_seconds())


def beat(name: str, *, started: datetime, now: datetime, ending: bool = False) -> None:
    """Say that a worker lives, or that it stops."""
    Heartbeat.objects.update_or_create(
        worker=name,
        defaults={
            "host": socket.gethostname()[:120],
            "version": __version__,
            "started_at": started,
            "beat_at": now,
            "ended_at": now if ending else None,
        },
    )


def hand_back(*, now: datetime) -> int:
    """Put tasks of workers that died back into the queue; return how many.

    A task that has taken several workers with it is closed as failed.
    """
    alive = set(
        Heartbeat.objects.filter(
            ended_at=None, beat_at__gte=now - condition.SILENT_AFTER
        ).values_list("worker", flat=True)
    )
    # A task just begun may be of a worker whose first beat is on its way.
    begun = DBTaskResult.objects.running().filter(started_at__lt=now - condition.SILENT_AFTER)
    orphans = [one for one in begun if one.worker_ids and one.worker_ids[-1] not in alive]
    for one in orphans:
        again = len(one.worker_ids) < ATTEMPTS
        status = TaskResultStatus.READY if again else TaskResultStatus.FAILED
        DBTaskResult.objects.running().filter(pk=one.pk, worker_ids=one.worker_ids).update(
            status=status, finished_at=None if again else now
        )
    return len(orphans)


def run_routines(*, now: datetime) -> list[str]:
    """Run what is due by the clock, unless another worker does; return the names."""
    every = {
        "catch_up": (timedelta(seconds=environment.number("MILEPOST_CATCH_UP_SECONDS")), _catch_up),
        "tidy": (timedelta(days=1), _tidy),
    }
    ran = []
    for name, (interval, work) in every.items():
        if interval and _claim(name, interval, now):
            work(now)
            Routine.objects.filter(name=name).update(done_at=now)
            ran.append(name)
    return ran


def _claim(name: str, interval: timedelta, now: datetime) -> bool:
    """Move the routine's next time on; whoever did it, does the work."""
    Routine.objects.get_or_create(name=name, defaults={"due_at": now})
    # Too far ahead: the clock was set back since.
    due = Q(due_at__lte=now) | Q(due_at__gt=now + interval)
    return bool(Routine.objects.filter(due, name=name).update(due_at=now + interval))


def _catch_up(now: datetime) -> None:
    """Ask for a fold where there is new evidence and none is asked for."""
    open_ = [TaskResultStatus.READY, TaskResultStatus.RUNNING]
    paths = [tasks.catch_up.module_path, tasks.rebuild.module_path]
    asked = {
        one["kwargs"].get("district")
        for one in DBTaskResult.objects.filter(status__in=open_, task_path__in=paths).values_list(
            "args_kwargs", flat=True
        )
    }
    for lag in condition.lags():
        if lag.behind and str(lag.district) not in asked:
            tasks.catch_up.enqueue(district=str(lag.district))


def _tidy(now: datetime) -> None:
    """Forget what nobody will ask for: ended sessions, done tasks, workers long gone."""
    from django.contrib.sessions.models import Session

    Session.objects.filter(expire_date__lt=now).delete()
    DBTaskResult.objects.finished().filter(finished_at__lt=now - timedelta(days=30)).delete()
    Heartbeat.objects.filter(beat_at__lt=now - timedelta(days=7)).delete()


if __name__ == "__main__":
    main()
