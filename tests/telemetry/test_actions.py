"""Deciding how much is recorded, destroying keys, writing down looks, erasing."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from keen.core.models import Change, Notice
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.telemetry.actions.erase import erase_own
from keen.telemetry.actions.keys import destroy_key, key_of_quarter
from keen.telemetry.actions.level import answer_wish, ask_for_level, withdraw_wish
from keen.telemetry.actions.reads import note_named_read
from keen.telemetry.domain.codes import code_of, of_user
from keen.telemetry.domain.groups import Label
from keen.telemetry.domain.levels import Level
from keen.telemetry.models import LevelChange, NamedRead, PseudonymKey
from keen.telemetry.policy import Keeper, everybodys_places
from keen.telemetry.queries import codes_of, level_in_force
from tests.factories.core import make_team, make_user
from tests.factories.usage import make_lines, write_events
from tests.telemetry.reader import recorded

pytestmark = pytest.mark.django_db
WHY = "The works council agreed to a trial."


@pytest.fixture
def sam() -> Any:
    return make_user("administrator")


@pytest.fixture
def council() -> Any:
    return make_user("staff_council")


def ask(user: Any, level: str, reason: str = WHY) -> LevelChange:
    ask_for_level(actor=user.actor(), level=level, reason=reason)
    return LevelChange.objects.latest("pk")


def test_groups_only_until_somebody_decides() -> None:
    assert level_in_force() is Level.AGGREGATED


def test_less_holds_at_once_and_everybody_is_told(sam: Any, owner: Any) -> None:
    ask(sam, "none")

    assert level_in_force() is Level.NONE
    assert set(Notice.objects.filter(kind="usage").values_list("user_id", flat=True)) == {sam.pk, owner.pk}
    (line,) = Change.objects.filter(kind="usage_level")
    assert (line.actor_id, line.before, line.after["level"], line.after["reason"]) == (
        sam.pk, {"level": "aggregated"}, "none", WHY,
    )  # fmt: skip


def test_more_waits_for_a_second_person_and_is_announced_when_it_holds(sam: Any, council: Any) -> None:
    wish = ask(sam, "person")
    assert (level_in_force(), Notice.objects.count()) == (Level.AGGREGATED, 0)

    answer_wish(actor=council.actor(), change_id=wish.pk, agrees=True, answer="For three months.")

    assert level_in_force() is Level.PERSON
    assert Notice.objects.count() == 2
    assert [line.verb for line in Change.objects.filter(kind="usage_level").order_by("pk")] == [
        "asked",
        "agreed",
    ]


def test_nobody_agrees_to_an_own_wish(sam: Any) -> None:
    wish = ask(sam, "person")

    with pytest.raises(ForbiddenError):
        answer_wish(actor=sam.actor(), change_id=wish.pk, agrees=True)

    other = make_user("administrator")
    answer_wish(actor=other.actor(), change_id=wish.pk, agrees=True)
    assert level_in_force() is Level.PERSON


def test_a_wish_can_be_refused_and_withdrawn(sam: Any, council: Any) -> None:
    refused = ask(sam, "pseudonymous")
    answer_wish(actor=council.actor(), change_id=refused.pk, agrees=False)
    withdrawn = ask(sam, "person")
    withdraw_wish(actor=sam.actor(), change_id=withdrawn.pk)

    assert level_in_force() is Level.AGGREGATED
    assert [row.state for row in LevelChange.objects.order_by("pk")] == ["refused", "withdrawn"]
    with pytest.raises(NotVisibleError):
        answer_wish(actor=council.actor(), change_id=withdrawn.pk, agrees=True)


def test_one_wish_waits_at_a_time(sam: Any) -> None:
    ask(sam, "person")

    with pytest.raises(RuleError, match="waits"):
        ask(sam, "pseudonymous")
    with pytest.raises(IntegrityError), transaction.atomic():
        LevelChange.objects.create(
            level="person", before="none", reason=WHY, state="asked", asked_at=timezone.now()
        )


@pytest.mark.parametrize(
    ("level", "reason", "code"),
    [
        ("everything", WHY, "not_a_choice"),
        ("none", "because", "too_short"),
        ("aggregated", WHY, "same_level"),
    ],
)
def test_a_wish_needs_a_level_and_a_reason(sam: Any, level: str, reason: str, code: str) -> None:
    with pytest.raises(RuleError) as refused:
        ask(sam, level, reason)

    assert refused.value.code == code


@pytest.mark.parametrize("role", ["sales_rep", "staff_council", "executive"])
def test_few_may_ask(role: str) -> None:
    with pytest.raises(ForbiddenError):
        ask(make_user(role), "none")


def test_a_rep_may_not_agree(sam: Any, owner: Any) -> None:
    wish = ask(sam, "person")

    with pytest.raises(ForbiddenError):
        answer_wish(actor=owner.actor(), change_id=wish.pk, agrees=True)


def test_a_quarter_has_one_key_until_it_is_destroyed(sam: Any) -> None:
    day = date(2026, 11, 20)
    first = key_of_quarter(day)
    assert key_of_quarter(day) == first
    assert key_of_quarter(date(2027, 1, 1)) != first

    destroy_key(actor=sam.actor(), key_id=PseudonymKey.objects.get(quarter="2026-Q4").pk)

    assert key_of_quarter(day) not in {first, ""}
    assert not PseudonymKey.objects.filter(secret=first).exists()
    assert code_of(first, of_user(7)) not in codes_of(7)
    with pytest.raises(NotVisibleError):
        destroy_key(actor=sam.actor(), key_id=PseudonymKey.objects.get(quarter="2026-Q4", serial=1).pk)


def test_a_look_at_somebodys_figures_is_written_down_for_them(sam: Any, owner: Any) -> None:
    note_named_read(actor=sam.actor(), person_id=owner.pk, page="adoption-person", purpose="Coaching")
    note_named_read(actor=owner.actor(), person_id=owner.pk, page="adoption-person", purpose="Own")
    looking_as_her = owner.actor(acting_by=sam.pk)
    note_named_read(actor=looking_as_her, person_id=owner.pk, page="adoption-person", purpose="Support")

    assert [(read.reader_id, read.purpose) for read in NamedRead.objects.order_by("pk")] == [
        (sam.pk, "Coaching"), (sam.pk, "Support"),
    ]  # fmt: skip


def test_what_is_erased_is_gone_for_names_and_codes(usage: Path, owner: Any, colleague: Any) -> None:
    secret = key_of_quarter(date(2026, 11, 20))
    mine, coded, others = make_lines(owner.pk), make_lines(1), make_lines(colleague.pk)
    coded[0] |= {"user_id": None, "who": code_of(secret, of_user(owner.pk)), "level": "pseudonymous"}
    write_events(usage, mine + coded + others)

    receipt = erase_own(actor=owner.actor())

    assert receipt.text.startswith("2 recorded events are erased")
    assert [row["user_id"] for row in recorded(usage)] == [colleague.pk]
    assert Change.objects.get(kind="user", verb="erased usage").after == {"events": 2}


def test_nobody_erases_while_looking_as_somebody_else(usage: Path, owner: Any, sam: Any) -> None:
    with pytest.raises(ForbiddenError):
        erase_own(actor=owner.actor(acting_by=sam.pk))


def test_a_new_level_holds_in_a_process_within_a_minute(
    sam: Any, asked_for_real: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr("keen.telemetry.policy.time.monotonic", lambda: now[0])
    assert asked_for_real.policy().level is Level.AGGREGATED
    ask(sam, "none")

    assert asked_for_real.policy().level is Level.AGGREGATED
    now[0] += 59
    assert asked_for_real.policy().level is Level.NONE


def test_the_policy_asks_little(sam: Any, asked_for_real: Keeper, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(5):
        asked_for_real.policy()
    with django_assert_num_queries(0):
        asked_for_real.policy()


def test_everybodys_place_has_their_team_and_roles_and_a_group_of_five(owner: Any) -> None:
    small = make_team(parent=owner.team)
    people = [make_user("sales_rep", owner.team) for _ in range(5)] + [make_user("marketer", small)]

    places = everybodys_places()

    assert (places[people[0].pk].team, places[people[0].pk].role) == (owner.team.pk, "sales_rep")
    assert places[people[-1].pk].team == small.pk
    assert {place.label for place in places.values()} == {Label(owner.team.pk, "")}
