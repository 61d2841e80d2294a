"""Whose rows these are and what they show: labels of a log to learners and competencies."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

import polars as pl

from milepost.evidence.response_log import Log, Problem
from milepost.ids import new_ids
from milepost.purpose.commands import framework_from_labels, use_framework
from milepost.purpose.models import Framework
from milepost.roster.models import LearnerKey, Organisation, OutsideIdentifier

PSEUDONYM = "learner_key"
"""Kind of an outside identifier whose target is a learner key without a person."""
CHUNK = 2_000


def learner_keys(district: UUID, system: str) -> dict[str, UUID | None]:
    """Return label → learner key for all learners whom a system names; None where it was erased.

    A label names a person of the roster, or else a learner of an earlier log without a person. It
    is looked for among that system's names alone: two systems give one number to two children.
    """
    named = OutsideIdentifier.objects.filter(district=district, system=system, valid_until=None)
    people = dict(
        LearnerKey.objects.filter(district=district, person__isnull=False).values_list(
            "person", "pk"
        )
    )
    erased = set(
        LearnerKey.objects.filter(district=district)
        .exclude(erased_at=None)
        .values_list("pk", flat=True)
    )
    keys: dict[str, UUID | None] = {
        label: None if key in erased else key
        for label, key in named.filter(kind=PSEUDONYM).values_list("value", "target")
    }
    for label, person in named.filter(kind="person").values_list("value", "target"):
        if person in people:
            keys[label] = people[person]
    return keys


def make_learners(
    district: Organisation, system: str, labels: Collection[str], now: datetime
) -> None:
    """Make a learner without a person for each label, so that a research log has learners.

    The label is kept as an outside identifier of kind `PSEUDONYM`: a later log of the same system
    finds the same learner.
    """
    keys = [LearnerKey(pk=pk, district=district) for pk in new_ids(len(labels))]
    LearnerKey.objects.bulk_create(keys, batch_size=CHUNK)
    OutsideIdentifier.objects.bulk_create(
        (
            OutsideIdentifier(
                district=district,
                system=system,
                kind=PSEUDONYM,
                value=label,
                target=key.pk,
                valid_from=now,
            )
            for label, key in zip(labels, keys, strict=True)
        ),
        batch_size=CHUNK,
    )


def competencies(
    *,
    by: UUID | None,
    district: Organisation,
    system: str,
    framework: str | None,
    make_framework: bool,
    labels: Collection[str],
) -> tuple[dict[str, UUID], dict[str, str]]:
    """Return label → competency, and for each label that names none, the reason.

    In a framework with a publisher, a label is an identifier or else a code. One that is not
    there, or was made from labels before, gets what it lacks; without ``framework`` it is the
    system's. ``make_framework``: labels that a publisher's framework does not know go into one of
    the log's own. The district works by a framework made from labels: nothing else could show
    what its log says.
    """
    wanted = framework or system
    found = Framework.objects.filter(district=district, identifier=wanted).first()

    def of_labels(identifier: str, labels: Iterable[str]) -> dict[str, UUID]:
        title = f"Labels of {identifier}"
        made = framework_from_labels(
            by=by, district=district, identifier=identifier, title=title, labels=labels
        )
        one = Framework.objects.get(district=district, identifier=identifier)
        use_framework(by=by, framework=one)
        return made

    if found is None or found.kind == Framework.Kind.LABELS:
        return of_labels(wanted, labels), {}
    known, unknown = _published(found, labels)
    if make_framework and unknown:
        return known | of_labels(system, unknown), {}
    return known, unknown


def _published(
    framework: Framework, labels: Collection[str]
) -> tuple[dict[str, UUID], dict[str, str]]:
    by_identifier: dict[str, UUID] = {}
    by_code: dict[str, list[UUID]] = {}
    headings: set[UUID] = set()
    rows = framework.competencies.values_list("pk", "identifier", "code", "assessable")
    for pk, identifier, code, assessable in rows:
        by_identifier[identifier] = pk
        by_code.setdefault(code, []).append(pk)
        if not assessable:
            headings.add(pk)
    known: dict[str, UUID] = {}
    unknown: dict[str, str] = {}
    for label in labels:
        named = [by_identifier[label]] if label in by_identifier else by_code.get(label, [])
        if not named:
            unknown[label] = f"is no identifier or code in {framework.title}"
        elif len(named) > 1:
            unknown[label] = f"is the code of {len(named)} competencies in {framework.title}"
        elif named[0] in headings:
            unknown[label] = f"is a heading in {framework.title}, not what a learner shows"
        else:
            known[label] = named[0]
    return known, unknown


def labels_of(log: Log) -> list[str]:
    """Return the competencies that a log names, in the order in which they first appear."""
    return log.rows["competencies"].explode().unique(maintain_order=True).to_list()


def unknown_problems(log: Log, unknown: Mapping[str, str]) -> list[Problem]:
    """Name every row that shows a competency which is none."""
    if not unknown:
        return []
    rows = log.rows.select("line", label="competencies").explode("label")
    bad = rows.filter(pl.col("label").is_in(list(unknown)))
    advice = "Correct the label, or bring in the framework that has it."
    return [
        Problem(
            log.file,
            line,
            log.columns["competencies"],
            label[:80],
            f'"{label[:80]}" {unknown[label]}.',
            advice,
        )
        for line, label in bad.iter_rows()
    ]


def scores_text(rows: pl.DataFrame, known: Mapping[str, UUID]) -> pl.Series:
    """Return the scores of each row as JSON text: one outcome, shared by its competencies.

    Two labels of one competency (its identifier and its code) count once.
    """
    forms = rows.select("competencies", "score").unique()
    texts = [
        json.dumps([[str(pk), score] for pk in dict.fromkeys(known[label] for label in labels)])
        for labels, score in forms.iter_rows()
    ]
    with_text = forms.with_columns(scores=pl.Series(texts, dtype=pl.String))
    joined = rows.join(with_text, on=["competencies", "score"], how="left", maintain_order="left")
    return joined["scores"]


def without_unknown(log: Log, unknown: Mapping[str, str]) -> pl.DataFrame:
    """Return a log's rows, those that show an unknown competency left out."""
    if not unknown:
        return log.rows
    is_unknown = pl.element().is_in(list(unknown))
    return log.rows.filter(~pl.col("competencies").list.eval(is_unknown).list.any())
