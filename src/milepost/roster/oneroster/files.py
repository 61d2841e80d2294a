"""Open a OneRoster file set, a folder or a zip, without trusting it."""

import hashlib
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from milepost.roster.oneroster.problems import FatalProblem, Note

MANIFEST = "manifest.csv"
MAX_FILES = 1_000
CHUNK = 1 << 20


@dataclass(frozen=True)
class Limits:
    """How much a file set may unpack to, so that a small upload cannot fill the machine.

    ``ratio`` is unpacked bytes for each packed byte, and is asked only of files that unpack to
    more than ``ratio_free_bytes``: short repetitive files pack very well and do no harm. Rosters
    pack at 5 to 40 to 1; a zip bomb reaches 1,000 to 1.
    """

    total_bytes: int = 1 << 30
    ratio: int = 200
    ratio_free_bytes: int = 4 << 20


@dataclass(frozen=True)
class FileSet:
    """The files of a set by lower-case name, and where they came from."""

    name: str
    contents: Mapping[str, bytes]
    notes: tuple[Note, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 over names and contents: the same for a folder and its zip, in any order."""
        whole = hashlib.sha256()
        for name in sorted(self.contents):
            body = hashlib.sha256(self.contents[name]).hexdigest()
            whole.update(f"{len(name)}:{name}:{body}\n".encode())
        return whole.hexdigest()


def open_files(path: Path | str | BinaryIO, *, limits: Limits | None = None) -> FileSet:
    """Open a folder, a zip file, or an open binary file that holds a zip.

    The CSV files may lie at the top or all in one folder inside. Raises FatalProblem, with a text
    for the person who sent the files, when they cannot be had safely.
    """
    limits = limits or Limits()
    if not isinstance(path, str | Path):
        return _open_zip(path, str(getattr(path, "name", "the uploaded file")), limits)
    path = Path(path)
    try:
        if path.is_dir():
            # Resolved, so that a link to the folder itself is not taken for one inside it.
            folder = path.resolve()
            return _file_set(folder.name, *_folder_entries(folder), limits)
        if path.is_file():
            with path.open("rb") as file:
                return _open_zip(file, path.name, limits)
    except OSError as error:
        raise FatalProblem(f"{path} cannot be read: {error.strerror}.") from error
    raise FatalProblem(f"{path} does not exist. Give a folder of CSV files, or a zip of them.")


@dataclass(frozen=True)
class _Entry:
    """One file of a folder or a zip: where it lies, and a way to read it by chunks."""

    path: PurePosixPath
    source: Path | zipfile.ZipInfo
    archive: zipfile.ZipFile | None = None

    def chunks(self) -> Iterator[bytes]:
        """The contents, a part at a time."""
        if isinstance(self.source, Path):
            opened = self.source.open("rb")
        else:
            assert self.archive is not None
            opened = self.archive.open(self.source)  # type: ignore[assignment]
        with opened as file:
            while chunk := file.read(CHUNK):
                yield chunk

    @property
    def packed_bytes(self) -> int | None:
        """The size inside a zip, None for a file of a folder."""
        return None if isinstance(self.source, Path) else max(self.source.compress_size, 1)


def _folder_entries(folder: Path) -> tuple[list[_Entry], list[Note]]:
    """The files of a folder, two levels deep. Links are left alone: they may lead anywhere."""
    entries, notes = [], []
    for path in sorted([*folder.glob("*"), *folder.glob("*/*")]):
        inside = PurePosixPath(path.relative_to(folder).as_posix())
        if path.is_symlink() or path.parent.is_symlink():
            notes.append(Note(str(inside), None, "A link to elsewhere; it was not followed."))
        elif path.is_file():
            entries.append(_Entry(inside, path))
    return entries, notes


def _open_zip(file: BinaryIO, name: str, limits: Limits) -> FileSet:
    try:
        with zipfile.ZipFile(file) as archive:
            entries = [_zip_entry(archive, info) for info in archive.infolist()]
            return _file_set(name, [entry for entry in entries if entry], [], limits)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise FatalProblem(
            f"{name} cannot be unpacked ({error}). Make a plain zip, without a password, "
            "of the CSV files and send it again."
        ) from error
    except Exception as error:
        # A damaged archive fails inside zlib, lzma or struct, each with an error of its own.
        if isinstance(error, FatalProblem | MemoryError):
            raise
        raise FatalProblem(f"{name} is damaged ({error}). Make the zip again.") from error


def _zip_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Entry | None:
    # The name as stored: zipfile has already cut it at a NUL and turned the separators.
    stored = info.orig_filename.replace("\\", "/")
    path = PurePosixPath(stored)
    if path.is_absolute() or ".." in path.parts or ":" in stored or "\0" in stored:
        raise FatalProblem(
            f"The zip holds {info.orig_filename!r}, which points outside it. Nothing was "
            "unpacked. Make the zip again from the CSV files alone."
        )
    return None if info.is_dir() else _Entry(path, info, archive)


def _file_set(
    name: str, entries: Iterable[_Entry], notes: Iterable[Note], limits: Limits
) -> FileSet:
    candidates = [entry for entry in entries if not _is_clutter(entry.path)]
    kept = list(notes)
    if len(candidates) > MAX_FILES:
        raise FatalProblem(f"{name} holds more than {MAX_FILES} files; a set has at most 22.")
    chosen, left = _one_folder(name, candidates)
    kept += [Note(str(entry.path), None, "Not part of the set; it was not read.") for entry in left]
    contents: dict[str, bytes] = {}
    room = limits.total_bytes
    for entry in chosen:
        lower = entry.path.name.lower()
        if lower in contents:
            raise FatalProblem(f"{name} holds {lower} twice. Keep one of the two.")
        contents[lower] = _contents(name, entry, room, limits)
        room -= len(contents[lower])
    return FileSet(name, contents, tuple(kept))


def _is_clutter(path: PurePosixPath) -> bool:
    """Files that operating systems leave in archives and folders."""
    return any(part.startswith((".", "__MACOSX")) for part in path.parts) or (
        path.name.lower() in {"thumbs.db", "desktop.ini"}
    )


def _one_folder(name: str, entries: list[_Entry]) -> tuple[list[_Entry], list[_Entry]]:
    """Split into the CSV files of the one folder that holds the set, and everything else."""
    tables = [entry for entry in entries if entry.path.suffix.lower() == ".csv"]
    homes = {entry.path.parent for entry in tables}
    with_manifest = {entry.path.parent for entry in tables if entry.path.name.lower() == MANIFEST}
    homes = with_manifest or homes
    if not homes:
        raise FatalProblem(f"{name} holds no CSV files. Give the folder or zip that holds them.")
    if len(homes) > 1:
        places = ", ".join(sorted(str(home) for home in homes)[:4])
        raise FatalProblem(
            f"{name} holds CSV files in more than one folder ({places}). Give one set at a time."
        )
    home = homes.pop()
    if len(home.parts) > 1:
        raise FatalProblem(f"{name} holds its CSV files too deep ({home}). Put them at the top.")
    chosen = [entry for entry in tables if entry.path.parent == home]
    taken = set(map(id, chosen))
    return chosen, [entry for entry in entries if id(entry) not in taken]


def _contents(name: str, entry: _Entry, room: int, limits: Limits) -> bytes:
    """Read a file, counting what really comes out: the sizes in a zip's directory may lie."""
    body = bytearray()
    for chunk in entry.chunks():
        body += chunk
        packed = entry.packed_bytes
        if len(body) > room:
            raise FatalProblem(
                f"{name} unpacks to more than {limits.total_bytes >> 20} MB. "
                "Split the set, or ask the operator to raise the limit."
            )
        bloated = len(body) > limits.ratio_free_bytes
        if packed and bloated and len(body) > packed * limits.ratio:
            raise FatalProblem(
                f"{entry.path} in {name} unpacks to more than {limits.ratio} times its size, "
                "which no roster does. Nothing was imported; make the zip again."
            )
    return bytes(body)
