"""Which column of a log is which: the names that exports give to the same thing."""

import re
from collections.abc import Mapping, Sequence

from milepost.evidence.response_log.problems import UnreadableError


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


FIELDS: Mapping[str, frozenset[str]] = {
    "learner": _names("learner learnerid user userid student studentid anonstudentid sourcedid"),
    "item": _names("item itemid problem problemid problemname question questionid"),
    "competencies": _names(
        "competencies competency skill skills skillid skillids kc kcs standard standards "
        "knowledgecomponent knowledgecomponents"
    ),
    "score": _names("score correct iscorrect correctness outcome result"),
    "time": _names("time timestamp datetime occurredat answeredat submittedat"),
    "order": _names("order orderid sequence sequenceid"),
    "seconds": _names("seconds duration durationsec durationseconds secondsspent"),
    "hints": _names("hints hintcount hintstaken numberofhints"),
}
"""Field → the headers that mean it, in lower-case letters and digits alone."""

REQUIRED = ("learner", "item", "competencies", "score")
_DATASHOP_KC = re.compile(r"kc\s*\(.*\)", re.IGNORECASE)
"""DataShop names its columns of knowledge components after their model: KC (Default)."""


def field_of(header: str) -> str | None:
    """Return the field that a header means, or None."""
    plain = re.sub(r"[^a-z0-9]", "", header.casefold())
    if _DATASHOP_KC.fullmatch(header.strip()):
        return "competencies"
    return next((field for field, names in FIELDS.items() if plain in names), None)


def recognise(
    file: str, headers: Sequence[str], columns: Mapping[str, str] | None
) -> dict[str, str]:
    """Return field → header. ``columns`` says it for the fields that it names.

    Raises UnreadableError for two headers alike, two that could be the same field, a required field
    that no header means, and ``columns`` that do not fit.
    """
    twice = {header for header in headers if list(headers).count(header) > 1}
    if twice:
        doubles = ", ".join(sorted(map(repr, twice)))
        raise UnreadableError(
            file, f"The header {doubles} stands there twice.", "Rename one of the two."
        )
    said = _said(file, headers, columns or {})
    found: dict[str, list[str]] = {}
    for header in headers:
        field = field_of(header)
        if field and field not in said and header not in said.values():
            found.setdefault(field, []).append(header)
    for field, names in found.items():
        if len(names) > 1:
            raise UnreadableError(
                file,
                f"More than one column could be the {field}: {', '.join(names)}.",
                f"Say which one is the {field}, or rename the others.",
            )
    known = said | {field: names[0] for field, names in found.items()}
    missing = [field for field in REQUIRED if field not in known]
    if missing:
        raise UnreadableError(
            file,
            f"No column is known to be the {' or the '.join(missing)}. "
            f"The file has: {', '.join(headers)[:300]}.",
            f"Say which column it is, or name it {missing[0]!r}.",
        )
    return known


def _said(file: str, headers: Sequence[str], columns: Mapping[str, str]) -> dict[str, str]:
    for field, header in columns.items():
        if field not in FIELDS:
            raise UnreadableError(
                file, f"{field!r} is no part of a response.", f"The parts are {', '.join(FIELDS)}."
            )
        if header not in headers:
            raise UnreadableError(
                file,
                f"There is no column {header!r} for the {field}.",
                f"The file has: {', '.join(headers)[:300]}.",
            )
    return dict(columns)
