"""Nobody finds what they may not see, nor by what they may not read."""

import pytest
from django.utils import timezone

from keen.core.domain.actor import Actor
from keen.core.domain.rights import Rights
from keen.people.records import CONTACT
from keen.records import search
from keen.records.models import Recent
from tests.factories.core import make_team, make_user
from tests.factories.people import make_account, make_contact
from tests.factories.searching import titles, viewer

pytestmark = pytest.mark.django_db


def test_nobody_finds_what_they_may_not_see() -> None:
    team, other = make_team(), make_team()
    me, stranger = make_user(team=team), make_user(team=other)
    make_contact("Anna Mine", owner=me, team=None)
    make_contact("Anna Ours", owner=stranger, team=team)
    make_contact("Anna Theirs", owner=stranger, team=other)
    gone = make_contact("Anna Nobodys")
    Recent.objects.create(user=me, kind="contact", record_id=gone.pk, at=timezone.now())

    def seen(scope: str) -> set[str]:
        return set(titles("anna", viewer(scope, teams=[team.pk], user_id=me.pk)))

    assert seen("all") == {"Anna Mine", "Anna Ours", "Anna Theirs", "Anna Nobodys"}
    assert seen("team") == {"Anna Mine", "Anna Ours"}
    assert seen("own") == {"Anna Mine"}
    assert seen("none") == set()


def test_each_kind_has_its_own_reach() -> None:
    me, stranger = make_user(), make_user()
    make_contact("Orbit Mine", owner=me)
    make_contact("Orbit Theirs", owner=stranger)
    make_account("Orbit Labs", owner=stranger)
    rights = Rights(records={"contact": {"view": "own"}, "account": {"view": "all"}})

    found = titles("orbit", Actor(user_id=me.pk, name="Me", rights=rights))

    assert set(found) == {"Orbit Mine", "Orbit Labs"}


def test_search_and_list_agree_about_who_sees_what() -> None:
    teams = [make_team(), make_team()]
    users = [make_user(team=teams[0]), make_user(team=teams[1])]
    for number in range(12):
        owner = [*users, None][number % 3]
        make_contact(f"Anna Number{number:02}", owner=owner, team=[*teams, None][number % 3 - 1])
    for scope in ("all", "team", "own", "none"):
        actor = viewer(scope, teams=[teams[0].pk], user_id=users[0].pk)
        listed = set(CONTACT.model.objects.visible_to(actor).values_list("pk", flat=True))

        assert {hit.record_id for hit in search.find(actor, "anna", most=50)} == listed, scope


def test_candidates_that_may_not_be_seen_take_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keen.records.search.finding.CANDIDATES", 5)
    team = make_team()
    me, stranger = make_user(team=team), make_user()
    make_contact("Anna Ours", owner=stranger, team=team)
    for number in range(20):
        make_contact(f"Anna Other{number:02}", owner=stranger)

    assert titles("anna", viewer("team", teams=[team.pk], user_id=me.pk), most=2) == ["Anna Ours"]


@pytest.mark.parametrize(
    ("hidden", "text"),
    [
        ("emails", "amira@vela.com"), ("emails", "vela.com"), ("emails", "amira@"), ("phones", "555010"), ("phones", "+4930555010"),
        ("addresses", "Berlin"), ("tags", "vip"), ("job_title", "buyer"), ("account", "orbit"), ("first_name", "sam"), ("last_name", "jones"),
        ("last_name", "ones"), ("last_name", "jnoes"),
    ],
)  # fmt: skip
def test_what_is_hidden_is_neither_found_by_nor_shown(hidden: str, text: str) -> None:
    make_contact(
        "Sam Jones", emails=["amira@vela.com"], phones=["030 555010"], city="Berlin", tags=["VIP"], job_title="Buyer",
        account=make_account("Orbit"),
    )  # fmt: skip
    actor = viewer(hidden={"contact": [hidden]})

    assert titles(text, kinds=["contact"]) == ["Sam Jones"]
    assert titles(text, actor, kinds=["contact"]) == []


def test_a_hit_does_not_carry_hidden_texts() -> None:
    make_contact(
        "Sam Jones", emails=["amira@vela.com"], phones=["030 555010"], job_title="Buyer", city="Berlin"
    )
    hidden = {"contact": ["emails", "phones", "job_title", "addresses"]}

    (hit,) = search.find(viewer(hidden=hidden), "sam")

    assert (hit.title, hit.subtitle, hit.why, hit.email, hit.phone) == ("Sam Jones", "", "", "", "")


def test_somebody_known_by_an_email_alone_keeps_it_from_those_who_may_not_read_it() -> None:
    contact = make_contact(emails=["secret@vela.com"], first_name="", last_name="", tags=["vip"])
    contact_name = f"Contact {contact.pk}"

    assert titles("vip") == ["secret@vela.com"]
    assert titles("secret") == ["secret@vela.com"]
    assert titles("vip", viewer(hidden={"contact": ["emails"]})) == [contact_name]
    assert titles("secret", viewer(hidden={"contact": ["emails"]})) == []
