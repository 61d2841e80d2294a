"""Taking a framework in, whole: its rows become what a package says, and a version is kept."""

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from milepost.audit.commands import record_event
from milepost.audit.models import ImportRun
from milepost.purpose import case
from milepost.purpose.commands.problems import Problem, RefusedError
from milepost.purpose.commands.rows import Tables, check, tables_of
from milepost.purpose.commands.sync import CHUNK, sync
from milepost.purpose.models import (
    Association,
    Competency,
    Definition,
    Framework,
    FrameworkVersion,
)
from milepost.roster.models import Organisation


@dataclass(frozen=True)
class Saved:
    """A framework as it stands after a save; no `version` and no `changes`: nothing was new."""

    framework: Framework
    version: FrameworkVersion | None = None
    changes: Mapping[str, int] = field(default_factory=dict)


def save_framework(
    *,
    by: UUID | None,
    district: Organisation,
    package: case.Package,
    now: datetime,
    kind: str | None = None,
    received: bytes | None = None,
    run: ImportRun | None = None,
) -> Saved:
    """Make a district's framework what ``package`` says, and keep the package as a version.

    Items that the package lacks are retired on the district's day of ``now``, items that came back
    count again, and ties whose other end is or has now arrived in the district are joined to it.
    The same content again writes nothing. `kind` (default: what it is already, else a competency
    framework) tells a portrait; `received` are the bytes as they came. Raises RefusedError.
    """
    package = case.normalise(package)
    check(package)
    return save_tables(
        by=by,
        district=district,
        tables=tables_of(package),
        now=now,
        kind=kind,
        received=case.write_package(package)[0] if received is None else received,
        run=run,
    )


@transaction.atomic
def save_tables(
    *,
    by: UUID | None,
    district: Organisation,
    tables: Tables,
    now: datetime,
    kind: str | None,
    received: bytes,
    run: ImportRun | None = None,
) -> Saved:
    """Do the work of `save_framework` on rows that are already made."""
    # Two saves at once: the second waits, then sees what the first has written.
    district = Organisation.objects.select_for_update().get(pk=district.pk)
    framework = Framework.objects.filter(district=district, identifier=tables.identifier).first()
    digest = _digest(tables)
    if framework:
        _check_kind(framework, kind)
        last = framework.versions.defer("received").order_by("-number").first()
        if last and last.digest == digest:
            return Saved(framework)
    framework = _write_framework(framework, district, tables, kind)
    on = now.astimezone(ZoneInfo(district.time_zone)).date()
    changes = _write_rows(framework, tables, on)
    version = FrameworkVersion.objects.create(
        district=district,
        framework=framework,
        number=framework.versions.count() + 1,
        run=run,
        digest=digest,
        taken_at=now,
        changes=changes,
        received=zlib.compress(received),
    )
    record_event(
        action="purpose.save_framework",
        by=by,
        district=district.pk,
        target_kind="framework",
        target=framework.pk,
        detail={"version": version.number, "changes": changes},
        now=now,
    )
    return Saved(framework, version, changes)


def _check_kind(framework: Framework, kind: str | None) -> None:
    """Refuse to turn one kind of framework into another: evidence may hang on it."""
    given = kind or framework.kind
    if given == framework.kind != Framework.Kind.LABELS:
        return
    raise RefusedError(
        [
            Problem(
                file="",
                line=None,
                column="identifier",
                value=framework.identifier,
                reason=f"belongs to “{framework.title}”, which is a "
                f"{framework.get_kind_display().lower()} here.",
                advice="Give the package's document an identifier of its own.",
            )
        ]
    )


def _write_framework(
    framework: Framework | None, district: Organisation, tables: Tables, kind: str | None
) -> Framework:
    if framework is None:
        return Framework.objects.create(
            district=district,
            identifier=tables.identifier,
            kind=kind or Framework.Kind.COMPETENCIES,
            **tables.framework,
        )
    for name, value in tables.framework.items():
        setattr(framework, name, value)
    framework.save()
    return framework


def _write_rows(framework: Framework, tables: Tables, on: date) -> dict[str, int]:
    """Bring the three tables up to date and return the counts, by table and change."""
    changes = {
        "competencies": sync(Competency, framework, ["identifier"], tables.competencies, on),
        "associations": sync(
            Association, framework, ["identifier"], _joined(framework, tables.associations), on
        ),
        "definitions": sync(Definition, framework, ["kind", "identifier"], tables.definitions, on),
    }
    if changes["competencies"]["added"]:
        _join_waiting(framework)
    return {
        f"{table} {change}": number
        for table, counts in changes.items()
        for change, number in sorted(counts.items())
    }


def _joined(
    framework: Framework, associations: Mapping[tuple[str, ...], Mapping[str, Any]]
) -> dict[tuple[str, ...], dict[str, Any]]:
    """Return associations with the ids of both ends, where the district knows them.

    The framework's own items come first; else the item of that identifier that came first.
    """
    ends = {row[f"{end}_identifier"] for row in associations.values() for end in ENDS}
    own = _known(framework.competencies.values_list("identifier", "pk"))
    known = _elsewhere(framework, ends - own.keys()) | own
    return {
        key: {f"{end}_id": known.get(row[f"{end}_identifier"]) for end in ENDS} | dict(row)
        for key, row in associations.items()
    }


def _elsewhere(framework: Framework, identifiers: set[str]) -> dict[str, UUID]:
    asked, found = sorted(identifiers), dict[str, UUID]()
    for start in range(0, len(asked), CHUNK):
        rows = Competency.objects.filter(
            district=framework.district_id, identifier__in=asked[start : start + CHUNK]
        ).exclude(framework=framework)
        found |= _known(rows.order_by("-pk").values_list("identifier", "pk"))
    return found


def _known(rows: Iterable[tuple[str, UUID]]) -> dict[str, UUID]:
    return dict(rows)


def _join_waiting(framework: Framework) -> None:
    """Join ties of other frameworks that have been waiting for this framework's items."""
    own = _known(framework.competencies.values_list("identifier", "pk"))
    for end in ENDS:
        waiting = Association.objects.filter(
            district=framework.district_id, **{f"{end}__isnull": True}
        ).only("pk", f"{end}_identifier")
        arrived = [row for row in waiting if getattr(row, f"{end}_identifier") in own]
        for row in arrived:
            setattr(row, f"{end}_id", own[getattr(row, f"{end}_identifier")])
        Association.objects.bulk_update(arrived, [end], batch_size=CHUNK)


def _digest(tables: Tables) -> str:
    """Return the SHA-256 of the content, so that the same framework in other bytes is the same."""
    content = [
        [tables.identifier, tables.framework],
        *(
            sorted([list(key), dict(row)] for key, row in table.items())
            for table in (tables.competencies, tables.associations, tables.definitions)
        ),
    ]
    text = json.dumps(content, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


ENDS = ("origin", "destination")
