"""Writing strict CASE 1.1."""

from milepost.purpose.case.model import Package
from milepost.purpose.case.report import LossReport


def write_package(package: Package) -> tuple[bytes, LossReport]:
    """Return a strict CASE 1.1 package (UTF-8 JSON), and what it cannot say as it was said."""
    raise NotImplementedError
