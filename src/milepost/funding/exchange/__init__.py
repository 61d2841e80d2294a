"""A plan's budget in the formats of others: out to a file, and from a file into a plan."""
