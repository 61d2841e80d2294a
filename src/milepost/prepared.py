"""Questions that every page asks: compiled to SQL once, and asked again with other values.

For a row found by its key Django takes longer to write the question than a database to answer it,
and PostgreSQL longer to plan it than to carry the plan out.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Func, Model, QuerySet
from django.db.models.query import ModelIterable
from django.db.models.sql.compiler import SQLCompiler

Found = TypeVar("Found", bound=Model)
Value = UUID | date | str
Rows = list[tuple[Any, ...]]
_Compiled = tuple[Any, Any, str, list[Callable[[Sequence[Value]], object]]]
"""The queryset, its compiler, its SQL, and what stands in each parameter's place."""


class Prepared(Generic[Found]):
    """A queryset of models by ``kinds`` of values, with ``select_related`` and ``only`` as ever.

        person = Prepared(lambda pk: Person.objects.filter(pk=pk), UUID)
        person(some_id)  # → a list

    The queryset must be the same for all values but for the values themselves: no list of varying
    length, no None, no prefetch. Raises ValueError at the first call when a value is not found
    among the parameters, once for each place it should stand in.
    """

    def __init__(self, ask: Callable[..., QuerySet[Found]], *kinds: type[Value]) -> None:
        self._ask = ask
        self._kinds = kinds
        self._compiled: _Compiled | None = None

    def __call__(self, *values: Value) -> list[Found]:
        """Ask the database, with these values."""
        if self._compiled is None:
            self._compiled = self._compile()
        asked, compiler, sql, places = self._compiled
        params = tuple(place(values) for place in places)
        again = copy(compiler)
        again.connection = connections[asked.db]  # The compiler was another thread's.
        again.execute_sql = lambda *_, **__: [answer(sql, params, db=asked.db)]
        return list(ModelIterable(_Asked(asked.db, again)))  # type: ignore[arg-type]

    def first(self, *values: Value) -> Found | None:
        """Return the first row, or None."""
        return next(iter(self(*values)), None)

    def _compile(self) -> _Compiled:
        examples = [_example(kind, place) for place, kind in enumerate(self._kinds)]
        asked: Any = self._ask(*examples)
        compiler = asked.query.get_compiler(using=asked.db)
        sql, params = compiler.as_sql()
        places = [_place(param, examples) for param in params]
        for number, example in enumerate(examples):
            if not any(_same(param, example) for param in params):
                raise ValueError(f"value {number} of {self._ask} is no parameter of {sql}")
        return asked, compiler, sql, places


def answer(sql: str, params: Sequence[Any], *, db: str = DEFAULT_DB_ALIAS) -> Rows:
    """Return all rows that a text with these parameters finds.

    PostgreSQL plans a text that comes often once and then by its parameters. A list of values is
    one parameter there: `= ANY(%s)`.
    """
    connection: Any = connections[db]
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cast(Rows, cursor.fetchall())
    from psycopg import Cursor

    connection.close_if_health_check_failed()
    connection.ensure_connection()
    with connection.wrap_database_errors:
        raw = Cursor(connection.connection)  # Django's own sends the values within the text
    with connection._prepare_cursor(raw) as cursor:
        cursor.execute(sql, params)
        return cast(Rows, cursor.fetchall())


class Unindexed(Func):
    """A column by which SQLite is not to look, because another of the question is always rarer.

    It counts a sample, and a column that is the same in all of the sample passes for rare: it would
    read all of a district to find the evidence of one batch of learners, or a few names.
    """

    template = "%(expressions)s"

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


class _Asked:
    """What stands for a queryset, and for its query, once that is compiled."""

    _known_related_objects: Mapping[Any, Any] = MappingProxyType({})

    def __init__(self, db: str, compiler: Any) -> None:
        self.db, self.query, self._compiler = db, self, compiler

    def get_compiler(self, using: str) -> Any:
        return self._compiler


def _example(kind: type[Value], place: int) -> Value:
    """Return a value that no real question holds."""
    if kind is str:
        return f"example {place}"
    return UUID(int=2**127 + place) if kind is UUID else date.min + timedelta(days=place)


def _forms(value: Value) -> tuple[object, ...]:
    """Return a value in each form in which a database may take it."""
    if isinstance(value, str):
        return (value,)
    return (value, value.hex if isinstance(value, UUID) else value.isoformat())


def _same(param: object, example: Value) -> bool:
    return any(type(param) is type(form) and param == form for form in _forms(example))


def _place(param: object, examples: Sequence[Value]) -> Callable[[Sequence[Value]], object]:
    """Return what stands in a parameter's place: one of the values, in its form, or itself."""
    for number, example in enumerate(examples):
        for form, candidate in enumerate(_forms(example)):
            if type(param) is type(candidate) and param == candidate:
                return lambda values, n=number, f=form: _forms(values[n])[f]  # type: ignore[misc]
    return lambda _: param
