"""Publishers' identifiers that are no UUIDs: strict packages carry UUIDs, and a list of them.

CASE 1.1 wants UUIDs, and some publishers use their own codes. A package that Milepost writes has a
UUID made of each such code, and under `extensions` the code of each UUID; reading takes them back.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from milepost.purpose.case.identifiers import is_uuid, uuid_of

KEY = "milepost:identifiers"
"""In the package's `extensions`: UUID → the publisher's identifier."""
_PLACES = ("identifier", "rubricId", "rubricCriterionId")
_NODES = ("originNodeURI", "destinationNodeURI")


def strict_names(root: Mapping[str, Any]) -> dict[str, str]:
    """Return publisher's identifier → UUID for all that CASE wants to be UUIDs."""
    return {one: uuid_of(one) for one in sorted(set(_wanted(root))) if not is_uuid(one)}


def publishers_names(root: dict[str, Any]) -> dict[str, str]:
    """Return UUID → publisher's identifier, and take the list of them out of the package."""
    extensions = root.get("extensions")
    if not isinstance(extensions, dict) or KEY not in extensions:
        return {}
    rest = {name: value for name, value in extensions.items() if name != KEY}
    del root["extensions"]
    if rest:
        root["extensions"] = rest
    given = extensions[KEY]
    pairs = given.items() if isinstance(given, dict) else ()
    return {key: one for key, one in pairs if isinstance(one, str) and uuid_of(one) == key}


def rename(tree: Any, names: Mapping[str, str]) -> None:
    """Change identifiers in place, everywhere but in extensions, which are their owner's."""
    if not names:
        return
    for node in _objects(tree):
        for place in _PLACES:
            if isinstance(node.get(place), str):
                node[place] = names.get(node[place], node[place])


def _wanted(tree: Any) -> Iterator[str]:
    """Yield the identifiers that CASE wants to be UUIDs: all but those of an association's ends."""
    ends = [node[name] for node in _objects(tree) for name in _NODES if name in node]
    free = {id(end) for end in ends}
    for node in _objects(tree):
        if id(node) not in free:
            yield from (node[place] for place in _PLACES if isinstance(node.get(place), str))


def _objects(tree: Any) -> Iterator[dict[str, Any]]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting.extend(value for name, value in node.items() if name != "extensions")
        elif isinstance(node, list):
            waiting.extend(node)
