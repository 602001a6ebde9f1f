"""Every address of records, by every method, as everybody: nobody gets further than they may, and nothing breaks."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern

from keen.activities.models import Activity
from keen.activities.records import ACTIVITY
from keen.core.access import routes
from keen.core.models import Change
from keen.people.models import Account, Contact
from keen.people.records import ACCOUNT, CONTACT
from keen.records.declare import RecordType
from keen.records.pages.routes import record_routes
from keen.sales.models import Lead, Opportunity
from keen.sales.records import LEAD, OPPORTUNITY
from tests.factories.core import make_role, make_user
from tests.factories.people import make_account, make_contact
from tests.factories.records import create
from tests.factories.sales import make_lead, make_opportunity

pytestmark = pytest.mark.django_db
TYPES: dict[str, RecordType] = {
    "contact": CONTACT,
    "account": ACCOUNT,
    "activity": ACTIVITY,
    "opportunity": OPPORTUNITY,
    "lead": LEAD,
}
# One fact alone is a part of a page: a browser without scripts is led to the whole.
SEEN = {False: {200}, True: {302}}
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")


def patterns() -> Iterator[tuple[str, URLPattern]]:
    """The addresses that the declared kinds have."""
    named = {str(pattern.name) for record_type in TYPES.values() for pattern in record_routes(record_type)}
    for address, pattern in routes():
        if pattern.name in named:
            yield address, pattern


def door(pattern: URLPattern) -> Any:
    """The view with what its route declares."""
    return pattern.callback


ROUTES = sorted({(address, str(pattern.name)) for address, pattern in patterns()})
NEEDED = {
    str(pattern.name): (door(pattern).keen_permission, door(pattern).keen_methods)
    for _, pattern in patterns()
}


def path(address: str, record: Any, other: Any) -> str:
    """An address that a browser can ask for."""
    fills = {"int:record_id": record.pk, "int:other_id": other.pk, "slug:name": "owner"}
    return "/" + re.sub(r"<([^>]+)>", lambda found: str(fills[found[1]]), address)


@pytest.fixture
def records(owner: Any) -> dict[str, tuple[Any, Any]]:
    """Two contacts, accounts and activities of the owner."""

    def task(subject: str) -> Any:
        return create(owner, ACTIVITY, subject=subject, kind="task").record

    whose = {"owner": owner, "team": owner.team}
    return {
        "contacts": (make_contact("Amira Haddad", **whose), make_contact("A Haddad", **whose)),
        "accounts": (make_account("Vela", **whose), make_account("Vela Foods", **whose)),
        "activities": tuple(
            create(owner, ACTIVITY, subject=what, kind="task").record for what in ("Call", "Mail")
        ),
        "leads": (make_lead("Jana Roth", **whose), make_lead("Ida Roth", **whose)),
        "opportunities": (make_opportunity("Cold chain", **whose), make_opportunity("Lab refit", **whose)),
    }


def signed_in(user: Any) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


def rows() -> list[Any]:
    return [
        *Contact.objects.order_by("pk").values(),
        *Account.objects.order_by("pk").values(),
        *Activity.objects.order_by("pk").values(),
        *Opportunity.objects.order_by("pk").values(),
        *Lead.objects.order_by("pk").values(),
        Change.objects.exclude(kind="refusal").count(),
    ]


def test_there_are_addresses_to_walk() -> None:
    assert len(ROUTES) == 79


@pytest.mark.parametrize(("address", "name"), ROUTES)
def test_strangers_readers_and_visitors_get_no_further_than_they_may(
    address: str, name: str, records: dict[str, Any], reader: Any, stranger: Any, team: Any
) -> None:
    kind, action = NEEDED[name][0].split(".")
    record, other = records[TYPES[kind].path]
    at = path(address, record, other)
    blind = make_user(make_role(records={}), team)
    before = rows()
    for method in METHODS:
        allowed = method.upper() in NEEDED[name][1]
        anonymous = getattr(signed_in(None), method)(at)
        assert anonymous.status_code == (302 if allowed else 405)
        if allowed:
            assert anonymous["Location"].startswith("/account/login/")
        assert getattr(signed_in(blind), method)(at).status_code == (403 if allowed else 405)
        for_reader = getattr(signed_in(reader), method)(at).status_code
        if not allowed:
            assert for_reader == 405
        elif action == "view":
            assert for_reader in SEEN[name.endswith("-show")]
        else:
            assert for_reader == 403
        if "record_id" in address:
            assert getattr(signed_in(stranger), method)(at).status_code == (404 if allowed else 405)
        else:
            assert getattr(signed_in(stranger), method)(at).status_code in {200, 422, 405}
    assert rows() == before


@pytest.mark.parametrize(("address", "name"), ROUTES)
def test_what_one_cannot_see_answers_as_what_there_is_not(
    address: str, name: str, records: dict[str, Any], stranger: Any
) -> None:
    if "record_id" not in address:
        return
    kind = NEEDED[name][0].split(".")[0]
    record, other = records[TYPES[kind].path]
    client = signed_in(stranger)
    method = "post" if NEEDED[name][1] == ("POST",) else "get"
    hidden = getattr(client, method)(path(address, record, other))
    record.pk = 987_654
    missing = getattr(client, method)(path(address, record, other))
    assert hidden.status_code == missing.status_code == 404
    assert neutral(hidden) == neutral(missing)


def neutral(response: Any) -> str:
    """The page without tokens and without its own address."""
    text = re.sub(r'(name="csrfmiddlewaretoken" value|data-csrf)="[^"]*"', "", response.content.decode())
    return re.sub(r'X-CSRFToken": "[^"]*"', "", re.sub(r'name="next" value="[^"]*"', "", text))


@pytest.mark.parametrize(("address", "name"), ROUTES)
def test_the_owner_gets_everywhere(address: str, name: str, records: dict[str, Any], owner: Any) -> None:
    kind = NEEDED[name][0].split(".")[0]
    record, other = records[TYPES[kind].path]
    at = path(address, record, other)
    for method in NEEDED[name][1]:
        status = getattr(signed_in(owner), method.lower())(at).status_code
        expected = SEEN[name.endswith("-show")] if method in {"GET", "HEAD"} else {200, 303, 404, 422}
        if name.endswith("-restore"):
            expected = {303, 404}
        assert status in expected, (method, status)


@pytest.mark.parametrize(("address", "name"), ROUTES)
def test_whoever_looks_as_somebody_else_changes_nothing(
    address: str, name: str, records: dict[str, Any], owner: Any, team: Any
) -> None:
    if "POST" not in NEEDED[name][1]:
        return
    kind = NEEDED[name][0].split(".")[0]
    record, other = records[TYPES[kind].path]
    client = signed_in(make_user("administrator", team))
    client.post(f"/settings/people/{owner.pk}/act-as/")
    assert client.session.get("acting_as") == owner.pk
    before = rows()
    assert client.post(path(address, record, other)).status_code == 403
    assert rows() == before
