"""Whether events are written, for Jobs and health."""

import json
import os
import shutil
from datetime import timedelta
from pathlib import Path

from keen.core.health import Vital
from keen.telemetry.capture import losses
from keen.telemetry.queries import usage_root

LOST_FILE = "lost.json"
LOST_WITHIN = timedelta(days=7)
LEAST_ROOM = 16 << 20
NAME, TITLE = "usage", "Usage events"


def usage() -> Vital:
    """How the writing of usage events goes.

    Cost: no queries; a look at the directory.
    """
    root = usage_root()
    waiting = sum(count for reason, count in losses.waiting.items() if reason != "not_allowed")
    trouble = _trouble(root)
    if trouble or waiting:
        more = f" {waiting:,} were lost by now; work goes on without them." if waiting else ""
        return Vital(
            NAME,
            TITLE,
            trouble or "losing events",
            f"Events cannot be written: {trouble or 'see the log'}.{more}",
        )
    lost = _lost(root)
    words = (
        f"Events are written. {lost:,} were lost in the last seven days."
        if lost
        else "Events are written; none was lost."
    )
    return Vital(NAME, TITLE, "ok", words)


def _trouble(root: Path) -> str:
    at = next(place for place in (root, *root.parents) if place.exists())
    if not os.access(at, os.W_OK | os.X_OK):
        return "the directory cannot be written"
    return "the disk is full" if shutil.disk_usage(at).free < LEAST_ROOM else ""


def _lost(root: Path) -> int:
    try:
        return int(json.loads((root / LOST_FILE).read_text())["count"])
    except FileNotFoundError:
        return 0
