"""The demo company: whole, the same every time, with somebody in every role."""

import re
from datetime import date

import pytest
from django.db.models import F

from keen.activities.models import Activity
from keen.core.domain.roles import ROLES
from keen.core.models import Change, Notice, Operation, Role, Team, User
from keen.people.models import Account, Contact
from keen.records.models import Handle, SearchEntry
from keen.site.demo import words
from keen.site.demo.build import build_demo

TODAY = date(2026, 11, 20)

pytestmark = pytest.mark.django_db


def picture():
    """What would differ if anything did."""
    return (
        list(Account.objects.order_by("pk").values_list("name", "city", "owner__name", "phones")),
        list(
            Contact.objects.order_by("pk").values_list(
                "first_name", "last_name", "emails", "account_name", "tags"
            )
        ),
        list(
            Activity.objects.order_by("pk").values_list(
                "kind", "subject", "body", "plan_on", "done_at", "owner__name"
            )
        ),
    )


def test_the_demo_company_has_everything_that_a_tour_needs():
    build_demo(TODAY)

    assert (User.objects.count(), Account.objects.count(), Contact.objects.count()) == (20, 300, 1500)
    assert Team.objects.exclude(parent=None).count() == 4
    assert set(
        Role.objects.filter(pk__in=User.roles.through.objects.values("role_id")).values_list("key", flat=True)
    ) == (set(ROLES) - {"reader"})
    assert set(Account.objects.values_list("country", flat=True)) == {"DE", "FR", "GB"}
    assert Activity.objects.filter(status="done").count() > 3000
    assert Activity.objects.filter(status="open", owner__name="Maya Lind", plan_on=TODAY).count() >= 3
    assert Activity.objects.filter(status="open", promised_to_customer=True, due_at__date__lt=TODAY).exists()
    assert Notice.objects.filter(user__name="Maya Lind").count() == 2
    assert not any(user.has_usable_password() for user in User.objects.all())
    # Everything is found, and stands in the audit trail.
    assert SearchEntry.objects.filter(record_kind="contact").count() == 1500
    assert Handle.objects.filter(record_kind="account", kind="name").count() == 300
    assert Change.objects.filter(kind="contact", verb="created").count() == 1500
    assert Change.objects.filter(kind="activity").count() == Activity.objects.count()
    # Nobody works with people who are not there yet.
    assert not Activity.objects.filter(done_at__lt=F("contact__created_at")).exists()
    assert not Operation.objects.exclude(pk__in=Change.objects.values("operation_id")).exists()


@pytest.mark.sqlite
def test_the_demo_of_one_day_is_the_same_every_time():
    build_demo(TODAY)
    first = picture()
    for model in (Activity, Contact, Account):
        model.objects.all().delete()
    Notice.objects.all().delete()
    Change.objects.all().delete()
    Operation.objects.all().delete()
    User.objects.all().delete()
    Team.objects.exclude(parent=None).delete()
    Team.objects.all().delete()

    build_demo(TODAY)

    assert picture() == first


def test_no_sentence_depends_on_whether_its_topic_is_one_or_many():
    notes = (*words.CALL_NOTES, *words.MEETING_NOTES, *words.NOTES, *words.TASKS, *words.MAILS)

    assert [note for note in notes if re.search(r"\{topic\} (is|was|has|comes|are|were|have)\b", note)] == []
