"""Values of CASE brought to their one strict form.

Each function returns ``(fit, rest)``: what CASE 1.1 can say, None when nothing of it, and what it
cannot, None when nothing is left.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from milepost.purpose.case.identifiers import canonical
from milepost.purpose.case.parts import LARGEST_NUMBER, link_from_json
from milepost.purpose.case.vocabulary import ASSOCIATION_KINDS, EXTENSION_WORD, Type, listed

Fit = tuple[Any, Any]
_BREAKS = re.compile(r"[\t\n\r]")
_NOT_IN_A_WORD = re.compile(r"[^A-Za-z0-9._-]+")
_GRADES = re.compile(r"\s*[,;|]\s*")


def fit(kind: Type, value: Any) -> Fit:
    """Return what of ``value`` is of a type, and the rest. Links keep blanks; see `normal`."""
    if isinstance(value, list) and len(value) == 1 and kind not in _LISTS:
        value = value[0]
    return _FITS[kind](value)


def blank(value: Any) -> bool:
    """Say whether a value says nothing: CASE leaves such fields out."""
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())


def _text(value: Any) -> Fit:
    """NormalizedString: without line breaks and tabs (XML Schema 1.0, part 2, 3.3.1)."""
    if isinstance(value, str):
        return _BREAKS.sub(" ", value).strip() or None, None
    return (str(value), None) if _is_number(value) else (None, value)


def _prose(value: Any) -> Fit:
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n").strip() or None, None
    return _text(value)


def _identifier(value: Any) -> Fit:
    text, rest = _text(value)
    return (canonical(text) if text else None), rest


def _texts(value: Any) -> Fit:
    pairs = [_text(one) for one in (value if isinstance(value, list) else [value])]
    texts = [text for text, _ in pairs if text]
    return texts or None, [rest for _, rest in pairs if rest is not None] or None


def _grades(value: Any) -> Fit:
    parts = [
        _GRADES.split(one) if isinstance(one, str) else [one]
        for one in (value if isinstance(value, list) else [value])
    ]
    return _texts([one for part in parts for one in part])


def _keywords(value: Any) -> Fit:
    texts, rest = _texts(value)
    return ("|".join(texts) if texts else None), rest


def _moment(value: Any) -> Fit:
    """A moment in UTC; one without a zone is taken as UTC."""
    try:
        read = datetime.fromisoformat(value.strip())
        utc = read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (AttributeError, ValueError, OverflowError):
        return None, value
    return utc.isoformat(), None


def _date(value: Any) -> Fit:
    """A day; of a moment, the day as it is written there."""
    try:
        return date.fromisoformat(value.strip()).isoformat(), None
    except (AttributeError, ValueError):
        pass
    try:
        return datetime.fromisoformat(value.strip()).date().isoformat(), None
    except (AttributeError, ValueError):
        return None, value


def _number(value: Any) -> Fit:
    try:
        number = float(value) if isinstance(value, str) else value
    except ValueError:
        return None, value
    if not _is_number(number) or not abs(number) <= LARGEST_NUMBER:
        return None, value
    return number, None


def _integer(value: Any) -> Fit:
    number, rest = _number(value)
    if number is None or number != int(number):
        return None, value
    return int(number), rest


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _link(value: Any) -> Fit:
    """An object with exactly title, identifier and uri, each perhaps blank yet."""
    link = link_from_json(value)
    if link is None:
        return None, value
    said = {
        "title": _text(link.title)[0] or "",
        "identifier": link.identifier,
        "uri": link.uri.strip(),
    }
    return said, {name: one for name, one in link.extra.items() if not blank(one)} or None


def _links(value: Any) -> Fit:
    pairs = [_link(one) for one in (value if isinstance(value, list) else [value])]
    links = [link for link, _ in pairs if link]
    return links or None, [rest for _, rest in pairs if rest is not None] or None


def _node(value: Any) -> Fit:
    """A link that may say to what kind of thing it leads; CASE is what it leads to if not."""
    said, rest = _link(value)
    kind = rest.pop("targetType", None) if isinstance(rest, dict) else None
    if said is None or kind is None:
        return said, rest
    word, odd = _word(kind, ["CASE"])
    left = (rest or {}) | ({} if odd is None else {"targetType": odd})
    return said | ({"targetType": word} if word else {}), left or None


def _association_kind(value: Any) -> Fit:
    return _word(value, ASSOCIATION_KINDS)


def _word(value: Any, words: Iterable[str]) -> Fit:
    """A word that CASE lists, else one of one's own; the original too where it had to change."""
    text, rest = _text(value)
    if text is None:
        return None, rest
    proper = listed(text, words)
    if proper:
        return proper, None
    if re.fullmatch(EXTENSION_WORD, text):
        return text, None
    name = _NOT_IN_A_WORD.sub("_", text.removeprefix("ext:"))
    own = f"ext:{name}" if name[:1] != "-" else f"ext:_{name}"
    return own, (None if own == f"ext:{text}" else value)


def _version(value: Any) -> Fit:
    """Whatever was read is 1.1 once it is strict."""
    return "1.1", (None if isinstance(value, str | int | float) else value)


_LISTS = {Type.TEXTS, Type.LINKS, Type.GRADES, Type.KEYWORDS}
_FITS: Mapping[Type, Callable[[Any], Fit]] = {
    Type.IDENTIFIER: _identifier,
    Type.URI: _text,
    Type.TEXT: _text,
    Type.PROSE: _prose,
    Type.TEXTS: _texts,
    Type.GRADES: _grades,
    Type.KEYWORDS: _keywords,
    Type.MOMENT: _moment,
    Type.DATE: _date,
    Type.INTEGER: _integer,
    Type.NUMBER: _number,
    Type.LINK: _link,
    Type.LINKS: _links,
    Type.NODE: _node,
    Type.ASSOCIATION_KIND: _association_kind,
    Type.VERSION: _version,
}
