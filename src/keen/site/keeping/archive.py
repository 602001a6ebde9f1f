"""One ZIP file with a manifest that names every member with its size and SHA-256. Nothing of it is read unchecked."""

import hashlib
import logging
import os
import re
import stat
import sys
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO, Protocol, Self

import orjson
from django.utils import timezone

from keen.lib.errors import RuleError
from keen.lib.files import sync_folder

if sys.platform != "win32":
    import fcntl

log = logging.getLogger(__name__)
MANIFEST = "manifest.json"
CHUNK = 1 << 18
PACKED = {
    ".gz",
    ".zip",
    ".xlsx",
    ".docx",
    ".pptx",
    ".jpg",
    ".jpeg",
    ".png",
    ".webp",
    ".gif",
    ".mp4",
    ".parquet",
}
"""Endings of files that are as small as they get."""
LEVEL = 1
"""Of deflate: the next ones take twice the time for a tenth less."""
LEFT_SECONDS = 3600
"""How old a draft is before it counts as left behind."""
MOST_MANIFEST = 256 << 20
MOST_LINE = 64 << 20
"""Of a row of a table or of an export: far more than any holds."""
MOST_SMALL = 1 << 20
"""Of members that are read in one piece: a key, settings."""
LARGE, MOST_TIMES = 1 << 30, 200
"""What is larger than this and so many times its packed size was not made by Keen."""


class ArchiveError(RuleError):
    """A file that is no archive of Keen's, or not the one that was written."""


def bad(message: str, code: str = "bad_archive") -> ArchiveError:
    """The refusal, to be raised."""
    return ArchiveError(code, message)


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the archive."""

    name: str
    size: int
    sha256: str


@dataclass(slots=True)
class Manifest:
    """What an archive says of itself."""

    format: str
    version: int
    keen: str
    made_at: str
    database: str = ""
    migrations: list[list[str]] = field(default_factory=list)
    tables: list[dict[str, Any]] = field(default_factory=list)
    counters: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many rows all tables have."""
        return sum(int(table["rows"]) for table in self.tables)

    def files(self, folder: str) -> list[Member]:
        """The members below the folder."""
        return [member for member in self.members if member.name.startswith(f"{folder}/")]


class Sink(Protocol):
    """Where the bytes of an archive go."""

    def write(self, data: Any, /) -> int:
        """How many bytes were taken."""
        ...

    def flush(self) -> None:
        """Hand on what is held."""
        ...


class Writer:
    """An archive while it is written, from the front to the end alone. Left early, it has no end."""

    def __init__(self, sink: Sink) -> None:
        self.members: list[Member] = []
        at = timezone.now()
        self._at = (at.year, at.month, at.day, at.hour, at.minute, at.second)
        one_way: Any = _OneWay(sink)
        self._zip = zipfile.ZipFile(one_way, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failure: object) -> None:
        self._zip.fp = None  # else the file would get its end when the object goes

    def add(self, name: str, chunks: Iterable[bytes]) -> Member:
        """The member that was written from the chunks."""
        digest, size = hashlib.sha256(), 0
        with self._open(name) as target:
            for chunk in chunks:
                digest.update(chunk)
                target.write(chunk)
                size += len(chunk)
        made = Member(name, size, digest.hexdigest())
        self.members.append(made)
        return made

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest and the end."""
        manifest.members = self.members
        with self._open(MANIFEST) as target:
            target.write(orjson.dumps(asdict(manifest), option=orjson.OPT_INDENT_2))
        self._zip.close()

    def _open(self, name: str) -> IO[bytes]:
        info = zipfile.ZipInfo(name, self._at)
        packed = PurePosixPath(name).suffix.lower() in PACKED
        info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        info.external_attr = (stat.S_IFREG | 0o600) << 16
        info._compresslevel = LEVEL  # type: ignore[attr-defined]  # noqa: SLF001  open() takes it from here alone
        opened: IO[bytes] = self._zip.open(info, "w", force_zip64=True)
        return opened


class _OneWay:
    """A file that cannot go back: what was written is already on its way, hashed or sealed."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def write(self, data: bytes) -> int:
        return self._sink.write(data)

    def flush(self) -> None:
        self._sink.flush()


class Reader:
    """An archive whose directory agrees with its manifest. `verify` reads all of it."""

    def __init__(self, source: BinaryIO, formats: Iterable[str]) -> None:
        try:
            self._zip = zipfile.ZipFile(source)
            self.manifest = self._manifest(set(formats))
        except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError) as error:
            raise bad(f"This file is damaged or no archive of Keen's ({error}).") from None
        self._by_name = {member.name: member for member in self.manifest.members}
        self._check_directory()

    def read(self, name: str) -> Iterator[bytes]:
        """The member piece by piece, checked while it is read.

        Raises: ArchiveError at its end, or before, when it is not what the manifest says.
        """
        member = self._by_name[name]
        digest, left = hashlib.sha256(), member.size
        try:
            with self._zip.open(name) as source:
                while chunk := source.read(CHUNK):
                    left -= len(chunk)
                    if left < 0:
                        break
                    digest.update(chunk)
                    yield chunk
        except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError) as error:
            raise bad(f"{name} in the archive is damaged ({error}).") from None
        except zipfile.zlib.error as error:  # type: ignore[attr-defined]  # the module that zipfile itself unpacks with
            raise bad(f"{name} in the archive is damaged ({error}).") from None
        if left or digest.hexdigest() != member.sha256:
            raise bad(f"{name} in the archive is not what was written: the file was changed or damaged.")

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of the member.

        Raises: ArchiveError for one that is longer than any row.
        """
        held: list[bytes] = []
        length = 0
        for chunk in self.read(name):
            first, *more = chunk.split(b"\n")
            for part in more:
                yield b"".join([*held, first])
                held, length, first = [], 0, part
            held.append(first)
            length += len(first)
            if length > MOST_LINE:
                raise bad(f"{name} in the archive holds a line of more than {MOST_LINE >> 20} MB.")
        if length:
            yield b"".join(held)

    def rows(self, name: str) -> Iterator[Any]:
        """What the lines of the member hold.

        Raises: ArchiveError for one that is no JSON.
        """
        for number, line in enumerate(self.lines(name), 1):
            try:
                yield orjson.loads(line)
            except ValueError as error:
                raise bad(f"Line {number} of {name} in the archive is no JSON ({error}).") from None

    def whole(self, name: str) -> bytes:
        """All of a small member.

        Raises: ArchiveError for a large one.
        """
        if self._by_name[name].size > MOST_SMALL:
            raise bad(f"{name} in the archive is too large.")
        return b"".join(self.read(name))

    def check_room(self, free: int, folder: str = "") -> None:
        """Refuse what would not fit, and what unpacks to far more than anybody wrote, before it is unpacked.

        Shape: `free` is in bytes; with a folder, only what lies below it goes there.
        Raises: ArchiveError.
        """
        wanted = sum(
            member.size for member in (self.manifest.files(folder) if folder else self.manifest.members)
        )
        if wanted > free:
            need = f"{wanted / 1e9:,.1f} GB are needed, {free / 1e9:,.1f} GB are free"
            raise bad(f"There is no room for what the archive holds: {need}.", "no_room")
        for info in self._zip.infolist():
            if info.file_size > LARGE and info.file_size > MOST_TIMES * info.compress_size:
                raise bad(f"{info.filename} in the archive unpacks to far more than Keen ever wrote.")

    def has(self, name: str) -> bool:
        """Whether there is such a member."""
        return name in self._by_name

    def verify(self) -> None:
        """Read everything once.

        Raises: ArchiveError for the first member that is not what the manifest says.
        """
        for member in self.manifest.members:
            for _ in self.read(member.name):
                pass

    def _manifest(self, formats: set[str]) -> Manifest:
        try:
            info = self._zip.getinfo(MANIFEST)
        except KeyError:
            raise bad("This ZIP file has no manifest.json: it is no archive of Keen's.") from None
        if info.file_size > MOST_MANIFEST:
            raise bad("The manifest of this archive is too large.")
        with self._zip.open(info) as source:
            told = orjson.loads(source.read(MOST_MANIFEST))
        if not isinstance(told, dict) or told.get("format") not in formats:
            said = told.get("format") if isinstance(told, dict) else None
            raise bad(_other_format(said), "other_format")
        try:
            members = [Member(**member) for member in told.pop("members")]
            return Manifest(**told, members=members)
        except (KeyError, TypeError) as error:
            raise bad(f"The manifest of this archive cannot be read ({error}).") from None

    def _check_directory(self) -> None:
        """Names, kinds and sizes as the manifest has them, before anything is unpacked.

        Raises: ArchiveError.
        """
        found = [info.filename for info in self._zip.infolist()]
        named = [member.name for member in self.manifest.members] + [MANIFEST]
        if len(set(found)) != len(found) or len(set(named)) != len(named) or set(found) != set(named):
            raise bad("The archive holds other files than its manifest names.")
        for info in self._zip.infolist():
            check_name(info.filename)
            kind = stat.S_IFMT(info.external_attr >> 16)
            if info.is_dir() or kind not in {0, stat.S_IFREG}:
                raise bad(f"{info.filename} in the archive is not a plain file.")
            member = self._by_name.get(info.filename)
            if member and info.file_size != member.size:
                raise bad(f"{info.filename} in the archive has another size than its manifest says.")


def check_name(name: str) -> None:
    """Refuse a name that could lead out of the place where the archive is unpacked.

    Raises: ArchiveError.
    """
    parts = name.split("/")
    odd = not name or name.startswith("/") or "\\" in name or "\0" in name or ":" in parts[0]
    if odd or {"", ".", ".."} & set(parts):
        raise bad(f"The archive holds a file of the name {name!r}, which leads elsewhere.")


def _other_format(said: object) -> str:
    known = {
        "keen-backup": "a backup: ./keen restore takes it",
        "keen-export": "an export: ./keen import takes it",
    }
    return f"This archive is {known.get(str(said), 'of an unknown format')}."


@contextmanager
def written(target: Path) -> Iterator[BinaryIO]:
    """A file that appears under its name when it is whole and on the disk, and not at all otherwise.

    Raises: ArchiveError when the name is taken; OSError when it cannot be written.
    """
    if target.exists():
        raise bad(f"{target} is there already: give another name, nothing is overwritten.", "taken")
    forget_drafts(target.parent, re.escape(target.name))
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with open(draft, "xb", opener=_private) as file:
            _claim(file)
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.rename(target)
        sync_folder(target.parent)
    finally:
        draft.unlink(missing_ok=True)


def _claim(file: BinaryIO) -> bool:
    """Whether the file is now this process's alone, as long as it is open."""
    if sys.platform == "win32":
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def forget_drafts(folder: Path, names: str) -> None:
    """Remove the drafts of files of these names that processes left behind which were killed while they wrote.

    Shape: `names` is a pattern that fits a whole name.
    """
    draft = re.compile(rf"\.(?:{names})\.\d+\.part")
    for path in folder.iterdir():
        if draft.fullmatch(path.name):
            try:
                _remove_old(path)
            except OSError as error:  # somebody else's, or gone meanwhile: no reason not to write
                log.warning("%s was not removed: %s", path, error)


def _remove_old(path: Path) -> None:
    """Remove the plain file if nobody has written to it for long, nor has it open."""
    told = path.lstat()
    if not stat.S_ISREG(told.st_mode) or timezone.now().timestamp() - told.st_mtime < LEFT_SECONDS:
        return
    with path.open("rb") as file:
        if _claim(file):
            path.unlink(missing_ok=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
