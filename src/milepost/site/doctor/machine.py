"""Checks of the machine: Python, libraries, disk, clock, the home folder."""

import importlib.metadata as metadata
import operator
import os
import re
import shutil
import sys
import zoneinfo
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Max

from milepost.audit.models import Event
from milepost.roster.models import Organisation
from milepost.site import environment
from milepost.site.doctor.finding import Finding, Situation, ago, ok, warning, wrong

OLDEST_PYTHON = (3, 11)
LITTLE, VERY_LITTLE = 0.10, 0.03
"""Shares of the disk that are left: where to worry, and where work will soon stop."""
CLOCK_TOLERANCE = timedelta(minutes=5)

_COMPARE = {">=": operator.ge, "<": operator.lt, "==": operator.eq, "!=": operator.ne,
            ">": operator.gt, "<=": operator.le}  # fmt: skip


def python(situation: Situation) -> Finding:
    """Is Python new enough?"""
    here = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < OLDEST_PYTHON:
        return wrong(f"Python is {here}.", "Make the environment anew with Python 3.11 or newer.")
    return ok(f"Python {here}.")


def libraries(situation: Situation) -> Finding:
    """Are the libraries there, in versions that this version was made for?"""
    bad = list(_unmet(metadata.requires("milepost") or []))
    if bad:
        return wrong(
            f"Libraries do not fit: {'; '.join(bad)}.",
            "Install them again: pip install --require-hashes -r requirements.txt",
        )
    return ok("Every library is there in a version that fits.")


def _unmet(requirements: list[str]) -> Iterator[str]:
    for requirement in requirements:
        needed, _, marker = requirement.partition(";")
        parts = re.match(r"\s*([\w.-]+)(?:\[[^]]*\])?\s*(.*)", needed)
        if "extra" in marker or not parts:
            continue
        name, limits = parts.groups()
        try:
            have = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield f"{name} is missing"
            continue
        for limit in filter(None, limits.strip(" ()").split(",")):
            sign, version = re.match(r"\s*([<>=!]+)\s*(.+)", limit).groups()  # type: ignore[union-attr]
            if not _COMPARE[sign](_numbers(have), _numbers(version)):
                yield f"{name} is {have} and must be {limit.strip()}"


def _numbers(version: str) -> tuple[int, ...]:
    parts = [int(part) for part in re.findall(r"\d+", version)[:3]]
    return tuple(parts + [0] * (3 - len(parts)))


def home(situation: Situation) -> Finding:
    """Is the home folder writable, and closed to others?"""
    path = environment.home()
    if not os.access(path, os.W_OK | os.X_OK):
        return wrong(
            f"{path} cannot be written by the user that runs this.",
            f"Give it to that user: chown -R USER {path}",
        )
    if path.stat().st_mode & 0o007:
        return warning(
            f"{path} is open to every user of this machine.",
            f"Close it: chmod 0750 {path}",
        )
    return ok(f"{path} is writable, and closed to others.")


def disk(situation: Situation) -> Finding:
    """Is there room on the disk of the home folder, in bytes and in files?"""
    path = environment.home()
    usage, files = shutil.disk_usage(path), os.statvfs(path)
    bytes_left = usage.free / usage.total
    files_left = files.f_favail / files.f_files if files.f_files else 1.0
    kind, left = min((bytes_left, "space"), (files_left, "files"))[::-1]
    words = f"{left:.0%} of the {kind} on the disk of {path} is left ({usage.free / 1e9:,.1f} GB)."
    advice = "Make room: milepost retain --do, remove old backups, or enlarge the disk."
    if left < VERY_LITTLE:
        return wrong(words, advice)
    return warning(words, advice) if left < LITTLE else ok(words)


def clock(situation: Situation) -> Finding:
    """Is the clock ahead of everything that was ever recorded?"""
    last = Event.objects.aggregate(last=Max("at"))["last"]
    if last and last > situation.now + CLOCK_TOLERANCE:
        return wrong(
            f"The clock is {ago(last - situation.now)} behind the last act on record.",
            "Set the clock right (timedatectl) and keep it right (chrony or systemd-timesyncd). "
            "Nothing is lost; what is recorded meanwhile carries a time that is too early.",
        )
    return ok("The clock is not behind anything on record.")


def time_zones(situation: Situation) -> Finding:
    """Does the machine know the districts' time zones?"""
    zones = Organisation.objects.filter(kind="district").values_list("time_zone", flat=True)
    unknown = sorted({zone for zone in zones if not _is_known(zone)})
    if unknown:
        return wrong(
            f"This machine does not know the time zone {', '.join(unknown)}.",
            "Install the time zones: apt-get install tzdata",
        )
    return ok("The districts' time zones are known.")


def _is_known(zone: str) -> bool:
    try:
        zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return False
    return True


def static_files(situation: Situation) -> Finding:
    """Are the files of this version's pages gathered?"""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        return warning(
            "The style sheet and scripts of the pages are not gathered yet.",
            "`milepost serve` gathers them when it starts.",
        )
    return ok("The files of the pages are gathered.")
