"""The pages: who opens them, what they show, and what a look leaves behind."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from keen.adoption.models import Message, ModeChange, PolicyVersion, Question, Reply, Voice
from keen.adoption.queries import figures
from keen.core.models import Team, User
from keen.telemetry import capture
from keen.telemetry.models import NamedRead
from tests.factories.adoption import make_feeling, make_mode, make_people, make_standing
from tests.factories.core import make_team, make_user
from tests.receipts import assert_receipt

pytestmark = pytest.mark.django_db
WORDS = "The price list is hard to find"


@pytest.fixture
def lead() -> User:
    return make_user("rollout_lead")


@pytest.fixture
def manager(team: Team) -> User:
    return make_user("sales_manager", team, leads_team=True)


def text(response: Any) -> str:
    return " ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", response.content.decode(), flags=re.DOTALL).split())


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


# Saying something -----------------------------------------------------------------------------------


def test_what_was_shown_is_what_is_sent(client: Client, owner: User) -> None:
    signed_in(client, owner)
    address = reverse("voice-say")
    shown = client.get(address, {"from": reverse("contact-list")}, headers={"User-Agent": "iPhone Firefox/1"})
    html = shown.content.decode()

    keys = re.findall(r'name="along" value="(\w+)" checked', html)
    values = re.findall(r"<b>([^<]+):</b> ([^<]+)</span>", html)
    sent = {"sort": "wrong", "text": WORDS, "from": reverse("contact-list"), "along": keys}
    response = client.post(address, sent, headers={"User-Agent": "iPhone Firefox/1"})

    assert_receipt(response, undo=True, says="Sent")
    assert keys
    assert Message.objects.get().context == [list(pair) for pair in values]
    assert ["Device", "Phone, Firefox"] in Message.objects.get().context


def test_what_is_crossed_out_stays(client: Client, owner: User) -> None:
    sent = {"sort": "wrong", "text": WORDS, "from": reverse("contact-list"), "along": ["device"]}
    signed_in(client, owner).post(reverse("voice-say"), sent)

    row = Message.objects.get()
    assert [label for label, _ in row.context] == ["Device"]
    assert row.screen == ""


def test_no_address_and_no_record_goes_along(client: Client, owner: User) -> None:
    sent = {"sort": "idea", "text": WORDS, "from": "/contacts/4711/?q=Vela", "along": ["page"]}
    signed_in(client, owner).post(reverse("voice-say"), sent)

    row = Message.objects.get()
    assert row.context == [["Page", "Contact"]]
    assert "4711" not in str(row.context) + row.screen


@pytest.fixture
def usage(tmp_path: Path) -> Iterator[Path]:
    """Where the events of this test are written."""
    before = django_settings.KEEN.data
    django_settings.KEEN.data = tmp_path
    yield tmp_path / "usage"
    capture.spool().close()
    django_settings.KEEN.data = before


def test_being_stuck_counts_as_a_struggle(client: Client, owner: User, usage: Path) -> None:
    sent = {"sort": "stuck", "from": reverse("contact-list"), "along": ["page"]}
    signed_in(client, owner).post(reverse("voice-say"), sent)

    told = [
        orjson.loads(line)
        for file in usage.rglob("*")
        if file.is_file()
        for line in file.read_bytes().splitlines()
    ]
    assert [one["props"] for one in told if one["name"] == "stuck"] == [{"screen": "contact-list"}]


def test_words_are_kept_when_something_is_missing(client: Client, owner: User) -> None:
    response = signed_in(client, owner).post(reverse("voice-say"), {"sort": "nothing", "text": WORDS})

    assert response.status_code == 422
    assert WORDS in response.content.decode()
    assert 'role="alert"' in response.content.decode()


def test_the_sender_sees_what_became_of_it(client: Client, owner: User, lead: User, colleague: User) -> None:
    signed_in(client, owner).post(reverse("voice-say"), {"sort": "wrong", "text": WORDS})
    row = Message.objects.get()
    inbox = text(signed_in(client, lead).get(reverse("voice-inbox")))
    done = client.post(
        reverse("voice-answer", args=[row.pk]), {"state": "done", "answer": "It is pinned now."}
    )

    assert WORDS in inbox
    assert_receipt(done, undo=True, says="Answered")
    mine = text(signed_in(client, owner).get(reverse("voice")))
    assert "It is pinned now." in mine
    assert "Done" in mine
    assert signed_in(client, colleague).get(row.get_absolute_url()).status_code == 404


def test_an_answer_without_words_is_refused_with_its_page(client: Client, owner: User, lead: User) -> None:
    signed_in(client, owner).post(reverse("voice-say"), {"sort": "wrong", "text": WORDS})
    row = Message.objects.get()
    response = signed_in(client, lead).post(reverse("voice-answer", args=[row.pk]), {"state": "done"})

    assert response.status_code == 422
    assert WORDS in response.content.decode()


# The question on Today -------------------------------------------------------------------------------


def test_the_question_stands_on_today_and_is_answered_there(client: Client, owner: User) -> None:
    row = Question.objects.create(user=owner, item="pair", asked_on=timezone.localdate())
    page = text(signed_in(client, owner).get(reverse("today")))
    short = client.post(reverse("voice-reply", args=[row.pk]), {"needs": "6"})
    done = client.post(reverse("voice-reply", args=[row.pk]), {"needs": "6", "ease": "7"})

    assert "Keen does what I need" in page
    assert short.status_code == 422
    assert_receipt(done, undo=True, says="Thank you")
    assert "Keen does what I need" not in text(client.get(reverse("today")))
    assert "6 of 7" in text(client.get(reverse("voice")))


def test_a_question_can_be_passed_by(client: Client, owner: User) -> None:
    row = Question.objects.create(user=owner, item="first", asked_on=timezone.localdate())
    response = signed_in(client, owner).post(reverse("voice-decline", args=[row.pk]))

    assert response.status_code == 303
    assert not Reply.objects.exists()
    assert "One question" not in text(client.get(reverse("today")))


# One's own figures -------------------------------------------------------------------------------------


def test_ones_own_page_fills_by_itself(client: Client, owner: User) -> None:
    page = text(signed_in(client, owner).get(reverse("adoption-me")))

    assert "This page fills by itself" in page
    assert "Teams only" in page


def test_ones_own_page_shows_parts_counts_range_and_steps(client: Client, owner: User) -> None:
    make_standing(owner, score=64)
    page = text(signed_in(client, owner).get(reverse("adoption-me")))

    for words in (
        "64",
        "between 58 and 70",
        "14 of 16 expected days",
        "No occasion",
        "What would raise it most cheaply",
        "about +",
        "This is wrong",
    ):
        assert words in page


def test_a_number_has_a_page_of_its_parts(client: Client, owner: User) -> None:
    make_standing(owner)
    page = text(signed_in(client, owner).get(reverse("adoption-part", args=["depth"])))

    assert "4 of 8 recorded step by step" in page
    assert "closed with all steps in order" in page
    assert client.get(reverse("adoption-part", args=["secret"])).status_code == 404


def test_too_little_is_said_and_no_score_shown(client: Client, owner: User) -> None:
    make_standing(owner, score=None, withheld="Not enough data yet: 5 of at least 8 scheduled days.")
    page = text(signed_in(client, owner).get(reverse("adoption-me")))

    assert "5 of at least 8 scheduled days" in page
    assert "64 of 100" not in page


def test_switched_off_nobody_sees_figures_not_even_the_person(client: Client, owner: User) -> None:
    make_standing(owner, score=64)
    make_mode("off")

    assert "between 58 and 70" not in text(signed_in(client, owner).get(reverse("adoption-me")))
    assert client.get(reverse("adoption-part", args=["depth"])).status_code == 404


def test_a_wrong_figure_goes_to_the_inbox_with_the_figure(client: Client, owner: User) -> None:
    sent = {"sort": "figure", "text": "I was away", "figure": "Adoption 64, 2026-11-20"}
    response = signed_in(client, owner).post(reverse("voice-say"), sent)

    assert_receipt(response, says="within 7 days")
    assert Message.objects.get().context == [["Figure", "Adoption 64, 2026-11-20"]]


def test_choices_are_kept(client: Client, owner: User) -> None:
    response = signed_in(client, owner).post(reverse("adoption-choices"), {"may_be_named": "on"})

    assert_receipt(response, undo=True)
    row = Voice.objects.get(user=owner)
    assert (row.may_be_named, row.may_be_asked) == (True, False)


# The manager's view --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "agreed", "seen"), [
    ("team", True, False), ("off", True, False), ("agreed", False, False), ("agreed", True, True), ("manager", False, True),
])  # fmt: skip
def test_a_manager_sees_names_only_as_the_mode_says(
    client: Client, manager: User, owner: User, mode: str, *, agreed: bool, seen: bool
) -> None:
    make_standing(owner, score=64)
    make_mode(mode)
    Voice.objects.create(user=owner, may_be_named=agreed, changed_at=timezone.now())

    listed = text(signed_in(client, manager).get(reverse("adoption-people")))
    alone = client.get(reverse("adoption-person", args=[owner.pk]))

    assert (owner.name in listed) is seen
    assert (alone.status_code == 200) is seen
    assert NamedRead.objects.filter(person=owner, reader=manager).count() == (2 if seen else 0)


def test_each_look_is_seen_by_the_person(client: Client, manager: User, owner: User) -> None:
    make_standing(owner)
    make_mode("manager")
    signed_in(client, manager).get(reverse("adoption-person", args=[owner.pk]))

    assert manager.name in text(signed_in(client, owner).get(reverse("adoption-me")))


def test_nobody_else_sees_a_name(
    client: Client, manager: User, owner: User, colleague: User, lead: User, stranger: User
) -> None:
    make_standing(owner)
    make_mode("manager")
    boss = make_user("administrator", make_team(), leads_team=True)
    other = make_user("sales_manager", make_team(), leads_team=True)

    for somebody in (colleague, lead, stranger, boss, other):
        signed_in(client, somebody)
        assert client.get(reverse("adoption-person", args=[owner.pk])).status_code == 404
        assert owner.name not in client.get(reverse("adoption-people")).content.decode()
    assert not NamedRead.objects.exists()
    assert manager.pk


def test_who_leads_leaders_sees_them_and_not_their_people(team: Team, manager: User, owner: User) -> None:
    above = make_user("sales_manager", make_team(), leads_team=True)
    Team.objects.filter(pk=team.pk).update(parent=above.team_id)
    orphan = make_user("sales_rep", make_team(parent=above.team))

    assert set(figures.direct_reports(above.actor())) == {manager, orphan}
    assert figures.direct_reports(manager.actor()) == [owner]
    assert figures.direct_reports(owner.actor()) == []


# Rules --------------------------------------------------------------------------------------------------


def test_the_mode_is_read_by_all_and_chosen_by_few(client: Client, owner: User) -> None:
    boss, council = make_user("administrator"), make_user("staff_council")
    assert "Choose this" not in text(signed_in(client, owner).get(reverse("adoption-mode")))
    refused = client.post(reverse("adoption-mode"), {"mode": "off", "reason": "Because we want to."})
    assert refused.status_code == 403

    signed_in(client, boss)
    short = client.post(reverse("adoption-mode"), {"mode": "manager", "reason": "so"})
    asked = client.post(reverse("adoption-mode"), {"mode": "manager", "reason": "So that managers can help."})
    assert short.status_code == 422
    assert_receipt(asked, undo=False, says="waits for the agreement")

    agreed = signed_in(client, council).post(
        reverse("adoption-mode-answer", args=[ModeChange.objects.get().pk]), {"agrees": "yes"}
    )
    assert_receipt(agreed, undo=False, says="holds from")
    assert "Named to the direct manager" in text(signed_in(client, owner).get(reverse("adoption-mode")))


def test_the_rules_are_read_by_all_and_changed_by_few(client: Client, owner: User, lead: User) -> None:
    page = text(signed_in(client, owner).get(reverse("adoption-policy")))
    edit = reverse("adoption-policy-edit") + "?role=sales_rep"
    assert "Rhythm" in page
    assert client.get(edit).status_code == 403

    signed_in(client, lead)
    assert client.get(edit).status_code == 200
    form = {"role": "sales_rep", "tau": "70", "kappa": "50", "timely_hours": "24", "adopted": "70",
            "rhythm": "20", "breadth": "15", "depth": "20", "timeliness": "15", "quality": "20", "value": "10"}  # fmt: skip
    wrong = client.post(edit, {**form, "rhythm": "30", "reason": "More of the rhythm."})
    letters = client.post(edit, {**form, "tau": "many", "reason": "More of the rhythm."})
    done = client.post(edit, {**form, "reason": "Half of our work is on the road."})

    assert (wrong.status_code, letters.status_code) == (422, 422)
    assert "add up to" in wrong.content.decode()
    assert_receipt(done, undo=True, says="Version 2 holds from")
    assert PolicyVersion.objects.get().data["roles"]["sales_rep"]["tau"] == pytest.approx(0.7)


# Groups ---------------------------------------------------------------------------------------------------


def test_the_cockpit_shows_teams_and_names_nobody(client: Client, lead: User) -> None:
    north, south = make_people(6), make_people(7)
    for place, one in enumerate([*north, *south]):
        make_standing(one, score=50 + place, friction=0.3 if one in south else 0.05)
        make_feeling(one, 6, 5)

    page = text(signed_in(client, lead).get(reverse("adoption")))

    for people in (north, south):
        assert people[0].team
        assert people[0].team.name in page
        assert not any(one.name in page for one in people)
    assert "Find the screen that stops them" in page
    assert "How Keen is felt" in page


def test_the_cockpit_of_few_people_fills_by_itself(client: Client, lead: User, owner: User) -> None:
    for one in make_people(4):
        make_standing(one)

    assert "Figures come by themselves" in text(signed_in(client, lead).get(reverse("adoption")))
    assert signed_in(client, owner).get(reverse("adoption")).status_code == 403


def test_a_poll_is_asked_from_its_page(client: Client, lead: User) -> None:
    make_people(5)
    signed_in(client, lead)
    wrong = client.post(reverse("voice-polls"), {"words": "Which?", "options": "one", "days": "14"})
    done = client.post(reverse("voice-polls"), {"words": "Which?", "options": "one\ntwo", "days": "14"})

    assert wrong.status_code == 422
    assert_receipt(done, undo=True, says="Asked until")
    assert "Runs until" in text(client.get(reverse("voice-polls")))
