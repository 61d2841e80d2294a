"""Taking a file of rules in: all or nothing, and saying what it changes."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from milepost.audit.commands import finish_run, refuse, start_run
from milepost.audit.models import ImportRun
from milepost.roster.models import Organisation
from milepost.rulebook import rules
from milepost.rulebook.commands.events import told
from milepost.rulebook.models import Publication, Rule, RuleValue
from milepost.rulebook.queries import lineage
from milepost.rulebook.rules import Problem, RefusedError, Rulebook, RuleText

TEXT = (
    "citation", "kind", "binds", "condition", "title", "words", "source", "source_on", "fund",
    "terms", "begins_earlier", "ends_on",
)  # fmt: skip
"""What a wording says, besides its figures; the same names in the file's type and the table."""


@dataclass(frozen=True)
class Changes:
    """What a file would change, by identifier and first day: added, changed (in what), retired."""

    added: tuple[str, ...] = ()
    changed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    retired: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.retired)

    def as_json(self) -> dict[str, Any]:
        """Return it as the audit event and the publication keep it."""
        return {
            "added": list(self.added),
            "changed": {name: list(what) for name, what in self.changed},
            "retired": list(self.retired),
        }


def preview(*, organisation: Organisation, text: str, file: str = "rules.yaml") -> Changes:
    """Return what a file would change, and change nothing. Raises RefusedError."""
    return _changes(_Shelf(organisation, rules.read(text, file), file))


@transaction.atomic
def publish_rules(
    *,
    by: UUID | None,
    organisation: Organisation,
    text: str,
    on: date,
    now: datetime,
    file: str = "rules.yaml",
) -> Changes:
    """Make a rulebook of an organisation what a file says, and return what that changed.

    A wording is known by identifier and first day. What the file no longer has is retired from
    ``on``; it stays in the record, and in force on the days before. The same file again changes
    nothing. Wordings entered by hand stay, and end where the file's next one begins. Raises
    RefusedError with every problem by line.
    """
    Organisation.objects.select_for_update().get(pk=organisation.pk)  # one publisher at a time
    shelf = _Shelf(organisation, rules.read(text, file), file)
    changes = _changes(shelf)
    if not changes:
        return changes
    publication = Publication.objects.create(
        organisation=organisation,
        rulebook=shelf.book.identifier,
        title=shelf.book.title,
        authority=shelf.book.authority,
        number=Publication.objects.filter(
            organisation=organisation, rulebook=shelf.book.identifier
        ).count()
        + 1,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        received=text,
        changes=changes.as_json(),
        taken_at=now,
        taken_by=by,
    )
    _write(shelf, publication, on)
    told("publish_rules", by=by, organisation=organisation, target=publication.pk, now=now,
         detail=changes.as_json())  # fmt: skip
    return changes


def import_rules(
    *, by: UUID | None, organisation: Organisation, path: Path, on: date, now: datetime
) -> ImportRun:
    """Take a file of rules in and return what became of it, with every line that was refused."""
    content = path.read_bytes() if path.is_file() else b""
    run = start_run(
        by=by,
        district=organisation.district_id or organisation.pk,
        kind="rules",
        source=path.name,
        now=now,
        digest=hashlib.sha256(content).hexdigest(),
        demonstration=organisation.demonstration,
    )
    try:
        with transaction.atomic():
            changes = publish_rules(
                by=by,
                organisation=organisation,
                text=decoded(content, path.name),
                on=on,
                now=now,
                file=path.name,
            )
            counts = {name: len(some) for name, some in changes.as_json().items()}
            return finish_run(
                run=run,
                status=ImportRun.Status.APPLIED if changes else ImportRun.Status.UNCHANGED,
                now=now,
                message="Added {added}, changed {changed}, retired {retired} rules.".format(
                    **counts
                )
                if changes
                else "These rules are here already; nothing was changed.",
                counts=counts,
            )
    except RefusedError as error:
        return refuse(
            run=run,
            problems=error.problems,
            now=now,
            message=f"Refused: {len(error.problems)} things are wrong. Nothing was changed.",
        )


class _Shelf:
    """A rulebook beside the rows that stand for it now. Raises RefusedError where they clash."""

    def __init__(self, organisation: Organisation, book: Rulebook, file: str) -> None:
        self.organisation, self.book, self.file = organisation, book, file
        named = {rule.identifier for rule in book.rules}
        mine = Rule.objects.filter(organisation=organisation).prefetch_related("values")
        rows = [row for row in mine if row.rulebook == book.identifier or row.identifier in named]
        self.rows = {(row.identifier, row.begins_on): row for row in rows}
        problems = [*self._taken(rows), *self._above(named), *self._unknown(mine)]
        if problems:
            raise RefusedError(problems)
        self.by_hand: dict[str, list[Rule]] = defaultdict(list)
        for row in rows:
            if not row.rulebook:
                self.by_hand[row.identifier].append(row)

    def ends_on(self, text: RuleText) -> date | None:
        """Return a wording's last day; one that was amended by hand ends before the amendment."""
        later = [
            row.begins_on - timedelta(days=1)
            for row in self.by_hand[text.identifier]
            if row.begins_on > text.begins_on
        ]
        return min([*later, text.ends_on or date.max]) if later else text.ends_on

    def _taken(self, rows: list[Rule]) -> Iterator[Problem]:
        owners = {row.identifier: row.rulebook for row in rows if row.rulebook}
        for rule in self.book.rules:
            owner = owners.get(rule.identifier, self.book.identifier)
            if owner != self.book.identifier:
                yield self._problem(rule, f"stands in the rulebook {owner!r} already.",
                                    "Give it another identifier.")  # fmt: skip

    def _above(self, named: set[str]) -> Iterator[Problem]:
        above = lineage(self.organisation)[1:]
        rows = Rule.objects.filter(organisation__in=above, identifier__in=named, retired_on=None)
        owners = {row.identifier: row.organisation.name for row in rows.select_related()}
        for rule in self.book.rules:
            if rule.identifier in owners:
                owner = owners[rule.identifier]
                yield self._problem(
                    rule,
                    f"is in force here already, by the rulebook of {owner}.",
                    "Leave it out: what binds above binds here.",
                )

    def _unknown(self, mine: Any) -> Iterator[Problem]:
        known = {row.identifier for row in mine} | {rule.identifier for rule in self.book.rules}
        for rule in self.book.rules:
            if rule.supersedes and rule.supersedes not in known:
                yield self._problem(rule, f"supersedes {rule.supersedes!r}, which is not known.",
                                    "Correct the identifier.")  # fmt: skip

    def _problem(self, rule: RuleText, reason: str, advice: str) -> Problem:
        return Problem(self.file, rule.line, "identifier", rule.identifier, reason, advice)


def _changes(shelf: _Shelf) -> Changes:
    added, changed, kept = [], [], set()
    for text in shelf.book.rules:
        key = (text.identifier, text.begins_on)
        kept.add(key)
        row = shelf.rows.get(key)
        if row is None:
            added.append(_name(*key))
        elif what := _differs(row, text, shelf):
            changed.append((_name(*key), what))
    retired = [
        _name(*key)
        for key, row in shelf.rows.items()
        if row.rulebook and key not in kept and row.retired_on is None
    ]
    return Changes(tuple(added), tuple(changed), tuple(sorted(retired)))


def _differs(row: Rule, text: RuleText, shelf: _Shelf) -> tuple[str, ...]:
    """Return the names of what a row says otherwise than the file."""
    said = _columns(text, shelf)
    what = [name for name in said if getattr(row, name) != said[name]]
    figures = [
        (one.name, one.value, one.unit, tuple(one.grades), one.begins_on, one.ends_on, one.source)
        for one in row.values.all()
    ]
    if figures != [_figure(one) for one in text.values]:
        what.append("values")
    if row.retired_on:
        what.append("returned")
    return tuple(what)


def _columns(text: RuleText, shelf: _Shelf) -> dict[str, Any]:
    found = {name: getattr(text, name) for name in TEXT}
    return found | {
        "authority": shelf.book.authority,
        "rulebook": shelf.book.identifier,
        "ends_on": shelf.ends_on(text),
    }


def _figure(one: rules.Value) -> tuple[Any, ...]:
    """Return a figure as its row holds it."""
    return (one.name, str(one.value), one.unit, one.grades, one.begins_on, one.ends_on, one.source)


def _write(shelf: _Shelf, publication: Publication, on: date) -> None:
    kept: set[tuple[str, date]] = set()
    for text in shelf.book.rules:
        key = (text.identifier, text.begins_on)
        kept.add(key)
        row = shelf.rows.get(key)
        if row is None:
            row = Rule(organisation=shelf.organisation, publication=publication,
                       identifier=text.identifier, begins_on=text.begins_on)  # fmt: skip
        elif not _differs(row, text, shelf):
            continue
        for name, content in _columns(text, shelf).items():
            setattr(row, name, content)
        row.retired_on = None
        row.save()
        row.values.all().delete()
        RuleValue.objects.bulk_create(_values(row, text))
        shelf.rows[key] = row
    for key, row in shelf.rows.items():
        if row.rulebook and key not in kept and row.retired_on is None:
            row.retired_on = on
            row.save(update_fields=["retired_on"])
    chain(shelf.organisation, {text.identifier for text in shelf.book.rules})
    for text in shelf.book.rules:
        if text.supersedes:
            _supersede(shelf.rows[text.identifier, text.begins_on], text.supersedes)


def chain(organisation: Organisation, identifiers: set[str]) -> None:
    """Tie each wording to the one before it, and end that where it was left open."""
    rows = Rule.objects.filter(organisation=organisation, identifier__in=identifiers)
    before: Rule | None = None
    for row in rows.filter(retired_on=None).order_by("identifier", "begins_on"):
        if before and before.identifier == row.identifier:
            if before.ends_on is None or before.ends_on >= row.begins_on:
                before.ends_on = row.begins_on - timedelta(days=1)
                before.save(update_fields=["ends_on"])
            if row.supersedes_id != before.pk:
                row.supersedes = before
                row.save(update_fields=["supersedes"])
        before = row


def _supersede(row: Rule, identifier: str) -> None:
    earlier = Rule.objects.filter(
        organisation=row.organisation_id, identifier=identifier, begins_on__lt=row.begins_on
    )
    row.supersedes = earlier.order_by("-begins_on").first()
    row.save(update_fields=["supersedes"])


def _values(row: Rule, text: RuleText) -> list[RuleValue]:
    return [
        RuleValue(
            rule=row,
            name=one.name,
            value=str(one.value),
            unit=one.unit,
            grades=list(one.grades),
            begins_on=one.begins_on,
            ends_on=one.ends_on,
            source=one.source,
            position=position,
        )
        for position, one in enumerate(text.values)
    ]


def _name(identifier: str, begins_on: date) -> str:
    return f"{identifier} from {begins_on}"


def decoded(content: bytes, file: str) -> str:
    """Return a file's text. Raises RefusedError for what is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        problem = Problem(file, line, None, "The file", "is not UTF-8 text.", "Save it as UTF-8.")
        raise RefusedError([problem]) from None
