"""Terms as a JSON document, both ways; what is wrong is named by its field.

The dataclasses of `terms` are the schema: a field that they do not have is refused.
"""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from milepost.funding.contracts.terms import Terms, TermsError
from milepost.funding.money import cents, dollars

Value = TypeVar("Value")
_WHAT = {str: "text", int: "a whole number", bool: "true or false", date: "a day: 2025-08-31"}


def to_document(terms: Terms) -> dict[str, Any]:
    """Return terms as plain data for JSON; days, decimals and dollars are text."""
    return written(terms)


def from_document(document: Any) -> Terms:
    """Read what `to_document` writes.

    Raises `TermsError` that names the field: "outcomes[0].tiers[1].pays: ...".
    """
    return read(document, Terms)


def written(value: Any) -> dict[str, Any]:
    """Return a dataclass of this folder as plain data for JSON."""
    return _written(value, type(value))  # type: ignore[no-any-return]


def read(document: Any, kind: type[Value]) -> Value:
    """Read what `written` wrote of a dataclass. Raises `TermsError` that names the field."""
    return _read(document, kind, "")  # type: ignore[no-any-return]


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def _written(value: Any, kind: Any) -> Any:
    if value is None:
        return None
    kind = _present(kind)
    if get_origin(kind) is Annotated:
        return str(dollars(value))
    if get_origin(kind) is tuple:
        return [_written(one, get_args(kind)[0]) for one in value]
    if is_dataclass(value):
        own: Any = type(value)
        hints = _hints(own)
        return {f.name: _written(getattr(value, f.name), hints[f.name]) for f in fields(value)}
    return str(value) if isinstance(value, date | Decimal) else value


def _present(kind: Any) -> Any:
    """Return the type of a value that may be missing, when it is not."""
    if get_origin(kind) is UnionType or type(None) in get_args(kind):
        (kind,) = (one for one in get_args(kind) if one is not type(None))
    return kind


def _read(value: Any, kind: Any, where: str) -> Any:
    optional = type(None) in get_args(kind)
    if value is None and optional:
        return None
    kind = _present(kind)
    origin = get_origin(kind)
    if origin is Annotated:
        return _money(value, where)
    if origin is tuple:
        if not isinstance(value, list):
            raise TermsError(where, f"a list is expected, not {value!r}")
        inner = get_args(kind)[0]
        return tuple(_read(one, inner, f"{where}[{at}]") for at, one in enumerate(value))
    if origin is Literal:
        if value not in get_args(kind):
            raise TermsError(where, f"{value!r} is not one of {', '.join(get_args(kind))}")
        return value
    return _object(value, kind, where) if is_dataclass(kind) else _plain(value, kind, where)


def _object(value: Any, kind: Any, where: str) -> Any:
    if not isinstance(value, Mapping):
        raise TermsError(where, f"an object with named fields is expected, not {value!r}")
    known = {f.name: f for f in fields(kind)}
    for name in value:
        if name not in known:
            raise TermsError(_under(where, str(name)), "there is no such field")
    found = {}
    for name, one in known.items():
        if name in value:
            found[name] = _read(value[name], _hints(kind)[name], _under(where, name))
        elif one.default is MISSING:
            raise TermsError(_under(where, name), "is missing")
    try:
        return kind(**found)
    except TermsError as wrong:
        raise TermsError(_under(where, wrong.where), wrong.what) from wrong


def _plain(value: Any, kind: type, where: str) -> Any:
    if kind is Decimal:
        return _decimal(value, where)
    if kind is date and isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError as wrong:
            raise TermsError(where, f"{value!r} is not {_WHAT[date]}") from wrong
    if type(value) is not kind:  # true is no whole number, though Python thinks so
        raise TermsError(where, f"{value!r} is not {_WHAT[kind]}")
    return value


def _decimal(value: Any, where: str) -> Decimal:
    """Numbers come as text: JSON's own would pass through binary fractions."""
    try:
        found = Decimal(value) if isinstance(value, str) else None
    except InvalidOperation:
        found = None
    if found is None or not found.is_finite():
        raise TermsError(where, f'{value!r} is not a number written as text: "0.75"')
    return found


def _money(value: Any, where: str) -> int:
    if not isinstance(value, str):
        raise TermsError(where, f'{value!r} is not dollars written as text: "670.00"')
    try:
        return cents(value)
    except ValueError as wrong:
        raise TermsError(where, str(wrong)) from wrong


def _under(where: str, name: str) -> str:
    return f"{where}.{name}" if where and name else where or name
