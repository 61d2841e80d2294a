"""Sending a framework out as a strict CASE 1.1 package."""

from milepost.purpose import case
from milepost.purpose.commands.rows import package_of
from milepost.purpose.models import Framework, ProgressionLevel


def export_case(*, framework: Framework) -> tuple[bytes, case.LossReport]:
    """Return a framework as CASE 1.1, and what that form cannot say.

    It holds what the last package held and the district's own ends (as `statusEndDate`); what a
    publisher dropped is history and stays here.
    """
    package = case.normalise(stored_package(framework))
    content, losses = case.write_package(package)
    return content, case.LossReport((*losses.losses, *_levels(framework)))


def stored_package(framework: Framework) -> case.Package:
    """Return the package that a framework's rows are, in no particular order."""
    ended = framework.competencies.exclude(retired_why="")
    standing = framework.competencies.filter(retired_on=None)
    ties = framework.associations.filter(retired_on=None)
    return package_of(
        framework,
        (standing | ended).order_by("position", "pk"),
        ties.select_related("origin", "destination").order_by("pk"),
        framework.definitions.filter(retired_on=None).order_by("pk"),
    )


def _levels(framework: Framework) -> list[case.Loss]:
    """Return a loss for each competency with levels of its own, which CASE has no place for."""
    names = (
        ProgressionLevel.objects.filter(competency__framework=framework)
        .values_list("competency__identifier", flat=True)
        .distinct()
        .order_by("competency__identifier")
    )
    return [
        case.Loss(f"CFItem {name}", "levels", "is left out: CASE items have no levels on the way")
        for name in names
    ]
