"""Plans, formulas, who pays for what, contracts paid on outcomes, and what a dollar bought."""
