"""What a district works by: competencies, words and settings, kept until one of them changes."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import get_language

from milepost.mastery import queries as mastery
from milepost.prepared import answer
from milepost.purpose import queries as purpose
from milepost.site.pages.kept import Kept

_IN_FORCE = "c.retired_on IS NULL OR c.retired_on > %s"
_STAMP = f"""
SELECT 'framework', CAST(f.id AS text), CAST(f.in_use AS text),
  (SELECT CAST(v.id AS text) FROM purpose_frameworkversion v
    WHERE v.framework_id = f.id ORDER BY v.id DESC LIMIT 1),
  (SELECT CAST(count(*) AS text) || ' ' || CAST(count(c.retired_on) AS text) || ' ' ||
    CAST(sum(CASE WHEN {_IN_FORCE} THEN 1 ELSE 0 END) AS text)
    FROM purpose_competency c WHERE c.framework_id = f.id)
  FROM purpose_framework f WHERE f.district_id = %s
UNION ALL SELECT 'setting', key, CAST(value AS text), CAST(effective_from AS text), NULL
  FROM roster_setting WHERE district_id = %s
UNION ALL SELECT 'word', code, label, language, NULL
  FROM mastery_statusword WHERE district_id = %s
UNION ALL SELECT 'epoch', CAST(epoch AS text), NULL, NULL, NULL
  FROM mastery_foldcursor WHERE district_id = %s
ORDER BY 1, 2, 3, 4
"""  # noqa: S608  no value comes from outside


@dataclass(frozen=True, eq=False)
class Works:
    """One object for as long as nothing changes, and so a part of the key of what is kept."""

    in_use: purpose.InUse
    words: Mapping[str, str]


_works = Kept[Works](most=32)


def works(district: UUID) -> Works:
    """Return what a district works by today, in the language of the reader.

    To ask whether anything changed takes one question: frameworks by version and counts (texts
    change with a version only), settings, words, and the epoch that rules and calibrations begin.
    """
    on = timezone.localdate()
    key = (district, on, get_language(), _stamp(district, on))
    return _works.get(key, lambda: _made(district, on))


def _made(district: UUID, on: date) -> Works:
    words = mastery.status_words(district, get_language() or "en")
    return Works(purpose.in_use(district, on), words)


def _stamp(district: UUID, on: date) -> Hashable:
    one = str(district) if connection.vendor == "postgresql" else district.hex
    return tuple(answer(_STAMP, [on.isoformat(), one, one, one, one]))
