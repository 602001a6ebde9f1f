"""The worker process: a lane per queue runs tasks, the main thread keeps their leases, schedules and time limits."""

import logging
import os
import select
import signal
import socket
import time
from dataclasses import dataclass
from datetime import timedelta
from threading import Thread
from types import FrameType
from typing import NoReturn
from uuid import UUID

from django.db import Error, close_old_connections, connection
from django.utils import timezone

from keen.core.jobs.declare import STANDARD, STOP, policy_of
from keen.core.jobs.runs import limit_of, run
from keen.core.jobs.schedules import run_due
from keen.core.queue import claims
from keen.core.queue.backend import QUEUES
from keen.core.queue.claims import Claim, LostClaimError
from keen.core.queue.doorbell import Doorbell

log = logging.getLogger("keen.jobs")
GAVE_UP = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The times a worker keeps. The lease is longer than a wait for SQLite's write lock and a beat together."""

    beat: timedelta = timedelta(seconds=5)
    lease: timedelta = timedelta(seconds=30)
    grace: timedelta = timedelta(seconds=10)
    shortest_pause: float = 0.2
    longest_pause: float = 2.0


class Lane(Thread):
    """Runs the tasks of one queue, one after the other. A long one holds up its own queue alone."""

    def __init__(self, queue: str, pace: Pace) -> None:
        super().__init__(name=f"keen-{queue}", daemon=True)
        self.queue = queue
        self.worker_id: UUID | None = None
        self.current: Claim | None = None
        self.since = 0.0
        self._pace = pace
        self._pause = pace.shortest_pause
        self._bell = Doorbell(STOP)

    def run(self) -> None:
        while not STOP.is_set():
            try:
                self._step()
            except LostClaimError as lost:
                log.warning("The task %s was given to another worker", lost)
                self.worker_id = None
            except Error as error:
                log.warning("The database does not answer, trying again: %s", error)
                self.worker_id = None  # the old row and what it holds fall to the reaper
                connection.close()
                STOP.wait(self._pace.longest_pause)
            finally:
                self.current = None
        if self.worker_id:
            claims.leave(self.worker_id)
        connection.close()

    def overdue(self) -> Claim | None:
        """The claim that has run longer than its policy allows."""
        claim = self.current
        late = claim and time.monotonic() - self.since > limit_of(claim).total_seconds()
        return claim if late else None

    def _step(self) -> None:
        close_old_connections()
        if self.worker_id is None:
            self.worker_id = claims.register(host=socket.gethostname(), pid=os.getpid(), queue=self.queue)
        claim = claims.claim(self.worker_id, self.queue)
        if claim is None:
            self._bell.wait(self._pause)
            self._pause = min(self._pause * 1.5, self._pace.longest_pause)
            return
        self._pause = self._pace.shortest_pause
        self.since, self.current = time.monotonic(), claim
        run(claim)


class Worker:
    """The main thread of the process."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._lanes = [Lane(queue, pace) for queue in QUEUES]
        self._wake, self._waker = socket.socketpair()

    def work(self) -> None:
        """Run tasks until SIGTERM or SIGINT; what is not over after the grace is handed back."""
        self._listen_for_signals()
        for lane in self._lanes:
            lane.start()
        while not self._signalled():
            self._keep_house()
            self._check_lanes()
        STOP.set()
        end = time.monotonic() + self._pace.grace.total_seconds()
        for lane in self._lanes:
            lane.join(max(end - time.monotonic(), 0))
        if any(lane.is_alive() for lane in self._lanes):
            self._leave(0)

    def _listen_for_signals(self) -> None:
        """Wake the main thread through a socket: a handler that took a lock could wait for itself."""
        self._waker.setblocking(False)
        signal.set_wakeup_fd(self._waker.fileno())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _noticed)

    def _signalled(self) -> bool:
        """Whether a stop was asked for, after waiting for it for one beat."""
        readable, _, _ = select.select([self._wake], [], [], self._pace.beat.total_seconds())
        return bool(readable)

    def _keep_house(self) -> None:
        try:
            close_old_connections()
            claims.beat([lane.worker_id for lane in self._lanes if lane.worker_id])
            for task_id in claims.reap(self._pace.lease, STANDARD.max_attempts):
                log.warning("The worker of task %s is gone, the task is due again", task_id)
            run_due(timezone.now())
        except Error as error:
            log.warning("The database does not answer, trying again: %s", error)
            connection.close()

    def _check_lanes(self) -> None:
        for lane in self._lanes:
            if not lane.is_alive():
                log.error("The lane %s ended by itself, the worker starts anew", lane.queue)
                self._leave(1)
            if late := lane.overdue():
                log.error("Error %s: %s ran over its limit, the worker starts anew", late.error_id, late.path)
                self._end(lane, late, TimeoutError(f"Ran longer than {limit_of(late)}."))
                self._leave(GAVE_UP)

    def _leave(self, code: int) -> NoReturn:
        """End the process although a lane is busy: hand its task back first. Its later writes are fenced off."""
        for lane in self._lanes:
            if claim := lane.current:
                self._end(lane, claim, None)
        os._exit(code)

    def _end(self, lane: Lane, claim: Claim, error: TimeoutError | None) -> None:
        try:
            if connection.vendor == "sqlite":
                with connection.cursor() as cursor:
                    cursor.execute("PRAGMA busy_timeout = 2000")  # the lane itself may hold the lock
            if error:
                claims.fail(claim, error, policy_of(claim.path), permanent=False)
            else:
                claims.put_back(claim)
            if lane.worker_id:
                claims.leave(lane.worker_id)
        except (Error, LostClaimError) as problem:
            log.warning("Task %s stays until its lease ends: %s", claim.task_id, problem)
        lane.current = None


def _noticed(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: the wake-up socket tells."""
