"""Writes of the purpose room."""

from milepost.purpose.commands.crosswalk import Match, import_crosswalk, save_crosswalk
from milepost.purpose.commands.exporting import export_case
from milepost.purpose.commands.importing import import_case
from milepost.purpose.commands.labels import framework_from_labels
from milepost.purpose.commands.own import retire_competency, set_levels, use_framework
from milepost.purpose.commands.problems import Problem, RefusedError
from milepost.purpose.commands.save import Saved, save_framework

__all__ = [
    "Match",
    "Problem",
    "RefusedError",
    "Saved",
    "export_case",
    "framework_from_labels",
    "import_case",
    "import_crosswalk",
    "retire_competency",
    "save_crosswalk",
    "save_framework",
    "set_levels",
    "use_framework",
]
