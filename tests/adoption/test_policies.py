"""Changing the rules: for the next quarter, with a reason, never for figures of before."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from keen.adoption.actions.policies import save_policy, takes_effect
from keen.adoption.models import PolicyVersion
from keen.adoption.queries.rules import policy_on
from keen.core.models import User
from keen.lib.errors import ForbiddenError, RuleError
from tests.factories.core import make_user
from tests.factories.records import undo

WHY = "Half of our work is on the road."
TAU = {"roles": {"sales_rep": {"tau": 0.5}}}


@pytest.fixture
def lead() -> User:
    return make_user("rollout_lead")


@pytest.mark.parametrize(
    ("on", "begins"),
    [
        (date(2026, 11, 22), date(2027, 1, 1)),
        (date(2026, 12, 17), date(2027, 1, 1)),
        (date(2026, 12, 18), date(2027, 4, 1)),
        (date(2026, 1, 1), date(2026, 4, 1)),
    ],
)
def test_rules_change_with_a_quarter_and_two_weeks_ahead(on: date, begins: date) -> None:
    assert takes_effect(on) == begins


@pytest.mark.django_db
def test_a_change_holds_from_the_next_quarter_on(lead: User) -> None:
    today = timezone.localdate()
    save_policy(actor=lead.actor(), changes=TAU, reason=WHY)

    row = PolicyVersion.objects.get()
    assert policy_on(today).of("sales_rep").tau == 0.8
    assert policy_on(row.starts_on).of("sales_rep").tau == 0.5
    assert policy_on(row.starts_on).version == 2
    assert policy_on(row.starts_on - timedelta(days=1)).version == 1


@pytest.mark.django_db
def test_changes_add_up(lead: User) -> None:
    save_policy(actor=lead.actor(), changes=TAU, reason=WHY)
    save_policy(actor=lead.actor(), changes={"labels": {"adopted": 65}}, reason=WHY)

    found = policy_on(PolicyVersion.objects.latest("version").starts_on)
    assert (found.version, found.of("sales_rep").tau, found.labels.adopted) == (3, 0.5, 65)


@pytest.mark.django_db
def test_what_cannot_be_is_refused(lead: User, owner: User) -> None:
    with pytest.raises(ForbiddenError):
        save_policy(actor=owner.actor(), changes=TAU, reason=WHY)
    for changes, reason, code in (
        (TAU, "so", "too_short"),
        ({"roles": {"sales_rep": {"tau": 0.8}}}, WHY, "no_change"),
        ({"roles": {"sales_rep": {"tau": 3.0}}}, WHY, "invalid"),
        ({"roles": {"sales_rep": {"weights": {"rhythm": 0.9}}}}, WHY, "invalid"),
    ):
        with pytest.raises(RuleError) as refused:
            save_policy(actor=lead.actor(), changes=changes, reason=reason)
        assert refused.value.code == code
    assert not PolicyVersion.objects.exists()


@pytest.mark.django_db
def test_what_does_not_hold_yet_is_taken_back(lead: User) -> None:
    first = save_policy(actor=lead.actor(), changes=TAU, reason=WHY)
    second = save_policy(actor=lead.actor(), changes={"labels": {"adopted": 65}}, reason=WHY)

    with pytest.raises(RuleError):
        undo(lead, first)
    undo(lead, second)

    assert PolicyVersion.objects.get().version == 2
