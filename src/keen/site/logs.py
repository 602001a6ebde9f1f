"""What goes to the log: never the keys that open an account, nor what a probe is told again and again."""

import logging
import re
from http import HTTPStatus

_KEYS = re.compile(r"(/join/|/password/reset/key/[0-9A-Za-z]+-)[^/\s\"'?#]+")


class HideKeys(logging.Filter):
    """Puts dots where an address holds the key of an invitation or of a password link."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true: the line is logged, its keys are not."""
        said = record.getMessage()
        hidden = _KEYS.sub(r"\1…", said)
        if hidden != said:
            record.msg, record.args = hidden, ()
        return True


class HideProbes(logging.Filter):
    """Leaves out that an answer of /healthz was "not well": whoever asks has heard it, and asks every few seconds."""

    def filter(self, record: logging.LogRecord) -> bool:
        """False for the line of a probe that was answered with 503."""
        request = getattr(record, "request", None)
        probed = getattr(request, "path", "") == "/healthz"
        return not (probed and getattr(record, "status_code", 0) == HTTPStatus.SERVICE_UNAVAILABLE)
