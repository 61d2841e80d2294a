"""The order in which a reader goes through a framework."""

import re
from collections import defaultdict

from milepost.purpose.case.model import CHILD, Item, Package

_DIGITS = re.compile(r"(\d+)")


def outline(package: Package) -> tuple[str, ...]:
    """Return the items' identifiers, parents before children, siblings by sequence then code.

    It does not depend on the order of the lists in the file. An item with several parents stands
    where it is met first; one that the document does not reach stands at the end.
    """
    items = {item.identifier: item for item in package.items}
    places: dict[str, dict[str, int]] = defaultdict(dict)
    for tie in package.associations:
        child, parent = tie.origin.identifier, tie.destination.identifier
        if tie.kind == CHILD and child in items and parent in package.nodes:
            place = _LAST if tie.sequence is None else tie.sequence
            places[parent][child] = min(place, places[parent].get(child, _LAST))
    children = {
        parent: sorted(found, key=lambda one, found=found: (found[one], *_by_code(items[one])))  # type: ignore[misc]
        for parent, found in places.items()
    }
    below = {child for found in children.values() for child in found}
    rest = sorted(items, key=lambda one: (one in below, *_by_code(items[one])))
    return _walk([package.document.identifier, *rest], children, set(items))


def _walk(starts: list[str], children: dict[str, list[str]], wanted: set[str]) -> tuple[str, ...]:
    """Return what is reached from each start in turn, depth first, each once."""
    order: dict[str, None] = {}
    waiting = list(reversed(starts))
    seen: set[str] = set()
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        if node in wanted:
            order[node] = None
        waiting.extend(reversed(children.get(node, [])))
    return tuple(order)


def _by_code(item: Item) -> tuple[list[tuple[int, int, str]], str, str]:
    """Return a sort key that puts 2.NF.10 after 2.NF.9."""
    text = str(item.extra.get("listEnumeration") or item.code)
    parts = [
        (0, int(part[:_LONGEST]), part) if part.isdecimal() else (1, 0, part)
        for part in _DIGITS.split(text)
        if part
    ]
    return parts, item.statement, item.identifier


_LAST = 2**31
"""Stands behind every sequence number."""
_LONGEST = 18
"""Digits of a code that count as a number."""
