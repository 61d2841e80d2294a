"""What an import says of itself, in words for a registrar."""

from collections import Counter
from collections.abc import Mapping, Sequence

from milepost.roster.commands.oneroster.work import Work
from milepost.roster.oneroster import Problem


def refused_message(problems: Sequence[Problem]) -> str:
    """Say how many rows of which files are in the way."""
    files = Counter(one.file for one in problems)
    listed = ", ".join(f"{file}: {number}" for file, number in sorted(files.items()))
    rows = "1 row was" if len(problems) == 1 else f"{len(problems)} rows were"
    return f"{rows} refused ({listed}), so nothing was changed. Correct them and import again."


def applied_message(counts: Mapping[str, Mapping[str, int]]) -> str:
    """Say what was new, changed and ended."""
    parts = [
        f"{what}: " + ", ".join(f"{number} {change}" for change, number in changes.items())
        for what, changes in counts.items()
    ]
    return "Imported. " + "; ".join(parts) + "." if parts else "Imported."


def held_message(work: Work, share: float, limit: int) -> str:
    """Say why the set waits, with all figures that a person needs to decide."""
    reasons = []
    if work.ended_enrollments > limit:
        part = work.ended_enrollments / work.open_enrollments
        reasons.append(
            f"It would end {work.ended_enrollments} of {work.open_enrollments} open enrollments "
            f"({part:.1%}); more than {share:.0%} waits for a person."
        )
    if work.proposals:
        people = len({one.sourced_id for one in work.proposals})
        some = "1 person in it" if people == 1 else f"{people} people in it"
        reasons.append(
            f"{some} may be known here under another identifier: say for each whether they are "
            "the same person. "
        )
        if work.ended_enrollments:
            reasons.append(
                f"If they all are, it ends {work.ended_enrollments} of "
                f"{work.open_enrollments} open enrollments."
            )
    return "Nothing was changed yet. " + " ".join(one.strip() for one in reasons)
