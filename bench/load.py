"""Sends requests over loopback and reads what they cost."""

import http.client
import os
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Job:
    """A request to repeat: GET of a path, POST of a form, or JSON by a method. Functions get a running number."""

    name: str
    path: Callable[[int], str]
    form: Callable[[int], dict[str, str]] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    json: Callable[[int], Any] | None = None
    method: str = "POST"


@dataclass
class Cost:
    """What a job cost with so many clients."""

    clients: int
    p50_ms: float
    p95_ms: float
    rps: float
    bytes: int
    cpu_ms: float
    requests: int
    failed: int


@dataclass(frozen=True)
class Server:
    """Where requests go, who sends them, and the processes that answer."""

    port: int
    cookie: str
    pids: list[int]


def run(job: Job, server: Server, *, clients: int, seconds: float, first: int = 0) -> Cost:
    """The cost of the job, repeated by each client for the seconds. Running numbers start at `first`."""
    times: list[float] = []
    sizes: list[int] = []
    failed = [0]
    lock = threading.Lock()
    end = time.perf_counter() + seconds
    numbers = iter(range(first, first + 10_000_000))

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        while time.perf_counter() < end:
            with lock:
                number = next(numbers)
            took, size, status = _ask(connection, job, server.cookie, number)
            with lock:
                times.append(took)
                sizes.append(size)
                failed[0] += status >= 400
        connection.close()

    before = cpu_seconds(server.pids)
    began = time.perf_counter()
    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - began
    used = cpu_seconds(server.pids) - before
    ordered = sorted(times)
    return Cost(
        clients=clients,
        p50_ms=round(statistics.median(ordered) * 1000, 2),
        p95_ms=round(ordered[int(len(ordered) * 0.95)] * 1000, 2),
        rps=round(len(ordered) / wall, 1),
        bytes=round(statistics.median(sizes)),
        cpu_ms=round(used / len(ordered) * 1000, 2),
        requests=len(ordered),
        failed=failed[0],
    )


def _ask(
    connection: http.client.HTTPConnection, job: Job, cookie: str, number: int
) -> tuple[float, int, int]:
    headers = {"Cookie": cookie, "Accept-Encoding": "gzip", **job.headers}
    body: str | bytes | None = None
    method = "POST" if job.form else job.method if job.json else "GET"
    if job.json:
        body = orjson.dumps(job.json(number))
        headers["Content-Type"] = "application/json"
    if job.form:
        token = "b" * 32
        headers["Cookie"] = f"{cookie}; csrftoken={token}"
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urlencode({**job.form(number), "csrfmiddlewaretoken": token})
    began = time.perf_counter()
    connection.request(method, job.path(number), body, headers)
    answer = connection.getresponse()
    size = len(answer.read())
    return time.perf_counter() - began, size, answer.status


def cpu_seconds(pids: list[int]) -> float:
    """The processor time that these processes have used."""
    total = 0
    for pid in pids:
        try:
            parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except FileNotFoundError:
            continue
        total += int(parts[11]) + int(parts[12])
    return total / TICKS


def family(pid: int) -> list[int]:
    """The process and all below it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found, waiting = [pid], [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def memory_mb(pids: list[int]) -> float:
    """The memory of these processes in megabytes, what they share counted once."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return round(total / 1024, 1)
