"""The append-only record of what learners showed, and the time they gave."""
