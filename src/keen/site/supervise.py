"""The parent of the web server and the worker: starts them, starts them again, stops them. Standard library alone."""

import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType

PARENT = "KEEN_SUPERVISOR"
STEADY = 10.0
MOST_QUICK_ENDS = 5
LONGEST_WAIT = 30.0
GRACE = 15.0
LEAN = {"MALLOC_ARENA_MAX": "2"}
"""glibc gives each thread a heap of its own; with two in all, the servers take about 10 MB less."""


@dataclass
class Child:
    """A process that is to run all the time."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0
    quick_ends: int = 0

    def start(self, now: float) -> None:
        self.process = subprocess.Popen(  # noqa: S603  our own interpreter and modules
            self.command,
            env={**LEAN, **os.environ, PARENT: str(os.getpid())},
            start_new_session=os.name != "nt",
        )
        self.started = now

    def kill(self) -> None:
        """End it at once, with all that it started."""
        if self.process is None:
            return
        if os.name == "nt":
            self.process.kill()
            return
        with suppress(ProcessLookupError, PermissionError):  # none is left, or on macOS only dead ones
            os.killpg(self.process.pid, signal.SIGKILL)

    def ended(self) -> int | None:
        """The exit code, None while it runs or waits to be started."""
        return self.process.poll() if self.process else None

    def wait_before_next(self, now: float) -> float:
        """Seconds until it is started again: longer with every end soon after a start."""
        self.quick_ends = self.quick_ends + 1 if now - self.started < STEADY else 1
        return min(2.0 ** (self.quick_ends - 1) / 2, LONGEST_WAIT)


class Supervisor:
    """Keeps its children running until a signal comes."""

    def __init__(self, children: list[Child], say: Callable[[str], None]) -> None:
        self.children = children
        self.say = say
        self._wake, self._waker = socket.socketpair()
        self._stop = 0

    def run(self, ready: Callable[[], bool], greeting: str) -> int:
        """0 after a stop that was asked for, 1 when a child cannot be kept running."""
        self._listen()
        greeted = False
        while not self._stop:
            now = time.monotonic()
            if not self._tend(now):
                self._end_all()
                return 1
            if not greeted and ready():
                greeted = True
                self.say(greeting)
            self._sleep(60.0 if greeted else 0.2, now)
        self._end_all()
        return 0

    def close(self) -> None:
        """Let go of the signals, for a process that lives on."""
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        self._wake.close()
        self._waker.close()

    def _listen(self) -> None:
        self._wake.setblocking(False)
        self._waker.setblocking(False)
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._asked)
        if hasattr(signal, "SIGCHLD"):
            signal.signal(signal.SIGCHLD, lambda _number, _frame: None)

    def _asked(self, _number: int, _frame: FrameType | None) -> None:
        self._stop += 1

    def _tend(self, now: float) -> bool:
        """Start what is not running. False when a child keeps ending at once."""
        for child in self.children:
            code = child.ended()
            if code is not None:
                wait = child.wait_before_next(now)
                if child.quick_ends >= MOST_QUICK_ENDS:
                    self.say(f"The {child.name} cannot start; what it said is above.")
                    return False
                self.say(f"The {child.name} ended with code {code} and starts again in {wait:g} s.")
                child.kill()  # web workers may have outlived the process that started them
                child.process, child.due = None, now + wait
            if child.process is None and now >= child.due:
                child.start(now)
        return True

    def _sleep(self, longest: float, now: float) -> None:
        waiting = [child.due - now for child in self.children if child.process is None]
        select.select([self._wake], [], [], max(min([longest, *waiting]), 0.0))
        with suppress(BlockingIOError):
            self._wake.recv(4096)

    def _end_all(self) -> None:
        """Ask every child to stop; end the slow ones after the grace or at a second signal."""
        for child in self.children:
            if child.process and child.ended() is None:
                child.process.terminate()
        end, signals = time.monotonic() + GRACE, self._stop
        while any(child.process and child.ended() is None for child in self.children):
            if time.monotonic() > end or self._stop > signals:
                break
            self._sleep(0.5, time.monotonic())
        for child in self.children:
            child.kill()


def stop_with_parent() -> None:
    """End this process in good order when the supervisor is gone, so that no server stays behind alone."""
    parent = os.environ.get(PARENT)
    if parent and os.name != "nt":
        threading.Thread(target=_watch, args=(int(parent),), name="keen-parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(2)
    os.kill(os.getpid(), signal.SIGTERM)


def answers(host: str, port: int) -> bool:
    """Whether something accepts connections there."""
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  compared, not bound
    try:
        socket.create_connection((target, port), timeout=0.5).close()
    except OSError:
        return False
    return True


def main(host: str, port: str, workers: str, threads: str, greeting: str) -> int:
    """Run the web server and one worker. The exit code."""
    python = [sys.executable, "-P", "-m"]
    children = [
        Child("web server", [*python, "keen.site.web", host, port, workers, threads]),
        Child("worker", [*python, "keen.site.cli", "worker"]),
    ]

    def say(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    return Supervisor(children, say).run(lambda: answers(host, int(port)), greeting)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:6]))
