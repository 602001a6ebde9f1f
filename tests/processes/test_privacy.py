"""What the log says of somebody goes with them."""

from typing import Any

import pytest

from keen.privacy.actions.erasure import erase_contact
from keen.privacy.actions.sweep import sweep
from keen.privacy.models import Erasure
from keen.processes.domain.rules import Do, Step, When
from keen.processes.models import Run
from tests.factories.people import make_contact
from tests.factories.processes import act, make_automation

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_name_in_the_log_and_in_what_it_wrote_is_erased(admin: Any, rep: Any) -> None:
    steps = (Step(Do.TASK, line="Call {name} of {emails}"), Step(Do.FIELD, field="department", value="x"))
    make_automation(admin, When.CREATED, kind="contact", steps=steps)
    person = make_contact(
        "Amira Haddad", owner=rep, team=rep.team, emails=["amira@vela.example"], actor=rep.actor()
    )
    act()
    Run.objects.update(reason="“Amira Haddad” would lead back to itself", did=["a task for Amira Haddad"])

    _, erasure_id = erase_contact(actor=admin.actor(), contact_id=person.pk, confirmed=person.title)
    sweep(Erasure.objects.get(pk=erasure_id))
    assert "haddad" not in str(list(Run.objects.values())).lower()


def test_whoever_is_restricted_does_not_exist_for_an_automation(admin: Any, rep: Any) -> None:
    from django.utils import timezone

    make_automation(admin, When.CREATED, kind="contact")
    make_contact("Jonas Brandt", owner=rep, team=rep.team, restricted_at=timezone.now(), actor=rep.actor())
    (run,) = act()
    assert (run.outcome, run.code) == ("nothing", "not_seen")
