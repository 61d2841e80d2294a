"""The kinds of tie between competencies, and how each reads from either end."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CHILD = "isChildOf"
PRECEDES = "precedes"
EXACT_MATCH = "exactMatchOf"
RELATED = "isRelatedTo"
MATCHES = (EXACT_MATCH, RELATED)
"""Kinds that a crosswalk may make."""


@dataclass(frozen=True)
class Reading:
    """What stands over the other end's name: read from the origin, and from the destination."""

    forwards: str | Promise
    backwards: str | Promise


READINGS = {
    CHILD: Reading(_("Part of"), _("Parts")),
    "isPartOf": Reading(_("Belongs to"), _("Includes")),
    PRECEDES: Reading(_("Leads to"), _("Builds on")),
    EXACT_MATCH: Reading(_("The same elsewhere"), _("The same elsewhere")),
    RELATED: Reading(_("Related to"), _("Related to")),
    "isPeerOf": Reading(_("Beside"), _("Beside")),
    "replacedBy": Reading(_("Replaced by"), _("Replaces")),
    "exemplar": Reading(_("Example"), _("Example of")),
    "hasSkillLevel": Reading(_("Skill level"), _("Skill level of")),
    "isTranslationOf": Reading(_("Translation of"), _("Translated as")),
}


def words(kind: str, *, forwards: bool) -> str:
    """Return how a tie reads from one end; a publisher's own kind reads as it is written."""
    reading = READINGS.get(kind)
    if reading is None:
        return kind.removeprefix("ext:")
    return str(reading.forwards if forwards else reading.backwards)
