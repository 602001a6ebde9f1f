"""Which state of the fields of one's own this request or job sees: learnt with the person, so it costs no query."""

from contextvars import ContextVar

from django.db.models import Subquery

from keen.core.models import Stamp

FIELDS = "fields"
_seen: ContextVar[str | None] = ContextVar("keen_stamp", default=None)
_latest: list[str] = []


def subquery() -> Subquery:
    """The mark as a part of another query."""
    return Subquery(Stamp.objects.filter(name=FIELDS).values("value")[:1])


def see(mark: str | None) -> None:
    """From here on this thread sees the state of the mark; "" or None is the state in which nothing was ever made."""
    see_here(mark or "")
    _latest[:] = [mark or ""]


def see_here(mark: str) -> None:
    """The same for a state that is not saved yet: no other thread may hear of it."""
    _seen.set(mark)


def look() -> str:
    """The mark of now, which this thread sees from here on.

    Cost: 1 query.
    """
    see(Stamp.objects.filter(name=FIELDS).values_list("value", flat=True).first())
    return current()


def current() -> str:
    """The mark that this thread sees; else the one that the process saw last.

    Cost: 1 query in a process that saw none yet.
    """
    seen = _seen.get()
    if seen is not None:
        return seen
    return _latest[0] if _latest else look()
