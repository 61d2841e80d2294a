"""Structured logs: one JSON line an event, without personal data."""

import json
import logging
from datetime import UTC, datetime

FIELDS = ("action", "status", "path", "district", "run", "rows", "seconds", "person")
"""Extras that a log line may carry: ids and counts. Anything else given as `extra` is left out."""


class JsonFormatter(logging.Formatter):
    """Format a record as one JSON object. Query strings and request bodies never enter."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {f: str(getattr(record, f)) for f in FIELDS if hasattr(record, f)}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line)
