"""Background work: how a job is declared, and what its function may ask of the worker.

    @job(queue=LONG, policy=Policy(max_attempts=3))
    def read_file(file_id: int) -> None: ...

    read_file.enqueue(file_id=7)          # inside the transaction that made the file

A job runs at least once, so it must be harmless to repeat; with `Policy(atomic=True)` its writes to the database happen
exactly once. Its arguments are JSON and ids, and it checks again what the one who asked may see.
"""

from keen.core.domain.retries import Policy
from keen.core.jobs.declare import PermanentError, PutBackError, job, pause_if_stopping, policy_of, stopping
from keen.core.queue.backend import DEFAULT, LONG, OUTBOUND

__all__ = [
    "DEFAULT",
    "LONG",
    "OUTBOUND",
    "PermanentError",
    "Policy",
    "PutBackError",
    "job",
    "pause_if_stopping",
    "policy_of",
    "stopping",
]
