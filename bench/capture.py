"""What taking usage events down adds to a request, in microseconds: `python bench/capture.py`. Needs no database.

Measured is what the middleware adds to an answer that is there already: reading it, making the lines, one write with its
lock. Requests are lists and records by turns, with two events each; the threads share one segment.
"""

import argparse
import os
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(PROJECT / "src"), str(PROJECT)]
LIMIT = 200.0


def main() -> int:
    """Print what it costs; 1 when half of the requests pay more than the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--threads", default="1,4,8", help="numbers of threads, separated by commas")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="keen-capture-") as directory:
        os.environ.update(KEEN_DATA=directory, DJANGO_SETTINGS_MODULE="keen.site.settings")
        import django

        django.setup()
        from django.core.signals import request_finished

        from keen.core import stamps

        request_finished.receivers = []  # what closing an answer does besides is not measured here
        stamps.see("")
        worst = max(measure(threads, chosen.requests) for threads in map(int, chosen.threads.split(",")))
    print(f"The limit is {LIMIT:.0f} µs: {'kept' if worst <= LIMIT else 'not kept'}.")
    return 0 if worst <= LIMIT else 1


def measure(threads: int, requests: int) -> float:
    """The median of what a request costs when so many threads work at once."""
    from keen.telemetry import policy
    from keen.telemetry.domain.levels import Level
    from keen.telemetry.domain.lines import Place

    places = {user: Place(3, "sales_rep") for user in range(100)}
    policy.keeper.pinned = policy.Policy(Level.PERSON, "made up", places)
    one = serve()
    for number in range(200):
        one(number)
    took: list[list[float]] = [[] for _ in range(threads)]

    def work(mine: list[float]) -> None:
        mine.extend(one(number) for number in range(requests // threads))

    started, cpu = time.perf_counter(), time.process_time()
    workers = [threading.Thread(target=work, args=(mine,)) for mine in took]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    elapsed, burned = time.perf_counter() - started, time.process_time() - cpu
    every = sorted(time for mine in took for time in mine)
    middle, most = statistics.median(every), every[int(len(every) * 0.95)]
    print(
        f"{threads} threads: p50 {middle:6.1f} µs, p95 {most:6.1f} µs, "
        f"{burned / len(every) * 1e6:6.1f} µs of CPU, {len(every) / elapsed:,.0f} requests a second"
    )
    return middle


def serve() -> Any:
    """A function that answers one request and says in microseconds what the events cost."""
    from django.http import HttpRequest, HttpResponse
    from django.utils import timezone

    from keen.core.models import User
    from keen.core.pages import Rendered
    from keen.telemetry.middleware import UsageMiddleware

    listing = SimpleNamespace(conditions=(), q="")
    shown = {"listing": listing, "page": SimpleNamespace(total=40), "views": []}
    record = {"record": SimpleNamespace(owner_id=7, updated_at=timezone.now())}
    pages = (
        (Rendered("records/list.html", shown, 200), SimpleNamespace(url_name="contact-list", kwargs={})),
        (Rendered("records/record.html", record, 200), SimpleNamespace(url_name="contact", kwargs={})),
    )

    def view(request: HttpRequest) -> HttpResponse:
        request.keen_rendered, request.resolver_match = pages[int(request.path_info) % 2]  # type: ignore[attr-defined]
        return HttpResponse(b"")

    middleware = UsageMiddleware(view)
    people = [User(pk=number) for number in range(100)]

    def one(number: int) -> float:
        request = HttpRequest()
        request.method, request.path_info = "GET", str(number)
        request.META = {
            "HTTP_HOST": "localhost",
            "HTTP_USER_AGENT": "Mozilla/5.0 (X11) Chrome/131.0 Safari/537.36",
            "HTTP_REFERER": f"http://localhost/contacts/{number}/",
        }
        request.user = people[number % 100]
        request.session = SimpleNamespace(session_key=f"session{number % 100}")  # type: ignore[assignment]
        begun = time.perf_counter()
        response = middleware(request)
        response.close()
        return (time.perf_counter() - begun) * 1e6

    return one


if __name__ == "__main__":
    sys.exit(main())
