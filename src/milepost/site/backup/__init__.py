"""Backups: all records of a site in one file, the same for SQLite and PostgreSQL.

A backup is taken from one snapshot while the site goes on writing, and read back by either
database: so a school that outgrows SQLite moves to PostgreSQL by backup and restore.
"""

from milepost.site.backup.archive import BackupError, Manifest, check_backup, read_manifest
from milepost.site.backup.restoring import restore_backup
from milepost.site.backup.tables import Count, digests, recorded_tables
from milepost.site.backup.writing import EVENT, write_backup

__all__ = [
    "EVENT",
    "BackupError",
    "Count",
    "Manifest",
    "check_backup",
    "digests",
    "read_manifest",
    "recorded_tables",
    "restore_backup",
    "write_backup",
]
