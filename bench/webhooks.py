"""How many webhooks a second arrive at a receiver on this machine: `python -m bench.webhooks --help`.

From messages that wait to answers that are kept, with signing, the owner's rights and the log. The receiver is a process
of its own that answers 204 at once, or after a while as one far away does.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import sys
import tempfile
import time
from ipaddress import ip_network
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
for place in (PROJECT / "src", PROJECT):
    if str(place) not in sys.path:
        sys.path.insert(0, str(place))


def throughput(
    number: int, endpoints: int = 1, delay: float = 0, topic: str = "contact.created"
) -> dict[str, Any]:
    """What it took to send so many messages, evenly to so many endpoints; written to the database of the settings.

    Units: messages a second; milliseconds of this process's CPU for each message.
    """
    from django.utils import timezone

    from keen.integrations.models import Delivery
    from keen.integrations.outbound import Door, Outbound
    from keen.integrations.sending import Sender
    from keen.people.models import Contact

    contact = Contact.objects.order_by("pk").values_list("pk", flat=True).first()
    with _Receiver(delay) as port:
        made = _endpoints(endpoints, f"http://127.0.0.1:{port}/hook")
        now = timezone.now()
        rows = [
            Delivery(
                endpoint=made[n % endpoints],
                topic=topic,
                kind="contact",
                record_id=contact,
                happened_at=now,
                due_at=now,
            )
            for n in range(number)
        ]
        Delivery.objects.bulk_create(rows, batch_size=5000)
        outbound = Outbound(Door(allow_http=True, allowed=(ip_network("127.0.0.0/8"),)))
        began, cpu = time.perf_counter(), time.process_time()
        sent = Sender(outbound).run(600)
        took, cpu = time.perf_counter() - began, time.process_time() - cpu
        outbound.close()
    arrived = Delivery.objects.filter(endpoint__in=made, outcome="delivered").count()
    for row in made:
        row.delete()
    if (sent, arrived) != (number, number):
        raise SystemExit(f"{arrived} of {number} arrived in {sent} requests.")
    return {
        "messages": number,
        "endpoints": endpoints,
        "delay_ms": int(delay * 1000),
        "per_second": round(number / took),
        "cpu_ms": round(cpu / number * 1000, 2),
    }


def _endpoints(number: int, url: str) -> list[Any]:
    from django.utils import timezone

    from keen.core.models import User
    from keen.integrations import sealing
    from keen.integrations.domain import signing
    from keen.integrations.models import Endpoint

    now = timezone.now()
    owner = next(user for user in User.objects.order_by("pk") if user.given.has("integrations.manage"))
    return [
        Endpoint.objects.create(
            name=f"Bench {n}",
            url=url,
            topics=["*"],
            owner=owner,
            state_at=now,
            created_at=now,
            secret=sealing.seal(signing.new_secret()),
            secret_at=now,
            last_success_at=now,
        )
        for n in range(number)
    ]


class _Receiver:
    """A process that answers every request with 204."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._ports: Any = multiprocessing.get_context("spawn").Queue()

    def __enter__(self) -> int:
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(target=serve, args=(self._ports, self._delay), daemon=True)
        self._process.start()
        return int(self._ports.get(timeout=60))

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join()


def serve(ports: Any, delay: float) -> None:
    """Answer until terminated."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next(
                    int(line.split(b":")[1])
                    for line in head.lower().split(b"\r\n")
                    if line.startswith(b"content-length:")
                )
                await reader.readexactly(length)
                if delay:
                    await asyncio.sleep(delay)
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=512)
        ports.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def main() -> int:
    """Measure in an empty company of its own, print a line of JSON for each case."""
    parser = argparse.ArgumentParser(prog="python -m bench.webhooks", description=__doc__)
    parser.add_argument("--number", type=int, default=3000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="keen-bench-") as data:
        os.environ |= {"KEEN_DATA": data, "DJANGO_SETTINGS_MODULE": "keen.site.settings"}
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        from tests.factories.core import make_user
        from tests.factories.people import make_contact

        make_user("administrator")
        make_contact("Amira Haddad")
        for endpoints, delay in ((1, 0.0), (10, 0.0), (1, 0.1), (10, 0.1)):
            number = chosen.number if not delay else min(chosen.number, 200 * endpoints)
            print(json.dumps(throughput(number, endpoints, delay)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
