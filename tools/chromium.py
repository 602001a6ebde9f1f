"""Where the browser for the tests is; on a machine that allows it, fetched when it is missing."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WAITING = ["-o", "DPkg::Lock::Timeout=120"]  # a new machine may be at its first update
INSTALL = ["apt-get", *WAITING, "install", "--yes", "--no-install-recommends", "chromium"]


def find() -> str | None:
    """The path of a Chromium, or None."""
    if chosen := os.environ.get("CHROMIUM"):
        return chosen if os.access(chosen, os.X_OK) else None
    return next(filter(None, map(shutil.which, NAMES)), None)


def find_or_install() -> str | None:
    """The path of a Chromium, installed from Debian's packages first if root can do that, or None."""
    if found := find():
        return found
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        sys.stderr.write("Installing Chromium for the browser tests.\n")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update"], INSTALL):
            done = subprocess.run(
                command, env=quiet, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
            )
            if done.returncode:
                sys.stderr.write(
                    f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-2000:]}\n"
                )
    return find()
