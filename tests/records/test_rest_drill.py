"""Every address of the API with made-up input, well formed and not: no fault of the server, no answer that is not documented."""

from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from keen.activities.records import ACTIVITY
from keen.people.models import Contact
from tests.factories.api import Program, make_token
from tests.factories.core import make_user
from tests.factories.people import make_account, make_contact
from tests.factories.records import create

pytestmark = pytest.mark.django_db
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ROLES = ("administrator", "sales_rep", "reader")
SHORT, LONG = 1, 30


def drill(role: str, team: Any, examples: int) -> int:
    """The number of requests sent as somebody with the role; raises where an answer is not what the document says."""
    user = make_user(role, team)
    whose = {"owner": user, "team": team}
    account = make_account("Vela Foods", **whose)
    contact = make_contact("Amira Haddad", account=account, emails=["amira@vela.example"], **whose)
    admin = make_user("administrator", team)
    task = create(admin, ACTIVITY, subject="Call back", kind="task", contact=contact.pk).record
    program = Program(make_token(user))
    document = program.get("openapi.json").json()
    # Of all ids those that are there are the interesting ones.
    ids = {"enum": sorted({account.pk, contact.pk, task.pk, 987_654})}
    for methods in document["paths"].values():
        for parameter in methods.get("parameters", ()):
            if parameter["name"] == "record_id":
                parameter["schema"] = ids
    schema = schemathesis.openapi.from_dict(document)
    sent = 0
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        for found in schema.get_all_operations():
            sent += run(found.ok(), mode, program, examples)
    assert Contact.objects.exists()
    return sent


def run(operation: Any, mode: Any, program: Program, examples: int) -> int:
    """The number of requests of one method of one address."""
    sent = []

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any) -> None:
        case.validate_response(answer_to(case, program), checks=CHECKS)
        sent.append(case)

    ask()
    return len(sent)


def answer_to(case: Any, program: Program) -> Response:
    """What is answered to the made-up request, without a server between."""
    wanted = requests.Request(**case.as_transport_kwargs(base_url="http://localhost/api/v1")).prepare()
    body = wanted.body or b""
    headers = {**wanted.headers, "Authorization": f"Bearer {program.token}"}
    given = program.client.generic(
        case.method,
        wanted.path_url,
        body.encode() if isinstance(body, str) else body,
        content_type=headers.pop("Content-Type", ""),
        headers={name: readable(value) for name, value in headers.items() if name != "Accept-Encoding"},
    )
    return Response(
        status_code=given.status_code,
        headers={name.lower(): [value] for name, value in given.headers.items()},
        content=given.content,
        request=wanted,
        elapsed=0.0,
        verify=False,
    )


def readable(value: str | bytes) -> str:
    """A header as it comes out of a socket."""
    return value.decode("latin-1") if isinstance(value, bytes) else value


@pytest.mark.parametrize("role", ROLES)
def test_a_few_requests_to_every_address_are_answered_as_documented(role: str, team: Any) -> None:
    assert drill(role, team, SHORT) > 20


@pytest.mark.long
@pytest.mark.parametrize("role", ROLES)
def test_many_requests_to_every_address_are_answered_as_documented(role: str, team: Any) -> None:
    assert drill(role, team, LONG) > 700
