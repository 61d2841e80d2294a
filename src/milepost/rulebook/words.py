"""The closed lists of words in a file of rules, read by parser, tables and checks alike."""

KINDS = frozenset(
    {"statute", "regulation", "district_policy", "fund_restriction", "grant", "definition"}
)
BINDS = frozenset(
    {
        "class_size",
        "staffing_ratio",
        "procurement_threshold",
        "fund_use",
        "student_count",
        "instructional_hours",
        "categorical_grant",
    }
)
CONDITIONS = frozenset(
    {
        "purpose",
        "policy",
        "pathways",
        "accountability",
        "assessment",
        "educators",
        "supports",
        "funding",
    }
)
GRADES = ("PK", "KG", *(f"{grade:02}" for grade in range(1, 13)))
"""CEDS grade levels that a rule may speak of."""
TERMS = frozenset({"functions", "objects", "programs", "categories", "timings", "tags"})
"""What a line must have for the rule to speak of it (`funding.streams.Restriction`)."""
