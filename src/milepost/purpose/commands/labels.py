"""A framework made from the labels of a response log, when nobody sent a better one."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from milepost.audit.commands import record_event
from milepost.purpose.models import Competency, Framework
from milepost.roster.models import Organisation

LONGEST_LABEL = 300


@transaction.atomic
def framework_from_labels(
    *,
    by: UUID | None,
    district: Organisation,
    identifier: str,
    title: str,
    labels: Iterable[str],
) -> dict[str, UUID]:
    """Return label → competency for every label, making the framework and what it lacks.

    It only grows: a label that a later log lacks still counts. Raises ValueError for a blank or
    endless label, and when the identifier is that of a framework with a publisher, which labels
    must not change.
    """
    wanted = list(dict.fromkeys(labels))
    for label in wanted:
        if not label.strip() or len(label) > LONGEST_LABEL:
            raise ValueError(
                f"The label {label[:40]!r} cannot name a competency: it must have 1 to "
                f"{LONGEST_LABEL} characters. Correct the log."
            )
    framework = _framework(district, identifier, title)
    known = dict(framework.competencies.values_list("identifier", "pk"))
    made = Competency.objects.bulk_create(
        (
            Competency(
                district=district,
                framework=framework,
                identifier=label,
                code=label,
                statement=label,
                position=len(known) + k,
            )
            for k, label in enumerate(one for one in wanted if one not in known)
        ),
        batch_size=500,
    )
    if made:
        record_event(
            action="purpose.framework_from_labels",
            by=by,
            district=district.pk,
            target_kind="framework",
            target=framework.pk,
            detail={"added": len(made)},
        )
    known |= {row.identifier: row.pk for row in made}
    return {label: known[label] for label in wanted}


def _framework(district: Organisation, identifier: str, title: str) -> Framework:
    """Return the framework of labels, locked so that two logs at once do not add a label twice."""
    Organisation.objects.select_for_update().get(pk=district.pk)
    framework, _ = Framework.objects.get_or_create(
        district=district,
        identifier=identifier,
        defaults={"title": title, "kind": Framework.Kind.LABELS},
    )
    if framework.kind != Framework.Kind.LABELS:
        raise ValueError(
            f"{framework.title} ({identifier}) has a publisher; labels cannot be added to it. "
            "Choose another identifier, or match the log's labels to its codes."
        )
    return framework
