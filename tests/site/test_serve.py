"""`./keen serve` for real: pages, worker, restarts, stopping, memory."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from keen.site.alone import serve_alone
from keen.site.preflight import Trouble
from keen.site.supervise import Child

PROJECT = Path(__file__).parent.parent.parent
MOST_MEMORY = 250
Start = Callable[..., "Server"]


class Server:
    """A running `keen serve`."""

    def __init__(self, data: Path, *options: str, **environment: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.output = data / "output.txt"
        written = self.output.open("w")
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "keen.site.cli", "serve", f"--port={self.port}", *options],
            env=environment_of(data) | environment,
            stdout=written,
            stderr=subprocess.STDOUT,
        )
        written.close()

    def says(self) -> str:
        return self.output.read_text()

    def health(self) -> dict[str, Any]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as error:
            with error:
                return dict(json.load(error))
        except OSError as error:
            return {"ok": False, "error": str(error)}

    def wait_until_well(self) -> None:
        """Returns when every part works; a failure shows what is wrong and what was said."""
        end = time.monotonic() + 60
        while not (state := self.health())["ok"]:
            assert (time.monotonic() < end, self.process.poll()) == (True, None), (state, self.says())
            time.sleep(0.1)

    def tree(self) -> list[int]:
        """The process and all below it."""
        found = [self.process.pid]
        for pid in found:
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                found += map(int, task.read_text().split())
        return found

    def child(self, name: str) -> int:
        """The process of this name, 0 when there is none."""
        return next((pid for pid in self.tree() if name == Path(f"/proc/{pid}/comm").read_text().strip()), 0)

    def end(self) -> None:
        for pid in self.tree() if self.process.poll() is None else []:
            os.kill(pid, signal.SIGKILL)
        self.process.wait()


def environment_of(data: Path) -> dict[str, str]:
    wanted = {"KEEN_DATA": str(data), "KEEN_DATABASE_URL": "", "KEEN_DEMO": "", "DJANGO_SETTINGS_MODULE": ""}
    kept = {name: value for name, value in os.environ.items() if name not in wanted}
    return kept | {name: value for name, value in wanted.items() if value}


def keen(data: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-P", "-m", "keen.site.cli", *arguments],
        env=environment_of(data),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def until(what: Callable[[], Any], seconds: float = 30) -> Any:
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, f"not within {seconds} seconds"
        time.sleep(0.1)
    return found


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with an empty, up-to-date database and static files."""
    data = tmp_path_factory.mktemp("migrated")
    collect = "from keen.site.management.commands.serve import collect_static_files; collect_static_files()"
    for command in (["migrate", "-v0"], ["shell", "-v0", "--command", collect]):
        done = keen(data, *command)
        assert done.returncode == 0, done.stderr
    return data


@pytest.fixture
def data(migrated: Path, tmp_path: Path) -> Path:
    shutil.copytree(migrated, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def start(data: Path) -> Iterator[Start]:
    started: list[Server] = []

    def run(*options: str, **environment: str) -> Server:
        started.append(Server(data, *options, **environment))
        return started[-1]

    yield run
    for server in started:
        server.end()


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="reads /proc")
def test_serving_brings_up_pages_and_a_worker_within_its_memory_and_stops_in_good_order(start: Start) -> None:
    server = start()
    server.wait_until_well()
    until(lambda: "Keen is at" in server.says())
    processes = server.tree()
    rollups = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in processes]
    shares = [
        int(found[1]) for text in rollups if (found := re.search(r"^Pss: +(\d+) kB", text, re.MULTILINE))
    ]

    server.process.send_signal(signal.SIGTERM)
    code = server.process.wait(20)

    assert server.says() == f"Keen is at http://127.0.0.1:{server.port} (Ctrl+C stops it).\n"
    assert (code, [pid for pid in processes if is_alive(pid)]) == (0, [])
    assert sum(shares) / 1024 < MOST_MEMORY


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_a_worker_that_dies_is_started_again_and_pages_are_served_meanwhile(start: Start) -> None:
    server = start("--workers=1")
    server.wait_until_well()
    dead = server.child("keen worker")

    os.kill(dead, signal.SIGKILL)
    until(lambda: "starts again" in server.says())

    assert until(lambda: server.child("keen worker")) != dead
    assert server.health()["database"] == "ok"
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(20) == 0


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_servers_whose_supervisor_is_killed_end_by_themselves(start: Start) -> None:
    server = start("--workers=1")
    server.wait_until_well()
    processes = server.tree()

    server.process.kill()
    server.process.wait()

    until(lambda: not any(map(is_alive, processes)), 15)


def test_a_database_that_was_never_migrated_is_told_in_one_line(tmp_path: Path) -> None:
    done = keen(tmp_path / "empty", "serve")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "CommandError: The database is not up to date: run ./keen migrate\n"


def test_a_port_that_is_taken_is_told_in_one_line(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = keen(data, "serve", "--port", str(port))

    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(rf"CommandError: 127\.0\.0\.1:{port} cannot be listened on .*--port\.\n", done.stderr)


HOLDS = """
import os, sys
from pathlib import Path
from keen.site.alone import serve_alone
serve_alone(Path(sys.argv[1]), int(sys.argv[2]))
if os.fork() == 0:
    os.execvp("sleep", ["sleep", "20"])
os.execvp(sys.executable, [sys.executable, "-c", "print('held', flush=True); input()"])
"""


def test_a_second_server_on_one_directory_or_port_is_told_so_however_soon_it_comes(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(first), str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout
    assert holder.stdin
    assert holder.stdout.readline() == "held\n"

    with pytest.raises(Trouble, match=rf"{first} is served already by process {holder.pid}\. .* KEEN_DATA"):
        serve_alone(first, port + 1)
    with pytest.raises(Trouble, match=rf"Another Keen holds port {port} by process {holder.pid}\."):
        serve_alone(second, port)

    holder.stdin.close()  # its child lives on, and holds nothing
    holder.wait(10)
    holder.stdout.close()
    serve_alone(first, port)


def test_a_data_directory_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    done = keen(tmp_path / "file" / "data", "serve")

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "set KEEN_DATA" in done.stderr


def test_static_files_are_collected_again_only_when_they_changed(settings: Any, tmp_path: Path) -> None:
    from keen.site.management.commands.serve import collect_static_files

    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_DIRS = [tmp_path / "own"]
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "a.txt").write_text("1")

    first, again = collect_static_files(), collect_static_files()
    (tmp_path / "own" / "a.txt").write_text("22")

    assert (first, again, collect_static_files()) == (True, False, True)


def test_a_child_that_ends_at_once_waits_longer_each_time_and_is_then_given_up() -> None:
    child = Child("web server", print)
    waits = [child.wait_before_next(now=1.0) for _ in range(7)]

    assert waits == [0.5, 1, 2, 4, 8, 16, 30]
    assert child.wait_before_next(now=100.0) == 0.5


GIVEN_UP = "The worker cannot start; what it said is above.\n"
HOPELESS = """
import sys
from keen.site.supervise import Child, Supervisor
child = Child("worker", sys.exit, (3,), quick_ends=int(sys.argv[1]))
sys.exit(Supervisor([child], print).run(lambda: False, "never said"))
"""


@pytest.mark.parametrize(
    ("ends_before", "said"),
    [
        ("4", GIVEN_UP),
        ("3", f"The worker ended with code 3 and starts again in 4 s.\n{GIVEN_UP}"),
    ],
)
def test_a_supervisor_gives_up_on_a_child_that_cannot_start(ends_before: str, said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HOPELESS, ends_before], capture_output=True, text=True, check=False, timeout=30
    )

    assert (done.returncode, done.stdout) == (1, said)
