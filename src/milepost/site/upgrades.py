"""What a migration means for a site that runs: may the version before go on while it is applied?

The rule is *expand, then contract*: a release adds what it needs and takes away only what no
version that may still run uses. Then the database is brought up first, processes follow one by
one, and going back needs nothing but the older program.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.migrations import Migration, operations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED

GONE = "the version that runs still uses it; take it away one release later"
CODE = "it runs code of its own: see that the version before can work beside it"
WRITERS_WAIT = "writers wait while all rows are read; build it concurrently"
LEANED_ON = "the version that runs may lean on it; take it away one release later"

_ALWAYS: dict[type[Operation], str] = {
    operations.RemoveField: GONE,
    operations.DeleteModel: GONE,
    operations.RenameField: GONE,
    operations.RenameModel: GONE,
    operations.AlterModelTable: GONE,
    operations.AlterUniqueTogether: WRITERS_WAIT,
    operations.RemoveConstraint: LEANED_ON,
    operations.RunPython: CODE,
    operations.RunSQL: CODE,
}


@dataclass(frozen=True)
class Step:
    """One operation of a migration. `pause`: why the site must rest for it; empty when not."""

    words: str
    pause: str
    reversible: bool


def steps(migration: Migration, before: ProjectState) -> list[Step]:
    """Return the operations of a migration that starts from ``before``."""
    there = set(before.models)
    state = before.clone()
    found = []
    for operation in _flat(migration.operations):
        pause = _pause(operation, migration.app_label, state, there)
        found.append(Step(operation.describe(), pause, operation.reversible))
        operation.state_forwards(migration.app_label, state)
    return found


def waiting(executor: MigrationExecutor | None = None) -> list[tuple[Migration, list[Step]]]:
    """Return the migrations that the database waits for, with their steps."""
    executor = executor or MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [(migration, steps(migration, before(executor, migration))) for migration, _ in plan]


def is_empty() -> bool:
    """Return whether the database has no tables of ours yet: then nothing runs on it either."""
    return not MigrationRecorder(connection).applied_migrations()


def before(executor: MigrationExecutor, migration: Migration) -> ProjectState:
    """Return the tables as a migration finds them."""
    return executor.loader.project_state((migration.app_label, migration.name), at_end=False)


def _flat(found: Sequence[Operation]) -> Iterator[Operation]:
    for operation in found:
        if isinstance(operation, operations.SeparateDatabaseAndState):
            yield from _flat(operation.database_operations)
        else:
            yield operation


def _pause(operation: Operation, app: str, state: ProjectState, there: set[tuple[str, str]]) -> str:
    """Return why the site must rest for an operation, or nothing. New tables hurt nobody."""
    for kind, why in _ALWAYS.items():
        if isinstance(operation, kind):
            return why
    table = (app, getattr(operation, "model_name", "").lower())
    if table not in there or "Concurrently" in type(operation).__name__:
        return ""
    if isinstance(operation, operations.AddIndex | operations.AddConstraint):
        return WRITERS_WAIT
    if isinstance(operation, operations.AddField):
        return _added(operation.field)
    if isinstance(operation, operations.AlterField):
        after = state.clone()
        operation.state_forwards(app, after)
        old, new = (
            which.apps.get_model(*table)._meta.get_field(operation.name) for which in (state, after)
        )
        return _altered(old, new)
    return ""


def _added(field: Any) -> str:
    if field.many_to_many:
        return ""
    if not field.null and field.db_default is NOT_PROVIDED:
        return "the version that runs writes rows without it: make it nullable or give db_default"
    return WRITERS_WAIT if field.db_index or field.unique else ""


def _altered(old: Any, new: Any) -> str:
    if old.null and not new.null:
        return "the version that runs may write it empty; and all rows are read meanwhile"
    if _type(old) != _type(new) and not _is_longer(old, new):
        return "the table is written anew, and everybody waits"
    indexed = (new.db_index and not old.db_index) or (new.unique and not old.unique)
    return WRITERS_WAIT if indexed else ""


def _type(field: Any) -> str:
    return str(field.db_parameters(connection)["type"])


def _is_longer(old: Any, new: Any) -> bool:
    """A text that may only become longer is altered without a look at its rows."""
    if not (_type(old).startswith("varchar") and _type(new).startswith(("varchar", "text"))):
        return False
    return new.max_length is None or (old.max_length or 0) <= new.max_length
