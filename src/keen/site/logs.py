"""What goes to the log: never the keys that open an account."""

import logging
import re

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
