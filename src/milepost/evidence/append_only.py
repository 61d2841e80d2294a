"""The database itself refuses to change or delete evidence; migrations install this."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "evidence_observation"
REFUSAL = "evidence is append-only: void it by new evidence"

_POSTGRESQL_FUNCTION = f"""
CREATE FUNCTION evidence_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def sqlite_trigger(act: str) -> str:
    """Return the statement that makes SQLite refuse an act: update or delete."""
    refuse = f"SELECT RAISE(ABORT, '{REFUSAL}')"
    return f"CREATE TRIGGER evidence_no_{act} BEFORE {act} ON {TABLE} BEGIN {refuse}; END"


def postgresql_trigger(act: str) -> str:
    """Return the statement that makes PostgreSQL refuse an act: update or delete."""
    each = "FOR EACH ROW EXECUTE FUNCTION evidence_refuse()"
    return f"CREATE TRIGGER evidence_no_{act} BEFORE {act} ON {TABLE} {each}"


def protect(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Install the triggers on SQLite or PostgreSQL."""
    sqlite = schema_editor.connection.vendor == "sqlite"
    if not sqlite:
        schema_editor.execute(_POSTGRESQL_FUNCTION, None)
    for act in ("update", "delete"):
        schema_editor.execute(sqlite_trigger(act) if sqlite else postgresql_trigger(act), None)


def unprotect(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Remove the triggers (to undo the migration)."""
    sqlite = schema_editor.connection.vendor == "sqlite"
    for act in ("update", "delete"):
        where = "" if sqlite else f" ON {TABLE}"
        schema_editor.execute(f"DROP TRIGGER IF EXISTS evidence_no_{act}{where}", None)
    if not sqlite:
        schema_editor.execute("DROP FUNCTION IF EXISTS evidence_refuse()", None)
