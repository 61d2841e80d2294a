"""What CASE 1.1 requires and a publisher left out, made from what is there."""

from collections.abc import Mapping
from typing import Any

from milepost.purpose.case import parts
from milepost.purpose.case.fitting import fit
from milepost.purpose.case.identifiers import address, base_of, canonical, from_uri, uuid_of
from milepost.purpose.case.json_text import compact
from milepost.purpose.case.model import Package
from milepost.purpose.case.vocabulary import FIELDS, STAND_INS, Type

NO_MOMENT = "1970-01-01T00:00:00+00:00"
"""When a package that gives no time at all was last changed."""
MADE = "was missing and was made from the rest"


class Surroundings:
    """What one object of a package may need to know of the others."""

    def __init__(self, package: Package) -> None:
        self.document = canonical(package.document.identifier)
        self.document_uri = package.document.uri.strip()
        self.base = base_of(self.document_uri)
        self.changed = _moment(package)
        self._titles = {self.document: package.document.title}
        self._uris = {self.document: package.document.uri}
        for item in package.items:
            self._titles[item.identifier] = item.code or item.title or item.statement
            self._uris[item.identifier] = item.uri or address(self.base, "CFItem", item.identifier)
        for one in package.definitions:
            self._titles[one.identifier] = one.title
            self._uris[one.identifier] = one.uri

    def is_needless(self, kind: str, name: str, value: Any) -> bool:
        """Say whether a field only repeats which document an object of the package is in."""
        if name != "CFDocumentURI" or kind == "CFDocument":
            return False
        link = parts.link_from_json(value)
        return link is not None and not link.extra and link.identifier == self.document

    def complete_link(self, link: dict[str, Any]) -> None:
        """Give a link its address and title where it has none."""
        key = link["identifier"]
        link["uri"] = link["uri"] or self._uris.get(key, "").strip() or address("", "", key)
        title = fit(Type.TEXT, self._titles.get(key, ""))[0]
        link["title"] = link["title"] or title or key


def complete(kind: str, content: dict[str, Any], around: Surroundings) -> Mapping[str, str]:
    """Add in place what CASE requires of an object; return field → what was done."""
    before = set(content)
    for name, link_kind in FIELDS[kind].items():
        if link_kind in (Type.LINK, Type.NODE) and name in content:
            around.complete_link(content[name])
        if link_kind is Type.LINKS:
            for link in content.get(name, ()):
                around.complete_link(link)
    if "identifier" not in content:
        uri = content.get("uri")
        content["identifier"] = from_uri(uri) if uri else uuid_of(kind, compact(content))
    if "uri" not in content:
        content["uri"] = address(around.base, kind, content["identifier"])
    content.setdefault("lastChangeDateTime", around.changed)
    for name, sources in STAND_INS.get(kind, {}).items():
        if name not in content:
            said = [content[source] for source in sources if source in content]
            content[name] = fit(FIELDS[kind][name], [*said, content["identifier"]][0])[0]
    added = dict.fromkeys(sorted(set(content) - before), MADE)
    if kind == "CFDocument":
        content["caseVersion"] = "1.1"
    return added


def _moment(package: Package) -> str:
    """Return when the package last changed: by its document, else the latest of its objects."""
    own = fit(Type.MOMENT, package.document.last_changed)[0]
    if own:
        return str(own)
    others = [*package.items, *package.associations, *package.definitions, *package.rubrics]
    moments = [fit(Type.MOMENT, one.last_changed)[0] for one in others]
    return max((str(one) for one in moments if one), default=NO_MOMENT)
