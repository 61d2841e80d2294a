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
