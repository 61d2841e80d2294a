"""Reading the lake as Ibis tables: on DuckDB in this process, or on Spark where that is too small.

What is asked is written once, in Ibis; only the connection differs.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from milepost.lake.datasets import Dataset
from milepost.lake.partitions import files

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend as DuckDB
    from ibis.backends.pyspark import Backend as Spark
    from pyspark.sql import SparkSession

PARTITION = pa.schema([("district", pa.string()), ("school_year", pa.int32())])
"""Columns that stand in the path of a file and not in it."""


def duckdb(threads: int | None = None, memory: str | None = None) -> "DuckDB":
    """Return a DuckDB of its own, in memory. `memory`: its limit, for example 4GB.

    It never fetches extensions. So it has no time zones: compare days, or instants with instants.
    """
    limits = {"threads": threads, "memory_limit": memory}
    return ibis.duckdb.connect(
        autoinstall_known_extensions=False,
        **{name: value for name, value in limits.items() if value},
    )


def spark(session: "SparkSession") -> "Spark":
    """Return the Ibis connection of a Spark session, told to keep time in UTC as the lake does."""
    session.conf.set("spark.sql.session.timeZone", "UTC")
    return ibis.pyspark.connect(session)


def on_duckdb(engine: "DuckDB", root: Path, dataset: Dataset) -> ir.Table:
    """Return a dataset of the lake as a table of a DuckDB; without rows when nobody wrote any.

    Columns: those of the dataset, then `district` and `school_year`.
    """
    found = [str(path) for path in files(root, dataset)]
    name = dataset.name.replace(".", "_")
    if not found:
        return engine.create_table(name, schema=ibis.schema(_whole(dataset)), temp=True)
    table = engine.read_parquet(
        found, table_name=name, hive_partitioning=True, hive_types_autocast=False
    )
    return table.mutate(school_year=table.school_year.cast("int32"))


def on_spark(engine: "Spark", root: Path, dataset: Dataset) -> ir.Table:
    """Return a dataset of the lake as a view of a Spark session, as `on_duckdb` does."""
    session = engine._session
    types = {"district": "string", "school_year": "int"}
    fields = [*dataset.schema.names, *PARTITION.names]
    found = [str(path) for path in files(root, dataset)]
    name = dataset.name.replace(".", "_")
    if not found:
        empty = ibis.memtable(_whole(dataset).empty_table())
        return engine.create_view(name, empty, overwrite=True)
    reading = session.read.option("basePath", str(root / dataset.name)).parquet(*found)
    typed = [reading[f].cast(types[f]) if f in types else reading[f] for f in fields]
    reading.select(*typed).createOrReplaceTempView(name)
    return engine.table(name)


def _whole(dataset: Dataset) -> pa.Schema:
    return pa.schema([*dataset.schema, *PARTITION])
