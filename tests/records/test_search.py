"""Finding records: how they are typed, and what comes first."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from keen.activities.models import Activity
from keen.activities.records import ACTIVITY
from keen.core.actions import operations
from keen.core.domain.actor import SYSTEM, Actor
from keen.records import search
from keen.records.actions import store
from keen.records.models import Favourite, Recent, Record, SearchEntry
from tests.factories.core import make_team, make_user
from tests.factories.people import make_account, make_contact
from tests.factories.searching import AWKWARD, titles, viewer

pytestmark = pytest.mark.django_db


def test_a_contact_is_found_by_name_company_and_job_in_any_order() -> None:
    vela = make_account("Vela Foods GmbH")
    make_contact("Amira Haddad", account=vela, job_title="Head of Purchasing")
    make_contact("Amira Okafor")

    for text in ("amira vela", "Vela Amira", "HADDAD purchasing", "ami foo", "haddad amira"):
        assert titles(text, kinds=["contact"]) == ["Amira Haddad"], text


def test_every_word_must_be_met() -> None:
    make_contact("Amira Haddad")

    assert titles("amira schmidt") == []


@pytest.mark.parametrize(
    "text",
    [
        "030 555010",
        "+49 (0)30 555 010",
        "555010",
        "+4930555010",
        "0049 30 555010",
        "030/555-010",
        "5550",
        "30555",
        "030555",
    ],
)
def test_a_phone_is_found_however_it_is_written(text: str) -> None:
    make_contact("Amira Haddad", phones=["+49 30 555010"])
    make_contact("Jonas Brandt", phones=["+49 40 777020"])

    (hit,) = search.find(SYSTEM, text)

    assert (hit.title, hit.why) == ("Amira Haddad", "Phone 030 555010")


def test_three_digits_are_found_at_the_start_of_a_number_alone() -> None:
    make_contact("Amira Haddad", phones=["+49 30 555010"])

    assert titles("+49 3") == ["Amira Haddad"]
    assert titles("555") == []


@pytest.mark.parametrize(
    "text",
    [
        "amira.haddad@vela.com",
        "AMIRA.HADDAD@VELA.COM",
        "amira.h",
        "amira.haddad@",
        "vela.com",
        "@vela",
        "vela",
    ],
)
def test_an_email_is_found_whole_by_its_start_and_by_its_domain(text: str) -> None:
    make_contact("Somebody Else", emails=["amira.haddad@vela.com"])
    make_contact("Jonas Brandt", emails=["jonas@orbit.org"])

    (hit,) = search.find(SYSTEM, text)

    assert (hit.title, hit.why) == ("Somebody Else", "E-mail amira.haddad@vela.com")


def test_an_exact_email_comes_before_all_else() -> None:
    make_contact("Ann Lee", emails=["ann.lee@vela.com.au"])
    make_contact("Zoe Zed", emails=["ann.lee@vela.com"])

    assert titles("ann.lee@vela.com")[0] == "Zoe Zed"


def test_a_piece_from_the_middle_of_a_name_finds_it() -> None:
    make_contact("Amira Haddad")
    make_account("Nordwind Logistik")

    assert titles("addad") == ["Amira Haddad"]
    assert titles("dwin") == ["Nordwind Logistik"]
    assert titles("mira logis") == []


@pytest.mark.parametrize("name", ["Jörg Müller", "Joerg Mueller", "Jorg Muller"])
@pytest.mark.parametrize(
    "text", ["Jörg Müller", "joerg mueller", "JORG MULLER", "müller", "mueller", "muller"]
)
def test_umlauts_are_found_in_every_spelling(name: str, text: str) -> None:
    make_contact(name)

    assert titles(text) == [name]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Zoë Nuñez", "zoe nunez"), ("Zoe Nunez", "Zoë Nuñez"), ("Łukasz Żak", "lukasz zak"), ("Søren Ågård", "soeren aagaard"),
        ("Søren Ågård", "soren agard"), ("Hans Groß", "gross"), ("Hans Gross", "GROẞ"), ("Sean O'Brien", "obrien"),
        ("Sean OBrien", "o'brien"), ("Jean-Luc Picard", "jeanluc"), ("Jean-Luc Picard", "luc"), ("JeanLuc Picard", "jean-luc"),
        ("محمد علي", "محمد"), ("山田 太郎", "太郎"), ("山田太郎", "太郎"), ("Дмитрий Иванов", "иван"), ("Ελένη Παππά", "ελενη"),
    ],
)  # fmt: skip
def test_names_of_all_scripts_are_found_as_people_type_them(name: str, text: str) -> None:
    make_contact(name)

    assert titles(text) == [name]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Amira Haddad", "hadad"), ("John Smith", "smiht"), ("John Smith", "jhon smith"), ("John Smith", "smyth"),
        ("John Smith", "smitth"), ("Vela Foods", "vela fods"), ("Arnold Schwarzenegger", "schwartzeneger"),
    ],
)  # fmt: skip
def test_a_slip_of_the_keys_still_finds(name: str, text: str) -> None:
    make_contact(name)

    (hit,) = search.find(SYSTEM, text)

    assert (hit.title, hit.mistyped) == (name, True)


def test_slips_are_not_looked_for_when_enough_is_found() -> None:
    for number in range(4):
        make_contact(f"Hadad {number} Person")
    make_contact("Amira Haddad")

    assert "Amira Haddad" not in titles("hadad")


def test_exact_comes_before_start_before_piece_before_slip() -> None:
    for name in ("Diann Rost", "Anna Kern", "Ann Lee", "Xnna Post"):
        make_contact(name)

    assert titles("ann") == ["Ann Lee", "Anna Kern", "Diann Rost"]
    assert titles("anna") == ["Anna Kern", "Xnna Post"]


def test_what_is_called_exactly_so_comes_first() -> None:
    for number in range(30):
        make_contact(f"Orbit Person{number}")
    orbit = make_account("Orbit")

    assert search.find(SYSTEM, "orbit", most=5)[0].record_id == orbit.pk


def test_own_records_come_before_the_teams_and_others() -> None:
    team, other = make_team(), make_team()
    me, mate, stranger = make_user(team=team), make_user(team=team), make_user(team=other)
    make_contact("Anna One", owner=stranger, team=other)
    make_contact("Anna Two", owner=mate, team=team)
    make_contact("Anna Three", owner=me, team=team)
    actor = viewer(teams=[team.pk], user_id=me.pk)

    assert titles("anna", actor) == ["Anna Three", "Anna Two", "Anna One"]


def test_own_records_are_among_the_candidates_however_many_others_match(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("keen.records.search.finding.CANDIDATES", 5)
    me, stranger = make_user(), make_user()
    make_contact("Anna Mine", owner=me)
    for number in range(20):
        make_contact(f"Anna Other{number:02}", owner=stranger)

    assert titles("anna", viewer(user_id=me.pk), most=2)[0] == "Anna Mine"


def test_what_was_opened_lately_comes_first_among_equals() -> None:
    me = make_user()
    seen = make_contact("Anna Opened")
    make_contact("Anna Alike")
    Recent.objects.create(user=me, kind="contact", record_id=seen.pk, at=timezone.now())

    assert titles("anna", viewer(user_id=me.pk)) == ["Anna Opened", "Anna Alike"]


def test_what_changed_lately_comes_first_among_equals() -> None:
    make_contact("Anna Newer")
    older = make_contact("Anna Alder")
    SearchEntry.objects.filter(record_id=older.pk).update(updated_at=timezone.now() - timedelta(days=400))

    assert titles("anna") == ["Anna Newer", "Anna Alder"]


def test_only_the_kinds_asked_for_are_found() -> None:
    make_contact("Orbit Jones")
    make_account("Orbit Labs")

    assert titles("orbit", kinds=["account"]) == ["Orbit Labs"]
    assert titles("orbit", kinds=["nothing"]) == []
    assert titles("orbit", kinds=[]) == []


def test_a_kind_with_a_rule_of_its_own_keeps_it() -> None:
    me, stranger = make_user(), make_user()
    mine = make_contact("Amira Haddad", owner=me)
    theirs = make_contact("Jonas Brandt", owner=stranger)
    noted: list[Record] = [
        Activity(kind="note", subject="Orbit private", owner=stranger, contact=mine, is_private=True),
        Activity(kind="note", subject="Orbit about mine", owner=stranger, contact=mine),
        Activity(kind="note", subject="Orbit about theirs", owner=stranger, contact=theirs),
        Activity(kind="note", subject="Orbit by me", owner=me, contact=theirs, is_private=True),
    ]
    work = operations.start(actor=Actor(user_id=stranger.pk, name="Stranger"), verb="created")
    store.insert(work, ACTIVITY, noted)
    actor = viewer("own", user_id=me.pk)

    assert set(titles("orbit", actor)) == {"Orbit about mine", "Orbit by me"}
    assert set(titles("orbit", viewer("all", user_id=me.pk))) == {
        "Orbit about mine",
        "Orbit about theirs",
        "Orbit by me",
    }
    assert len(search.ids(actor, "orbit", "activity")) == 2


def test_the_reason_names_the_field_that_the_eye_does_not_see() -> None:
    make_contact("Sam Jones", tags=["Newsletter"], city="Potsdam", department="Treasury", job_title="Buyer")

    def why(text: str) -> str:
        (hit,) = search.find(SYSTEM, text)
        return hit.why

    assert why("newsletter") == "Tags Newsletter"
    assert why("potsdam") == "Address Potsdam"
    assert why("treasury") == "Department Treasury"
    assert why("buyer") == ""
    assert why("sam newsl") == "Tags Newsletter"


def test_a_list_takes_the_ids_alone() -> None:
    me = make_user()
    own = [make_contact(f"Anna Number{number:02}", owner=me).pk for number in range(9)]
    other = make_contact("Anna Other").pk
    phone = make_contact("Jonas Brandt", phones=["030 555010"]).pk
    make_account("Anna Company")

    assert sorted(search.ids(SYSTEM, "anna", "contact")) == sorted([*own, other])
    assert sorted(search.ids(viewer("own", user_id=me.pk), "anna", "contact")) == sorted(own)
    assert len(search.ids(SYSTEM, "anna", "contact", 8)) == 8
    assert search.ids(SYSTEM, "030 555 010", "contact") == [phone]
    assert search.ids(SYSTEM, "brant", "contact") == [phone]
    assert search.ids(SYSTEM, "", "contact") == search.ids(SYSTEM, "anna", "nothing") == []


def test_favourites_and_what_was_opened_are_offered_first() -> None:
    me = make_user()
    opened, starred, hidden = (
        make_contact("Opened", owner=me),
        make_contact("Starred", owner=me),
        make_contact("Hidden"),
    )
    now = timezone.now()
    Recent.objects.create(user=me, kind="contact", record_id=opened.pk, at=now)
    Recent.objects.create(user=me, kind="contact", record_id=hidden.pk, at=now)
    Favourite.objects.create(user=me, kind="contact", record_id=starred.pk, at=now - timedelta(days=3))
    Favourite.objects.create(user=me, kind="contact", record_id=opened.pk, at=now - timedelta(days=9))

    offered = search.lately(viewer("own", user_id=me.pk))

    assert [hit.title for hit in offered] == ["Opened", "Starred"]


@pytest.mark.parametrize("text", AWKWARD, ids=range(len(AWKWARD)))
def test_nothing_that_can_be_typed_breaks_the_search(text: str) -> None:
    make_contact("Anna Müller", emails=["a@b.c"], phones=["030 555010"])

    assert isinstance(search.find(viewer("team", teams=[1, 2]), text), list)
    assert isinstance(search.find(SYSTEM, text), list)


@given(text=st.text(max_size=60) | st.text(alphabet="ab*\"'()&|!:<>-+^\\ .@09\x00", max_size=40))
@example(text="a" * 300)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_breaks_the_search(text: str) -> None:
    search.find(SYSTEM, text)


@given(name=st.text(min_size=1, max_size=40))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_somebody_is_called_is_found_by_it(name: str) -> None:
    from keen.lib import text
    from keen.records.domain import asking

    contact = make_contact("Placeholder", last_name=text.clean(name, 120))
    if asking.parse(contact.last_name):
        assert contact.pk in {
            hit.record_id for hit in search.find(SYSTEM, contact.last_name, kinds=["contact"], most=500)
        }
