"""What must be right before Keen starts, said in one line each instead of a traceback."""

import atexit
import os
import shutil
import socket
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from keen.site.config import PROJECT, Config
from keen.site.keeping import places

DEMO_MARK = "keen-demo.txt"
DEMO_COMPLETE = "Complete."
"""In the mark once the company is made: one whose making was interrupted is made anew."""
RESTORE_INTO = "KEEN_RESTORE_INTO"
"""In the environment of a restore: the directory that it is for. Its KEEN_DATA is the one in which it works."""
OLDEST_PYTHON = (3, 11)
WAL_RESET_FROM, WAL_RESET_TO = (3, 7, 0), (3, 51, 2)
WAL_RESET_MENDED = ((3, 44, 6), (3, 50, 7))


class Trouble(Exception):  # noqa: N818  a sentence for the one who starts Keen, not an error of the program
    """Something to mend first; the message says what and how."""


def prepare(command: str, arguments: Sequence[str]) -> None:
    """Set the environment of the demo, and check what every command needs, before Django reads its settings.

    Raises: Trouble.
    """
    check_python(sys.version_info[:2])
    if command == "demo" and not {"-h", "--help"} & set(arguments):
        enter_demo(arguments)
    if command == "serve" and (port := _value(arguments, "--port")) and not os.environ.get("KEEN_BASE_URL"):
        os.environ["KEEN_BASE_URL"] = f"http://localhost:{port}"
    config = read_config()
    if command == "restore" and not {"-h", "--help"} & set(arguments):
        enter_restore(arguments, config)
        config = read_config()
    else:
        check_restored(config.data)
    check_directory(config.data)
    if not config.database_url:
        check_sqlite(sqlite3.sqlite_version_info)


def read_config() -> Config:
    """The settings of the environment.

    Raises: Trouble for one that cannot be.
    """
    try:
        return Config()
    except ValidationError as error:
        wrong = error.errors()[0]
        raise Trouble(f"KEEN_{str(wrong['loc'][0]).upper()}: {wrong['msg']}.") from None


def check_python(version: tuple[int, ...]) -> None:
    """Raises: Trouble when Python is too old."""
    if version < OLDEST_PYTHON:
        raise Trouble(f"Keen needs Python 3.11 or newer and this is {version[0]}.{version[1]}.")


def check_sqlite(version: tuple[int, ...]) -> None:
    """Raises: Trouble when this SQLite can damage a database that several processes write."""
    mended = any(version[:2] == good[:2] and version >= good for good in WAL_RESET_MENDED)
    if WAL_RESET_FROM <= version <= WAL_RESET_TO and not mended:
        number = ".".join(map(str, version))
        raise Trouble(
            f"SQLite {number} can damage the database when several processes write: install pysqlite3 0.6.1 or newer."
        )


def check_directory(data: Path) -> None:
    """Raises: Trouble when the data directory cannot be made or written."""
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        keep_private(data)
        probe = data / f".write-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Trouble(
            f"The data directory {data} cannot be written ({error.strerror}): set KEEN_DATA to one that this user may write."
        ) from None


def keep_private(data: Path) -> None:
    """Shut a data directory of ours, or an empty one, to everybody else on this machine."""
    ours = not any(data.iterdir()) or any((data / name).exists() for name in ("secret.key", places.DATABASE))
    found = data.stat()
    if ours and found.st_mode & 0o077 and found.st_uid == os.geteuid():
        data.chmod(0o700)


def check_port(host: str, port: int) -> None:
    """Raises: Trouble when the address cannot be listened on."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        raise Trouble(
            f"{host}:{port} cannot be listened on ({error.strerror}): choose another with --port."
        ) from None


def enter_demo(arguments: Sequence[str]) -> None:
    """Point this process and its children at the demo's own data, away from any real database.

    Raises: Trouble when the directory holds something else.
    """
    data = Path(_value(arguments, "--data") or PROJECT / "var" / "demo").resolve()
    mark = data / DEMO_MARK
    if data.is_dir() and any(data.iterdir()) and not mark.exists():
        raise Trouble(f"{data} holds files that no demo made: give an empty or new directory with --data.")
    if mark.exists() and ("--reset" in arguments or DEMO_COMPLETE not in mark.read_text()):
        shutil.rmtree(data)
    check_directory(data)
    if not mark.exists():
        mark.write_text(
            "The demo of Keen keeps its made-up company here. `demo --reset` deletes all of it.\n"
        )
    os.environ.update({"KEEN_DATA": str(data), "KEEN_DEMO": "1", "KEEN_DATABASE_URL": ""})


def enter_restore(arguments: Sequence[str], config: Config) -> None:
    """Point this process at a directory in which the installation is made, away from the one that it is for.

    Raises: Trouble when that one is not free.
    """
    data = Path(_value(arguments, "--data") or config.data).resolve()
    try:
        places.check_place(data, force="--force" in arguments)
        draft = places.draft_of(data)
    except places.PlaceError as error:
        raise Trouble(str(error)) from None
    except OSError as error:
        raise Trouble(f"{data} cannot be written ({error.strerror}): name another with --data.") from None
    atexit.register(shutil.rmtree, draft, ignore_errors=True)
    os.environ.update({"KEEN_DATA": str(draft), RESTORE_INTO: str(data)})


def check_restored(data: Path) -> None:
    """Raises: Trouble when a restore into the directory was stopped halfway."""
    if left := places.unfinished(data):
        raise Trouble(
            f"A restore into {data} was not completed, or still runs: restore again with --force, or remove {left[0]}."
        )


def _value(arguments: Sequence[str], option: str) -> str:
    for place, argument in enumerate(arguments):
        if argument == option:
            return arguments[place + 1] if place + 1 < len(arguments) else ""
        if argument.startswith(f"{option}="):
            return argument.partition("=")[2]
    return ""
