"""How fast Keen is, measured over loopback as an ordinary person with the scope of a team: `./keen bench --help`."""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
for place in (PROJECT / "src", PROJECT):
    if str(place) not in sys.path:
        sys.path.insert(0, str(place))
FORM = {"X-Requested-With": "bench"}


def main() -> int:
    """Make the company, serve it, measure every job, print a table or JSON."""
    chosen = _arguments()
    with _database(chosen) as address:
        data = Path(chosen.keep or PROJECT / "var" / f"bench-{chosen.database}-{chosen.scale:g}")
        data.mkdir(parents=True, exist_ok=True)
        os.environ.update(
            KEEN_DATA=str(data),
            KEEN_DATABASE_URL=address,
            DJANGO_SETTINGS_MODULE="keen.site.settings",
            KEEN_DEMO="0",
            KEEN_API_READS_PER_MINUTE="0",
            KEEN_API_WRITES_PER_MINUTE="0",
        )
        return _measure(chosen)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./keen bench", description=__doc__)
    parser.add_argument(
        "--scale", type=float, default=1.0, help="1 is 100,000 contacts, 10,000 accounts, 200,000 activities"
    )
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--seconds", type=float, default=4.0, help="how long each job is repeated")
    parser.add_argument("--clients", default="1,8", help="numbers of clients, separated by commas")
    parser.add_argument("--only", default="", help="only jobs whose name contains this")
    parser.add_argument("--keep", default="", help="directory of the measured company")
    parser.add_argument("--json", action="store_true", help="print JSON alone")
    return parser.parse_args()


@contextlib.contextmanager
def _database(chosen: argparse.Namespace) -> Iterator[str]:
    if chosen.database == "sqlite":
        yield ""
        return
    from tools.postgres import postgres

    with postgres(durable=True) as address:
        yield address.replace("postgresql://", "postgres://")


def _measure(chosen: argparse.Namespace) -> int:
    import django

    django.setup()
    from django.core.management import call_command

    from bench import company, jobs, load
    from keen.site.management.commands.serve import collect_static_files

    call_command("migrate", interactive=False, verbosity=0)
    collect_static_files()  # a company that was kept has those of then
    size = chosen.scale
    took = company.fill(int(100_000 * size), int(10_000 * size), int(200_000 * size))
    if took and not chosen.json:
        print(
            f"Wrote {int(310_000 * size):,} records in {took:.0f} s, {310_000 * size / took:,.0f} a second."
        )
    cookie, wanted = jobs.prepare()
    counted = jobs.queries(wanted)
    port = 8100 + os.getpid() % 800
    with _server(port) as pid:
        server = load.Server(port, cookie, load.family(pid))
        table: dict[str, list[dict[str, Any]]] = {}
        first = 0
        for job in (job for job in wanted if chosen.only in job.name):
            load.run(job, server, clients=1, seconds=0.5, first=first)
            for clients in [int(number) for number in chosen.clients.split(",")]:
                first += 1_000_000
                cost = load.run(job, server, clients=clients, seconds=chosen.seconds, first=first)
                table.setdefault(job.name, []).append({**vars(cost), "queries": counted[job.name]})
        page = jobs.first_load(port, cookie)
        memory = load.memory_mb(load.family(pid))
    _print(chosen, table, page, memory)
    return int(any(cost["failed"] for costs in table.values() for cost in costs))


@contextlib.contextmanager
def _server(port: int) -> Iterator[int]:
    command = [sys.executable, "-m", "keen.site.cli", "serve", "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT / "src")}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(240):
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).read()
                break
            time.sleep(0.25)
        else:
            raise SystemExit("The server did not come up.")
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _print(
    chosen: argparse.Namespace, table: dict[str, list[dict[str, Any]]], page: dict[str, int], memory: float
) -> None:
    if chosen.json:
        jobs = {name: costs[0] for name, costs in table.items()}
        many = {name: costs[1:] for name, costs in table.items()}
        print(json.dumps({"jobs": jobs, "more_clients": many, "first_load": page, "memory_mb": memory}))
        return
    print(
        f"\n{chosen.database}, scale {chosen.scale:g}; server memory {memory} MB; first load {page['bytes']:,} bytes in {page['requests']} requests"
    )
    print(
        f"{'job':<28}{'clients':>8}{'p50 ms':>9}{'p95 ms':>9}{'req/s':>9}{'queries':>9}{'bytes':>9}{'cpu ms':>8}{'failed':>8}"
    )
    for name, costs in table.items():
        for cost in costs:
            print(
                f"{name:<28}{cost['clients']:>8}{cost['p50_ms']:>9}{cost['p95_ms']:>9}{cost['rps']:>9}"
                f"{cost['queries']:>9}{cost['bytes']:>9}{cost['cpu_ms']:>8}{cost['failed']:>8}"
            )


if __name__ == "__main__":
    sys.exit(main())
