"""The `extensions` of an object: what CASE 1.1 has no field for."""

from collections.abc import Mapping
from typing import Any

from milepost.purpose.case.fitting import blank
from milepost.purpose.case.json_text import same


def extend(given: Any, left: Mapping[str, Any], *, in_list: bool = False) -> Any:
    """Return the extensions of an object that has some already and gets what is ``left``.

    `in_list`: the levels of a criterion have a list of extension objects, all others have one.
    """
    held = given if isinstance(given, list) else [given]
    objects = [clean(one) for one in held if isinstance(one, Mapping)]
    odd = [one for one in held if not isinstance(one, Mapping) and not blank(one)]
    more = clean(left) | ({"extensions": clean(odd)} if odd else {})
    if in_list:
        return [one for one in [*objects, more] if one]
    merged: dict[str, Any] = {}
    for one in [*objects, more]:
        for name, value in one.items():
            _put(merged, name, value)
    return merged


def clean(value: Any) -> Any:
    """Return a vendor's value without the names that have null, which say nothing."""
    if isinstance(value, Mapping):
        return {name: clean(one) for name, one in value.items() if one is not None}
    return [clean(one) for one in value] if isinstance(value, list) else value


def _put(target: dict[str, Any], name: str, value: Any) -> None:
    """Add a value under its name, or under the next free one when that says something else."""
    while name in target and not same(target[name], value):
        name += "_"
    target[name] = value
