"""The timeline of a record: order, pages, tabs, rights, cost."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from keen.activities.actions.log import Call, Mail, Note, log_call, log_email, write_note
from keen.activities.models import Activity
from keen.activities.queries.timeline import CHANGES, Place, tabs, timeline
from keen.core.models import Change
from keen.lib.errors import RuleError
from keen.people.models import Account, Contact
from keen.people.records import CONTACT
from keen.records.actions.merge import merge
from keen.records.actions.save import Wish, save
from tests.factories.activities import about, make_activity, make_call, undone
from tests.factories.core import make_role, make_user
from tests.factories.people import make_contact


def place(record: Any) -> Place:
    return Place(record.KIND, record.pk, record.absorbed)


def whole(actor: Any, where: Place, *, most: int, shown: str = "") -> list[Any]:
    """All pages, one after the other."""
    found: list[Any] = []
    after = ""
    for _page in range(100):
        page = timeline(actor, where, shown=shown, after=after, most=most)
        found += page.entries
        after = page.after
        if not after:
            return found
    raise AssertionError("the timeline never ends")


def test_what_happened_is_told_in_words_latest_first(owner: Any, contact: Contact) -> None:
    actor = owner.actor()
    make_call(owner, contact, days_ago=3, duration_seconds=360, body="Wants May")
    make_call(owner, contact, days_ago=2, direction="in", subject="Price list")
    make_call(owner, contact, days_ago=1, outcome="no_answer")
    write_note(actor=actor, about=about(contact), note=Note(text="Signs in May"))
    save(CONTACT, actor=actor, wish=Wish({"job_title": "Head of Logistics"}, contact.pk))

    entries = timeline(actor, place(contact)).entries

    assert [(entry.who, entry.did) for entry in entries if entry.source == "a"] == [
        (owner.name, "noted"),
        (owner.name, "called: no answer"),
        ("Amira Haddad", f"called, {owner.name} answered, “Price list”"),
        (owner.name, "called, 6 min"),
    ]
    changed = entries[0]
    assert (changed.did, [(one.label, one.after) for one in changed.details]) == (
        "changed job title",
        [("Job title", "Head of Logistics")],
    )
    assert [entry.at for entry in entries] == sorted((entry.at for entry in entries), reverse=True)


@pytest.mark.parametrize(
    ("fields", "who", "did"),
    [
        ({"kind": "meeting", "subject": "Site visit"}, "me", "met Amira Haddad, “Site visit”"),
        ({"kind": "meeting", "outcome": "no_show", "subject": ""}, "me", "waited in vain for Amira Haddad"),
        ({"kind": "task", "subject": "Send the offer"}, "me", "did “Send the offer” with Amira Haddad"),
        ({"kind": "email", "subject": "Offer", "direction": "out"}, "me", "wrote to Amira Haddad “Offer”"),
        ({"kind": "email", "subject": "Offer", "direction": "in"}, "Amira Haddad", "wrote “Offer”"),
        ({"kind": "call", "outcome": "voicemail", "subject": ""}, "me", "called Amira Haddad: voicemail"),
        ({"kind": "note", "body": "x", "subject": ""}, "me", "noted on Amira Haddad"),
    ],
)
def test_at_the_company_the_person_is_named(
    owner: Any, contact: Contact, account: Account, fields: dict[str, Any], who: str, did: str
) -> None:
    make_activity(owner, contact=contact, done=True, **fields)

    entry = timeline(owner.actor(), place(account)).entries[0]

    assert (entry.who, entry.did) == (owner.name if who == "me" else who, did)


def test_a_cancelled_meeting_says_so(owner: Any, contact: Contact) -> None:
    make_activity(
        owner, kind="meeting", contact=contact, subject="Visit", status="cancelled", starts_at=timezone.now()
    )

    assert timeline(owner.actor(), place(contact), shown="meeting").entries[0].did == "cancelled: Visit"


def test_what_is_still_to_be_done_stands_elsewhere(owner: Any, contact: Contact) -> None:
    make_activity(owner, contact=contact, plan_on=timezone.localdate())

    assert timeline(owner.actor(), place(contact), shown="task").entries == []


@pytest.mark.parametrize("most", [1, 2, 3, 7, 50])
def test_pages_together_are_the_whole_whatever_their_size(owner: Any, contact: Contact, most: int) -> None:
    at = timezone.now() - timedelta(days=1)
    for number in range(8):
        make_activity(
            owner, contact=contact, kind="note", subject="", body=str(number), done=True, done_at=at
        )
    for title in ("CFO", "CEO", "COO", "CTO"):
        save(CONTACT, actor=owner.actor(), wish=Wish({"job_title": title}, contact.pk))
    Change.objects.filter(kind="contact").update(at=at)

    found = whole(owner.actor(), place(contact), most=most)

    assert [entry.body for entry in found if entry.source == "a"] == [
        str(number) for number in range(7, -1, -1)
    ]
    assert [entry.did for entry in found if entry.source == "c"] == ["changed job title"] * 4 + [
        "added this contact"
    ]
    assert len({(entry.source, entry.id) for entry in found}) == len(found)


def test_a_tab_shows_one_kind_and_counts_it(owner: Any, contact: Contact) -> None:
    make_call(owner, contact)
    make_call(owner, contact)
    log_email(actor=owner.actor(), about=about(contact), mail=Mail(subject="Offer"))

    assert {entry.icon for entry in timeline(owner.actor(), place(contact), shown="call").entries} == {
        "phone"
    }
    assert [(tab.label, tab.count, tab.current) for tab in tabs(owner.actor(), place(contact), "call")] == [
        ("All", None, False), ("Calls", 2, True), ("Mail", 1, False), ("Changes", None, False),
    ]  # fmt: skip
    assert {entry.source for entry in timeline(owner.actor(), place(contact), shown=CHANGES).entries} == {"c"}


def test_an_unknown_tab_or_place_is_refused(owner: Any, contact: Contact) -> None:
    wrongs: list[dict[str, Any]] = [{"shown": "nothing"}, {"after": "nonsense"}, {"after": "WyJ4IiwxXQ"}]
    for wrong in wrongs:
        with pytest.raises(RuleError):
            timeline(owner.actor(), place(contact), **wrong)


def test_the_timelines_of_merged_people_are_one(owner: Any, contact: Contact) -> None:
    twin = make_contact("Amira Hadad", owner=owner, team=owner.team)
    kept, lost = make_call(owner, contact, days_ago=2), make_call(owner, twin, days_ago=1)
    steward = make_user("data_steward", owner.team)

    merge(CONTACT, actor=steward.actor(), keep_id=contact.pk, lose_id=twin.pk, chosen={})

    contact.refresh_from_db()
    found = timeline(owner.actor(), place(contact)).entries
    assert [entry.id for entry in found if entry.source == "a"] == [lost.pk, kept.pk]
    assert [entry.did for entry in found if entry.source == "c"] == [
        "merged another contact into this one",
        "added the contact that was merged into this one",
        "added this contact",
    ]


def test_somebody_who_took_part_in_both_lives_of_a_merged_person_is_one_line(
    owner: Any, contact: Contact
) -> None:
    contact.absorbed = [contact.pk + 1000]
    make_activity(owner, kind="meeting", contact=contact, participants=[contact.pk + 1000], done=True)

    assert len(timeline(owner.actor(), place(contact), shown="meeting").entries) == 1
    assert tabs(owner.actor(), place(contact))[1].count == 1


def test_what_is_private_is_its_owners_alone(owner: Any, colleague: Any, contact: Contact) -> None:
    make_activity(owner, kind="note", contact=contact, body="Do not tell", is_private=True)

    mine = timeline(owner.actor(), place(contact)).entries
    theirs = timeline(colleague.actor(), place(contact)).entries

    assert [entry.private for entry in mine if entry.source == "a"] == [True]
    assert [entry for entry in theirs if entry.source == "a"] == []
    assert [tab.label for tab in tabs(colleague.actor(), place(contact))] == ["All", "Changes"]


def test_a_hidden_field_is_in_no_line_and_a_change_of_it_alone_is_none(owner: Any, contact: Contact) -> None:
    role = make_role(records={"*": {"view": "all"}}, hidden={"contact": ["job_title"]})
    blind = make_user(role, owner.team)
    save(CONTACT, actor=owner.actor(), wish=Wish({"job_title": "CFO"}, contact.pk))
    save(CONTACT, actor=owner.actor(), wish=Wish({"job_title": "CEO", "department": "Board"}, contact.pk))

    found = whole(blind.actor(), place(contact), most=1)

    assert [entry.did for entry in found] == ["changed department", "added this contact"]


def test_somebody_without_a_right_to_activities_sees_changes_alone(owner: Any, contact: Contact) -> None:
    role = make_role(records={"contact": {"view": "all"}})
    blind = make_user(role, owner.team)
    make_call(owner, contact)

    assert {entry.source for entry in timeline(blind.actor(), place(contact)).entries} == {"c"}


@pytest.mark.parametrize("count", [1, 3, 40])
def test_a_page_costs_four_queries_however_long_it_is(
    owner: Any, contact: Contact, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        make_call(owner, contact, days_ago=number)
    actor = owner.actor()

    # Activities, changes, orders and quotes.
    with django_assert_num_queries(4):
        list(timeline(actor, place(contact)).entries)
    with django_assert_num_queries(1):
        list(timeline(actor, place(contact), shown="call").entries)
    with django_assert_num_queries(1):
        tabs(actor, place(contact))


def test_a_logged_call_makes_one_line_and_not_two(owner: Any, contact: Contact) -> None:
    make_call(owner, contact)
    Activity.objects.update(done_at=timezone.now())

    lines = timeline(owner.actor(), place(contact)).entries

    assert sorted(entry.did for entry in lines) == ["added this contact", "called"]


def test_what_follows_from_a_call_has_no_line_of_its_own_even_when_taken_back(
    owner: Any, contact: Contact
) -> None:
    undone(log_call(actor=owner.actor(), about=about(contact), call=Call()), owner.actor())

    assert [entry.did for entry in timeline(owner.actor(), place(contact)).entries] == ["added this contact"]
