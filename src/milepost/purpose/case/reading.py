"""Reading packages as publishers send them."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from milepost.purpose.case import parts
from milepost.purpose.case.checking import check_package
from milepost.purpose.case.identifiers import from_uri, uuid_of
from milepost.purpose.case.json_text import compact, load, same
from milepost.purpose.case.model import Association, Definition, Package, Part
from milepost.purpose.case.own_names import publishers_names, rename
from milepost.purpose.case.report import Finding, RefusedPackageError, Report
from milepost.purpose.case.vocabulary import CHILDREN, DEFINITIONS, FIELDS, LISTS

P = TypeVar("P", bound=Part)
Object = dict[str, Any]


def read_package(source: bytes | Path) -> tuple[Package, Report]:
    """Return a package as sent, and notes. Raises RefusedPackageError with every error found.

    Takes CASE 1.0 and 1.1, names in any capitals, one object or text where a list belongs,
    addresses where a link belongs, missing addresses and identifiers. `normalise` makes the result
    strict; nothing is dropped before.
    """
    tree, found = load(source)
    package = _Reader(found).package(tree)
    if package:
        found += check_package(package)
    if package is None or any(one.error for one in found):
        raise RefusedPackageError(found)
    return package, Report(tuple(found))


class _Reader:
    """One pass over a package; `found` grows by what is worth saying."""

    def __init__(self, found: list[Finding]) -> None:
        self.found = found

    def package(self, tree: Any) -> Package | None:
        """Return the package, or None when it has no document (which is then in `found`)."""
        root = self._root(tree)
        if root is None:
            return None
        document = parts.document_from_json(root.pop("CFDocument"))
        key = document.identifier or (from_uri(document.uri) if document.uri else "")
        if not key:
            key = uuid_of(document.creator, document.title)
            self._note("CFDocument", document.title, "has no identifier; one was made for it.")
        document = parts.document_from_json(parts.to_json(document) | {"identifier": key})
        held = self._definition_lists(root)
        return Package(
            document=document,
            items=tuple(self._list(root, "CFItems", "CFItem", key, parts.item_from_json)),
            associations=tuple(self._ties(root, key)),
            definitions=tuple(self._definitions(held, key)),
            rubrics=tuple(self._list(root, "CFRubrics", "CFRubric", key, parts.rubric_from_json)),
            extra=root | ({"CFDefinitions": held} if held else {}),
        )

    def _root(self, tree: Any) -> Object | None:
        """Return the package's object with the names of CASE, or None when it is not one."""
        while isinstance(tree, list) and len(tree) == 1:
            tree = tree[0]
        root = dict(tree) if isinstance(tree, dict) else {}
        _fold_names(root, {"CFPackage": None})
        if isinstance(root.get("CFPackage"), dict):
            root = dict(root["CFPackage"])
        _fold_names(root, {"CFDocument": None, "CFDefinitions": None} | dict.fromkeys(LISTS))
        document = root.get("CFDocument")
        if not isinstance(document, dict) or not document:
            several = isinstance(tree, dict) and "CFDocuments" in tree
            self._error(
                "CFDocument", "", "is missing: this is not a CASE package.",
                "This is a list of frameworks; import the CFPackage of one of them."
                if several
                else "Import the file that the publisher calls CFPackage.",
            )  # fmt: skip
            return None
        rename(root, publishers_names(root))
        root["CFDocument"] = _folded(document, "CFDocument")
        if not root["CFDocument"].get("title") and not root["CFDocument"].get("uri"):
            self._error("CFDocument", "", "has neither a title nor an address.", "Give it a title.")
            return None
        return root

    def _definition_lists(self, root: Object) -> Object:
        held = root.pop("CFDefinitions", None)
        if isinstance(held, list) and len(held) == 1:
            held = held[0]
        if held and not isinstance(held, dict):
            self._error("CFDefinitions", "", "is not an object.", "Correct it, or leave it out.")
        held = dict(held) if isinstance(held, dict) else {}
        _fold_names(held, dict.fromkeys(DEFINITIONS))
        return held

    def _definitions(self, held: Object, document: str) -> Iterator[Definition]:
        for name, kind in DEFINITIONS.items():
            read = _definition_reader(name)
            yield from self._list(held, name, kind, document, read, f"CFDefinitions.{name}")

    def _ties(self, root: Object, document: str) -> Iterator[Association]:
        ties = self._list(
            root, "CFAssociations", "CFAssociation", document, parts.association_from_json
        )
        for tie in ties:
            ends = {"originNodeURI": tie.origin, "destinationNodeURI": tie.destination}
            for name, end in ends.items():
                if not end.identifier:
                    self._error(
                        f"CFAssociation {tie.identifier}", name,
                        "does not say what it joins.", "Give the link an identifier or address.",
                    )  # fmt: skip
            if not tie.kind:
                self._error(
                    f"CFAssociation {tie.identifier}", "associationType",
                    "does not say what kind of association it is.", "Write isChildOf, precedes, …",
                )  # fmt: skip
            yield tie

    def _list(
        self,
        holder: Object,
        name: str,
        kind: str,
        document: str,
        read: Callable[[Object], P],
        path: str = "",
    ) -> list[P]:
        """Return the parts in a list, each once."""
        known: dict[str, P] = {}
        for where, content in self._objects(holder.pop(name, None), path or name):
            folded = _folded(content, kind)
            folded["identifier"] = self._identifier(folded, kind, document, where)
            part = read(folded)
            twin = known.setdefault(part.identifier, part)
            if twin is part:
                continue
            if same(parts.to_json(twin), parts.to_json(part)):
                self._note(where, part.identifier, "comes twice, the same; it is kept once.")
            else:
                self._error(
                    where, part.identifier, "comes twice with different content.",
                    "Remove one, or give it an identifier of its own.",
                )  # fmt: skip
        return list(known.values())

    def _objects(self, content: Any, path: str) -> Iterator[tuple[str, Object]]:
        """Yield the objects of a list with their places; one object counts as a list of one."""
        if content and not isinstance(content, list | dict):
            self._error(path, str(content)[:80], "is not a list.", "Correct it, or leave it out.")
            return
        for number, one in enumerate([content] if isinstance(content, dict) else content or ()):
            where = f"{path}[{number}]"
            if isinstance(one, dict):
                yield where, one
            elif isinstance(one, str) and one.strip() and path.startswith("CFDefinitions"):
                yield where, {"title": one}
            elif one is not None:
                self._error(where, str(one)[:80], "is not an object.", "Correct it or take it out.")

    def _identifier(self, content: Object, kind: str, document: str, where: str) -> str:
        """Return an object's identifier; made from its address, else from what it says."""
        given = content.get("identifier")
        if isinstance(given, str | int) and not isinstance(given, bool) and str(given).strip():
            return str(given)
        uri = content.get("uri")
        if isinstance(uri, str) and uri.strip():
            return from_uri(uri)
        self._note(where, "", "has neither identifier nor address; both were made for it.")
        said = compact({name: value for name, value in content.items() if value})
        return uuid_of(document, kind, said)

    def _error(self, where: str, value: str, reason: str, advice: str) -> None:
        self.found.append(Finding(True, where, value, reason, advice))

    def _note(self, where: str, value: str, reason: str) -> None:
        self.found.append(Finding(False, where, value, reason))


def _definition_reader(name: str) -> Callable[[Object], Definition]:
    return lambda content: parts.definition_from_json(name, content)


def _folded(content: Object, kind: str) -> Object:
    """Return an object of CASE with the names that CASE gives its fields."""
    folded = dict(content)
    _fold_names(folded, FIELDS[kind])
    for name, inner in CHILDREN.items():
        if isinstance(folded.get(name), list):
            folded[name] = [
                _folded(one, inner) if isinstance(one, dict) else one for one in folded[name]
            ]
    return folded


def _fold_names(content: Object, names: Mapping[str, Any]) -> None:
    """Give the fields that CASE knows the capitals of CASE, where the right ones are not there.

    A list may also go by the name of one of its objects (CFItem for CFItems).
    """
    known = {name.lower(): name for name in names}
    known |= {name.lower().removesuffix("s"): name for name in names if name.startswith("CF")}
    for name in list(content):
        proper = known.get(name.lower())
        if proper and proper != name and proper not in content:
            content[proper] = content.pop(name)
