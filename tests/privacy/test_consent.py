"""The consent log: who said what, and what follows on the contact."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from keen.core.domain.actor import SYSTEM
from keen.core.models import User
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.people.models import Contact
from keen.people.records import CONTACT
from keen.privacy.actions.consent import Given, end_expired, note_consent
from keen.privacy.actions.freeze import set_freeze
from keen.privacy.models import Consent
from keen.privacy.queries.consents import standing_of
from keen.records.actions.save import Wish, save
from tests.factories.core import make_user
from tests.factories.people import make_contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact(owner: User) -> Contact:
    return make_contact("Amira Haddad", owner=owner, team=owner.team, emails=["amira@vela.example"])


def yes(channel: str = "email", **more: Any) -> Given:
    return Given(channel=channel, granted=True, source="Fair in Leipzig", wording="2026-1", **more)


def no(channel: str = "email", **more: Any) -> Given:
    return Given(channel=channel, granted=False, **more)


def states(contact: Contact) -> dict[str, str]:
    return {one.channel: str(one.state) for one in standing_of(contact, timezone.localdate())}


def test_a_yes_keeps_who_when_where_and_on_which_words(owner: User, contact: Contact) -> None:
    receipt = note_consent(actor=owner.actor(), contact_id=contact.pk, given=yes(given_on=date(2026, 3, 2)))

    entry = Consent.objects.get()
    assert (entry.noted_by, entry.source, entry.wording) == (owner, "Fair in Leipzig", "2026-1")
    assert entry.given_on == date(2026, 3, 2)
    assert receipt.undo == ""
    assert states(contact)["email"] == "granted"


def test_a_no_is_as_easy_as_can_be_and_holds_at_once(owner: User, contact: Contact) -> None:
    note_consent(actor=owner.actor(), contact_id=contact.pk, given=yes())
    note_consent(actor=owner.actor(), contact_id=contact.pk, given=no())

    contact.refresh_from_db()
    assert contact.email_opt_out
    assert states(contact)["email"] == "withdrawn"
    assert Consent.objects.count() == 2


def test_a_later_yes_takes_the_mark_off_again(owner: User, contact: Contact) -> None:
    for given in (no("phone"), yes("phone")):
        note_consent(actor=owner.actor(), contact_id=contact.pk, given=given)

    contact.refresh_from_db()
    assert not contact.do_not_call


def test_ticking_a_no_on_the_record_is_written_down(owner: User, contact: Contact) -> None:
    save(CONTACT, actor=owner.actor(), wish=Wish(record_id=contact.pk, values={"email_opt_out": True}))
    first = Consent.objects.get()
    save(CONTACT, actor=owner.actor(), wish=Wish(record_id=contact.pk, values={"job_title": "Buyer"}))
    save(CONTACT, actor=owner.actor(), wish=Wish(record_id=contact.pk, values={"email_opt_out": False}))

    assert (first.granted, first.source, first.noted_by) == (False, "Changed on the record", owner)
    assert list(Consent.objects.order_by("pk").values_list("granted", flat=True)) == [False, True]


def test_a_new_contact_with_a_no_has_it_in_the_log(owner: User) -> None:
    save(CONTACT, actor=owner.actor(), wish=Wish(values={"last_name": "Q", "do_not_call": True}))

    assert Consent.objects.get().channel == "phone"


def test_a_yes_without_a_source_is_refused_and_so_are_odd_days(owner: User, contact: Contact) -> None:
    tomorrow, yesterday = timezone.localdate() + timedelta(days=1), timezone.localdate() - timedelta(days=1)
    wrong = {
        "source": Given(channel="email", granted=True),
        "given_on": yes(given_on=tomorrow),
        "expires_on": yes(expires_on=yesterday),
        "channel": yes("pigeon"),
    }

    for name, given in wrong.items():
        with pytest.raises(RuleError) as refused:
            note_consent(actor=owner.actor(), contact_id=contact.pk, given=given)
        assert refused.value.field == name
    assert not Consent.objects.exists()


def test_readers_and_strangers_write_nothing(owner: User, contact: Contact, stranger: User) -> None:
    reader = make_user("reader", owner.team)

    with pytest.raises(ForbiddenError):
        note_consent(actor=reader.actor(), contact_id=contact.pk, given=no())
    with pytest.raises(NotVisibleError):
        note_consent(actor=stranger.actor(), contact_id=contact.pk, given=no())


def test_a_restricted_contact_can_still_say_no(owner: User, contact: Contact) -> None:
    set_freeze(
        actor=make_user("administrator").actor(), what="restriction", contact_id=contact.pk, reason="Asked"
    )

    note_consent(actor=owner.actor(), contact_id=contact.pk, given=no())
    with pytest.raises(ForbiddenError):
        note_consent(actor=owner.actor(), contact_id=contact.pk, given=yes())

    contact.refresh_from_db()
    assert contact.email_opt_out


def test_a_consent_that_runs_out_ends_by_itself(owner: User, contact: Contact) -> None:
    until = timezone.localdate() + timedelta(days=10)
    note_consent(actor=owner.actor(), contact_id=contact.pk, given=yes(expires_on=until))

    assert end_expired(actor=SYSTEM, today=until) == 0
    assert end_expired(actor=SYSTEM, today=until + timedelta(days=1)) == 1
    assert end_expired(actor=SYSTEM, today=until + timedelta(days=2)) == 0

    contact.refresh_from_db()
    assert contact.email_opt_out
