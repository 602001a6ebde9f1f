"""One server to a directory of data and to a port: said in one line by the second one, however soon it comes."""

import os
import sys
import tempfile
from pathlib import Path

from keen.site.preflight import Trouble

if sys.platform != "win32":
    import fcntl

_held: list[int] = []


def serve_alone(data: Path, port: int) -> None:
    """Hold the directory and the port until this process ends, also when another program takes its place.

    Raises: Trouble where another server holds one of them.
    """
    _hold(
        data / "serving.lock",
        f"{data} is served already{{by}}. Stop that server, or give this one a directory of its own by KEEN_DATA.",
    )
    _hold(
        Path(tempfile.gettempdir()) / f"keen-{os.getuid() if hasattr(os, 'getuid') else 0}-{port}.lock",
        f"Another Keen holds port {port}{{by}}. Choose another with --port.",
    )


def _hold(path: Path, words: str) -> None:
    """Lock the file. The lock belongs to the process: it outlives `exec`, and no child holds it on."""
    if sys.platform == "win32":
        return  # there the port alone tells
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        holder = os.pread(file, 20, 0).decode("ascii", "ignore").strip()
        os.close(file)
        raise Trouble(words.format(by=f" by process {holder}" if holder.isdecimal() else "")) from None
    os.ftruncate(file, 0)
    os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
    os.set_inheritable(file, True)
    _held.append(file)
