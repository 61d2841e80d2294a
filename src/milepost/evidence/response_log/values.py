"""What a cell of a log means: scores, instants and numbers out of text."""

from zoneinfo import ZoneInfo

import polars as pl

MISSING = ("", "na", "n/a", "nan", "null", ".")
"""Words for an empty cell in exports of R, Python, SQL and DataShop, in lower case."""

OUTCOMES = {
    "correct": 1.0, "ok": 1.0, "right": 1.0, "true": 1.0, "yes": 1.0,
    "incorrect": 0.0, "error": 0.0, "bug": 0.0, "wrong": 0.0, "false": 0.0, "no": 0.0,
    "hint": 0.0,
}  # fmt: skip
"""Words for an outcome, in lower case. Asking for a hint first is no unaided success."""
HINT = "hint"
STUDY = "study"
"""The learner was shown the answer and asked nothing: the row shows no competency."""

EPOCH_MILLISECONDS = 1e11
"""A number from here up counts milliseconds since 1970: as seconds it would be the year 5138."""

_NUMBER = r"^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$"
_SECONDS = "%Y-%m-%d %H:%M:%S%.f"
_ZONED = r"\d(Z|z|[+-]\d{2}:?\d{2})$"


def present(cells: pl.Series) -> pl.Series:
    """Return cells without surrounding space; null where nothing is said."""
    text = cells.str.strip_chars()
    return text.set(text.str.to_lowercase().is_in(MISSING), None)


def scores(cells: pl.Series) -> pl.Series:
    """Return outcome words and numbers as scores; null where a cell is neither.

    A number stays as it is: whether it is on the scale from 0 to 1 is for the caller to check.
    """
    words = cells.str.to_lowercase()
    named = words.replace_strict(OUTCOMES, default=None, return_dtype=pl.Float64)
    return named.fill_null(numbers(cells))


def numbers(cells: pl.Series) -> pl.Series:
    """Return cells that are plain decimal numbers as floats; null for the others."""
    plain = cells.set(~cells.str.contains(_NUMBER), None)
    return plain.cast(pl.Float64, strict=False)


def instants(cells: pl.Series, zone: ZoneInfo) -> pl.Series:
    """Return instants in UTC, to the microsecond; null where a cell is none.

    Read are ISO 8601 forms (a day alone begins at midnight; a blank may stand for the T) and
    numbers of seconds or milliseconds since 1970. A time without an offset is local to ``zone``:
    an hour that occurs twice is taken the first time, one that the clocks skip as if they had not
    yet been set forward.
    """
    iso = cells.str.replace(r"^(\d{4}-\d{2}-\d{2})[Tt]", "$1 ")
    # A form is tried on no more than the cells that could have it: a miss costs more than a hit.
    zoned = iso.str.contains(_ZONED).fill_null(False)
    numbered = iso.str.contains(_NUMBER).fill_null(False)
    local = _first(iso.set(zoned | numbered, None), _SECONDS, "%Y-%m-%d %H:%M", "%Y-%m-%d")
    return (
        _epoch(iso.set(~numbered, None))
        .fill_null(_with_offset(iso.set(~zoned, None)))
        .fill_null(_localized(local, zone))
        .cast(pl.Datetime("us", "UTC"))
    )


def _first(texts: pl.Series, *patterns: str) -> pl.Series:
    found = pl.Series(texts.name, [None] * len(texts), pl.Datetime("us"))
    for pattern in patterns:
        left = texts.set(found.is_not_null(), None)
        if left.null_count() < len(left):
            parsed = left.str.to_datetime(pattern, strict=False, time_unit="us")
            found = found.fill_null(parsed)
    return found


def _with_offset(texts: pl.Series) -> pl.Series:
    in_utc = texts.str.ends_with("Z") | texts.str.ends_with("z")
    plain = texts.set(~in_utc, None).str.replace(r"[Zz]$", "")
    found = _first(plain, _SECONDS, "%Y-%m-%d %H:%M").dt.replace_time_zone("UTC")
    offset = texts.set(in_utc, None)
    if offset.null_count() == len(offset):
        return found
    digits = offset.str.replace(r"([+-]\d{2}):(\d{2})$", "$1$2")
    full = digits.str.replace(r" (\d{2}:\d{2})([+-]\d{4})$", " $1:00$2")
    return found.fill_null(
        full.str.to_datetime(f"{_SECONDS}%z", strict=False, time_unit="us", time_zone="UTC")
    )


def _localized(local: pl.Series, zone: ZoneInfo) -> pl.Series:
    name = zone.key
    there = local.dt.replace_time_zone(name, ambiguous="earliest", non_existent="null")
    earlier = local.dt.offset_by("-1h").dt.replace_time_zone(
        name, ambiguous="earliest", non_existent="null"
    )
    return there.fill_null(earlier.dt.offset_by("1h")).dt.convert_time_zone("UTC")


def _epoch(cells: pl.Series) -> pl.Series:
    count = numbers(cells)
    milliseconds = count.set((count.abs() < EPOCH_MILLISECONDS).fill_null(False), None)
    seconds = count.set((count.abs() >= EPOCH_MILLISECONDS).fill_null(False), None)
    microseconds = (seconds * 1e6).fill_null(milliseconds * 1e3).round()
    # Beyond the year 9999 there is no instant that Python or a database could hold.
    inside = microseconds.set((microseconds.abs() > 2.5e17).fill_null(False), None)
    return inside.cast(pl.Int64).cast(pl.Datetime("us", "UTC"))
