"""The points of the rules of the score: what a company sets holds for all open leads, and is taken back."""

from typing import Any

import pytest

from keen.lib.errors import ForbiddenError, RuleError
from keen.sales.actions.scores import set_points
from keen.sales.models import Lead
from keen.sales.queries.leads import why
from tests.factories.activities import client_of
from tests.factories.records import undo
from tests.factories.sales import make_lead
from tests.receipts import assert_receipt

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(owner: Any) -> Lead:
    """A lead with a company and a phone: 20 points, as rules usually are."""
    return make_lead("Jana Roth", company="Nord", phone="+493012345678", owner=owner, team=owner.team)


def test_open_leads_are_weighed_anew_and_again_as_before_after_undo(
    lead: Lead, owner: Any, admin: Any
) -> None:
    done = make_lead(
        "Ida", company="Nord", status="unqualified", reason="other", owner=owner, team=owner.team
    )
    receipt = set_points(actor=admin.actor(), typed={"names_company": "40", "has_phone": "0"})

    lead.refresh_from_db()
    assert lead.score == 40
    assert [(rule.sign, rule.points) for rule in why(owner.actor(), lead)] == [("names_company", 40)]
    assert "1 open lead has another score" in receipt.also
    assert Lead.objects.get(pk=done.pk).score == done.score
    assert make_lead("New", company="Nord", email="a@b.example").score > 40

    undo(admin, receipt)
    lead.refresh_from_db()
    assert lead.score == 20


def test_points_are_typed_on_one_page_and_errors_name_their_rule(lead: Lead, owner: Any, admin: Any) -> None:
    client, at = client_of(admin), "/settings/lead-score/"

    assert_receipt(client.post(at, {"names_company": "35"}), undo=True)
    page = client.get(at).content.decode()
    assert 'value="35"' in page
    refused = client.post(at, {"names_company": "1000"})
    assert refused.status_code == 422
    assert 'value="1000"' in refused.content.decode()
    for wrong in ("ten", "1.5", "\N{SUPERSCRIPT TWO}", "-101"):
        with pytest.raises(RuleError):
            set_points(actor=admin.actor(), typed={"has_phone": wrong})
    assert client_of(owner).get(at).status_code == 403
    with pytest.raises(ForbiddenError):
        set_points(actor=owner.actor(), typed={})
