"""What forms and processes cost, and what is dropped first."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from keen.processes.domain.rules import When
from keen.processes.models import Automation, Run
from keen.processes.queries import complexity as found
from keen.processes.queries.complexity import Trouble
from keen.records.declare import get
from keen.records.models import OwnField, SavedList
from tests.factories.fields import make_field
from tests.factories.people import make_contact
from tests.factories.processes import act, deal_of, make_automation

pytestmark = pytest.mark.django_db
NO_TROUBLE = Trouble()


def cuts(trouble: Trouble = NO_TROUBLE) -> dict[str, str]:
    now = timezone.now()
    loads = [found.load(one, now, {"contact": trouble}) for one in found.kinds()]
    return {cut.what: cut.deed for cut in found.cuts(loads, now)}


def test_a_field_that_a_view_or_an_automation_asks_for_is_not_named(admin: Any) -> None:
    for label in ("Shoe size", "Hat size", "Glove size"):
        make_field(label, "contact")
    OwnField.objects.update(filled=0, counted_of=100)
    SavedList.objects.create(
        kind="contact", name="Big", query="x_hat_size=5", owner=admin, created_at=timezone.now()
    )
    make_automation(admin, When.CHANGED, kind="contact", field="x_glove_size")
    Automation.objects.update(state_at=timezone.now())
    assert cuts() == {"Shoe size": "archive"}


def test_a_required_field_is_named_where_its_form_refuses_too_often(admin: Any) -> None:
    make_field("Tier", "contact", asked="always", required=True, decision="Which price list holds.")
    OwnField.objects.update(filled=90, counted_of=100)
    SavedList.objects.create(
        kind="contact", name="All", query="sort=x_tier", owner=admin, created_at=timezone.now()
    )
    assert cuts() == {}
    assert cuts(Trouble(saved=80, refused=20)) == {"Tier": "optional"}


def test_of_few_records_nothing_is_concluded() -> None:
    make_field("Shoe size", "contact")
    OwnField.objects.update(filled=0, counted_of=3)
    make_contact("Amira Haddad")
    assert cuts() == {}


def test_an_automation_that_did_nothing_for_long_is_named_and_one_that_acted_is_not(
    admin: Any, rep: Any
) -> None:
    make_automation(admin, name="Idle", kind="lead")
    make_automation(admin, name="Busy")
    Automation.objects.update(state_at=timezone.now() - timedelta(days=91))
    deal_of(rep)
    act()
    assert cuts() == {"Idle": "pause"}
    Run.objects.update(done_at=timezone.now() - timedelta(days=91))
    assert cuts() == {"Busy": "pause", "Idle": "pause"}


def test_built_in_fields_are_weighed_by_the_records_of_90_days(rep: Any) -> None:
    for _ in range(20):
        make_contact(city="Berlin", owner=rep)
    load = found.load(get("contact"), timezone.now(), {})
    percents = {use.field.name: use.percent for use in load.uses}
    assert (percents["last_name"], percents["job_title"], percents["owner"]) == (100, 0, 100)
    assert "job_title" in {use.field.name for use in load.unused}
    assert not load.is_over
