"""The jobs of programs: what a nightly sync asks for and sends."""

from typing import Any

from bench.load import Job
from keen.core.actions import tokens
from keen.core.domain.actor import SYSTEM
from keen.core.models import ApiToken, User
from keen.people.models import Account

BATCH = 500


def jobs(user: User) -> list[Job]:
    """The jobs, with a token of the person. Batches are of 500: their requests a second times 500 are records a second."""
    ApiToken.objects.filter(owner=user).delete()
    wish = tokens.Wish(name="bench", scopes=dict.fromkeys(("contact", "account", "activity"), "write"))
    made, _ = tokens.make_token(actor=SYSTEM, owner=user, wish=wish)
    told = {"Authorization": f"Bearer {made.token}"}
    firms = list(Account.objects.visible_to(user.actor()).order_by("pk").values_list("pk", flat=True)[:200])

    def person(key: str, number: int, **others: Any) -> dict[str, Any]:
        return {
            "external_id": key,
            "first_name": "Bench",
            "last_name": f"Person {number}",
            "job_title": "Buyer",
            "emails": [f"{key}@bench.example"],
            "phones": [f"030 55{number % 100000:05d}"],
            "account": firms[number % len(firms)],
            **others,
        }

    def batch(n: int, prefix: str, **others: Any) -> dict[str, Any]:
        return {
            "items": [
                {"data": person(f"{prefix}{place}", n * BATCH + place, **others)} for place in range(BATCH)
            ]
        }

    def job(name: str, path: Any, json: Any = None, method: str = "POST") -> Job:
        return Job(name, path, headers=told, json=json, method=method)

    return [
        job("API list of 50", lambda _: "/api/v1/contacts?limit=50"),
        job("API list, filtered", lambda _: "/api/v1/contacts?filter[city]=Hamburg&sort=-updated_at"),
        job(
            "API upsert",
            lambda n: f"/api/v1/contacts/by/external_id/one-{n % 100}",
            lambda n: person(f"one-{n % 100}", n % 100, job_title=f"Title {n}"),
            "PUT",
        ),
        job("API batch of 500, new", lambda _: "/api/v1/contacts/batch", lambda n: batch(n, f"new-{n}-")),
        job(
            "API batch of 500, changed",
            lambda _: "/api/v1/contacts/batch",
            lambda n: batch(0, "change-", job_title=f"Title {n}"),
        ),
        job("API batch of 500, unchanged", lambda _: "/api/v1/contacts/batch", lambda _: batch(0, "same-")),
    ]
