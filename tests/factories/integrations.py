"""Endpoints of webhooks for tests, and a receiver on this machine that answers as it is told."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from itertools import count
from typing import Any

import orjson
from django.conf import settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from keen.core.jobs.runs import run_ready
from keen.integrations.actions import endpoints
from keen.integrations.actions.endpoints import Wish
from keen.integrations.models import Delivery, Endpoint
from keen.integrations.outbound import Door

LOOPBACK = Door(allow_http=True, allowed=(ip_network("127.0.0.0/8"), ip_network("::1/128")), deadline=2)
_numbers = count(1)
Reply = tuple[int, dict[str, str], bytes] | Callable[["Heard"], tuple[int, dict[str, str], bytes]]
OK: Reply = (204, {}, b"")


@dataclass(frozen=True)
class Heard:
    """One request that a receiver got."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def told(self) -> dict[str, Any]:
        """The message."""
        return dict(orjson.loads(self.body))


@dataclass
class Receiver:
    """What was heard, and what is answered: `replies` one after the other, then `reply` for ever."""

    reply: Reply = OK
    replies: list[Reply] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    url: str = ""
    port: int = 0
    slow: float = 0

    def wait_for(self, number: int, seconds: float = 10) -> list[Heard]:
        """What was heard, once it is so many."""
        end = time.monotonic() + seconds
        while len(self.heard) < number:
            assert time.monotonic() < end, f"{len(self.heard)} of {number} within {seconds} s"
            time.sleep(0.01)
        return self.heard


@contextmanager
def receiver(host: str = "127.0.0.1", port: int = 0, **options: Any) -> Iterator[Receiver]:
    """A server on the loopback that notes what it is sent."""
    made = Receiver(**options)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            heard = Heard(self.path, headers, body, time.monotonic())
            made.heard.append(heard)
            time.sleep(made.slow)
            reply = made.replies.pop(0) if made.replies else made.reply
            status, extra, answer = reply(heard) if callable(reply) else reply
            self.send_response(status)
            for name, value in extra.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 256

        def handle_error(self, *_: Any) -> None:
            """A sender that hangs up is no error here."""

    server = Server((host, port), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    made.port = server.server_address[1]
    made.url = f"http://{host}:{made.port}/hook"
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def loopback_allowed() -> Iterator[None]:
    """Webhooks may go to this machine without TLS, as an administrator may allow it for a closed network."""
    before = settings.KEEN.webhook_allow_http, settings.KEEN.webhook_networks
    settings.KEEN.webhook_allow_http, settings.KEEN.webhook_networks = True, "127.0.0.0/8"
    try:
        yield
    finally:
        settings.KEEN.webhook_allow_http, settings.KEEN.webhook_networks = before


def make_endpoint(owner: Any, url: str, *topics: str, **fields: Any) -> tuple[Endpoint, str]:
    """An endpoint as the app makes it, with its secret; further fields are set on the row."""
    wish = Wish(
        f"Endpoint {next(_numbers)}",
        url,
        topics or ("*",),
        with_record=bool(fields.pop("with_record", False)),
    )
    row, secret, _ = endpoints.make(actor=owner.actor(), wish=wish)
    if fields:
        Endpoint.objects.filter(pk=row.pk).update(**fields)
        row.refresh_from_db()
    return row, secret


def make_waiting(
    endpoint: Endpoint, number: int, topic: str = "webhook.test", **fields: Any
) -> list[Delivery]:
    """So many messages that wait for the endpoint, due since a minute."""
    now = timezone.now()
    values = {"happened_at": now, "due_at": now - timedelta(minutes=1), **fields}
    rows = [Delivery(endpoint=endpoint, topic=topic, **values) for _ in range(number)]
    return Delivery.objects.bulk_create(rows, batch_size=5000)


def work_off(most: int = 20) -> None:
    """Runs what is due until nothing is: events are told, messages are sent."""
    for _ in range(most):
        if not run_ready():
            return


def make_due(deliveries: Sequence[Delivery] | None = None) -> None:
    """What waits for a later attempt is due now, as if the time had passed, and so is the sender."""
    rows = Delivery.objects.filter(outcome="waiting")
    if deliveries is not None:
        rows = rows.filter(pk__in=[row.pk for row in deliveries])
    rows.update(due_at=timezone.now())
    Endpoint.objects.update(blocked_until=None)
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
