"""One run of a task: call it, and record how it ended."""

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.module_loading import import_string
from django_tasks.base import Task

from keen.core import stamps
from keen.core.jobs.declare import PutBackError, is_permanent, policy_of
from keen.core.jobs.delivery import parts_of
from keen.core.queue import claims
from keen.core.queue.backend import QUEUES
from keen.core.queue.claims import Claim, LostClaimError

log = logging.getLogger("keen.jobs")


def task_at(path: str) -> Task[Any, Any]:
    """The task of this name.

    Raises: ImportError when there is none (it may come with an upgrade); TypeError when the name is no task.
    """
    found = import_string(path)
    if not isinstance(found, Task):
        raise TypeError(f"{path} is not a task.")
    return found


def run(claim: Claim) -> None:
    """Run the task and end the run in every case: done, put back, to be tried again, or a dead letter.

    Raises: LostClaimError when the worker was given up on; what the run wrote in an atomic task is undone.
    """
    try:
        _call(claim)
    except LostClaimError:
        raise
    except PutBackError:
        claims.put_back(claim)
    except Exception as error:  # noqa: BLE001  whatever a task raises, the queue must know
        _failed(claim, error)


def limit_of(claim: Claim) -> timedelta:
    """The longest that this run may take."""
    return policy_of(claim.path).limit


def run_ready(*, most: int = 1000) -> int:
    """How many due tasks were run here and now, in this thread: for tests and for commands without a worker."""
    done = 0
    for queue in QUEUES:
        worker_id = claims.register(host="here", pid=0, queue=queue)
        while done < most and (claim := claims.claim(worker_id, queue)):
            run(claim)
            done += 1
        claims.leave(worker_id)
    return done


def _call(claim: Claim) -> None:
    task = task_at(claim.path)
    policy = policy_of(claim.path)
    stamps.look()
    arguments, named = claim.arguments["args"], claim.arguments["kwargs"]
    if policy.atomic:
        with transaction.atomic():
            claims.finish(claim, task.call(*arguments, **named), policy)
    else:
        claims.finish(claim, task.call(*arguments, **named), policy)


def _failed(claim: Claim, error: Exception) -> None:
    parts = parts_of(claim.path, claim.arguments["kwargs"])
    if parts:
        log.warning(
            "Error %s: %d events together failed, now one by one: %r", claim.error_id, len(parts), error
        )
        claims.replace(claim, parts)
        return
    policy = policy_of(claim.path)
    due = claims.fail(claim, error, policy, permanent=is_permanent(error))
    if due:
        log.warning(
            "Error %s: %s failed, attempt %d of %d: %r",
            claim.error_id, claim.path, claim.attempt, policy.max_attempts, error,
        )  # fmt: skip
    else:
        log.error("Error %s: %s is given up", claim.error_id, claim.path, exc_info=error)
