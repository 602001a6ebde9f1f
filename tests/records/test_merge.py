"""Two records become one: nothing is lost, everything follows, and undo brings both back."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from keen.activities.models import Activity
from keen.core.models import Change
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.people.models import Account, Contact
from keen.people.records import ACCOUNT, CONTACT
from keen.records.actions import life
from keen.records.actions.merge import merge
from keen.records.actions.save import Wish, save
from keen.records.models import Handle, SearchEntry
from tests.factories.core import make_role, make_user
from tests.factories.people import make_account, make_contact
from tests.factories.records import browser, html

pytestmark = pytest.mark.django_db
WRITING = {"version", "updated_at", "updated_by_id"}


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows without the marks of having been written."""
    derived = ("record_kind", "record_id")
    found = {
        "contacts": Contact.objects.order_by("pk").values(),
        "accounts": Account.objects.order_by("pk").values(),
        "handles": Handle.objects.order_by(*derived, "kind", "value").values(*derived, "kind", "value"),
        "search": SearchEntry.objects.order_by(*derived).values(
            *derived, "title", "subtitle", "words", "team_id"
        ),
    }
    return {
        name: [{key: value for key, value in row.items() if key not in WRITING} for row in rows]
        for name, rows in found.items()
    }


def put(user: Any, record: Any, **values: Any) -> None:
    save(
        CONTACT if isinstance(record, Contact) else ACCOUNT, actor=user.actor(), wish=Wish(values, record.pk)
    )


@pytest.fixture
def pair(owner: Any, contact: Contact) -> tuple[Contact, Contact]:
    """The contact and another card of the same person."""
    second = make_contact(
        "A. Haddad",
        owner=owner,
        team=owner.team,
        emails=["AMIRA@vela.example", "amira@home.example"],
        phones=["0171 2345678"],
        tags=["VIP", "nord"],
    )
    put(owner, second, job_title="Buyer", email_opt_out=True, description="Likes tea.")
    put(owner, contact, description="Speaks French.")
    return Contact.objects.get(pk=contact.pk), Contact.objects.get(pk=second.pk)


def merged(user: Any, keep: Any, lose: Any, **chosen: Any) -> Any:
    record_type = CONTACT if isinstance(keep, Contact) else ACCOUNT
    return merge(record_type, actor=user.actor(), keep_id=keep.pk, lose_id=lose.pk, chosen=chosen)


def test_lists_are_joined_and_empty_fields_filled(owner: Any, pair: tuple[Contact, Contact]) -> None:
    keep, lose = pair
    merged(owner, keep, lose)
    now = Contact.objects.get(pk=keep.pk)
    assert [entry["address"] for entry in now.emails] == ["amira@vela.example", "amira@home.example"]
    assert [entry["e164"] for entry in now.phones] == ["+49305550101", "+491712345678"]
    assert now.tags == ["vip", "nord"]
    assert (now.first_name, now.job_title, now.account_name) == ("Amira", "Buyer", "Vela Foods")
    assert now.description == "Speaks French.\n\nLikes tea."
    assert now.email_opt_out
    assert now.absorbed == [lose.pk]


def test_what_is_chosen_of_the_other_one_holds(owner: Any, pair: tuple[Contact, Contact]) -> None:
    keep, lose = pair
    merged(owner, keep, lose, first_name="A.")
    assert Contact.objects.get(pk=keep.pk).first_name == "A."


def test_the_later_contact_is_the_last_one(owner: Any, pair: tuple[Contact, Contact]) -> None:
    keep, lose = pair
    early, late = timezone.now() - timedelta(days=9), timezone.now() - timedelta(days=1)
    Contact.objects.filter(pk=keep.pk).update(last_contact_at=early)
    Contact.objects.filter(pk=lose.pk).update(last_contact_at=late)
    merged(owner, keep, lose)
    assert Contact.objects.get(pk=keep.pk).last_contact_at == late


def test_undo_brings_both_back_as_they_were(owner: Any, pair: tuple[Contact, Contact]) -> None:
    keep, lose = pair
    third = make_contact("Bo Berg", owner=owner, team=owner.team)
    put(owner, third, reports_to=lose.pk)
    before = everything()
    receipt = merged(owner, keep, lose, first_name="A.")
    assert everything() != before
    assert Contact.objects.get(pk=third.pk).reports_to_id == keep.pk
    assert "1 linked record follows" in receipt.also
    life.undo(actor=owner.actor(), operation_id=UUID(receipt.operation))
    assert everything() == before


def test_people_and_daughters_of_a_company_follow_with_its_name(
    owner: Any, contact: Contact, account: Account
) -> None:
    keep = make_account("Vela Group", owner=owner, team=owner.team)
    daughter = make_account("Vela Nord", owner=owner, team=owner.team)
    put(owner, daughter, parent=account.pk)
    before = everything()
    receipt = merged(owner, keep, account)
    person = Contact.objects.get(pk=contact.pk)
    assert (person.account_id, person.account_name) == (keep.pk, "Vela Group")
    assert Account.objects.get(pk=daughter.pk).parent_name == "Vela Group"
    assert "Vela Group" in SearchEntry.objects.get(record_kind="contact", record_id=contact.pk).subtitle
    life.undo(actor=owner.actor(), operation_id=UUID(receipt.operation))
    assert everything() == before


def test_what_is_invisible_to_the_merger_follows_too(owner: Any, stranger: Any, account: Account) -> None:
    theirs = make_contact("Zoe Stranger", owner=stranger, team=stranger.team, account=account)
    keep = make_account("Vela Group", owner=owner, team=owner.team)
    merged(owner, keep, account)
    assert Contact.objects.get(pk=theirs.pk).account_id == keep.pk


def test_activities_follow(owner: Any, pair: tuple[Contact, Contact]) -> None:
    keep, lose = pair
    from keen.activities.actions.about import About
    from keen.activities.actions.log import Call, log_call

    log_call(actor=owner.actor(), about=About("contact", lose.pk), call=Call(note="Hello"))
    receipt = merged(owner, keep, lose)
    assert Activity.objects.get().contact_id == keep.pk
    life.undo(actor=owner.actor(), operation_id=UUID(receipt.operation))
    assert Activity.objects.get().contact_id == lose.pk


def test_a_merged_record_does_not_lead_to_itself(owner: Any, pair: tuple[Contact, Contact]) -> None:
    keep, lose = pair
    put(owner, keep, reports_to=lose.pk)
    merged(owner, keep, lose)
    now = Contact.objects.get(pk=keep.pk)
    assert (now.reports_to_id, now.reports_to_name) == (None, "")


def test_the_other_way_round_neither(owner: Any, pair: tuple[Contact, Contact]) -> None:
    keep, lose = pair
    put(owner, lose, reports_to=keep.pk)
    merged(owner, keep, lose)
    assert Contact.objects.get(pk=keep.pk).reports_to_id is None


def test_all_that_was_ever_merged_leads_to_the_last_one(owner: Any) -> None:
    first, second, third = (make_contact(owner=owner, team=owner.team) for _ in range(3))
    merged(owner, second, first)
    receipt = merged(owner, third, second)
    assert Contact.objects.get(pk=first.pk).merged_into_id == third.pk
    assert Contact.objects.get(pk=third.pk).absorbed == sorted([first.pk, second.pk])
    life.undo(actor=owner.actor(), operation_id=UUID(receipt.operation))
    assert Contact.objects.get(pk=first.pk).merged_into_id == second.pk
    assert Contact.objects.get(pk=third.pk).absorbed == []


def test_undoing_the_first_of_two_merges_keeps_the_second(owner: Any) -> None:
    keep, first, second = (make_contact(owner=owner, team=owner.team) for _ in range(3))
    early = merged(owner, keep, first)
    merged(owner, keep, second)
    life.undo(actor=owner.actor(), operation_id=UUID(early.operation))
    assert Contact.objects.get(pk=keep.pk).absorbed == [second.pk]
    assert Contact.objects.get(pk=first.pk).deleted_at is None
    assert Contact.objects.get(pk=second.pk).merged_into_id == keep.pk


def test_a_merge_is_taken_back_after_those_that_build_on_it(owner: Any) -> None:
    first, second, third = (make_contact(owner=owner, team=owner.team) for _ in range(3))
    early = merged(owner, second, first)
    late = merged(owner, third, second)
    with pytest.raises(RuleError, match="Take the later merge back first"):
        life.undo(actor=owner.actor(), operation_id=UUID(early.operation))
    for receipt in (late, early):
        life.undo(actor=owner.actor(), operation_id=UUID(receipt.operation))
    assert Contact.objects.living().count() == 3


def test_a_merge_that_was_taken_back_can_be_made_again(owner: Any) -> None:
    keep, lose = (make_contact(owner=owner, team=owner.team) for _ in range(2))
    receipt = merged(owner, keep, lose)
    undone = life.undo(actor=owner.actor(), operation_id=UUID(receipt.operation))
    life.undo(actor=owner.actor(), operation_id=UUID(undone.operation))
    assert Contact.objects.get(pk=keep.pk).absorbed == [lose.pk]
    assert Contact.objects.get(pk=lose.pk).merged_into_id == keep.pk


def test_what_was_merged_away_is_found_by_nothing_and_not_restored(
    owner: Any, pair: tuple[Contact, Contact]
) -> None:
    keep, lose = pair
    merged(owner, keep, lose)
    assert not Handle.objects.filter(record_kind="contact", record_id=lose.pk).exists()
    assert not SearchEntry.objects.filter(record_kind="contact", record_id=lose.pk).exists()
    with pytest.raises(NotVisibleError):
        life.restore(CONTACT, actor=owner.actor(), record_id=lose.pk)


def test_merging_is_on_both_trails(owner: Any, pair: tuple[Contact, Contact]) -> None:
    keep, lose = pair
    merged(owner, keep, lose)
    assert {change.record_id for change in Change.objects.filter(verb="merged")} == {keep.pk, lose.pk}


def test_merging_ends_where_sight_ends(owner: Any, stranger: Any, reader: Any, contact: Contact) -> None:
    hidden = make_contact(owner=stranger, team=stranger.team)
    for keep, lose in ((contact, hidden), (hidden, contact)):
        with pytest.raises(NotVisibleError):
            merged(owner, keep, lose)
    with pytest.raises(ForbiddenError):
        merged(reader, contact, make_contact(owner=owner, team=owner.team))
    assert not Contact.objects.filter(merged_into__isnull=False).exists()


def test_merging_is_no_way_around_giving_away(
    colleague: Any, owner: Any, stranger: Any, contact: Contact
) -> None:
    other = make_contact(owner=stranger, team=owner.team)
    with pytest.raises(ForbiddenError, match="Only the owner or a manager"):
        merged(colleague, contact, other, owner=str(stranger.pk))


def test_merging_needs_the_power(team: Any, owner: Any, contact: Contact) -> None:
    role = make_role(records={"*": dict.fromkeys(("view", "edit", "delete"), "all")})
    with pytest.raises(ForbiddenError, match="does not merge"):
        merged(make_user(role, team), contact, make_contact(owner=owner, team=team))


def test_nothing_is_merged_with_itself(owner: Any, contact: Contact) -> None:
    with pytest.raises(RuleError, match="one record already"):
        merged(owner, contact, contact)


def test_activities_are_not_merged(owner: Any) -> None:
    from keen.activities.records import ACTIVITY

    with pytest.raises(RuleError, match="not merged"):
        merge(ACTIVITY, actor=owner.actor(), keep_id=1, lose_id=2, chosen={})


def test_more_than_fits_into_one_is_refused_with_what_to_take_off(
    owner: Any, pair: tuple[Contact, Contact]
) -> None:
    keep, lose = pair
    put(owner, keep, emails=[f"a{number}@vela.example" for number in range(30)])
    before = everything()
    with pytest.raises(RuleError, match=r"32 entries under E-mail; 30 fit\. Take some off"):
        merge(CONTACT, actor=owner.actor(), keep_id=keep.pk, lose_id=lose.pk, chosen={})
    assert everything() == before
    answer = browser(owner).post(f"/contacts/{keep.pk}/merge/{lose.pk}/")
    assert answer.status_code == 422
    assert "Not merged. Together they have 32 entries under E-mail" in html(answer)


def test_texts_that_are_too_long_together_are_refused(owner: Any, pair: tuple[Contact, Contact]) -> None:
    keep, lose = pair
    put(owner, keep, description="x" * 19_999)
    with pytest.raises(RuleError, match=r"20,011 characters under About; 20,000 fit"):
        merge(CONTACT, actor=owner.actor(), keep_id=keep.pk, lose_id=lose.pk, chosen={})


def test_nobody_takes_a_colleagues_record_over_by_merging_it_into_their_own(
    owner: Any, colleague: Any, manager: Any, contact: Contact
) -> None:
    own = make_contact("A. Haddad", owner=colleague, team=colleague.team)
    with pytest.raises(ForbiddenError, match="Swap sides"):
        merge(CONTACT, actor=colleague.actor(), keep_id=own.pk, lose_id=contact.pk, chosen={})
    answer = browser(colleague).post(f"/contacts/{own.pk}/merge/{contact.pk}/")
    assert (answer.status_code, "Swap sides" in html(answer)) == (403, True)

    merge(CONTACT, actor=colleague.actor(), keep_id=contact.pk, lose_id=own.pk, chosen={})
    other = make_contact("Amira H.", owner=manager, team=manager.team)
    merge(CONTACT, actor=manager.actor(), keep_id=other.pk, lose_id=contact.pk, chosen={})
    assert Contact.objects.living().get().pk == other.pk


def test_who_merges_duplicates_of_others_needs_no_right_to_delete(
    owner: Any, colleague: Any, contact: Contact
) -> None:
    other = make_contact("A. Haddad", owner=colleague, team=colleague.team)
    entering = make_user("data_entry", owner.team)
    merge(CONTACT, actor=entering.actor(), keep_id=contact.pk, lose_id=other.pk, chosen={})
    assert Contact.objects.living().get().owner == owner
