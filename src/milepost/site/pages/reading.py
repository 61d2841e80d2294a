"""What people type into a form, read. A ValueError says in words what to type instead."""

from datetime import date
from math import isfinite
from uuid import UUID

from django.utils.translation import gettext as _


def day(text: str) -> date:
    """Read a day as a date field sends it. Raises ValueError."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(_("Give a day such as 2026-05-31.")) from error


def number(text: str) -> float:
    """Read a number, with a point or a comma before its decimals. Raises ValueError."""
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError as error:
        raise ValueError(_("“%(text)s” is not a number.") % {"text": text}) from error
    if not isfinite(value):
        raise ValueError(_("“%(text)s” is not a number.") % {"text": text})
    return value


def whole(text: str) -> int:
    """Read a whole number from 0 on. Raises ValueError."""
    value = number(text)
    if value < 0 or value != int(value):
        raise ValueError(_("“%(text)s” is not a whole number from 0 on.") % {"text": text})
    return int(value)


def uuid(text: str | None) -> UUID | None:
    """Read an identifier; None when it is not one."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
