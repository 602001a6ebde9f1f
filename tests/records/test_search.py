"""Finding records: how they are typed, what is found first, and who finds them."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from keen.activities.models import Activity
from keen.activities.records import ACTIVITY
from keen.core.actions import operations
from keen.core.domain.actor import SYSTEM, Actor
from keen.core.domain.rights import Rights
from keen.people.models import Account
from keen.people.records import ACCOUNT, CONTACT
from keen.records import search
from keen.records.actions import life, merge, save, store
from keen.records.actions.save import Wish
from keen.records.declare import types
from keen.records.models import Favourite, Recent, SearchEntry
from keen.records.pages import searching
from tests.factories.core import make_role, make_team, make_user
from tests.factories.people import make_account, make_contact

pytestmark = pytest.mark.django_db

AWKWARD = [
    "", " ", "*", '"', "'", "AND OR NOT", "NEAR(", "a NEAR/2 b", "(((", "title:x", "a*b", "-", "^a", "a:*", "a & !b | c",
    "\\", "%", "_", "x" * 10_000, "a " * 5_000, "\x00", "a\x00b", "\ud800", "😀", "😀 anna", "שלום", "عبد الله", "m",
    "山田", "太", "ß", "İ", "@", "a@", "@b", ".", "a.b.c.d", "+", "+4", "00", "0" * 400, "1234 5678 9012", "\u202eabc",
    "{}", "[]", "$1", "'; DROP TABLE records_searchentry; --", "%s", "%(a)s", "-- ", "\n\t", "e\u0301", "①②③④", "٠٣٠٥",
]  # fmt: skip


def titles(text: str, actor: Actor = SYSTEM, **options) -> list[str]:
    return [hit.title for hit in search.find(actor, text, **options)]


def viewer(scope: str = "all", *, teams=(), user_id: int = 900, hidden=None) -> Actor:
    rights = Rights(
        records={"*": {"view": scope}},
        teams=frozenset(teams),
        hidden={kind: frozenset(names) for kind, names in (hidden or {}).items()},
    )
    return Actor(user_id=user_id, name="Viewer", rights=rights)


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


def test_a_kind_with_a_rule_of_its_own_keeps_it() -> None:
    me, stranger = make_user(), make_user()
    mine = make_contact("Amira Haddad", owner=me)
    theirs = make_contact("Jonas Brandt", owner=stranger)
    noted = [
        Activity(kind="note", subject="Orbit private", owner=stranger, contact=mine, is_private=True),
        Activity(kind="note", subject="Orbit about mine", owner=stranger, contact=mine),
        Activity(kind="note", subject="Orbit about theirs", owner=stranger, contact=theirs),
        Activity(kind="note", subject="Orbit by me", owner=me, contact=theirs, is_private=True),
    ]
    work = operations.start(actor=Actor(user_id=stranger.pk, name="Stranger"), verb="created")
    store.insert(work, ACTIVITY, noted)
    actor = viewer("own", user_id=me.pk)

    assert set(titles("orbit", actor)) == {"Orbit about mine", "Orbit by me"}
    assert set(titles("orbit", viewer("all", user_id=me.pk))) == {"Orbit about mine", "Orbit about theirs", "Orbit by me"}
    assert len(search.ids(actor, "orbit", "activity")) == 2


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


def keys() -> list[tuple[str, int]]:
    return sorted(SearchEntry.objects.values_list("record_kind", "record_id"))


def living() -> list[tuple[str, int]]:
    return sorted(
        (kind.kind, pk) for kind in types() for pk in kind.model.objects.living().values_list("pk", flat=True)
    )


def token_ids() -> list[int]:
    """The entries that the full-text structure knows."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT id FROM records_searchtokens_docsize ORDER BY id")
        else:
            cursor.execute("SELECT id FROM records_searchentry WHERE tokens IS NOT NULL ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def assert_in_step() -> None:
    assert keys() == living()
    assert token_ids() == sorted(SearchEntry.objects.values_list("pk", flat=True))


def test_the_search_follows_every_write() -> None:
    admin = make_user("administrator")
    actor = admin.actor()
    made = save.save(CONTACT, actor=actor, wish=Wish({"first_name": "Amira", "last_name": "Haddad"}))
    pk = made.record.pk
    assert titles("haddad") == ["Amira Haddad"]
    assert_in_step()

    changed = save.save(CONTACT, actor=actor, wish=Wish({"last_name": "Okafor"}, record_id=pk))
    assert (titles("haddad"), titles("okafor")) == ([], ["Amira Okafor"])
    assert_in_step()

    life.undo(actor=actor, operation_id=UUID(changed.receipt.undo))
    assert (titles("haddad"), titles("okafor")) == (["Amira Haddad"], [])
    assert_in_step()

    life.delete(CONTACT, actor=actor, record_id=pk)
    assert titles("haddad") == []
    assert_in_step()

    life.restore(CONTACT, actor=actor, record_id=pk)
    assert titles("haddad") == ["Amira Haddad"]
    assert_in_step()


def test_a_merge_leaves_one_that_is_found_by_the_words_of_both() -> None:
    actor = make_user("administrator").actor()
    keep, lose = make_contact("Amira Haddad"), make_contact("A Haddad", emails=["amira@vela.com"])

    receipt = merge.merge(CONTACT, actor=actor, keep_id=keep.pk, lose_id=lose.pk, chosen={})

    assert titles("amira@vela.com") == ["Amira Haddad"]
    assert_in_step()

    life.undo(actor=actor, operation_id=UUID(receipt.undo))

    assert titles("amira@vela.com") == ["A Haddad"]
    assert_in_step()


def test_a_new_owner_moves_a_record_out_of_sight() -> None:
    me, other = make_user(), make_user()
    admin = make_user("administrator").actor()
    contact = make_contact("Amira Haddad", owner=me)
    actor = viewer("own", user_id=me.pk)
    assert titles("haddad", actor) == ["Amira Haddad"]

    save.save(CONTACT, actor=admin, wish=Wish({"owner": other.pk}, record_id=contact.pk))

    assert titles("haddad", actor) == []
    assert titles("haddad", viewer("own", user_id=other.pk)) == ["Amira Haddad"]


def test_a_renamed_account_is_found_at_its_people() -> None:
    admin = make_user("administrator").actor()
    orbit = make_account("Orbit Labs")
    make_contact("Amira Haddad", account=orbit)

    save.save(ACCOUNT, actor=admin, wish=Wish({"name": "Zenith Works"}, record_id=orbit.pk))

    assert titles("amira zenith") == ["Amira Haddad"]
    assert titles("amira orbit") == []


def test_a_rebuild_brings_the_search_back_in_step() -> None:
    make_contact("Amira Haddad")
    gone = make_contact("Jonas Brandt")
    life.delete(CONTACT, actor=make_user("administrator").actor(), record_id=gone.pk)
    SearchEntry.objects.all().delete()
    SearchEntry.objects.create(
        record_kind="contact", record_id=gone.pk, title="Jonas", updated_at=timezone.now()
    )
    SearchEntry.objects.create(
        record_kind="contact", record_id=10**9, title="Nobody", updated_at=timezone.now()
    )
    SearchEntry.objects.create(record_kind="unknown", record_id=1, title="Nothing", updated_at=timezone.now())

    counted = search.index_all()

    assert counted["contact"] == 1
    assert_in_step()
    assert (titles("haddad"), titles("jonas"), titles("nobody")) == (["Amira Haddad"], [], [])


def test_many_records_are_indexed_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keen.records.search.entries.BATCH", 3)
    work = operations.start(actor=SYSTEM, verb="created")
    store.insert(work, ACCOUNT, [Account(name=f"Orbit {number}") for number in range(8)])

    assert len(titles("orbit")) == 8
    assert search.index_all()["account"] == 8
    assert_in_step()


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


def test_the_page_groups_by_kind_and_says_why(client: Client) -> None:
    me = make_user("administrator")
    client.force_login(me)
    make_contact("Amira Haddad", tags=["Orbit fans"], phones=["030 555010"], owner=me)
    make_account("Orbit Labs", owner=me)

    page = client.get("/search/", {"q": "orbit"}).content.decode()

    assert 'id="found-contact"' in page
    assert 'id="found-account"' in page
    assert "Tags Orbit fans" in page
    assert 'href="tel:+4930555010"' in page

    narrowed = client.get("/search/", {"q": "orbit", "kind": "account"}).content.decode()

    assert 'id="found-contact"' not in narrowed
    assert 'id="found-account"' in narrowed


def test_the_page_offers_to_create_what_is_not_there(client: Client) -> None:
    client.force_login(make_user("administrator"))
    make_account("Orbit Labs")

    nothing = client.get("/search/", {"q": "Zorro Zed"}).content.decode()
    nearly = client.get("/search/", {"q": "orbit lbas"}).content.decode()

    assert "/contacts/new/?first_name=Zorro&amp;last_name=Zed" in nothing
    assert "/accounts/new/?name=Zorro+Zed" in nothing
    assert "Similar accounts" in nearly
    assert "/accounts/new/?name=orbit+lbas" in nearly


def test_nobody_is_offered_to_create_what_they_may_not(client: Client) -> None:
    looking = make_role("looking", records={"*": {"view": "all"}})
    client.force_login(make_user(looking))

    assert "/new/?" not in client.get("/search/", {"q": "Zorro Zed"}).content.decode()


def test_the_palette_answers_with_options_alone(client: Client) -> None:
    me = make_user("administrator")
    client.force_login(me)
    made = make_contact("Amira <b>Haddad", owner=me)
    Recent.objects.create(user=me, kind="contact", record_id=made.pk, at=timezone.now())

    found = client.get("/search/palette/", {"q": "hadd"}).content.decode()
    nothing = client.get("/search/palette/", {"q": "zorro"}).content.decode()
    untyped = client.get("/search/palette/").content.decode()

    assert found.strip().startswith('<div class="opt" role="option"')
    assert f'data-href="/contacts/{made.pk}/"' in found
    assert "Amira &lt;b&gt;Haddad" in found
    assert "<html" not in found
    assert "Create contact “zorro”" in nothing
    assert f'data-href="/contacts/{made.pk}/"' in untyped


def test_a_field_that_names_a_record_is_offered_those_of_its_kind(client: Client) -> None:
    client.force_login(make_user("administrator"))
    make_contact("Orbit Jones")
    labs = make_account("Orbit Labs")

    offered = client.get("/search/link/account/", {"q": "orbit"}).content.decode()

    assert f'data-value="{labs.pk}"' in offered
    assert "Orbit Jones" not in offered
    assert client.get("/search/link/nothing/", {"q": "orbit"}).status_code == 404


def test_typed_beginnings_are_marked() -> None:
    assert searching.marked("Amira Haddad", "had ami") == "<mark>Ami</mark>ra <mark>Had</mark>dad"
    assert searching.marked("Jörg <i>", "jorg") == "<mark>Jörg</mark> &lt;i&gt;"
    assert searching.marked("Weiß & Co", "weiss") == "Weiß &amp; Co"


@pytest.mark.parametrize("text", AWKWARD, ids=range(len(AWKWARD)))
def test_the_pages_answer_whatever_is_typed(client: Client, text: str) -> None:
    client.force_login(make_user("administrator"))
    typed = {"q": text.encode("utf-8", "replace").decode()}

    for address in ("/search/", "/search/palette/", "/search/link/contact/"):
        assert client.get(address, typed).status_code == 200


def test_the_command_rebuilds_and_says_how_much(capsys: pytest.CaptureFixture[str]) -> None:
    make_contact("Amira Haddad")
    SearchEntry.objects.all().delete()

    call_command("reindex")

    assert "1 contact\n" in capsys.readouterr().out
    assert titles("haddad") == ["Amira Haddad"]
