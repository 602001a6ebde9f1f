"""Delivery of events: the task behind `publish`."""

from datetime import timedelta
from typing import Any

from keen.core.domain.retries import Policy
from keen.core.events import event_called, react
from keen.core.jobs.declare import job
from keen.core.wiring import Handler, path_of, wired


def handler_at(path: str) -> Handler:
    """The wired handler of this name: what is stored in the queue can call nothing else.

    Raises: LookupError when it is not wired, for example before an upgrade is complete.
    """
    for _event, handler in wired().handlers:
        if path_of(handler) == path:
            return handler
    raise LookupError(f"{path} is not wired as a handler.")


def _deliver(handler: str, event: str, told: list[dict[str, Any]]) -> None:
    found = handler_at(handler)  # asked first: what is wired brings the events along
    kind = event_called(event)
    react(found, [kind.from_json(data) for data in told])


@job(policy=Policy(atomic=True, forget=True, limit=timedelta(minutes=1)))
def deliver(handler: str, event: str, told: list[dict[str, Any]]) -> None:
    """Call the handler in one transaction with the end of the task: its writes happen exactly once."""
    _deliver(handler, event, told)


@job(policy=Policy(forget=True))
def deliver_as_it_goes(handler: str, event: str, told: list[dict[str, Any]]) -> None:
    """Call the handler outside a transaction: what it does may happen more than once."""
    _deliver(handler, event, told)


def parts_of(path: str, arguments: dict[str, Any]) -> list[dict[str, Any]]:
    """The arguments of one task per event, empty when the task is no delivery of several."""
    told = arguments.get("told", [])
    if path not in (deliver.module_path, deliver_as_it_goes.module_path) or len(told) < 2:
        return []
    return [{**arguments, "told": [data]} for data in told]
