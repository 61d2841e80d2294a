"""Structured logs: one JSON line an event, without personal data."""

import json
import logging
import re
import traceback
from datetime import UTC, datetime

FIELDS = ("action", "status", "path", "district", "run", "rows", "seconds", "person")
"""Extras that a log line may carry: ids and counts. Anything else given as `extra` is left out."""


QUERY = re.compile(r"\?\S+")
"""The query string of an address: what somebody searched for, or a name."""


class JsonFormatter(logging.Formatter):
    """Format a record as one JSON object. Query strings and request bodies never enter.

    Of an error it keeps the type and the places it came through, not what it says: a database's
    complaint quotes the row.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": QUERY.sub("?…", record.getMessage()),
        }
        line |= {f: str(getattr(record, f)) for f in FIELDS if hasattr(record, f)}
        if record.exc_info and (error := record.exc_info[1]):
            frames = traceback.extract_tb(error.__traceback__)
            line["error"] = type(error).__qualname__
            line["through"] = [f"{f.filename}:{f.lineno} {f.name}" for f in frames]
        return json.dumps(line)
