"""What an operator sets from outside: every variable, its default, and what it is for.

The only place that reads the environment. `docs/settings.md` names every entry, and a test fails
when one is missing there.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit


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
        Variable("MILEPOST_LAKE", "", "Folder of the lake. Empty: lake in MILEPOST_HOME."),
        Variable("MILEPOST_SECRET_KEY", "", "Key that signs sessions. Empty: made once and kept in "
                 "MILEPOST_HOME, readable by its owner only."),
        Variable("MILEPOST_HOSTS", "127.0.0.1,localhost", "Host names that the site answers to."),
        Variable("MILEPOST_HTTPS", "no", "yes: cookies and redirects for a site behind HTTPS."),
        Variable("MILEPOST_DEMO", "no", "yes: demonstration mode; refuses real districts."),
        Variable("MILEPOST_LOG", "INFO", "Least severe level that is logged."),
        Variable("MILEPOST_CATCH_UP_SECONDS", "60", "How often the worker looks for new evidence "
                 "to fold, in seconds; 0: never."),
        Variable("MILEPOST_METRICS_FROM", "127.0.0.1,::1", "Addresses or networks that may read "
                 "/metrics."),
        Variable("MILEPOST_METRICS_TOKEN", "", "Bearer token that lets a monitor elsewhere read "
                 "/metrics."),
    )
}  # fmt: skip


def read(name: str) -> str:
    """Return the value of a declared variable. Raises KeyError for one that is not declared."""
    return os.environ.get(name, VARIABLES[name].default)


def flag(name: str) -> bool:
    """Return whether a declared variable says yes."""
    return read(name).strip().lower() in {"yes", "true", "1", "on"}


def number(name: str) -> int:
    """Return a declared variable that is a whole number. Raises ValueError when it is not one."""
    try:
        value = int(read(name))
    except ValueError:
        value = -1
    if value < 0:
        raise ValueError(f"{name}: {read(name)!r} is not a whole number.")
    return value


SHARED_COUNTS = "PROMETHEUS_MULTIPROC_DIR"
"""Where prometheus-client adds up the counts of several processes; it reads this name itself."""


def share_counts(folder: Path) -> None:
    """Let the processes of a server about to start count together, beginning at zero.

    Call it before anything loads prometheus-client.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    os.environ[SHARED_COUNTS] = str(folder)


def counts_are_shared() -> bool:
    """Return whether several processes count together."""
    return bool(os.environ.get(SHARED_COUNTS))


def home() -> Path:
    """Return MILEPOST_HOME, made if it is not there."""
    path = Path(read("MILEPOST_HOME")).resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


def lake() -> Path:
    """Return the folder of the lake; it is made when something is written."""
    return Path(read("MILEPOST_LAKE")).resolve() if read("MILEPOST_LAKE") else home() / "lake"


def database() -> dict[str, object]:
    """Return Django's DATABASES entry. Raises ValueError for an address it cannot read."""
    address = read("MILEPOST_DATABASE") or f"sqlite:///{home() / 'milepost.sqlite3'}"
    url = urlsplit(address)
    if url.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": url.path[1:] if url.path.startswith("//") else url.path,
            # To open the file anew for every page would take longer than most pages.
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": float(_options(url.query).get("timeout", 20)),
                # The cache is in KiB when negative. Indexes that do not fit in it are read anew
                # for every row that goes in, and SQLite's own 2 MB hold those of a small school.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
                "PRAGMA cache_size=-131072;",
            },
        }
    if url.scheme in {"postgresql", "postgres"}:
        options = _options(url.query)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(url.path.lstrip("/")),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": unquote(url.hostname or "") or options.get("host", ""),
            "PORT": str(url.port or ""),
            "OPTIONS": {k: v for k, v in options.items() if k != "host"}
            # The server keeps the plan of a question that `milepost.prepared` asks a second time.
            | {"prepare_threshold": int(options.get("prepare_threshold", 1))},
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ValueError(f"MILEPOST_DATABASE: {url.scheme!r} is not sqlite or postgresql")


def _options(query: str) -> dict[str, str]:
    """Return what stands behind the `?`.

    That is what libpq reads (`host=/folder` for a Unix socket, `sslmode`, …); for SQLite `timeout`,
    the seconds to wait for another writer.
    """
    return dict(parse_qsl(query))


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
