"""The real nginx with the configuration of docs/deploy, moved to ports and files of the test."""

import http.client
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.operate.installation import Answer, free_port, wait_for

NAME = "milepost.example.org"
CONFIGURATION = ROOT / "docs" / "deploy" / "nginx.conf"


@dataclass(frozen=True)
class Proxy:
    """A running nginx: its ports, and the folder with its logs."""

    http: int
    https: int
    folder: Path

    def connect(self, name: str = NAME) -> http.client.HTTPSConnection:
        """Open a connection as a visitor of ``name`` does. The certificate is of our own making."""
        trust = ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))
        connection = http.client.HTTPSConnection(name, self.https, context=trust, timeout=30)
        connection._create_connection = (  # type: ignore[attr-defined]  # what DNS would do
            lambda address, *rest: http.client.socket.create_connection(  # type: ignore[attr-defined]
                ("127.0.0.1", address[1]), 30
            )
        )
        return connection

    def get(self, path: str, name: str = NAME, **headers: str) -> Answer:
        """Ask for a page over HTTPS."""
        return self.ask("GET", path, name, **headers)

    def ask(self, method: str, path: str, name: str = NAME, **headers: str) -> Answer:
        """Send a request without a body over HTTPS."""
        connection = self.connect(name)
        try:
            named = {k.replace("_", "-"): v for k, v in headers.items()}
            connection.request(method, path, headers={"Host": name} | named)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()


@contextmanager
def proxy(folder: Path, first: int, second: int) -> Iterator[Proxy]:
    """Run nginx in front of two ports. Skips, saying so, where there is no nginx."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not nginx or not shutil.which("openssl"):
        pytest.skip("nginx or openssl is not here (apt-get install nginx-light openssl)")
    folder.mkdir(parents=True)
    plain, secure = free_port(), free_port()
    _certificate(folder)
    (folder / "nginx.conf").write_text(
        _around(folder, _moved(folder, plain, secure, first, second))
    )
    process = subprocess.Popen(
        [nginx, "-c", str(folder / "nginx.conf"), "-p", str(folder), "-g", "daemon off;"],
        stderr=(folder / "start.log").open("wb"),
    )
    one = Proxy(plain, secure, folder)
    try:
        wait_for(lambda: _listens(plain), (folder / "start.log").read_text())
        yield one
    finally:
        process.terminate()
        process.wait(20)


def _moved(folder: Path, plain: int, secure: int, first: int, second: int) -> str:
    """Return the site's own configuration on other ports and with other files, else untouched."""
    text = CONFIGURATION.read_text()
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ", f"listen 127.0.0.1:{secure} "),
        ("    listen [::]:80;\n", ""),
        ("    listen [::]:443 ssl default_server;\n", ""),
        ("    listen [::]:443 ssl http2;\n", ""),
        ("127.0.0.1:8001", f"127.0.0.1:{first}"),
        ("127.0.0.1:8002", f"127.0.0.1:{second}"),
        ("/etc/milepost/tls/", f"{folder}/"),
        ("/var/log/nginx/", f"{folder}/"),
    ):
        assert old in text, f"{old!r} is not in nginx.conf any more"
        text = text.replace(old, new)
    return text


def _around(folder: Path, site: str) -> str:
    """Return what Debian's nginx.conf puts around a site."""
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"user root;\npid {folder}/nginx.pid;\nerror_log {folder}/start.log;\n"
        f"events {{}}\nhttp {{\n{temporary}access_log off;\n{site}\n}}\n"
    )


def _certificate(folder: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}", "-keyout",
         str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")],
        check=True, capture_output=True,
    )  # fmt: skip


def _listens(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", "/", headers={"Host": NAME})
    return connection.getresponse().status == 301
