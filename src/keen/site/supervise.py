"""Keeps server processes running: starts them, starts them again, stops them. Knows nothing of what they do."""

import multiprocessing.context
import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType
from typing import Any

STEADY = 10.0
MOST_QUICK_ENDS = 5
LONGEST_WAIT = 30.0
GRACE = 15.0
FORKS = sys.platform == "linux"


@dataclass
class Child:
    """A process that is to run all the time. Forked, so that what the parent has loaded is in memory once."""

    name: str
    target: Callable[..., None]
    arguments: tuple[Any, ...] = ()
    process: BaseProcess | None = None
    started: float = 0.0
    due: float = 0.0
    quick_ends: int = 0

    def start(self, now: float) -> None:
        """Make the process. Where forking is not safe it loads everything itself."""
        told = (self.name, os.getpid(), self.target, self.arguments)
        self.process = process_type()(target=_begin, args=told, name=self.name)
        self.process.start()
        self.started = now

    def runs(self) -> bool:
        """Whether the process is alive."""
        return self.process is not None and self.process.is_alive()

    def ended(self) -> int | None:
        """The exit code, None while it runs or waits to be started."""
        return self.process.exitcode if self.process else None

    def stop(self) -> None:
        """Ask it to stop."""
        if self.process and self.runs():
            self.process.terminate()

    def kill(self) -> None:
        """End it at once, with all that it started."""
        if self.process is None or self.process.pid is None:
            return
        if os.name == "nt":
            self.process.kill()
            return
        with suppress(ProcessLookupError, PermissionError):  # none is left, or on macOS only dead ones
            os.killpg(self.process.pid, signal.SIGKILL)

    def wait_before_next(self, now: float) -> float:
        """Seconds until it is started again: longer with every end soon after a start."""
        self.quick_ends = self.quick_ends + 1 if now - self.started < STEADY else 1
        return min(2.0 ** (self.quick_ends - 1) / 2, LONGEST_WAIT)


def process_type() -> type[BaseProcess]:
    """How processes are made here."""
    return multiprocessing.context.ForkProcess if FORKS else multiprocessing.context.SpawnProcess


def _begin(name: str, parent: int, target: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    """The first thing in a new process: a group and signals of its own, then its work."""
    if os.name != "nt":
        os.setsid()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "SIGCHLD"):
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with suppress(OSError):
        Path("/proc/self/comm").write_text(f"keen {name}"[:15])
    threading.Thread(target=_stop_with, args=(parent,), name="keen-parent", daemon=True).start()
    target(*arguments)


def _stop_with(parent: int) -> None:
    """End this process in good order when the supervisor is gone, so that no server stays behind alone."""
    while os.getppid() == parent:
        time.sleep(2)
    os.kill(os.getpid(), signal.SIGTERM)


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

    def _listen(self) -> None:
        """Wake up through a socket: a handler that took a lock could wait for itself."""
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
            child.stop()
        end, signals = time.monotonic() + GRACE, self._stop
        while any(child.runs() for child in self.children):
            if time.monotonic() > end or self._stop > signals:
                break
            self._sleep(0.5, time.monotonic())
        for child in self.children:
            child.kill()


def answers(host: str, port: int) -> bool:
    """Whether something accepts connections there."""
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  compared, not bound
    try:
        socket.create_connection((target, port), timeout=0.5).close()
    except OSError:
        return False
    return True
