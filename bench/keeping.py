"""How long a backup, its restore, an export and its import take: `python -m bench.keeping --scale 1 --database postgres`.

Seconds are given as they were and for each gigabyte of the database. Restoring makes indexes and the search anew.
"""

import argparse
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
sys.path[:0] = [place for place in (str(PROJECT / "src"), str(PROJECT)) if place not in sys.path]
GIGABYTE = 1_000_000_000


def main() -> int:
    """Make a company, bring it out and in, print a line of JSON for each way."""
    parser = argparse.ArgumentParser(prog="python -m bench.keeping", description=__doc__)
    parser.add_argument(
        "--scale", type=float, default=0.1, help="1 is 100,000 contacts, 10,000 accounts, 200,000 activities"
    )
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="keen-bench-") as scratch, server(chosen.database) as address:
        here = Path(scratch) / "here"
        os.environ |= {
            "KEEN_DATA": str(here),
            "KEEN_DATABASE_URL": address,
            "DJANGO_SETTINGS_MODULE": "keen.site.settings",
        }
        import django

        django.setup()
        from django.core.management import call_command

        from bench import company

        call_command("migrate", interactive=False, verbosity=0)
        company.fill(*(int(number * chosen.scale) for number in (100_000, 10_000, 200_000)))
        measure(Path(scratch), address)
    return 0


@contextlib.contextmanager
def server(database: str) -> Iterator[str]:
    """The address of the database, "" for SQLite."""
    if database == "sqlite":
        yield ""
        return
    from tools.postgres import postgres

    with postgres(durable=True) as address:
        yield address.replace("postgresql://", "postgres://")


def measure(scratch: Path, address: str) -> None:
    """Print what each way takes."""
    from django.db import connection

    bytes_ = database_bytes()
    connection.close()
    out, whole = scratch / "backup.zip", scratch / "export.zip"
    timed("backup", bytes_, lambda: keen("backup", out, database=address))
    timed("export", bytes_, lambda: keen("export", whole, database=address))
    sizes = {"backup_mb": round(out.stat().st_size / 1e6), "export_mb": round(whole.stat().st_size / 1e6)}
    print(json.dumps({"database_mb": round(bytes_ / 1e6), **sizes}), flush=True)
    place = another(address, "restored")
    timed(
        "restore",
        bytes_,
        lambda: keen("restore", scratch / "backup.zip", "--data", scratch / "a", database=place),
    )
    place = another(address, "taken_in")
    keen("migrate", "-v0", data=scratch / "b", database=place)
    timed(
        "import", bytes_, lambda: keen("import", scratch / "export.zip", data=scratch / "b", database=place)
    )


def timed(name: str, bytes_: int, do: Callable[[], Any]) -> Any:
    """What `do` came back with, after its time and the most memory of a command so far were printed."""
    began, worked = time.perf_counter(), cpu_seconds()
    found = do()
    seconds = time.perf_counter() - began
    told = {
        "way": name,
        "seconds": round(seconds, 1),
        "seconds_per_gb": round(seconds * GIGABYTE / bytes_, 1),
        "cpu_seconds": round(cpu_seconds() - worked, 1),
        "most_memory_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }
    print(json.dumps(told), flush=True)
    return found


def cpu_seconds() -> float:
    """What this process and its children have used of the processor; a server of a database is neither."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def database_bytes() -> int:
    """How large the database is on the disk."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        return int(cursor.fetchone()[0])


def another(address: str, name: str) -> str:
    """The address of a new database on the same server, "" for SQLite."""
    if not address:
        return ""
    import psycopg

    with psycopg.connect(address, autocommit=True) as made:
        made.execute(f'CREATE DATABASE "{name}"')
    return address.rpartition("/")[0] + f"/{name}"


def keen(*arguments: str | Path, database: str, data: Path | None = None) -> None:
    """Run a command in its own process."""
    environment = os.environ | {"KEEN_DATABASE_URL": database, "PYTHONPATH": str(PROJECT / "src")}
    if data:
        environment["KEEN_DATA"] = str(data)
    command = [sys.executable, "-P", "-m", "keen.site.cli", *map(str, arguments)]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
