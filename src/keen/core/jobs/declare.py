"""The `job` decorator: a django-tasks task, with a policy of retries beside it."""

from collections.abc import Callable
from threading import Event
from typing import Any, ParamSpec, TypeVar

from django_tasks import task
from django_tasks.base import Task

from keen.core.domain.retries import Policy
from keen.core.queue.backend import DEFAULT
from keen.lib.errors import KeenError, RuleError

P = ParamSpec("P")
T = TypeVar("T")

STANDARD = Policy()
STOP = Event()
_policies: dict[str, Policy] = {}


class PermanentError(KeenError):
    """The task cannot succeed, however often it is tried: it becomes a dead letter at once."""


class PutBackError(KeenError):
    """The task has saved how far it came and wants to go on later; the run does not count as an attempt."""


def job(
    *, queue: str = DEFAULT, priority: int = 0, policy: Policy = STANDARD
) -> Callable[[Callable[P, T]], Task[P, T]]:
    """A decorator that makes a function of a module a task with `enqueue`.

    Shape: priority from -100 to 100, higher first; the LONG queue is for what takes more than a few seconds.
    """

    def declare(function: Callable[P, T]) -> Task[P, T]:
        made: Task[P, T] = task(queue_name=queue, priority=priority)(function)
        _policies[made.module_path] = policy
        return made

    return declare


def policy_of(path: str) -> Policy:
    """The policy declared for the function at the path, the standard one when it is a plain django-tasks task."""
    return _policies.get(path, STANDARD)


def is_permanent(error: BaseException) -> bool:
    """Whether trying again is useless: the error says so itself, or a rule refused."""
    said: Any = getattr(error, "permanent", None)
    return bool(said) if said is not None else isinstance(error, PermanentError | RuleError)


def stopping() -> bool:
    """Whether the worker wants to stop: a long job saves how far it came and ends soon."""
    return STOP.is_set()


def pause_if_stopping() -> None:
    """Hand the task back when the worker wants to stop; call it where all work so far is saved.

    Raises: PutBackError.
    """
    if STOP.is_set():
        raise PutBackError("The worker stops; the task goes on after its next start.")
