"""Where sessions are kept: Django's store in the database, which is read with one prepared query."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from keen.core.prepared import Prepared

_by_key = Prepared(lambda _, key: Session.objects.filter(session_key=key)[:1])


class SessionStore(DatabaseStore):
    """Sessions in the database."""

    def _get_session_from_db(self) -> Any:
        """The row of the session, None for one that is unknown or over: then a new one begins."""
        found = _by_key.first(None, self.session_key or "")
        if found is None or found.expire_date <= timezone.now():
            self._session_key = None
            return None
        return found
