"""Parts of a package to and from the JSON objects of CASE.

A value that does not fit its attribute stays in `extra` under its own name, so that nothing is
lost by looking at it.
"""

from collections.abc import Callable, Mapping
from dataclasses import Field, fields, replace
from typing import Any, TypeVar

from milepost.purpose.case.identifiers import canonical, from_uri
from milepost.purpose.case.model import (
    Association,
    Criterion,
    Definition,
    Document,
    Item,
    Level,
    Link,
    Package,
    Part,
    Rubric,
)
from milepost.purpose.case.vocabulary import ASSOCIATION_KINDS, DEFINITIONS, listed

P = TypeVar("P", bound=Part)
Object = Mapping[str, Any]
_MISFIT = object()


def to_json(part: Part | Link) -> dict[str, Any]:
    """Return a part as CASE writes it: attributes by their CASE names, then `extra`; no blanks."""
    said = {}
    for name, attribute in _attributes(type(part)).items():
        value = getattr(part, attribute.name)
        if value not in (None, "", ()):
            said[name] = _value_to_json(value)
    return said | {name: value for name, value in part.extra.items() if name not in said}


def package_to_json(package: Package) -> dict[str, Any]:
    """Return a package as CASE writes it, in the order in which it stands; no blanks."""
    lists = {
        "CFItems": package.items,
        "CFAssociations": package.associations,
        "CFRubrics": package.rubrics,
    }
    definitions = dict(package.extra.get("CFDefinitions", {}))
    for name in DEFINITIONS:
        found = [to_json(one) for one in package.definitions if one.kind == name]
        if found:
            definitions[name] = found
    return {
        "CFDocument": to_json(package.document),
        **{name: [to_json(one) for one in parts] for name, parts in lists.items() if parts},
        **({"CFDefinitions": definitions} if definitions else {}),
        **{name: value for name, value in package.extra.items() if name != "CFDefinitions"},
    }


def document_from_json(content: Object) -> Document:
    """Return the CFDocument that ``content`` is."""
    return _part(Document, content)


def item_from_json(content: Object) -> Item:
    """Return the CFItem that ``content`` is."""
    return _part(Item, content)


def association_from_json(content: Object) -> Association:
    """Return the CFAssociation that ``content`` is, its kind in CASE's own spelling."""
    tie = _part(Association, content)
    return replace(tie, kind=listed(tie.kind, ASSOCIATION_KINDS) or tie.kind)


def definition_from_json(kind: str, content: Object) -> Definition:
    """Return the definition that ``content`` is. `kind`: CFConcepts, …"""
    return _part(Definition, content, kind=kind)


def rubric_from_json(content: Object) -> Rubric:
    """Return the CFRubric that ``content`` is."""
    return _part(Rubric, content)


def link_from_json(content: object) -> Link | None:
    """Return the link that an object, or a plain address or identifier, is; None: it is none."""
    if isinstance(content, list) and len(content) == 1:
        content = content[0]
    if isinstance(content, str) and content.strip():
        text = content.strip()
        return Link(from_uri(text), text) if ":" in text else Link(canonical(text))
    if not isinstance(content, Mapping):
        return None
    said, extra = _split(Link, content)
    identifier = canonical(said.get("identifier", "")) or from_uri(said.get("uri", ""))
    return Link(**said | {"identifier": identifier}, extra=extra) if identifier else None


def _part(kind: type[P], content: Object, /, **given: Any) -> P:
    said, extra = _split(kind, content)
    said["identifier"] = canonical(said.get("identifier", ""))
    return kind(**said, extra=extra, **given)


def _split(kind: type[Part | Link], content: Object) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what fits the attributes, by attribute, and all the rest as it is."""
    attributes = _attributes(kind)
    said, extra = {}, {}
    for name, value in content.items():
        attribute = attributes.get(name)
        fitting = _MISFIT if attribute is None else _READERS[attribute.type](value)
        if attribute is None or fitting is _MISFIT:
            extra[name] = value
        else:
            said[attribute.name] = fitting
    return said, extra


def _attributes(kind: type[Part | Link]) -> dict[str, Field[Any]]:
    return {one.metadata["case"]: one for one in fields(kind) if "case" in one.metadata}


def _value_to_json(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_value_to_json(one) for one in value]
    return to_json(value) if isinstance(value, Part | Link) else value


def _text(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else _MISFIT


def _texts(value: object) -> object:
    if isinstance(value, list):
        found = [_text(one) for one in value]
        return _MISFIT if _MISFIT in found else tuple(found)
    return (value,) if isinstance(value, str) and value else _MISFIT


def _integer(value: object) -> object:
    number = _number(value)
    return int(number) if isinstance(number, int | float) and number == int(number) else _MISFIT


def _number(value: object) -> object:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return _MISFIT
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > LARGEST_NUMBER:
        return _MISFIT
    return value if value == value else _MISFIT  # NaN differs from itself


def _link(value: object) -> object:
    return link_from_json(value) or _MISFIT


def _children(kind: type[Part]) -> Callable[[object], object]:
    def read(value: object) -> object:
        if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
            return _MISFIT
        return tuple(_part(kind, one) for one in value)

    return read


LARGEST_NUMBER = 2**31 - 1
"""What a database keeps as an integer; a larger order, weight or score is a mistake."""

_READERS: Mapping[object, Callable[[object], object]] = {
    str: _text,
    tuple[str, ...]: _texts,
    int | None: _integer,
    float | None: _number,
    Link: _link,
    Link | None: _link,
    tuple[Level, ...]: _children(Level),
    tuple[Criterion, ...]: _children(Criterion),
}
"""Type of an attribute → what reads it from JSON."""
