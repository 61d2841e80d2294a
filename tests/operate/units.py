#!/usr/bin/env python3
"""A stand-in for `systemctl` where systemd cannot be process 1: runs a unit's own commands.

It reads User, Group, EnvironmentFile, WorkingDirectory, Type and ExecStart of the units in
/etc/systemd/system and keeps process ids in /run/units. It knows start, stop, restart,
enable --now, daemon-reload and stop-all; PostgreSQL and nginx it starts by Debian's own means. It
hardens nothing.
"""

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

UNITS, RUNNING = Path("/etc/systemd/system"), Path("/run/units")


def read(unit):
    """Return the lines of a unit's [Service] as (key, value), with the instance put in."""
    name, _, instance = unit.partition("@")
    file = UNITS / (f"{name}@.service" if instance else f"{name}.service")
    lines, section = [], ""
    for line in file.read_text().splitlines():
        if line.startswith("["):
            section = line
        elif section == "[Service]" and "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            lines.append((key, value.replace("%i", instance).replace("%%", "%")))
    return lines


def start(unit):
    """Start a unit; a oneshot is waited for."""
    if unit.endswith(".timer"):
        return
    if unit == "postgresql":
        version = sorted(os.listdir("/etc/postgresql"), key=float)[-1]
        run(["pg_ctlcluster", version, "main", "restart"])
    elif unit == "nginx":
        run(["nginx", "-s", "reload"] if alive("/run/nginx.pid") else ["nginx"])
    else:
        _service(unit)


def _service(unit):
    lines = read(unit)
    one = dict(lines)
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    for line in Path(one["EnvironmentFile"]).read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            environment |= dict([line.split("=", 1)])
    options = {
        "user": one["User"], "group": one["Group"], "extra_groups": [], "env": environment,
        "cwd": one.get("WorkingDirectory", "/"), "start_new_session": True,
        "umask": int(one.get("UMask", "022"), 8), "stdin": subprocess.DEVNULL,
    }  # fmt: skip
    RUNNING.mkdir(exist_ok=True)
    log = (RUNNING / f"{unit}.log").open("ab")
    for command in [shlex.split(value) for key, value in lines if key == "ExecStart"]:
        process = subprocess.Popen(command, stdout=log, stderr=log, **options)
        if one.get("Type") == "oneshot":
            if code := process.wait():
                sys.exit(f"{unit}: exit {code}\n{(RUNNING / f'{unit}.log').read_text()[-3000:]}")
        else:
            (RUNNING / unit).write_text(str(process.pid))


def stop(unit):
    """End a unit by SIGTERM and wait for it."""
    file = RUNNING / unit
    if alive(file):
        pid = int(file.read_text())
        os.kill(pid, signal.SIGTERM)
        while Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes():
            time.sleep(0.1)
    file.unlink(missing_ok=True)


def stop_all():
    """End everything, the database and the proxy as well."""
    for file in sorted(RUNNING.glob("milepost*")):
        if file.suffix != ".log":
            stop(file.name)
    if alive("/run/nginx.pid"):
        subprocess.run(["nginx", "-s", "stop"], check=False)
    if Path("/etc/postgresql").exists():
        for version in os.listdir("/etc/postgresql"):
            subprocess.run(["pg_ctlcluster", version, "main", "stop", "-m", "fast"], check=False)


def alive(pid_file):
    """Return whether the process of a file still runs."""
    try:
        return bool(Path(f"/proc/{int(Path(pid_file).read_text())}/cmdline").read_bytes())
    except (OSError, ValueError):
        return False


def run(command):
    """Run one of Debian's own commands, its output apart."""
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, close_fds=True)


def main():
    """Do what systemctl would."""
    act, units = sys.argv[1], [a for a in sys.argv[2:] if not a.startswith("-")]
    if act == "stop-all":
        stop_all()
    for unit in units:
        if act in ("stop", "restart"):
            stop(unit)
        if act in ("start", "restart", "enable"):
            start(unit)


main()
