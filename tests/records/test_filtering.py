"""Filters of lists: what they find, what they refuse, and what they do not tell."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from keen.activities.records import ACTIVITY
from keen.core.domain.actor import Actor
from keen.lib.errors import RuleError
from keen.people.models import Account, Contact
from keen.people.records import ACCOUNT, CONTACT
from keen.records.declare import RecordType
from keen.records.domain import filters
from keen.records.queries import listing
from keen.records.queries.listing import Listing
from tests.factories.core import make_role, make_user
from tests.factories.people import make_account, make_contact

pytestmark = pytest.mark.django_db
WIDE = {"view": "all", "add": "all", "edit": "all", "delete": "all", "export": "all"}


def filtered(actor: Actor, address: str, record_type: RecordType = CONTACT) -> set[str]:
    """The titles that a list with this address shows."""
    pairs = [tuple(part.split("=", 1)) for part in address.split("&")]
    conditions = filters.parse(pairs, listing.filterable(record_type, actor))  # type: ignore[arg-type]
    return {row.title for row in listing.matching(record_type, actor, Listing(conditions=conditions))}


@pytest.fixture
def some(owner: Any, account: Account) -> None:
    """People who differ in everything that one filters by."""
    mine = {"owner": owner, "team": owner.team}
    now = timezone.now()
    make_contact(
        "Zoë Ärmel",
        **mine,
        account=account,
        emails=["zoe@vela.example"],
        phones=["030 5550101"],
        tags=["VIP"],
        city="MÜNCHEN",
        birthday=date(1980, 5, 5),
        last_contact_at=now - timedelta(days=5),
        job_title="100% Buyer",
    )
    make_contact(
        "Bo Berg",
        **mine,
        emails=["bo_b@orbit.example"],
        phones=["0171 2345678"],
        tags=["nord", "VIP"],
        city="Berlin",
        birthday=date(1990, 1, 1),
        last_contact_at=now - timedelta(days=50),
        job_title="1000 things",
    )
    make_contact("Cy Curie", **mine, city="berlin", do_not_call=True, job_title="a_b")
    make_contact("Di Dorn", owner=None, team=owner.team, job_title="axb", birthday=date(1990, 1, 2))


ZOE, BO, CY, DI = "Zoë Ärmel", "Bo Berg", "Cy Curie", "Di Dorn"


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("city=Berlin", {BO}),
        ("city.contains=BER", {BO, CY}),
        ("city.contains=ünch", {ZOE}),
        ("city.starts=mün", {ZOE}),
        ("city.starts=erl", set()),
        ("city.empty=1", {DI}),
        ("city.filled=1", {ZOE, BO, CY}),
        ("job_title.contains=100%25"[:-2], {ZOE}),
        ("job_title.contains=a_b", {CY}),
        ("job_title.starts=%", set()),
        ("last_name=Berg", {BO}),
        ("do_not_call=yes", {CY}),
        ("do_not_call=0", {ZOE, BO, DI}),
        ("birthday.from=1990-01-01", {BO, DI}),
        ("birthday.until=1990-01-01", {ZOE, BO}),
        ("birthday.from=1990-01-01&birthday.until=1990-01-01", {BO}),
        ("birthday.empty=1", {CY}),
        ("birthday.filled=1", {ZOE, BO, DI}),
        ("birthday.last=36500", {ZOE, BO, DI}),
        ("birthday.before_last=1", {ZOE, BO, CY, DI}),
        ("last_contact_at.last=10", {ZOE}),
        ("last_contact_at.before_last=10", {BO, CY, DI}),
        ("last_contact_at.empty=1", {CY, DI}),
        ("account.empty=1", {BO, CY, DI}),
        ("account.filled=1", {ZOE}),
        ("owner=me", {ZOE, BO, CY}),
        ("owner.not=me", {DI}),
        ("owner.empty=1", {DI}),
        ("team=mine", {ZOE, BO, CY, DI}),
        ("emails.contains=VELA", {ZOE}),
        ("emails.contains=o_b@", {BO}),
        ("emails.contains=%", set()),
        ("emails.empty=1", {CY, DI}),
        ("emails.filled=1", {ZOE, BO}),
        ("phones.contains=030 555", {ZOE}),
        ("phones.contains=nobody", set()),
        ("phones.filled=1", {ZOE, BO}),
        ("tags=vip", {ZOE, BO}),
        ("tags=vip&tags=nord", {BO}),
        ("tags.empty=1", {CY, DI}),
        ("tags.filled=1", {ZOE, BO}),
        ("addresses.empty=1", {DI}),
        ("addresses.filled=1", {ZOE, BO, CY}),
        ("city=", {ZOE, BO, CY, DI}),
    ],
)
def test_a_filter_finds_what_it_says(owner: Any, some: None, address: str, names: set[str]) -> None:
    assert filtered(owner.actor(), address) == names


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("type=customer", {"Beta"}),
        ("type=customer,partner", {"Beta", "Gamma"}),
        ("type.not=customer", {"Alpha", "Gamma", "Delta", "Vela Foods"}),
        ("type.empty=1", {"Alpha", "Delta", "Vela Foods"}),
        ("number_of_employees.min=10", {"Beta", "Gamma"}),
        ("number_of_employees.max=10", {"Alpha", "Beta"}),
        ("number_of_employees.min=10.5", {"Gamma"}),
        ("number_of_employees.max=10.5", {"Alpha", "Beta"}),
        ("number_of_employees.min=999999999999", set()),
        ("number_of_employees.empty=1", {"Delta", "Vela Foods"}),
    ],
)
def test_a_filter_on_numbers_and_choices(owner: Any, account: Account, address: str, names: set[str]) -> None:
    for name, kind, size in (
        ("Alpha", "", 1),
        ("Beta", "customer", 10),
        ("Gamma", "partner", 11),
        ("Delta", "", None),
    ):
        make_account(name, owner=owner, team=owner.team, type=kind, number_of_employees=size)
    assert filtered(owner.actor(), address, ACCOUNT) == names


def test_a_link_is_filtered_by_its_id(owner: Any, some: None, account: Account) -> None:
    assert filtered(owner.actor(), f"account={account.pk}") == {ZOE}
    assert filtered(owner.actor(), f"owner={owner.pk}") == {ZOE, BO, CY}
    assert filtered(owner.actor(), f"owner.not={owner.pk}") == {DI}
    assert filtered(owner.actor(), f"team={owner.team_id}") == {ZOE, BO, CY, DI}


@pytest.mark.parametrize(
    "address",
    [
        "password=x",
        "owner__password=x",
        "owner__password.starts=argon2",
        "version=1",
        "city.regex=x",
        "city.not=x",
        "description.contains=x",
        "owner=somebody",
        "account=me",
        "team=²",
        "birthday.from=soon",
        "birthday.from=0001-01-01",
        "birthday.until=9999-12-31",
        "last_contact_at.last=many",
        "last_contact_at.last=99999999",
        "do_not_call=perhaps",
        "&".join(f"city.contains={letter}" for letter in "abcdefghijklmnopqrstuv"),
    ],
)
def test_a_filter_that_there_is_not_is_refused_in_words(owner: Any, address: str) -> None:
    with pytest.raises(RuleError) as caught:
        filtered(owner.actor(), address)
    assert caught.value.message.endswith((".", "?"))


@pytest.mark.parametrize(
    "address", ["number_of_employees.min=NaN", "number_of_employees.max=Infinity", "type.contains=x"]
)
def test_a_number_that_is_none_is_refused(owner: Any, address: str) -> None:
    with pytest.raises(RuleError):
        filtered(owner.actor(), address, ACCOUNT)


def test_what_is_typed_into_a_filter_may_hold_anything(owner: Any, some: None) -> None:
    assert filtered(owner.actor(), "city.contains=\0Ber\0lin") == {BO, CY}
    assert filtered(owner.actor(), "city.contains='; DROP TABLE people_contact; --") == set()
    assert filtered(owner.actor(), "city=\\") == set()


def test_time_stands_where_the_reader_is(owner: Any) -> None:
    # 23:30 on the 4th in UTC is the 5th in Berlin.
    make_contact(
        "Ada Late", owner=owner, team=owner.team, last_contact_at=datetime(2026, 5, 4, 23, 30, tzinfo=UTC)
    )
    with timezone.override("Europe/Berlin"):
        assert filtered(owner.actor(), "last_contact_at.from=2026-05-05") == {"Ada Late"}
        assert filtered(owner.actor(), "last_contact_at.until=2026-05-04") == set()
    with timezone.override("UTC"):
        assert filtered(owner.actor(), "last_contact_at.until=2026-05-04") == {"Ada Late"}


@pytest.fixture
def half_blind(team: Any) -> Actor:
    """Somebody from whom job titles, e-mails and the last contact are kept."""
    role = make_role(
        records={"*": WIDE}, hidden={"contact": ["job_title", "emails", "last_contact_at", "account"]}
    )
    actor: Actor = make_user(role, team).actor()
    return actor


@pytest.mark.parametrize(
    "address", ["job_title.contains=B", "emails.contains=v", "last_contact_at.last=9", "account=1"]
)
def test_a_hidden_field_does_not_filter(half_blind: Actor, some: None, address: str) -> None:
    with pytest.raises(RuleError, match="There is no field"):
        filtered(half_blind, address)


@pytest.mark.parametrize("sort", ["job_title", "-last_contact_at", "account"])
def test_a_hidden_field_does_not_sort(half_blind: Actor, some: None, sort: str) -> None:
    with pytest.raises(RuleError, match="cannot be sorted"):
        listing.page(CONTACT, half_blind, Listing(sort=sort), ["id"])


def test_the_title_does_not_tell_a_hidden_field(team: Any, some: None) -> None:
    role = make_role(records={"*": WIDE}, hidden={"contact": ["emails", "last_name"]})
    actor = make_user(role, team).actor()
    assert "email" not in CONTACT.title_columns(actor)
    assert "last_name" not in CONTACT.title_columns(actor)
    row = Contact.objects.get(first_name="Zoë")
    assert CONTACT.as_read_by(actor, row).title == "Zoë"
    nameless = make_contact(" ", emails=["secret@vela.example"])
    assert nameless.title == "secret@vela.example"
    assert CONTACT.as_read_by(actor, nameless).title == "Somebody without a name"


def test_the_subtitle_does_not_tell_a_hidden_field(half_blind: Actor, some: None) -> None:
    row = Contact.objects.get(first_name="Zoë")
    assert row.subtitle == "100% Buyer, Vela Foods"
    assert CONTACT.as_read_by(half_blind, row).subtitle == ""
    assert row.subtitle == "100% Buyer, Vela Foods"


@pytest.mark.parametrize("record_type", [CONTACT, ACCOUNT, ACTIVITY], ids=lambda one: one.kind)
def test_every_field_can_be_asked_whether_it_is_filled(
    owner: Any, record_type: RecordType, some: None
) -> None:
    for declared in record_type.fields:
        if declared.filtered and "filled" in filters.OPERATORS[declared.kind]:
            filled = filtered(owner.actor(), f"{declared.name}.filled=1", record_type)
            empty = filtered(owner.actor(), f"{declared.name}.empty=1", record_type)
            assert filled & empty == set(), declared.name
            assert filled | empty == filtered(owner.actor(), "team.filled=1", record_type), declared.name
