"""Response logs: what learners answered, as research data and practice tools export it.

One row a response: learner, item, competencies, score, and where known time, seconds, hints. CSV
(comma, tab or semicolon; UTF-8) and Parquet. Pure: no database, no clock.
"""

from milepost.evidence.response_log.headers import FIELDS
from milepost.evidence.response_log.problems import Problem, UnreadableError
from milepost.evidence.response_log.reading import ROWS, Log, read_log

__all__ = ["FIELDS", "ROWS", "Log", "Problem", "UnreadableError", "read_log"]
