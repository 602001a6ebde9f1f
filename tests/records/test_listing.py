"""Lists: order, pages, and what of it somebody may see."""

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keen.core.domain.actor import Actor
from keen.lib.errors import RuleError
from keen.people.models import Account, Contact
from keen.people.records import CONTACT
from keen.records.declare import RecordType
from keen.records.domain import cursors
from keen.records.domain.filters import Condition
from keen.records.queries import listing
from keen.records.queries.listing import Listing
from tests.factories.core import make_role, make_team, make_user
from tests.factories.people import make_contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def everybody(team: Any) -> Actor:
    """Somebody who sees all records."""
    actor: Actor = make_user("data_steward", team).actor()
    return actor


def walk(record_type: RecordType, actor: Actor, wanted: Listing) -> list[int]:
    """The ids of all pages, from the first to the last."""
    found: list[int] = []
    after = ""
    while True:
        page = listing.page(
            record_type,
            actor,
            Listing(wanted.conditions, wanted.sort, wanted.q, after=after, size=wanted.size),
            ["id"],
        )
        found += page.ids
        after = page.next
        if not after:
            return found


def walk_back(record_type: RecordType, actor: Actor, wanted: Listing, last: str) -> list[int]:
    """The ids of all pages before a place, in the order of the list."""
    found: list[int] = []
    before = last
    while before:
        page = listing.page(
            record_type,
            actor,
            Listing(wanted.conditions, wanted.sort, before=before, size=wanted.size),
            ["id"],
        )
        found = page.ids + found
        before = page.previous
    return found


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


@pytest.mark.parametrize(
    "sort", ["password", "owner", "owner__password", "-version", "description", "--last_name"]
)
def test_an_order_that_there_is_not_is_refused(owner: Any, sort: str) -> None:
    with pytest.raises(RuleError, match="cannot be sorted"):
        listing.page(CONTACT, owner.actor(), Listing(sort=sort), ["id"])


NAMES = st.text(st.sampled_from("abzÄäß🔥 中'%"), max_size=3)
TIMES = st.none() | st.integers(0, 3).map(lambda days: datetime(2020, 1, 1 + days, tzinfo=UTC))


@given(
    rows=st.lists(st.tuples(NAMES, NAMES, TIMES), min_size=1, max_size=14),
    sort=st.sampled_from(
        [
            "",
            "-last_name",
            "city",
            "-city",
            "job_title",
            "last_contact_at",
            "-last_contact_at",
            "updated_at",
            "-created_at",
            "account",
        ]
    ),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_are_the_whole_list_in_parts_forwards_and_backwards(
    everybody: Actor, rows: list[tuple[str, str, Any]], sort: str
) -> None:
    Contact.objects.all().delete()
    for name, city, at in rows:
        make_contact(f"Ada {name}", city=city, job_title=city[:1], last_contact_at=at)
    whole = listing.page(CONTACT, everybody, Listing(sort=sort, size=100), ["id"]).ids
    assert len(whole) == len(rows)
    for size in (1, 3):
        assert walk(CONTACT, everybody, Listing(sort=sort, size=size)) == whole
    last = listing.page(CONTACT, everybody, Listing(sort=sort, size=100), ["id"])
    by = listing.order(CONTACT, everybody, sort)
    value = Contact.objects.filter(pk=last.ids[-1]).values_list(by.column, flat=True).get()
    place = cursors.encode([value.isoformat() if isinstance(value, datetime) else value, last.ids[-1]])
    assert walk_back(CONTACT, everybody, Listing(sort=sort, size=3), place) == whole[:-1]


def test_empty_ones_come_first_and_last_downwards(everybody: Actor) -> None:
    late = make_contact(last_contact_at=datetime(2026, 1, 2, tzinfo=UTC)).pk
    none = make_contact().pk
    early = make_contact(last_contact_at=datetime(2026, 1, 1, tzinfo=UTC)).pk
    assert walk(CONTACT, everybody, Listing(sort="last_contact_at")) == [none, early, late]
    assert walk(CONTACT, everybody, Listing(sort="-last_contact_at")) == [late, early, none]


@pytest.mark.parametrize("sort", ["", "last_contact_at", "updated_at"])
@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%%%",
        "é",
        cursors.encode([]),
        cursors.encode([1]),
        cursors.encode([{"a": 1}, 1]),
        cursors.encode([[1], 1]),
        cursors.encode(["a", "1"]),
        cursors.encode(["a", True]),
        cursors.encode(["a", -1]),
        cursors.encode(["a", 2**70]),
        cursors.encode(["a\0", 1]),
        cursors.encode([5, 1]),
        cursors.encode([True, 1]),
        "W1tbW1tbW1tb" * 100,
        "IlxkODAwIg",
        "WyJcdWQ4MDAiLDFd",
    ],
)
def test_a_place_that_there_is_not_is_refused(owner: Any, some: None, sort: str, cursor: str) -> None:
    places: list[dict[str, Any]] = [{"after": cursor}, {"before": cursor}]
    for place in places:
        with pytest.raises(RuleError, match="no longer exists"):
            listing.page(CONTACT, owner.actor(), replace(Listing(sort=sort), **place), ["id"])


def test_the_count_stops_after_a_thousand(everybody: Actor) -> None:
    now = timezone.now()
    Contact.objects.bulk_create(
        Contact(last_name=f"{n}", created_at=now, updated_at=now) for n in range(1005)
    )
    page = listing.page(CONTACT, everybody, Listing(), ["id"])
    assert (len(page.ids), page.total) == (50, 1001)
    few = listing.page(
        CONTACT, everybody, Listing(conditions=(Condition("last_name", "starts", "100"),)), ["id"]
    )
    assert few.total == len(few.ids) == 6


def test_words_narrow_the_list(owner: Any, some: None) -> None:
    found = listing.page(CONTACT, owner.actor(), Listing(q="zoe"), ["id"])
    assert [Contact.objects.get(pk=pk).title for pk in found.ids] == ["Zoë Ärmel"]


@pytest.mark.parametrize("scope", ["none", "own", "team", "all"])
@pytest.mark.parametrize("action", ["view", "edit", "delete", "export"])
def test_the_rule_in_the_database_is_the_rule_in_words(scope: str, action: str) -> None:
    above = make_team()
    below, beside = make_team(parent=above), make_team()
    role = make_role(records={"contact": {"view": "all", action: scope}})
    me = make_user(role, above)
    others = [make_user(role, place) for place in (above, below, beside, None)]
    records = [
        make_contact(owner=user, team=place)
        for user in (me, None, *others)
        for place in (above, below, beside, None)
    ]
    gone = make_contact(owner=me, team=above)
    Contact.objects.filter(pk=gone.pk).update(deleted_at=timezone.now())
    actor = me.actor()
    told = {
        "none": lambda _: False,
        "own": lambda record: record.owner_id == me.pk,
        "team": lambda record: record.owner_id == me.pk or record.team_id in {above.pk, below.pk},
        "all": lambda _: True,
    }
    rule: Callable[[Any], bool] = told[scope]
    expected = {record.pk for record in records if rule(record)}
    assert {record.pk for record in records if record.allows(actor, action)} == expected
    assert set(Contact.objects.visible_to(actor, action).values_list("pk", flat=True)) == expected


def test_a_list_shows_what_one_may_see_and_counts_no_more(stranger: Any, owner: Any, some: None) -> None:
    assert listing.page(CONTACT, stranger.actor(), Listing(), ["id"]).total == 0
    assert listing.page(CONTACT, owner.actor(), Listing(), ["id"]).total == 4


def test_a_cursor_does_not_tell_what_is_hidden(team: Any) -> None:
    reader = make_user(
        make_role(records={"contact": {"view": "all"}}, hidden={"contact": ["last_name"]}), team
    )
    for number in range(5):
        make_contact(f"Secret{number}")
    actor = reader.actor()
    seen: list[int] = []
    after = ""
    for _ in range(3):
        page = listing.page(CONTACT, actor, Listing(size=2, after=after), ["id"])
        seen += page.ids
        assert b"secret" not in base64.urlsafe_b64decode(page.next + "==").lower()
        after = page.next
    assert seen == list(Contact.objects.order_by("sort_name", "pk").values_list("pk", flat=True))
