"""CASE packages (1EdTech Competencies and Academic Standards Exchange): liberal in, strict out.

A publisher's file, 1.0 or 1.1, goes through `read_package`; what is stored is `normalise` of it;
`write_package` gives a strict 1.1 package back. For every package that can be read,
``normalise(read(write(p))) == normalise(read(p))``.

Facts about the form: 1EdTech, CASE 1.1 information model and the JSON schema of CFPackage
(https://purl.imsglobal.org/spec/case/v1p1/schema/json/case_v1p1_cfpackage-jsonschema1.json).
"""

from milepost.purpose.case.checking import check_package
from milepost.purpose.case.json_text import LARGEST_FILE
from milepost.purpose.case.model import (
    CHILD,
    EXACT_MATCH,
    PRECEDES,
    RELATED,
    Association,
    Criterion,
    Definition,
    Document,
    Item,
    Level,
    Link,
    Package,
    Rubric,
)
from milepost.purpose.case.normal import normalise
from milepost.purpose.case.outline import outline
from milepost.purpose.case.parts import definition_from_json, rubric_from_json, to_json
from milepost.purpose.case.reading import read_package
from milepost.purpose.case.report import Finding, Loss, LossReport, RefusedPackageError, Report
from milepost.purpose.case.writing import write_package

__all__ = [
    "CHILD",
    "EXACT_MATCH",
    "LARGEST_FILE",
    "PRECEDES",
    "RELATED",
    "Association",
    "Criterion",
    "Definition",
    "Document",
    "Finding",
    "Item",
    "Level",
    "Link",
    "Loss",
    "LossReport",
    "Package",
    "RefusedPackageError",
    "Report",
    "Rubric",
    "check_package",
    "definition_from_json",
    "normalise",
    "outline",
    "read_package",
    "rubric_from_json",
    "to_json",
    "write_package",
]
