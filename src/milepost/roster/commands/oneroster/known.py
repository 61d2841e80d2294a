"""Of the people whom a district knows, those who share a clue with a newcomer of a set."""

from collections.abc import Iterator, Mapping
from datetime import date
from uuid import UUID

from milepost.roster.commands.oneroster.matching import Traits
from milepost.roster.commands.oneroster.work import Work, rows_of
from milepost.roster.models import Demographics, OutsideIdentifier, Person

Asking = Mapping[str, Traits]
"""sourcedId → traits of the newcomers."""


def known_people(work: Work, asking: Asking, named: set[UUID]) -> Iterator[tuple[UUID, Traits]]:
    """Yield who may be one of those ``asking``, with the traits that may tell; ``named`` are not.

    Each shares an identifier, a birth date or an email address with one of them: a morning's few
    newcomers are not held against the whole district.
    """
    called, elsewhere, born = _called(work, asking), _elsewhere(work, asking), _born(work, asking)
    alike = {*called, *elsewhere, *born, *_with_their_email(work, asking)} - named
    people = Person.objects.filter(district=work.district, merged_into=None)
    columns = ("pk", "given_name", "family_name", "email")
    for pk, given, family, email in rows_of(people, "pk", alike, *columns):
        if pk in alike:
            name = Traits(given, family).full_name
            same = {sid for sid in elsewhere.get(pk, ()) if asking[sid].full_name == name}
            pairs = called.get(pk, set()) | {("sourcedId", sid) for sid in same}
            yield pk, Traits(given, family, email, born.get(pk), frozenset(pairs))


def _called(work: Work, asking: Asking) -> dict[UUID, set[tuple[str, str]]]:
    """Return the identifiers that people share with newcomers, former sourcedIds included."""
    wanted = {pair for traits in asking.values() for pair in traits.identifiers}
    every = OutsideIdentifier.objects.filter(district=work.district, kind="person")
    rosters = {work.system, *work.identifiers.other_rosters}
    live = every.filter(valid_until=None, system__in={system for system, _ in wanted} - rosters)
    values = {value for _, value in wanted}
    found: dict[UUID, set[tuple[str, str]]] = {}
    for person, system, value in rows_of(live, "value", values, "target", "system", "value"):
        if (system, value) in wanted:
            found.setdefault(person, set()).add((system, value))
    former = every.filter(valid_until__isnull=False, system=work.system)
    for person, value in rows_of(former, "value", asking, "target", "value"):
        if value in asking:
            found.setdefault(person, set()).add(("sourcedId", value))
    return found


def _elsewhere(work: Work, asking: Asking) -> dict[UUID, set[str]]:
    """Return the newcomers' sourcedIds that name people in another roster of the district.

    With the same name it is the same person: so looks a system that was only renamed.
    """
    found: dict[UUID, set[str]] = {}
    others = OutsideIdentifier.objects.filter(
        district=work.district, kind="person", system__in=work.identifiers.other_rosters
    )
    # Names in use and closed ones have an index each; asked for together they would have none.
    for closed in (False, True) if work.identifiers.other_rosters else ():
        rows = others.filter(valid_until__isnull=not closed)
        for person, value in rows_of(rows, "value", asking, "target", "value"):
            if value in asking:
                found.setdefault(person, set()).add(value)
    return found


def _born(work: Work, asking: Asking) -> dict[UUID, date]:
    """Return the birth dates of the people who share one with a newcomer."""
    days = {traits.birth_date for traits in asking.values()} - {None}
    every = Demographics.objects.filter(district=work.district)
    rows = rows_of(every, "birth_date", days, "person", "birth_date")
    return {person: born for person, born in rows if born in days}


def _with_their_email(work: Work, asking: Asking) -> set[UUID]:
    """Return the people who have an email address of a newcomer, however it is written."""
    addresses = {traits.email.casefold() for traits in asking.values()} - {""}
    if not addresses:
        return set()
    people = Person.objects.filter(district=work.district).exclude(email="")
    rows = people.values_list("pk", "email").iterator(chunk_size=10_000)
    return {pk for pk, email in rows if email.casefold() in addresses}
