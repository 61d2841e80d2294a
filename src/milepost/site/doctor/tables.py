"""Checks of the database: is it there, at this version, guarded, measured, and roomy."""

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from milepost.evidence.append_only import TABLE
from milepost.site.doctor.finding import Finding, Situation, ok, warning, wrong

OLDEST_POSTGRESQL = 140_000
MIGRATE = "Run: milepost migrate"


def answers(situation: Situation) -> Finding:
    """Does the database answer, and in a version that fits?"""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        return ok(f"SQLite answers ({connection.settings_dict['NAME']}).")
    version = connection.pg_version  # type: ignore[attr-defined]
    words = f"PostgreSQL {version // 10_000}.{version % 10_000} answers."
    if version < OLDEST_POSTGRESQL:
        return wrong(words, "Move to PostgreSQL 14 or newer.")
    return ok(words)


def writable(situation: Situation) -> Finding:
    """Can it be written? It writes a row as it is, and takes it back."""
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute(
            "UPDATE django_migrations SET name = name WHERE id = (SELECT min(id) FROM "
            "django_migrations)"
        )
        transaction.set_rollback(True)
    return ok("The database can be written.")


def migrations(situation: Situation) -> Finding:
    """Are the tables at this version?"""
    executor = MigrationExecutor(connection)
    behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if behind:
        return wrong(f"The database waits for {len(behind)} migrations.", MIGRATE)
    known = executor.loader.graph.nodes
    ours = {app for app, _ in known}
    applied = MigrationRecorder(connection).applied_migrations()
    ahead = [f"{app} {name}" for app, name in applied if app in ours and (app, name) not in known]
    if ahead:
        return warning(
            f"The database is ahead of this version: {', '.join(sorted(ahead))}.",
            "That is right after going back one version. Otherwise install the newer version.",
        )
    return ok("The tables are at this version.")


def guarded(situation: Situation) -> Finding:
    """Are the triggers there that keep evidence from being changed?"""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [TABLE]
            )
        else:
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass "
                "AND NOT tgisinternal AND tgenabled <> 'D'", [TABLE]
            )  # fmt: skip
        there = {name for (name,) in cursor.fetchall()}
    missing = {"evidence_no_update", "evidence_no_delete"} - there
    if missing:
        return wrong(
            f"Nothing keeps evidence from being changed: {', '.join(sorted(missing))} is gone.",
            "Find out who removed it; compare with the last backup; then put it back: "
            "milepost-owner doctor --guard-evidence (on SQLite: milepost …)",
        )
    return ok("The database refuses to change or delete evidence.")


def owned(situation: Situation) -> Finding:
    """Can the site's own user take the guard off the evidence?"""
    if connection.vendor == "sqlite":
        return ok("Whoever can write the SQLite file can change anything in it.")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class "
            "WHERE oid = %s::regclass", [TABLE]
        )  # fmt: skip
        (owner,) = cursor.fetchone()
    if owner:
        return warning(
            "The site's own user owns the evidence, and could take its guard off.",
            "Give the tables to a role of their own, as docs/operate.md has it.",
        )
    return ok("The site's own user cannot take the guard off the evidence.")


def statistics(situation: Situation) -> Finding:
    """Has the database measured its large tables? Without, its plans are guesses."""
    if connection.vendor == "sqlite":
        return ok("SQLite needs no standing statistics.")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_stat_user_tables WHERE n_live_tup > 10000 AND "
            "last_analyze IS NULL AND last_autoanalyze IS NULL ORDER BY relname"
        )
        unmeasured = [name for (name,) in cursor.fetchall()]
    if unmeasured:
        return warning(
            f"PostgreSQL has never measured {', '.join(unmeasured)}; pages may be slow.",
            "Run in the database: ANALYZE; and see that autovacuum is on.",
        )
    return ok("PostgreSQL has measured its large tables.")


def connections(situation: Situation) -> Finding:
    """Are there connections left for one more process?"""
    if connection.vendor == "sqlite":
        return ok("SQLite has no limit of connections.")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),"
            " current_setting('max_connections')::int"
        )
        used, most = cursor.fetchone()
    words = f"{used} of {most} connections to PostgreSQL are in use."
    if used > 0.8 * most:
        return warning(words, "Raise max_connections, or serve with fewer --processes.")
    return ok(words)


def long_transactions(situation: Situation) -> Finding:
    """Does a forgotten transaction keep the database from cleaning up?"""
    if connection.vendor == "sqlite":
        return ok("No transaction is left open.")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' "
            "AND xact_start < now() - interval '1 hour'"
        )
        (count,) = cursor.fetchone()
    if count:
        return warning(
            f"{count} transactions have been left open for more than an hour.",
            "End them: SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state LIKE "
            "'idle in transaction%' AND xact_start < now() - interval '1 hour';",
        )
    return ok("No transaction is left open.")
