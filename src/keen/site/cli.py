"""What follows `./keen`: finds out who does it. The launcher has made the environment by then."""

import gc
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from django.core.management import execute_from_command_line

from keen.site import preflight

PROJECT = Path(__file__).resolve().parents[3]
TOOLS = {"check": "tools/check.py", "test": "tools/test.py", "bench": "bench"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code: a tool of the source tree, or a Django command."""
    command, *rest = list(sys.argv[1:] if arguments is None else arguments) or ["help"]
    if command in TOOLS:
        return run_tool(command, rest)
    try:
        preflight.prepare(command, rest)
    except preflight.Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keen.site.settings")
    # A batch of an import or an export makes many objects, and hardly any in circles.
    gc.set_threshold(50_000, 20, 50)
    execute_from_command_line(["keen", *rest] if command == "django" else ["keen", command, *rest])
    return 0


def run_tool(name: str, arguments: Sequence[str]) -> int:
    """Runs a tool that comes with the source tree alone and returns its exit code."""
    tool = PROJECT / TOOLS[name]
    if not tool.exists():
        sys.stderr.write(f"`keen {name}` works in a source tree of Keen, and {tool} is missing here.\n")
        return 2
    return subprocess.run([sys.executable, tool, *arguments], cwd=PROJECT, check=False).returncode  # noqa: S603  our own file


if __name__ == "__main__":
    sys.exit(main())
