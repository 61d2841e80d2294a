"""Follow docs/operate.md literally on an empty machine, which is made for it and thrown away.

    tests/operate/follow.py /var/tmp/machine [--also DIR …]

As root on Debian, with debootstrap. The machine is a Debian of its own in a folder (chroot): it
shares nothing but the network, so ports 80, 443, 8001 and 8002 must be free. In place of systemd,
which wants to be process 1, a stand-in (`units.py`) runs the units' own commands as their own
users with their own environment. `--also`: folders of this machine that pip or apt need (a mirror).
Between the first section and the upgrade it raises the version, so that there is one to go to.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "operate.md"
PASSWORD = "correct horse battery staple\n"
LEFT_OUT = (".venv", ".git", "var", "__pycache__", ".mypy_cache", ".pytest_cache", ".hypothesis",
            ".ruff_cache", "*.egg-info")  # fmt: skip


def blocks(text: str) -> list[tuple[str, str]]:
    """Return every block that is to be run, as (heading above it, shell)."""
    found, heading = [], ""
    for match in re.finditer(r"^## ([^\n]+)$|^```sh run\n(.*?)^```$", text, re.M | re.S):
        if match.group(1):
            heading = match.group(1)
        else:
            found.append((heading, match.group(2)))
    return found


def main() -> None:
    """Make the machine, follow the document, and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("machine", type=Path)
    parser.add_argument("--also", action="append", default=[], type=Path)
    given = parser.parse_args()
    machine: Path = given.machine.resolve()
    if not (machine / "usr").exists():
        _run(["debootstrap", "--variant=minbase", "bookworm", str(machine)])
    mounted = _furnish(machine, given.also)
    try:
        _follow(machine)
    finally:
        _in(machine, "! command -v python3 >/dev/null || systemctl stop-all", words="")
        for folder in reversed(mounted):
            subprocess.run(["umount", "-l", str(folder)], check=False)


def _furnish(machine: Path, also: list[Path]) -> list[Path]:
    """Put the release, the stand-in for systemd and this machine's way to the network in."""
    release = machine / "root" / "milepost"
    shutil.rmtree(release, ignore_errors=True)
    shutil.copytree(ROOT, release, ignore=shutil.ignore_patterns(*LEFT_OUT))
    for name in ("systemctl", "units.py"):
        shutil.copy(Path(__file__).with_name("units.py"), machine / "usr" / "local" / "bin" / name)
        (machine / "usr" / "local" / "bin" / name).chmod(0o755)
    (machine / "usr" / "sbin" / "policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
    (machine / "usr" / "sbin" / "policy-rc.d").chmod(0o755)
    shutil.copy("/etc/resolv.conf", machine / "etc" / "resolv.conf")
    for path in ("/etc/pip.conf", "/root/.config/pip/pip.conf", "/etc/apt/apt.conf.d",
                 "/etc/apt/sources.list.d"):  # fmt: skip
        if Path(path).is_dir():
            shutil.copytree(path, machine / path[1:], dirs_exist_ok=True)
        elif Path(path).exists():
            (machine / path[1:]).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, machine / path[1:])
    mounted = []
    for path in ("/proc", "/sys", "/dev", "/dev/shm", "/dev/pts", *map(str, also)):
        inside = machine / path[1:]
        inside.mkdir(parents=True, exist_ok=True)
        if not os.path.ismount(inside):
            _run(["mount", "--bind", path, str(inside)])
        mounted.append(inside)
    return mounted


def _follow(machine: Path) -> None:
    upgraded = False
    for number, (heading, shell) in enumerate(blocks(DOCUMENT.read_text(encoding="utf-8")), 1):
        if heading.startswith("2.") and not upgraded:
            _raise_version(machine / "root" / "milepost" / "pyproject.toml")
            upgraded = True
        print(f"\n[{number}] {heading}: {shell.strip().splitlines()[0]} …", flush=True)
        began = time.monotonic()
        code = _in(machine, shell, words=PASSWORD * 2)
        print(f"[{number}] exit {code}, {time.monotonic() - began:.0f} s", flush=True)
        if code:
            sys.exit(f"The document fails at block {number}:\n{shell}")
    print("\nThe document was followed to its end.")


def _raise_version(file: Path) -> None:
    text = file.read_text()
    file.write_text(re.sub(r'^(version = "[\d.]+)(")', r"\1.1\2", text, count=1, flags=re.M))


def _in(machine: Path, shell: str, words: str) -> int:
    kept = {k: v for k, v in os.environ.items() if k.startswith("PIP_") or k.endswith("_PROXY")}
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return subprocess.run(
        ["chroot", str(machine), "/bin/bash", "-euo", "pipefail", "-c", shell],
        env=kept | {"PATH": path, "HOME": "/root", "LANG": "C.UTF-8"},
        input=words, text=True, check=False,
    ).returncode  # fmt: skip


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
