"""Columnar extracts: tables in Parquet, by district and school year, each with its dictionary."""

from milepost.lake.datasets import Column, Dataset, dictionary, school_year
from milepost.lake.partitions import erase, files, replace

__all__ = ["Column", "Dataset", "dictionary", "erase", "files", "replace", "school_year"]
