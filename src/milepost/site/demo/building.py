"""Building the demonstration district through the doors that every district uses."""

import csv
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from milepost.assessment import items
from milepost.evidence import commands as evidence
from milepost.mastery import commands as mastery
from milepost.mastery.rules import Rule
from milepost.roster import commands as roster
from milepost.roster.models import Account, Organisation, OutsideIdentifier, Person, Role
from milepost.site.demo import content, framework, life, money, people, simulate

Advance = Callable[[str, int, int], None]

DISTRICT = "Cedar Valley Schools"
ZONE = "America/Chicago"
WEEKS = 36
"""School weeks of evidence before today."""

ATTENDANCE_WEEKS = 12
TOUR = {
    "maya": "learner-cedar-6-0",
    "rosa": "",  # Maya's family; found through the roster
    "teacher": "adult-cedar-t-mat-6",
    "homeroom": "adult-elm-t-2-0",
    "principal": "adult-cedar-lead",
    "data": "adult-data",
    "superintendent": "adult-superintendent",
}
"""Sign-in names of the tour and the people behind them, by sourcedId."""


@dataclass(frozen=True)
class Calendar:
    """The demonstration's dates, reckoned back from today."""

    today: date
    school_days: list[date]
    begins: date
    ends: date
    year: int

    @classmethod
    def until(cls, today: date) -> "Calendar":
        """Return the calendar of the school year that ``today`` falls in."""
        year = today.year + (today.month >= 7)
        begins = date(year - 1, 7, 1)
        days: list[date] = []
        day = today
        while len(days) < WEEKS * 5:
            day -= timedelta(days=1)
            if day.weekday() < 5 and not _holiday(day):
                days.append(day)
        return cls(today, days[::-1], begins, date(year, 6, 30), year)


def _holiday(day: date) -> bool:
    summer = date(day.year, 6, 12) <= day <= date(day.year, 8, 16)
    winter = (day.month, day.day) >= (12, 21) or (day.month, day.day) <= (1, 2)
    return summer or winter


def why_not() -> str:
    """Return why the demonstration may not run on this database; empty when it may."""
    if Organisation.objects.filter(kind="district", demonstration=False).exists():
        return (
            "This database holds a real district, so the demonstration refuses to run on it.\n"
            "Give the demonstration a folder of its own with MILEPOST_HOME, or leave "
            "MILEPOST_DEMO off."
        )
    return ""


def is_built() -> bool:
    """Return whether the demonstration district is complete."""
    return Account.objects.filter(username="maya", person__district__demonstration=True).exists()


def welcome(address: str) -> str:
    """Return what the terminal says when the demonstration is ready."""
    from milepost.site.sign_in import demonstration_people

    lines = [f"  {p.role:<20} {p.name}, {p.place}" for p in demonstration_people()]
    return "\n".join(
        ["", f"Milepost is at {address}", "Sign in there, without a password, as:", *lines, ""]
    )


@transaction.atomic
def build(
    *, seed: int, progress: Advance, now: datetime | None = None, scale: float = 1.0
) -> simulate.Year:
    """Build everything in one transaction and return the simulated year with its truth."""
    now = now or timezone.now()
    rng = Random(seed)
    calendar = Calendar.until(now.astimezone(ZoneInfo(ZONE)).date())
    district = roster.add_organisation(
        by=None, kind="district", name=DISTRICT, time_zone=ZONE, demonstration=True
    )
    town = people.invent(rng, scale)
    with tempfile.TemporaryDirectory() as folder:
        _bring_roster(district, town, calendar, Path(folder), now, progress)
        year = _simulate(town, calendar, rng, progress)
        _bring_attendance(district, year, town, calendar, Path(folder), now, progress)
        codes = framework.bring(district=district, learning=content.load(), now=now)
        _bring_responses(district, year, Path(folder), now, progress)
    learners = _people(district, [child.id for child in town.children])
    life.add_tasks_and_judgements(
        district=district, year=year, learners=learners, codes=codes, rng=rng, now=now
    )
    mastery.publish_rule(by=None, district=district.pk, rule=Rule(), now=now)
    mastery.calibrate(by=None, district=district.pk, now=now)
    mastery.catch_up(
        district=district.pk,
        now=now,
        progress=lambda done, of: progress("Folding evidence", done, of),
    )
    life.add_people_beside_the_roster(district=district, learners=learners, rng=rng, now=now)
    life.add_goals_and_conferences(
        district=district, learners=learners, codes=codes, rng=rng, now=now
    )
    money.add_money(district=district, codes=codes, school_days=calendar.school_days, now=now)
    _open_accounts(district)
    return year


def join_ccss(path: Path) -> int:
    """Match the demonstration's mathematics to a package of the Common Core; return how often."""
    district = Organisation.objects.get(kind="district", demonstration=True)
    return framework.join_ccss(
        district=district, learning=content.load(), path=path, now=timezone.now()
    )


def _bring_roster(
    district: Organisation,
    town: people.Town,
    calendar: Calendar,
    folder: Path,
    now: datetime,
    progress: Advance,
) -> None:
    files = folder / "roster"
    people.write_oneroster(town, files, calendar.begins, calendar.ends, calendar.year)
    run = roster.import_oneroster(
        by=None,
        district=district,
        path=files,
        system=people.SYSTEM,
        now=now,
        progress=progress,
        keep_in=folder / "kept",
    )
    _must_apply(run.status, run.message)
    languages = {id_: language for id_, (_, _, language) in town.guardians.items()}
    spanish = [id_ for id_, language in languages.items() if language == "es"]
    found = _people(district, spanish)
    Person.objects.filter(pk__in=[p.pk for p in found.values()]).update(language="es")
    Organisation.objects.filter(district=district).update(demonstration=True, time_zone=ZONE)


def _simulate(
    town: people.Town, calendar: Calendar, rng: Random, progress: Advance
) -> simulate.Year:
    learning = content.load()
    skills = [
        simulate.Skill(
            code=c.code,
            subject=c.subject,
            grade=c.grade_number,
            items=tuple(t.id for t in items.items_for(c.code)),
        )
        for c in learning.competencies
        if items.items_for(c.code)
    ]
    pupils = simulate.pupils([(c.id, c.grade) for c in town.children], rng)
    return simulate.school_year(
        pupils,
        skills,
        calendar.school_days,
        rng,
        lambda done, of: progress("Living a school year", done, of),
    )


def _bring_attendance(
    district: Organisation,
    year: simulate.Year,
    town: people.Town,
    calendar: Calendar,
    folder: Path,
    now: datetime,
    progress: Advance,
) -> None:
    days = calendar.school_days[-ATTENDANCE_WEEKS * 5 :]
    path = folder / "attendance.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["learner", "date", "school", "status", "reason"])
        for child in town.children:
            for day in days:
                status = "absent" if (child.id, day) in year.absences else "present"
                writer.writerow([child.id, day, child.school.id, status, ""])
    run = roster.import_attendance(
        by=None,
        district=district,
        path=path,
        kind="csv",
        system=people.SYSTEM,
        now=now,
        progress=progress,
    )
    _must_apply(run.status, run.message)


def _bring_responses(
    district: Organisation,
    year: simulate.Year,
    folder: Path,
    now: datetime,
    progress: Advance,
) -> None:
    path = folder / "practice.csv"
    zone = ZoneInfo(ZONE)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["learner", "item", "competencies", "score", "time", "seconds", "hints"])
        for r in sorted(year.responses, key=lambda response: response.at):
            at = r.at.replace(tzinfo=zone).isoformat()
            writer.writerow([r.learner, r.item, r.code, int(r.correct), at, r.seconds, r.hints])
    run = evidence.import_responses(
        by=None,
        district=district,
        path=path,
        system="milepost",
        learner_system=people.SYSTEM,
        framework=framework.IDENTIFIER,
        now=now,
        progress=progress,
    )
    _must_apply(run.status, run.message)


def _people(district: Organisation, sourced_ids: Sequence[str]) -> dict[str, Person]:
    """Return sourcedId → person."""
    rows = OutsideIdentifier.objects.filter(
        district=district, system=people.SYSTEM, kind="person", valid_until=None
    )
    wanted = set(sourced_ids)
    targets = {value: id_ for value, id_ in rows.values_list("value", "target") if value in wanted}
    found = Person.objects.in_bulk(list(targets.values()))
    return {value: found[id_] for value, id_ in targets.items()}


def _open_accounts(district: Organisation) -> None:
    """Let a visitor be one person of each role: the tour's, and the first of every other."""
    found = _people(district, [id_ for id_ in TOUR.values() if id_])
    for username, sourced_id in TOUR.items():
        if sourced_id:
            roster.add_account(by=None, person=found[sourced_id], username=username)
    family = found[TOUR["maya"]].guardians.select_related("guardian").get().guardian
    roster.add_account(by=None, person=family, username="rosa")
    for kind in (Role.Kind.COMMUNITY_EDUCATOR, Role.Kind.COUNSELOR, Role.Kind.AIDE,
                 Role.Kind.FINANCE_LEAD, Role.Kind.STATE_OFFICIAL):  # fmt: skip
        role = Role.objects.filter(district=district, kind=kind).order_by("person__id").first()
        if role:
            roster.add_account(by=None, person=role.person, username=str(kind))


def _must_apply(status: str, message: str) -> None:
    if status != "applied":
        raise RuntimeError(f"The demonstration could not be built: {message}")
