"""What a district may set: every setting, with its default, unit, source and meaning.

`docs/settings.md` names every entry, and a test fails when one is missing there.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class DistrictSetting:
    """One setting that a district owns as data."""

    key: str
    default: float | int | str
    unit: str
    purpose: str
    source: str


DISTRICT_SETTINGS = {
    s.key: s
    for s in (
        DistrictSetting(
            "import.hold_ended_share", 0.05, "share of open enrollments",
            "An import that would end more than this share waits for a person.",
            "Milepost default",
        ),
        DistrictSetting(
            "dosage.minutes_a_week", 30, "minutes",
            "Practice time a week that a learner is meant to reach.",
            "Khan Academy efficacy studies: at least 30 minutes a week",
        ),
        DistrictSetting(
            "dosage.hours_a_year", 18, "hours",
            "Practice time a school year that a learner is meant to reach.",
            "Khan Academy efficacy studies: at least 18 hours a school year",
        ),
        DistrictSetting(
            "next_steps.lowest_chance", 0.7, "probability",
            "A next step is offered when the chance of success is at least this.",
            "Milepost default, from the 70 to 80 percent band of the product's plan",
        ),
        DistrictSetting(
            "next_steps.highest_chance", 0.8, "probability",
            "A next step is preferred when the chance of success is at most this.",
            "Milepost default, from the 70 to 80 percent band of the product's plan",
        ),
        DistrictSetting(
            "groups.size", 4, "learners",
            "Size of a group for tomorrow, unless the teacher asks for another.",
            "Milepost default",
        ),
        DistrictSetting(
            "retention.read_log_days", 730, "days",
            "How long it is kept who looked at a learner's record; 0: for ever.",
            "Milepost default",
        ),
        DistrictSetting(
            "retention.refused_rows_days", 90, "days",
            "How long the rows that an import refused are kept; 0: for ever.",
            "Milepost default",
        ),
        DistrictSetting(
            "retention.held_files_days", 30, "days",
            "How long an import waits for a decision before it is declined and its files are "
            "destroyed; 0: for ever.",
            "Milepost default",
        ),
        DistrictSetting(
            "retention.waiting_rows_days", 365, "days",
            "How long rows are kept aside for learners who do not come, and beside evidence "
            "once it is in; 0: for ever.",
            "Milepost default",
        ),
    )
}  # fmt: skip
