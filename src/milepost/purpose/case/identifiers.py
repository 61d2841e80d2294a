"""Identifiers and addresses of CASE objects, and what stands in where they are missing."""

import re
from urllib.parse import unquote
from uuid import NAMESPACE_URL, uuid5

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_WHOLE = re.compile(rf"(?:urn:uuid:)?\{{?({_UUID})\}}?", re.IGNORECASE)
_WITHIN = re.compile(_UUID, re.IGNORECASE)
_OF_CASE = re.compile(r"/CF[A-Za-z]+/([^/?#]+)/?$")


def canonical(identifier: str) -> str:
    """Return an identifier in the one form of it: a UUID in lower case, other text trimmed."""
    found = _WHOLE.fullmatch(identifier.strip())
    return found[1].lower() if found else identifier.strip()


def is_uuid(identifier: str) -> bool:
    """Say whether an identifier is a UUID in its canonical form."""
    found = _WHOLE.fullmatch(identifier)
    return found is not None and found[1] == identifier.lower() == identifier


def uuid_of(*names: str) -> str:
    """Return the UUID (version 5) of what has only names: the same for the same names."""
    return str(uuid5(NAMESPACE_URL, "case:" + "\n".join(names)))


def from_uri(uri: str) -> str:
    """Return the identifier in an address; the address itself when none can be seen in it."""
    uuids = _WITHIN.findall(uri)
    if uuids:
        return str(uuids[-1]).lower()
    tail = _OF_CASE.search(uri)
    return canonical(unquote(tail[1])) if tail else uri.strip()


def base_of(document_uri: str) -> str:
    """Return the address under which a document's server keeps its objects; "" if unknown."""
    base, found, _ = document_uri.rpartition("/CFDocuments/")
    return base if found else ""


def address(base: str, kind: str, identifier: str) -> str:
    """Return an address for an object that came without: on its server, else a URN."""
    if is_uuid(identifier):
        return f"{base}/{kind}s/{identifier}" if base else f"urn:uuid:{identifier}"
    return f"urn:uuid:{uuid_of(identifier)}"
