"""People out of a set: who they are, what they are called elsewhere, what is counted of them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from milepost.ids import new_ids
from milepost.roster.commands.bulk import insert
from milepost.roster.commands.oneroster.identifiers import fit
from milepost.roster.commands.oneroster.known import known_people
from milepost.roster.commands.oneroster.matching import Match, Traits, find_matches
from milepost.roster.commands.oneroster.places import is_leaving, leaving
from milepost.roster.commands.oneroster.work import (
    Work,
    chunks,
    deactivate,
    dropped,
    rows_of,
    save,
)
from milepost.roster.models import (
    Demographics,
    IdentityProposal,
    LearnerKey,
    OutsideIdentifier,
    Person,
    Role,
)
from milepost.roster.oneroster import User
from milepost.roster.queries import is_open

RACES = {
    "american_indian_or_alaska_native": "americanIndianOrAlaskaNative",
    "asian": "asian",
    "black_or_african_american": "blackOrAfricanAmerican",
    "native_hawaiian_or_other_pacific_islander": "nativeHawaiianOrOtherPacificIslander",
    "white": "white",
    "demographic_race_two_or_more_races": "demographicRaceTwoOrMoreRaces",
    "hispanic_or_latino_ethnicity": "hispanicOrLatinoEthnicity",
}
"""Fields of a demographics record, and the names under which OneRoster has them."""

Decisions = Mapping[tuple[str, UUID], str]
"""(sourcedId, person) → what a person decided: `IdentityProposal.Status`."""


def import_people(work: Work, decisions: Decisions) -> Mapping[str, UUID]:
    """Bring in the people; return sourcedId → person of all whom the system names.

    Whoever may be known under another name adds to ``work.proposals``; they are taken for that
    person for the time being, so that the rest of the set can be tried.
    """
    users = {one.sourced_id: one for one in work.roster.users if not is_leaving(one)}
    here = _recognise(work, users, decisions)
    learners = _learners(work, here)
    rows: dict[UUID, dict[str, Any]] = {}
    for sourced_id, user in users.items():
        # Two sourcedIds name one person after a merge; the first row speaks for both.
        fields = _fields(work, user, here[sourced_id] in learners)
        rows.setdefault(here[sourced_id], fields)
    save(work, "people", Person, rows)
    _save_user_ids(work, users, here)
    work.gone |= dropped(work, "users", "person", here, leaving(work.roster.users))
    return work.identifiers.of("person")


def _fields(work: Work, user: User, is_learner: bool) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "given_name": user.given_name,
        "middle_name": user.middle_name or "",
        "family_name": user.family_name,
        "email": user.email or "",
        "active": True,
    }
    if is_learner:
        fields["grade"] = user.grades[0] if user.grades else ""
    if work.roster.manifest.version != "1.1":  # 1.1 cannot say it, which is not saying "none"
        fields["preferred_name"] = user.preferred_given_name or ""
    return fields


def _learners(work: Work, here: Mapping[str, UUID]) -> set[UUID]:
    roles = work.roster.frames["roles"]
    students = roles.filter((roles["role"] == "student") & (roles["status"] != "tobedeleted"))
    named = {here[one] for one in students["user_sourced_id"] if one in here}
    keys = LearnerKey.objects.filter(district=work.district)
    return named.union(one for (one,) in rows_of(keys, "person", here.values(), "person") if one)


def _recognise(work: Work, users: Mapping[str, User], decisions: Decisions) -> Mapping[str, UUID]:
    """Return sourcedId → person for every user: known, decided by a person, or new."""
    live = work.identifiers.of("person")
    here = {sourced_id: live[sourced_id] for sourced_id in users if sourced_id in live}
    newcomers = [sourced_id for sourced_id in users if sourced_id not in live]
    matches = _matches(work, {one: users[one] for one in newcomers}, set(here.values()))
    taken = set(here.values())
    for sourced_id, fresh in zip(newcomers, new_ids(len(newcomers)), strict=True):
        person = _decided(work, matches.get(sourced_id, ()), decisions, taken) or fresh
        taken.add(person)
        here[sourced_id] = person
        work.identifiers.name("person", sourced_id, person, fresh=person is fresh)
    return here


def _decided(
    work: Work, matches: Iterable[Match], decisions: Decisions, taken: set[UUID]
) -> UUID | None:
    """Return who a newcomer is: whom a person said, else for now the first who may be it."""
    unanswered = []
    for match in matches:
        decision = decisions.get((match.sourced_id, match.person))
        if decision == IdentityProposal.Status.SAME and match.person not in taken:
            return match.person
        if decision is None:
            unanswered.append(match)
    work.proposals += unanswered
    return next((one.person for one in unanswered if one.person not in taken), None)


def _matches(work: Work, newcomers: Mapping[str, User], named: set[UUID]) -> dict[str, list[Match]]:
    """Return the people whom each newcomer may be.

    Whoever the same set names under a sourcedId that we know is somebody else: the set says so.
    """
    found: dict[str, list[Match]] = {}
    people = Person.objects.filter(district=work.district, merged_into=None)
    if not newcomers or not people.exists():
        return found
    born = {
        one.sourced_id: one.birth_date for one in work.roster.demographics if not is_leaving(one)
    }
    asking = {sid: _traits_of(work, user, born.get(sid)) for sid, user in newcomers.items()}
    for match in find_matches(list(asking.items()), known_people(work, asking, named)):
        found.setdefault(match.sourced_id, []).append(match)
    return found


def _traits_of(work: Work, user: User, birth_date: date | None) -> Traits:
    identifiers = {*_user_ids(work, user), ("sourcedId", user.sourced_id)}
    return Traits(
        user.given_name, user.family_name, user.email or "", birth_date, frozenset(identifiers)
    )


def _user_ids(work: Work, user: User) -> list[tuple[str, str]]:
    """Return (system, value) of what a person is called elsewhere.

    A type named like a system that sends rosters gets a system of its own: the numbers there are
    not the sourcedIds.
    """
    rosters = {work.system, *work.identifiers.other_rosters}
    pairs = [(one.type, one.identifier) for one in user.user_ids]
    pairs += [("identifier", user.identifier)] if user.identifier else []
    if user.user_master_identifier:
        pairs.append(("master identifier", user.user_master_identifier))
    return [
        (f"{system} user id"[:120] if system in rosters else system[:120], fit(value))
        for system, value in pairs
    ]


def _save_user_ids(work: Work, users: Mapping[str, User], here: Mapping[str, UUID]) -> None:
    """Keep what people are called elsewhere; one that two of a set share names nobody."""
    holders: dict[tuple[str, str], set[UUID]] = {}
    for sourced_id, user in users.items():
        for pair in _user_ids(work, user):
            holders.setdefault(pair, set()).add(here[sourced_id])
    rosters = {work.system, *work.identifiers.other_rosters}
    rows = OutsideIdentifier.objects.filter(
        district=work.district, kind="person", valid_until=None
    ).exclude(system__in=rosters)
    columns = ("system", "value", "target", "pk")
    rows = rows.filter(system__in={system for system, _ in holders})
    found = rows_of(rows, "value", {value for _, value in holders}, *columns)
    there = {(o[0], o[1]): (o[2], o[3]) for o in found}
    fresh, stale = [], []
    for pair, people in holders.items():
        person = next(iter(people))
        if len(people) > 1 or (pair in there and there[pair][0] == person):
            continue
        if pair in there:
            stale.append(there[pair][1])
        fresh.append((pair, person))
    for some in chunks(stale):
        OutsideIdentifier.objects.filter(pk__in=some).update(valid_until=work.now)
    insert(
        OutsideIdentifier,
        {
            "system": [system for (system, _), _ in fresh],
            "value": [value for (_, value), _ in fresh],
            "target": [person for _, person in fresh],
        },
        district_id=work.district.pk,
        kind="person",
        valid_from=work.now,
    )
    work.count("identifiers of people", "new", len(fresh))
    work.count("identifiers of people", "ended", len(stale))


def import_demographics(work: Work, people: Mapping[str, UUID]) -> None:
    """Bring in what is counted of people.

    A record to be deleted is emptied, for a family may have asked for it; one that is absent is
    kept, for it has no days between which it holds.
    """
    records = work.roster.demographics
    named = [people[one.sourced_id] for one in records if one.sourced_id in people]
    every = Demographics.objects.filter(district=work.district)
    there = dict(rows_of(every, "person", named, "person", "pk"))
    rows: dict[UUID, dict[str, Any]] = {}
    for one, fresh in zip(records, new_ids(len(records)), strict=True):
        person = people.get(one.sourced_id)
        if person is None or (is_leaving(one) and person not in there):
            continue
        said = [name for field, name in RACES.items() if getattr(one, field)]
        blank = is_leaving(one)
        fields = {
            "person_id": person,
            "birth_date": None if blank else one.birth_date,
            "sex": "" if blank else one.sex or "",
            "race": [] if blank else said,
        }
        rows.setdefault(there.setdefault(person, fresh), fields)
    save(work, "demographics", Demographics, rows)


def give_learner_keys(work: Work) -> None:
    """Give every learner without one the key under which their evidence is kept."""
    missing = Person.objects.filter(
        district=work.district, roles__kind=Role.Kind.LEARNER, learner_key=None, merged_into=None
    )
    keys = list(missing.values_list("pk", flat=True).distinct())
    insert(LearnerKey, {"person_id": keys}, district_id=work.district.pk)
    work.count("learner keys", "new", len(keys))


def end_people(work: Work) -> None:
    """Mark as no longer active whoever the set ends and holds no other role that is open."""
    people = Person.objects.filter(district=work.district)
    for some in chunks(work.gone):
        here = people.filter(pk__in=some, active=True)
        held = Role.objects.filter(is_open(work.today), person__in=some).values("person")
        deactivate(work, "people", Person, here.exclude(pk__in=held).values_list("pk", flat=True))
