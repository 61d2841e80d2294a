"""A plan as a document: canonical JSON that is kept, compared and sent, and read back.

One plan is one text: keys in order, shares and rates as decimal text, days as ISO dates. The form
has a version; a later form reads the earlier ones. What is wrong is named in words, by the part's
name: ``line 'Laptops', price: ...``.
"""

import hashlib
import json
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from milepost.funding.plan.errors import PlanError
from milepost.funding.plan.model import Plan

FORM = "milepost-plan"
VERSION = 1
LARGEST = 5_000_000
"""Characters. A plan of 500 lines with their sources is a fifth of this."""


def to_json(plan: Plan) -> str:
    """Return a plan as its canonical document: equal plans give equal texts."""
    document = {"form": FORM, "version": VERSION, "plan": _plain(plan)}
    return json.dumps(document, sort_keys=True, ensure_ascii=False, indent=1)


def digest(text: str) -> str:
    """Return the SHA-256 of a document in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def plan_from_json(text: str) -> Plan:
    """Return the plan that a document holds. Raises PlanError naming the path in words."""
    if len(text) > LARGEST:
        raise PlanError("document", f"longer than {LARGEST:,} characters: this is no plan")
    try:
        document = json.loads(text, parse_float=Decimal, object_pairs_hook=_once)
    except PlanError:
        raise
    except (ValueError, RecursionError) as wrong:  # a number of 5,000 digits is a ValueError
        raise PlanError("document", f"this is no JSON ({wrong})") from wrong
    if not isinstance(document, dict) or document.get("form") != FORM:
        raise PlanError("document, form", f"this is no plan: {FORM!r} is expected")
    if document.get("version") != VERSION:
        raise PlanError(
            "document, version", f"{document.get('version')!r} is not known here: it is {VERSION}"
        )
    plan = _read(Plan, document.get("plan"), "plan")
    assert isinstance(plan, Plan)
    return plan


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise PlanError("document", f"{key!r} is there twice in one part: keep one")
        found[key] = value
    return found


def _plain(value: object) -> Any:
    """Return a value in what JSON knows; parts leave out what is as it is by default.

    A default is therefore a part of the form: whoever changes one raises VERSION.
    """
    if is_dataclass(value):
        return {
            field.name: _plain(getattr(value, field.name))
            for field in fields(value)
            if field.default is MISSING or getattr(value, field.name) != field.default
        }
    if isinstance(value, Decimal):
        return format(value.normalize() if value else Decimal(0), "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, frozenset):
        return sorted(_plain(one) for one in value)
    return value


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _read(hint: Any, value: Any, where: str) -> Any:
    """Return a value of the type that a field has. Raises PlanError naming where."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        if value is None and type(None) in get_args(hint):
            return None
        return _read(next(one for one in get_args(hint) if one is not type(None)), value, where)
    if origin is Literal:
        choices = get_args(hint)
        if not isinstance(value, str) or value not in choices:
            raise PlanError(where, f"{value!r} is not one of: {', '.join(map(str, choices))}")
        return value
    if origin in (tuple, frozenset):
        return _many(hint, value, where)
    if is_dataclass(hint):
        return _part(hint, value, where)
    return _scalar(hint, value, where)


def _many(hint: Any, value: Any, where: str) -> Any:
    if not isinstance(value, list):
        raise PlanError(where, f"a list is expected, not {_kind(value)}")
    kinds = get_args(hint)
    if get_origin(hint) is frozenset:
        return frozenset(_read(kinds[0], one, where) for one in value)
    if kinds[-1] is Ellipsis:
        return tuple(_read(kinds[0], one, _at(where, at, one)) for at, one in enumerate(value))
    if len(value) != len(kinds):
        raise PlanError(where, f"{len(kinds)} values are expected, not {len(value)}")
    return tuple(_read(kind, one, where) for kind, one in zip(kinds, value, strict=True))


def _part(hint: Any, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise PlanError(where, f"a part with names is expected, not {_kind(value)}")
    inside = "" if where == "plan" else f"{where}, "
    known = {field.name: field for field in fields(hint)}
    for name in value:
        if name not in known:
            there = ", ".join(known)
            raise PlanError(f"{inside}{_words(name)}", f"no such entry; there are: {there}")
    hints = _hints(hint)
    entries = {}
    for name, field in known.items():
        if name in value:
            entries[name] = _read(hints[name], value[name], f"{inside}{_words(name)}")
        elif field.default is MISSING:
            raise PlanError(f"{inside}{_words(name)}", "missing: enter it")
    try:
        return hint(**entries)
    except PlanError:
        raise
    except ValueError as wrong:
        raise PlanError("" if where == "plan" else where, str(wrong)) from wrong


def _scalar(hint: Any, value: Any, where: str) -> Any:
    if hint is bool or hint is str:
        if not isinstance(value, hint):
            expected = "true or false" if hint is bool else "text"
            raise PlanError(where, f"{expected} is expected, not {_kind(value)}")
        if isinstance(value, str) and any("\ud800" <= sign <= "\udfff" for sign in value):
            raise PlanError(where, "it holds half a character: type it anew")
        return value
    if hint is int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise PlanError(where, f"a whole number is expected, not {value!r}")
        return value
    try:
        if hint is date and isinstance(value, str):
            return date.fromisoformat(value)
        if hint is Decimal and isinstance(value, str | int | Decimal) and value is not True:
            number = Decimal(value)
            if number.is_finite() and abs(number.adjusted()) < 30:
                return number
    except (ValueError, InvalidOperation):
        pass
    expected = "a day (2026-07-01)" if hint is date else "a number (0.05)"
    raise PlanError(where, f"{expected} is expected, not {value!r}")


def _at(where: str, at: int, one: Any) -> str:
    """Return a part of a list as people know it: line 'Laptops', or its place in the list."""
    if isinstance(one, dict):
        for name in ("name", "key", "year", "known_on"):
            if one.get(name):
                return f"{_singular(where)} {one[name]!r}"
    if isinstance(one, list) and one and isinstance(one[0], int | str):
        return f"{where}, {one[0]}"
    return f"{where}, number {at + 1}"


def _singular(where: str) -> str:
    return {"history": "history", "indexes": "index"}.get(where, where.removesuffix("s"))


def _words(name: str) -> str:
    return name.replace("_", " ")


def _kind(value: object) -> str:
    names = {
        dict: "a part",
        list: "a list",
        str: "text",
        type(None): "nothing",
        bool: "true or false",
    }
    return names.get(type(value), "a number")
