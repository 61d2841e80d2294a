"""CASE packages for tests, written as a publisher would send them."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

BASE = "https://standards.example.org/ims/case/v1p1"
CHANGED = "2026-03-01T12:00:00+00:00"
Edge = tuple[str, str, str]


def identifier(name: str) -> str:
    """Return the identifier of what is called ``name``."""
    return str(uuid5(NAMESPACE_URL, f"test:{name}"))


def link(kind: str, name: str, base: str = BASE) -> dict[str, str]:
    """Return a link as CASE writes it."""
    return {
        "title": name,
        "identifier": identifier(name),
        "uri": f"{base}/{kind}/{identifier(name)}",
    }


def item(code: str, statement: str = "", **more: Any) -> dict[str, Any]:
    """Return one CFItem, called by its code."""
    return {
        "identifier": identifier(code),
        "uri": link("CFItems", code)["uri"],
        "humanCodingScheme": code,
        "fullStatement": statement or f"I can do {code}.",
        "CFItemType": "Standard",
        "lastChangeDateTime": CHANGED,
        **more,
    }


def association(edge: Edge, number: int | None = None, **more: Any) -> dict[str, Any]:
    """Return one CFAssociation between items called by their codes."""
    origin, kind, destination = edge
    name = f"{origin} {kind} {destination}"
    return {
        "identifier": identifier(name),
        "uri": link("CFAssociations", name)["uri"],
        "associationType": kind,
        "originNodeURI": link("CFItems", origin),
        "destinationNodeURI": link("CFItems", destination),
        "lastChangeDateTime": CHANGED,
        **({} if number is None else {"sequenceNumber": number}),
        **more,
    }


def package(
    title: str,
    items: Iterable[dict[str, Any]],
    edges: Sequence[Edge] = (),
    **more: Any,
) -> dict[str, Any]:
    """Return a CFPackage. Items without a parent among ``edges`` stand under the document."""
    items = list(items)
    document = link("CFDocuments", title)
    children = {origin for origin, kind, _ in edges if kind == "isChildOf"}
    tops = [one for one in items if one["humanCodingScheme"] not in children]
    top_ties = [
        association((one["humanCodingScheme"], "isChildOf", title), k)
        | {"destinationNodeURI": document}
        for k, one in enumerate(tops, start=1)
    ]
    return {
        "CFDocument": {
            "identifier": document["identifier"],
            "uri": document["uri"],
            "title": title,
            "creator": "The testers",
            "lastChangeDateTime": CHANGED,
            "CFPackageURI": link("CFPackages", title),
        },
        "CFItems": items,
        "CFAssociations": top_ties
        + [association(edge, k) for k, edge in enumerate(edges, start=1)],
        **more,
    }


def number_package(**more: Any) -> dict[str, Any]:
    """Return a small framework: a heading, three competencies in a row, and one match outside."""
    items = [
        item("N", "Numbers", CFItemType="Domain"),
        item("N.1", "Count to ten.", educationLevel=["KG"], conceptKeywords=["counting"]),
        item("N.2", "Add within ten.", educationLevel=["01"], abbreviatedStatement="Adding"),
        item("N.3", "Multiply within a hundred.", educationLevel=["03"]),
    ]
    edges = [
        ("N.1", "isChildOf", "N"),
        ("N.2", "isChildOf", "N"),
        ("N.3", "isChildOf", "N"),
        ("N.1", "precedes", "N.2"),
        ("N.2", "precedes", "N.3"),
        ("N.3", "exactMatchOf", "X.3"),
    ]
    return package("Numbers", items, edges, **more)


def write(folder: Path, content: object, name: str = "package.json") -> Path:
    """Write a package (or any bytes) to a file and return its path."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path
