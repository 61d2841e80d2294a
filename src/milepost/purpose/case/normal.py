"""The one form of a framework, whatever its publisher's habits."""

from milepost.purpose.case.model import Package


def normalise(package: Package) -> Package:
    """Return the canonical form: complete, strict and in a fixed order. Idempotent."""
    raise NotImplementedError
