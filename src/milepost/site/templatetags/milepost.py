"""Small filters that the site's pages share."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def get(mapping: Mapping[str, object], key: str) -> object:
    """Return a value by a key that is itself a variable; empty when it is not there."""
    return mapping.get(key, "")


@register.filter
def percent(share: float | None) -> str:
    """Return a share from 0 to 1 as whole percent; a dash when it is not known."""
    return "–" if share is None else f"{share * 100:.0f} %"


@register.filter
def whole(number: float | None) -> int | None:
    """Return a number rounded to a whole one; None stays None."""
    return None if number is None else round(number)


@register.filter
def grade(code: str) -> str:
    """Return a grade as people say it: `06` is 6; letters stay as they are."""
    return str(int(code)) if code.isdigit() else code
