"""Roles, enrollments and family ties: who belongs where, from a day until a day.

A tie is ended and never deleted. What a set says of a tie that we have:

- the same ends, another period: the period is corrected;
- other ends (a learner moved to another class): the old tie ended yesterday, a new one begins;
- it had ended and is back: the same tie is open again when the set says that it began before it
  ended (it never stopped); otherwise a new tie begins, and the gap stays in the history;
- no begin: since ever when the place is new too, otherwise since today;
- absent from a bulk file, to be deleted, or at a school, class or person that ends: it ended
  yesterday. A tie that was to begin later thereby ends before it begins: it never took place.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from milepost.ids import new_ids
from milepost.roster.commands.bulk import insert
from milepost.roster.commands.oneroster.work import CHUNK, Work, chunks

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TieKind:
    """A kind of tie. ``ends``: the fields that it ties, its place second."""

    name: str
    what: str
    model: type[Model]
    ends: tuple[str, ...]
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tie:
    """One tie: as a set says it (``name`` is its sourcedId), or as we have it (``pk``)."""

    ends: tuple[Any, ...]
    begins_on: date | None
    ends_on: date | None
    more: tuple[Any, ...] = ()
    name: str = ""
    pk: UUID | None = None

    def is_over(self, today: date) -> bool:
        """Return whether it ended before today."""
        return self.ends_on is not None and self.ends_on < today


@dataclass
class Changes:
    """What is to be written about one kind of tie."""

    fresh: list[Tie] = field(default_factory=list)
    changed: list[Tie] = field(default_factory=list)
    ended: list[UUID] = field(default_factory=list)
    ended_early: int = 0
    """Ties that were open and are over through a change of their period."""


@dataclass(frozen=True, slots=True)
class Whole:
    """Whose ties a set of changes says whole: one that it does not say has ended.

    ``field``: the end of the tie that holds them, ``holders``: who or what.
    """

    field: str
    holders: frozenset[UUID]


def import_ties(
    work: Work,
    kind: TieKind,
    wanted: Collection[Tie],
    *,
    mode: str,
    leaving: Collection[str] = (),
    whole: Whole | None = None,
) -> None:
    """Make our ties of a kind those that the set says.

    ``leaving``: sourcedIds that are to be deleted. ``whole``: what a set of changes says all of.
    A bulk set is held against all of our ties, a set of changes against those near it.
    """
    said = [*(one.name for one in wanted), *leaving]
    still = kind.model._default_manager.filter(_open(work.today), district=work.district)
    if kind.name == "enrollment":
        work.open_enrollments = still.count()
    if mode == "bulk":
        work.identifiers.look_up(kind.name, said, targets=still.values("pk"))
        near = [still]
    else:
        work.identifiers.look_up(kind.name, said)
        near = [still.filter(q) for q in _near(work, kind, wanted, whole)]
    known = work.identifiers.of(kind.name)
    ours = _ours(work, kind, near, {known[name] for name in said if name in known})
    if mode != "bulk":
        work.identifiers.look_up(kind.name, said, targets=ours)
    names = dict(work.identifiers.of(kind.name))
    changes = Changes()
    kept = _compare(work, kind, wanted, ours, names, changes)
    out = {names[name] for name in leaving if name in names}
    unsaid = {
        pk
        for pk in set(names.values()) & ours.keys() - kept
        if not ours[pk].is_over(work.today)
        and (
            mode == "bulk"
            or pk in out
            or _said_whole(kind, whole, ours[pk])
            or _loses_an_end(work, ours[pk])
        )
    }
    changes.ended += sorted(unsaid - work.identifiers.named_elsewhere(kind.name, unsaid))
    if kind.name == "enrollment":
        work.ended_enrollments = len(changes.ended) + changes.ended_early
    _write(work, kind, changes)
    work.identifiers.flush(kind.name)


def _near(work: Work, kind: TieKind, wanted: Iterable[Tie], whole: Whole | None) -> Iterator[Q]:
    """Yield the conditions of ties that a set of changes may concern though it does not name them.

    They have the first end of a wanted one, or an end that is gone, or are said whole.
    """
    first = kind.ends[0]
    asked = [(first, {one.ends[0] for one in wanted})]
    asked += [(end, work.gone) for end in kind.ends if end.endswith("_id")]
    asked += [(whole.field, set(whole.holders))] if whole else []
    for end, ids in asked:
        for some in chunks(ids):
            yield Q(**{f"{end}__in": some})


def _said_whole(kind: TieKind, whole: Whole | None, tie: Tie) -> bool:
    return whole is not None and tie.ends[kind.ends.index(whole.field)] in whole.holders


def _loses_an_end(work: Work, tie: Tie) -> bool:
    return not work.gone.isdisjoint(tie.ends)


def _open(today: date) -> Q:
    return Q(ends_on=None) | Q(ends_on__gte=today)


def _ours(
    work: Work, kind: TieKind, near: Iterable[QuerySet[Any]], asked: set[UUID]
) -> dict[UUID, Tie]:
    """Return our ties that are near, whoever made them, and those that the set asks for."""
    columns = ["pk", *kind.ends, "begins_on", "ends_on", *kind.more]
    n = 1 + len(kind.ends)

    def as_ties(some: QuerySet[Any]) -> dict[UUID, Tie]:
        rows = some.values_list(*columns).iterator(chunk_size=CHUNK)
        return {r[0]: Tie(r[1:n], r[n], r[n + 1], r[n + 2 :], pk=r[0]) for r in rows}

    found: dict[UUID, Tie] = {}
    for some in near:
        found.update(as_ties(some))
    every = kind.model._default_manager.filter(district=work.district)
    for pks in chunks(asked - found.keys()):
        found.update(as_ties(every.filter(pk__in=pks)))
    return found


def _compare(
    work: Work,
    kind: TieKind,
    wanted: Iterable[Tie],
    ours: Mapping[UUID, Tie],
    names: Mapping[str, UUID],
    changes: Changes,
) -> set[UUID]:
    """Gather the changes that the wanted ties ask for; return our ties that are spoken for."""
    asked = {names[one.name] for one in wanted if one.name in names}
    spare: dict[tuple[Any, ...], list[Tie]] = {}
    for other in ours.values():
        if other.pk not in asked and not other.is_over(work.today):
            spare.setdefault(other.ends, []).append(other)
    renewed = work.identifiers.closed(kind.name)
    kept: set[UUID] = set()
    for one in wanted:
        tie = ours.get(names[one.name]) if one.name in names else None
        if tie is None and spare.get(one.ends):
            # The system gave it another name, or it was made by hand: it is the same tie.
            tie = spare[one.ends].pop(0)
            work.identifiers.name(kind.name, one.name, _pk(tie))
        if tie is None:
            changes.fresh.append(_begin(work, one))
            continue
        kept.add(_pk(tie))
        if tie.ends != one.ends or _is_back(work, tie, one):
            changes.fresh.append(_begin(work, one, after=tie))
            if not tie.is_over(work.today):
                changes.ended.append(_pk(tie))
        else:
            _correct(work, tie, one, one.name in renewed, changes)
    return kept


def _pk(tie: Tie) -> UUID:
    assert tie.pk is not None
    return tie.pk


def _is_back(work: Work, tie: Tie, one: Tie) -> bool:
    """Return whether a tie that had ended begins anew, as against never having stopped."""
    if tie.ends_on is None or not tie.is_over(work.today) or one.is_over(work.today):
        return False
    return one.begins_on is None or one.begins_on > tie.ends_on + DAY


def _begin(work: Work, one: Tie, after: Tie | None = None) -> Tie:
    """Return the new tie; ``after`` is the one that it follows under the same name.

    A system that moves a learner often leaves the begin as it was; taken at its word, the learner
    would have been in both classes all the while.
    """
    begins = one.begins_on
    if after and begins and after.begins_on and begins <= after.begins_on:
        begins = None
    if begins is None and (after or one.ends[1] not in work.made) and not one.is_over(work.today):
        begins = work.today
    same = begins == one.begins_on
    return one if same else Tie(one.ends, begins, one.ends_on, one.more, one.name)


def _correct(work: Work, tie: Tie, one: Tie, renewed: bool, changes: Changes) -> None:
    """Take over the period that the set gives, if it differs.

    A tie that follows an earlier one under the same name keeps its begin: the system still gives
    the begin of the earlier.
    """
    begins = one.begins_on or tie.begins_on
    if renewed and tie.begins_on and begins and begins < tie.begins_on:
        begins = tie.begins_on
    said = Tie(tie.ends, begins, one.ends_on, one.more, pk=tie.pk)
    if (said.begins_on, said.ends_on, said.more) != (tie.begins_on, tie.ends_on, tie.more):
        changes.changed.append(said)
        changes.ended_early += said.is_over(work.today) and not tie.is_over(work.today)


def _write(work: Work, kind: TieKind, changes: Changes) -> None:
    manager = kind.model._default_manager
    made = new_ids(len(changes.fresh))
    for one, pk in zip(changes.fresh, made, strict=True):
        work.identifiers.name(kind.name, one.name, pk, fresh=True)
    columns = {"id": made} | {
        name: [getattr(one, name) for one in changes.fresh] for name in ("begins_on", "ends_on")
    }
    columns |= {n: [one.ends[k] for one in changes.fresh] for k, n in enumerate(kind.ends)}
    columns |= {n: [one.more[k] for one in changes.fresh] for k, n in enumerate(kind.more)}
    insert(kind.model, columns, district_id=work.district.pk)
    fields = ["begins_on", "ends_on", *kind.more]
    changed = [
        kind.model(
            pk=one.pk,
            begins_on=one.begins_on,
            ends_on=one.ends_on,
            **dict(zip(kind.more, one.more, strict=True)),
        )
        for one in changes.changed
    ]
    if changed:
        manager.bulk_update(changed, fields, batch_size=CHUNK // 4)
    for some in chunks(changes.ended):
        manager.filter(pk__in=some).update(ends_on=work.today - DAY)
    work.count(kind.what, "new", len(made))
    work.count(kind.what, "changed", len(changed))
    work.count(kind.what, "ended", len(changes.ended))
