"""What an operator sets from outside: every variable, its default, and what it is for.

The only place that reads the environment. `docs/settings.md` names every entry, and a test fails
when one is missing there.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class Variable:
    """One environment variable. `default` is text, as the environment would hold it."""

    name: str
    default: str
    purpose: str


VARIABLES = {
    v.name: v
    for v in (
        Variable("MILEPOST_HOME", "var", "Folder for the database, kept files and the key."),
        Variable("MILEPOST_DATABASE", "", "Database address, for example postgresql://user@host/"
                 "name or sqlite:///file. Empty: a SQLite file in MILEPOST_HOME."),
        Variable("MILEPOST_SECRET_KEY", "", "Key that signs sessions. Empty: made once and kept in "
                 "MILEPOST_HOME, readable by its owner only."),
        Variable("MILEPOST_HOSTS", "127.0.0.1,localhost", "Host names that the site answers to."),
        Variable("MILEPOST_HTTPS", "no", "yes: cookies and redirects for a site behind HTTPS."),
        Variable("MILEPOST_DEMO", "no", "yes: demonstration mode; refuses real districts."),
        Variable("MILEPOST_LOG", "INFO", "Least severe level that is logged."),
    )
}  # fmt: skip


def read(name: str) -> str:
    """Return the value of a declared variable. Raises KeyError for one that is not declared."""
    return os.environ.get(name, VARIABLES[name].default)


def flag(name: str) -> bool:
    """Return whether a declared variable says yes."""
    return read(name).strip().lower() in {"yes", "true", "1", "on"}


def home() -> Path:
    """Return MILEPOST_HOME, made if it is not there."""
    path = Path(read("MILEPOST_HOME")).resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


def database() -> dict[str, object]:
    """Return Django's DATABASES entry. Raises ValueError for an address it cannot read."""
    address = read("MILEPOST_DATABASE") or f"sqlite:///{home() / 'milepost.sqlite3'}"
    url = urlsplit(address)
    if url.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": url.path[1:] if url.path.startswith("//") else url.path,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    if url.scheme in {"postgresql", "postgres"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(url.path.lstrip("/")),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": unquote(url.hostname or "") or _socket_folder(url.query),
            "PORT": str(url.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ValueError(f"MILEPOST_DATABASE: {url.scheme!r} is not sqlite or postgresql")


def _socket_folder(query: str) -> str:
    """Return the folder in `?host=/folder`, as libpq writes an address on a Unix socket."""
    for part in query.split("&"):
        key, _, value = part.partition("=")
        if key == "host":
            return unquote(value)
    return ""


def secret_key() -> str:
    """Return the signing key: given, or made once and kept in MILEPOST_HOME."""
    given = read("MILEPOST_SECRET_KEY")
    if given:
        return given
    import secrets

    path = home() / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(64))
    return path.read_text().strip()
