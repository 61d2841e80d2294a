"""Milepost: the operating system of personalized, competency-based schooling."""

__version__ = "0.1.0"
