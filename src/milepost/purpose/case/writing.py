"""Writing strict CASE 1.1."""

import json

from milepost.purpose.case.model import Package
from milepost.purpose.case.normal import Normaliser
from milepost.purpose.case.own_names import KEY, rename, strict_names
from milepost.purpose.case.parts import package_to_json
from milepost.purpose.case.report import Loss, LossReport


def write_package(package: Package) -> tuple[bytes, LossReport]:
    """Return a strict CASE 1.1 package (UTF-8 JSON), and what it cannot say as it was said.

    Reading it back and normalising gives ``normalise(package)``: nothing is lost, but some of it
    stands in another place or form, and the report names each such place.
    """
    work = Normaliser(package)
    root = package_to_json(work.package())
    names = strict_names(root)
    if names:
        rename(root, names)
        extensions = dict(root.get("extensions", {}))
        extensions[KEY] = {uuid: name for name, uuid in names.items()}
        root["extensions"] = extensions
    renamed = [Loss(f"CFPackage {name}", "identifier", NOT_A_UUID) for name in names]
    text = json.dumps(root, ensure_ascii=False, indent=1, allow_nan=False)
    return text.encode(), LossReport((*work.losses, *renamed))


NOT_A_UUID = "is no UUID; a UUID made of it stands for it, and extensions keep the original"
