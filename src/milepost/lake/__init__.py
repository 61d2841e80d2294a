"""Columnar extracts: tables in Parquet, by district and school year, each with its dictionary."""

from milepost.lake.datasets import YEAR_BEGINS, Column, Dataset, dictionary, school_year
from milepost.lake.growth import append, gather, written_until
from milepost.lake.partitions import count, erase, files, replace

__all__ = [
    "YEAR_BEGINS",
    "Column",
    "Dataset",
    "append",
    "count",
    "dictionary",
    "erase",
    "files",
    "gather",
    "replace",
    "school_year",
    "written_until",
]
