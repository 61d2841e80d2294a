"""Bytes to JSON: sizes, encodings and syntax, each refused with its place."""

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from milepost.purpose.case.report import Finding, RefusedPackageError

LARGEST_FILE = 50_000_000
"""Bytes. The largest published packages (a state's standards of all subjects) have about 20 MB."""
DEEPEST = 60
"""Lists and objects within each other. CASE itself needs eight."""
LONGEST_NUMBER = 1_000
"""Digits. Python refuses to read more than 4,300."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""Characters that JSON can write but PostgreSQL and UTF-8 cannot."""
_MAY_BE_UNSTORABLE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def load(source: bytes | Path) -> tuple[Any, list[Finding]]:
    """Return the JSON of a file and notes about it. Raises RefusedPackageError."""
    text = _text(_content(source))
    found: list[Finding] = []
    reader = json.JSONDecoder(
        object_pairs_hook=lambda pairs: _object(pairs, found),
        parse_constant=_refuse_number,
        parse_float=_float,
        parse_int=_integer,
    )
    try:
        tree = reader.decode(text)
    except json.JSONDecodeError as error:
        raise _refused(
            "The file is not valid JSON:",
            f"{error.msg[:1].lower()}{error.msg[1:]}.",
            "Fetch it again; a download that broke off is the usual cause.",
            error.lineno,
            error.colno,
        ) from None
    except RecursionError:
        raise _too_deep() from None
    if any(depth > DEEPEST for depth in _depths(tree)):
        raise _too_deep()
    if _MAY_BE_UNSTORABLE.search(text):
        tree = _storable(tree, found)
    if any(one.error for one in found):
        raise RefusedPackageError(found)
    return tree, found


def compact(value: object) -> str:
    """Return the one text of a JSON value."""
    return json.dumps(value, sort_keys=True)


def same(one: object, other: object) -> bool:
    """Say whether two JSON values are the same (unlike Python, 1 and true are not)."""
    if isinstance(one, str) and isinstance(other, str):
        return one == other
    return compact(one) == compact(other)


def _content(source: bytes | Path) -> bytes:
    try:
        size = len(source) if isinstance(source, bytes) else source.stat().st_size
        if size > LARGEST_FILE:
            raise _refused(
                f"The file has {size:,} bytes;",
                f"{LARGEST_FILE:,} is the most that is taken.",
                "Import one framework at a time.",
            )
        return source if isinstance(source, bytes) else source.read_bytes()
    except OSError as error:
        reason = (error.strerror or "unknown error").lower()
        raise _refused(
            "The file cannot be read:", f"{reason}.", "Check that it is there."
        ) from None


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        raise _refused(
            "The file is not UTF-8 text.",
            "JSON is written in UTF-8 (RFC 8259).",
            "Save it as UTF-8 and import it again.",
            before.count(b"\n") + 1,
            error.start - (before.rfind(b"\n") + 1) + 1,
        ) from None
    if not text.strip():
        raise _refused("The file is empty.", "", "Fetch the framework's CFPackage again.")
    return text


def _object(pairs: list[tuple[str, Any]], found: list[Finding]) -> dict[str, Any]:
    """Return an object; a name that comes twice with different values is an error."""
    made = dict(pairs)
    if len(made) < len(pairs):
        for name, value in pairs:
            if not same(made[name], value):
                where = str(made.get("identifier", ""))
                reason = f"comes twice in one object ({where}) with different values."
                found.append(Finding(True, name, name, reason, "Remove one of them."))
    return made


def _float(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse_number(text)


def _integer(text: str) -> int:
    return int(text) if len(text) <= LONGEST_NUMBER else _refuse_number(text)


def _refuse_number(text: str) -> Any:
    shown = text if len(text) < 30 else f"{text[:30]}…"
    raise _refused(shown, "is not a number that JSON has.", "Correct it, or leave it out.")


def _depths(tree: object) -> Iterator[int]:
    """Yield the depth of every list and object, without recursion."""
    waiting = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        if isinstance(node, dict | list):
            yield depth
            inner = node.values() if isinstance(node, dict) else node
            waiting.extend((one, depth + 1) for one in inner if isinstance(one, dict | list))


def _storable(tree: Any, found: list[Finding]) -> Any:
    """Return the tree with a replacement character for each that no database keeps."""
    if isinstance(tree, str):
        clean = _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", tree)
        if clean != tree:
            found.append(Finding(False, "", clean[:80], "had a character that no text may have."))
        return clean
    if isinstance(tree, list):
        return [_storable(one, found) for one in tree]
    if isinstance(tree, dict):
        return {_storable(name, found): _storable(one, found) for name, one in tree.items()}
    return tree


def _too_deep() -> RefusedPackageError:
    return _refused(
        "The file nests lists and objects",
        f"more than {DEEPEST} deep; CASE needs eight.",
        "Check that it is a CASE package.",
    )


def _refused(
    value: str, reason: str, advice: str, line: int | None = None, column: int | None = None
) -> RefusedPackageError:
    return RefusedPackageError([Finding(True, "", value, reason, advice, line, column)])
