"""The jobs that are measured, as an ordinary person of one team does them."""

import gzip
import http.client
import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import orjson
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import orders, programs, sales
from bench.load import Job
from keen.activities.models import Activity
from keen.core.models import User
from keen.people.models import Contact
from keen.records.domain import cursors


def prepare() -> tuple[str, list[Job]]:
    """The cookie of a signed-in person, and the jobs."""
    user = User.objects.order_by("pk")[3]
    actor = user.actor()
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    seen = Contact.objects.visible_to(actor)
    ids = list(seen.order_by("pk").values_list("pk", flat=True)[:500])
    deep = seen.order_by("sort_name", "pk").values_list("sort_name", "pk")[seen.count() // 2]
    cursor = cursors.encode(list(deep))
    names = list(seen.order_by("pk").values_list("last_name", flat=True)[:200])
    numbers = list(seen.order_by("pk").values_list("phone", flat=True)[:200])
    _open_tasks(user)
    tasks = list(
        Activity.objects.filter(owner=user, source="bench task", status="open").values_list("pk", flat=True)
    )
    return f"sessionid={session.session_key}", [
        Job("list, first page", lambda _: "/contacts/"),
        Job("list, filtered and sorted", lambda _: "/contacts/?city=Hamburg&sort=-job_title"),
        Job("list, deep page", lambda _: f"/contacts/?after={cursor}"),
        Job("search", lambda n: f"/search/?q={quote(names[n % len(names)][:5])}"),
        Job("search by phone", lambda n: f"/search/?q=0{numbers[n % len(numbers)][3:]}"),
        Job(
            "autocomplete",
            lambda n: f"/search/palette/?q={quote(names[n % len(names)][:4])}",
            headers={"HX-Request": "true"},
        ),
        Job(
            "read a sentence",
            lambda n: (
                f"/quick/?text={quote(f'spoke to {names[n % len(names)]} wants may delivery, call thu 10, 12k')}"
            ),
            headers={"HX-Request": "true"},
        ),
        Job("record with timeline", lambda n: f"/contacts/{ids[n % len(ids)]}/"),
        Job("today", lambda _: "/"),
        Job(
            "create contact",
            lambda _: "/contacts/new/",
            lambda n: {"first_name": "Bench", "last_name": f"Person {n}", "emails": f"bench{n}@example.com"},
        ),
        Job(
            "complete a task",
            lambda n: f"/activities/{tasks[n % len(tasks)]}/done/",
            lambda n: {"_once": f"bench-{n}"},
        ),
        *orders.jobs(user),
        *sales.jobs(user),
        *programs.jobs(user),
    ]


def _open_tasks(user: User) -> None:
    wanted = 3000 - Activity.objects.filter(owner=user, source="bench task", status="open").count()
    now = timezone.now()
    Activity.objects.bulk_create(
        [
            Activity(
                kind="task",
                subject="To be completed",
                status="open",
                owner=user,
                team_id=user.team_id,
                created_at=now,
                updated_at=now,
                plan_on=(now + timedelta(days=60)).date(),
                act_at=now + timedelta(days=60),
                source="bench task",
            )
            for _ in range(max(0, wanted))
        ],
        batch_size=500,
    )


def queries(jobs: list[Job]) -> dict[str, int]:
    """How many statements each job sends to the database."""
    user = User.objects.order_by("pk")[3]
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client(HTTP_HOST="testserver")
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    counted = {}
    for job in jobs:
        headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in job.headers.items()}
        for number in (-1, -2):
            with CaptureQueriesContext(connection) as caught:
                _send(client, job, number, headers)
        counted[job.name] = len(
            [one for one in caught if not re.match(r"BEGIN|COMMIT|SAVEPOINT|RELEASE", one["sql"])]
        )
    return counted


def _send(client: Client, job: Job, number: int, headers: dict[str, Any]) -> None:
    if job.json:
        body = orjson.dumps(job.json(number))
        answer = client.generic(job.method, job.path(number), body, "application/json", **headers)
    elif job.form:
        answer = client.post(job.path(number), job.form(number), **headers)
    else:
        answer = client.get(job.path(number), **headers)
    if answer.status_code >= 400:
        raise SystemExit(f"{job.name}: {answer.status_code} at {job.path(number)}")


def first_load(port: int, cookie: str) -> dict[str, int]:
    """The compressed bytes and the requests of the first visit to Today: the page with all it names."""
    connection_ = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Cookie": cookie, "Accept-Encoding": "br, gzip"}

    def fetch(path: str) -> tuple[bytes, str]:
        connection_.request("GET", path, headers=headers)
        answer = connection_.getresponse()
        return answer.read(), answer.getheader("Content-Encoding", "")

    page, coding = fetch("/")
    text = (gzip.decompress(page) if coding == "gzip" else page).decode()
    wanted = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', text))
    sizes = [len(fetch(path)[0]) for path in sorted(wanted)]
    return {"bytes": len(page) + sum(sizes), "requests": 1 + len(sizes)}
