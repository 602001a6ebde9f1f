"""Who decides who sees figures, and from when on it holds."""

from datetime import timedelta

import pytest
from django.utils import timezone

from keen.adoption.actions.modes import answer_wish, ask_for_mode, withdraw_wish
from keen.adoption.domain.modes import DAYS_AHEAD, Mode
from keen.adoption.models import ModeChange
from keen.adoption.queries.rules import coming_mode, mode_in_force, was_chosen
from keen.core.models import Notice, User
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from tests.factories.core import make_user

pytestmark = pytest.mark.django_db
WHY = "So that managers can help."


@pytest.fixture
def boss() -> User:
    return make_user("administrator")


@pytest.fixture
def council() -> User:
    return make_user("staff_council")


def test_until_somebody_chooses_it_is_teams_only() -> None:
    assert mode_in_force(timezone.localdate()) is Mode.TEAM
    assert not was_chosen()


def test_showing_less_holds_at_once_and_everybody_is_told(boss: User, owner: User) -> None:
    ask_for_mode(actor=boss.actor(), mode="off", reason=WHY)

    assert mode_in_force(timezone.localdate()) is Mode.OFF
    assert set(Notice.objects.values_list("user_id", flat=True)) == {boss.pk, owner.pk}


def test_choosing_what_holds_anyway_is_a_choice(boss: User) -> None:
    ask_for_mode(actor=boss.actor(), mode="team", reason=WHY)

    assert was_chosen()


def test_names_take_a_second_person_and_begin_a_week_later(boss: User, council: User) -> None:
    today = timezone.localdate()
    ask_for_mode(actor=boss.actor(), mode="manager", reason=WHY)
    wish = ModeChange.objects.get()
    assert mode_in_force(today) is Mode.TEAM
    with pytest.raises(ForbiddenError):
        answer_wish(actor=boss.actor(), change_id=wish.pk, agrees=True)

    answer_wish(actor=council.actor(), change_id=wish.pk, agrees=True)

    assert mode_in_force(today + timedelta(days=DAYS_AHEAD - 1)) is Mode.TEAM
    assert mode_in_force(today + timedelta(days=DAYS_AHEAD)) is Mode.MANAGER
    coming = coming_mode(today)
    assert coming is not None
    assert coming.mode == "manager"


def test_a_refusal_and_a_withdrawal_change_nothing(boss: User, council: User) -> None:
    ask_for_mode(actor=boss.actor(), mode="manager", reason=WHY)
    answer_wish(actor=council.actor(), change_id=ModeChange.objects.get().pk, agrees=False, answer="Not yet.")
    ask_for_mode(actor=boss.actor(), mode="agreed", reason=WHY)
    withdraw_wish(actor=boss.actor(), change_id=ModeChange.objects.latest("pk").pk)

    assert not was_chosen()
    with pytest.raises(NotVisibleError):
        withdraw_wish(actor=boss.actor(), change_id=ModeChange.objects.latest("pk").pk)


def test_what_cannot_be_is_refused(boss: User, owner: User) -> None:
    with pytest.raises(ForbiddenError):
        ask_for_mode(actor=owner.actor(), mode="off", reason=WHY)
    with pytest.raises(RuleError) as unknown:
        ask_for_mode(actor=boss.actor(), mode="everybody", reason=WHY)
    with pytest.raises(RuleError) as silent:
        ask_for_mode(actor=boss.actor(), mode="off", reason="because")
    ask_for_mode(actor=boss.actor(), mode="manager", reason=WHY)
    with pytest.raises(RuleError) as second:
        ask_for_mode(actor=boss.actor(), mode="agreed", reason=WHY)

    assert [one.value.field for one in (unknown, silent, second)] == ["mode", "reason", "mode"]
