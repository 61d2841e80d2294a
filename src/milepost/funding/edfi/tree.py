"""Elements of an XML file one after another: in bounded memory, without entities or documents."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

NAMESPACE = "http://ed-fi.org/"
_STEP = 1 << 16
_DEEPEST = 12
_LONGEST = 10_000
_MOST_CHILDREN = 1_000


class FinanceFileError(ValueError):
    """A file that cannot be taken: says on which line, what, and what to do."""

    def __init__(self, line: int, what: str) -> None:
        self.line = line
        super().__init__(f"line {line}: {what}")


@dataclass
class Element:
    """A name without its namespace, the line it begins on, its text and its children."""

    name: str
    line: int
    text: str = ""
    children: list["Element"] = field(default_factory=list)


def elements(file: BinaryIO, root: str) -> Iterator[Element]:
    """Yield the children of the root, each whole, as the file is read.

    Raises FinanceFileError for what is not well formed, another root or namespace, a DOCTYPE (no
    entity is ever expanded), text beside elements, attributes below the root, and for nesting,
    text or lists beyond what any finance file holds.
    """
    builder = _Builder(root)
    parser = builder.parser
    while True:
        data = file.read(_STEP)
        try:
            parser.Parse(data, not data)
        except expat.ExpatError as wrong:
            what = f"no XML: {expat.ErrorString(wrong.code)}; send the file again"
            raise FinanceFileError(wrong.lineno, what) from wrong
        yield from builder.done
        builder.done.clear()
        if not data:
            return


class _Builder:
    def __init__(self, root: str) -> None:
        self.root, self.open, self.done = root, list[Element](), list[Element]()
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self.doctype

    def refuse(self, what: str) -> FinanceFileError:
        return FinanceFileError(self.parser.CurrentLineNumber, what)

    def doctype(self, *_: object) -> None:
        raise self.refuse("a DOCTYPE is not taken: send the file without it")

    def start(self, full: str, attributes: dict[str, str]) -> None:
        space, _, name = full.rpartition(" ")
        if not space.startswith(NAMESPACE):
            raise self.refuse(f"{name} is not of Ed-Fi's namespace ({NAMESPACE}...)")
        if not self.open and name != self.root:
            raise self.refuse(f"the file is {name}, not {self.root}")
        if self.open and attributes:
            raise self.refuse(f"{name} has attributes, of which the interchange knows none here")
        if len(self.open) >= _DEEPEST:
            raise self.refuse(f"{name} is nested more than {_DEEPEST} deep")
        element = Element(name, self.parser.CurrentLineNumber)
        if len(self.open) > 1:
            if len(self.open[-1].children) >= _MOST_CHILDREN:
                raise self.refuse(f"{self.open[-1].name} holds more than {_MOST_CHILDREN} elements")
            self.open[-1].children.append(element)
        self.open.append(element)

    def end(self, _: str) -> None:
        element = self.open.pop()
        element.text = element.text.strip()
        if element.text and (element.children or not self.open):
            raise self.refuse(f"{element.name} holds text beside its elements")
        if len(self.open) == 1:
            self.done.append(element)

    def text(self, data: str) -> None:
        if len(self.open) < 2:
            if data.strip():
                raise self.refuse("text stands between the records")
            return
        element = self.open[-1]
        element.text += data
        if len(element.text) > _LONGEST:
            raise self.refuse(f"{element.name} holds more than {_LONGEST} characters")
