"""Words for statuses and for the reason why not yet."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from milepost.mastery.rules import KINDS, NONE, PROFICIENT, REFRESH, WORKING, NotYet


def default_words() -> dict[str, str]:
    """Return the names of the statuses where a district has chosen none, in today's language."""
    return {
        NONE: _("No evidence yet"),
        WORKING: _("Working towards"),
        PROFICIENT: _("Proficient"),
        REFRESH: _("Due for a refresher"),
    }


def kind_words() -> dict[str, str]:
    """Return the names of the kinds of evidence, in today's language."""
    return {
        "practice": _("practice"),
        "quiz": _("quiz"),
        "task": _("scored task"),
        "judgement": _("teacher's judgement"),
        "portfolio": _("portfolio piece"),
        "outside": _("work outside class"),
        "void": _("correction"),
    }


def explain(reason: NotYet | None) -> str:
    """Return the nearest reason why not yet as a sentence; empty when there is none."""
    if reason is None:
        return ""
    if reason.need is None:
        return _(
            "The evidence makes it %(have)d %% certain; the district asks for %(want)d %%."
        ) % {"have": int(reason.have * 100), "want": round(reason.want * 100)}
    missing = int(reason.want - reason.have)
    if set(reason.need.kinds) == set(KINDS):
        return ngettext(
            "%(missing)d more piece of evidence is needed (%(have)d of %(want)d).",
            "%(missing)d more pieces of evidence are needed (%(have)d of %(want)d).",
            missing,
        ) % {"missing": missing, "have": int(reason.have), "want": int(reason.want)}
    names = kind_words()
    kinds = _(" or ").join(names[kind] for kind in reason.need.kinds)
    return ngettext(
        "%(missing)d more is needed of: %(kinds)s.",
        "%(missing)d more are needed of: %(kinds)s.",
        missing,
    ) % {"missing": missing, "kinds": kinds}
