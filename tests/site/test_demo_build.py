"""The demo company, built whole and built twice: it has everything, and it is the same every time."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count

from keen.activities.models import Activity
from keen.core.domain.roles import ROLES
from keen.core.models import Change, Notice, Role, Team, User
from keen.people.models import Account, Contact
from keen.records.models import Handle, ImportRun, SearchEntry
from keen.site.demo.build import USUAL, Size, build_demo

TODAY = date(2026, 11, 20)
PART = Size(months=2, accounts=300, contacts=1200)
TINY = Size(months=1, accounts=60, contacts=150)

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def picture() -> tuple[list[Any], ...]:
    """What would differ if anything did."""
    return (
        list(User.objects.order_by("email").values_list("email", "team__name", "calendar")),
        list(Account.objects.order_by("pk").values_list("name", "city", "owner__name", "phones")),
        list(
            Contact.objects.order_by("pk").values_list(
                "first_name", "last_name", "emails", "account_name", "version"
            )
        ),
        list(
            Activity.objects.order_by("pk").values_list(
                "kind", "subject", "body", "plan_on", "done_at", "created_at", "owner__name"
            )
        ),
        list(Change.objects.order_by("pk").values_list("at", "kind", "verb", "actor__name")),
    )


@pytest.mark.parametrize("size", [PART, pytest.param(USUAL, marks=pytest.mark.long)])
def test_the_demo_company_has_everything_that_a_tour_needs(tmp_path: Path, size: Size) -> None:
    built = build_demo(TODAY, size, data=tmp_path)

    made = (User.objects.count(), Account.objects.count(), Contact.objects.count())
    assert made == (60, size.accounts, size.contacts)
    assert Team.objects.exclude(parent=None).count() == 8
    assert set(Team.objects.values_list("site", flat=True)) == {"Hamburg", "Lyon", "Manchester"}
    held = User.roles.through.objects.values("role_id")
    assert set(Role.objects.filter(pk__in=held).values_list("key", flat=True)) == set(ROLES) - {"reader"}
    assert set(Account.objects.values_list("country", flat=True)) == {"DE", "FR", "GB"}
    assert set(Contact.objects.values_list("language", flat=True)) == {"German", "French", "English"}
    assert Activity.objects.filter(status="done").count() > 1_700 * size.months
    assert built.events > 17_000 * size.months
    assert Activity.objects.filter(done_at__date__lt=TODAY - timedelta(days=28 * size.months)).exists()
    assert Activity.objects.filter(status="open", owner__name="Maya Lind", plan_on=TODAY).count() >= 3
    assert Activity.objects.filter(status="open", promised_to_customer=True, due_at__date__lt=TODAY).exists()
    assert Notice.objects.filter(user__name="Maya Lind").count() == 2
    assert not any(user.has_usable_password() for user in User.objects.all())
    merged = Contact.objects.exclude(merged_into=None)
    assert SearchEntry.objects.filter(record_kind="contact").count() == size.contacts - merged.count()
    assert {(one.updated_by.name, one.deleted_at) for one in merged} == {
        (change.actor.name, change.at)
        for change in Change.objects.filter(verb="merged", after__has_key="deleted_at")
    }
    brought = ImportRun.objects.order_by("pk")
    assert [run.kind for run in brought] == ["account", "contact"]
    for run in brought:
        outcomes = dict(run.rows.values_list("outcome").annotate(Count("pk")).order_by())
        assert outcomes == run.counts
        assert (
            run.rows.filter(outcome="created").count()
            == Change.objects.filter(operation=run.operation).count()
        )
    assert Handle.objects.filter(record_kind="account", kind="name").count() == size.accounts
    assert Change.objects.filter(kind="contact", verb="created").count() == size.contacts


def test_the_demo_of_one_day_is_the_same_every_time(tmp_path: Path) -> None:
    pictures = []
    for name in ("one", "two"):
        with transaction.atomic():
            build_demo(TODAY, TINY, data=tmp_path / name)
            pictures.append(picture())
            transaction.set_rollback(True)

    assert pictures[0] == pictures[1]
    truths = [(tmp_path / name / "demo" / "truth.json").read_text() for name in ("one", "two")]
    assert truths[0] == truths[1]
